"""The pictures of a brief, as PNG on white."""

from __future__ import annotations

from collections.abc import Sequence

from app.charts import LOOKS, Bar, chart, drawable, profile
from app.figure_values import value_text
from ingest.types import Figure


def figure_png(figure: Figure) -> bytes | None:
    """The chart of a figure's stated values; None when they cannot be drawn."""
    bars = [Bar(v.label[:1].upper() + v.label[1:], v.value, v.unit, value_text(v.value, v.unit)) for v in figure.values]
    return chart(bars, LOOKS["light"], "png") if drawable(bars) else None


def levels_png(levels: Sequence[tuple[str, float, int]]) -> bytes:
    """The levels of a self-check, drawn beside each other."""
    return profile(levels, LOOKS["light"], "png")
