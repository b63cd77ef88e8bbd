"""The pictures of a brief, as PNG on white."""

from __future__ import annotations

from collections.abc import Sequence

from app.charts import LOOKS, bars_of, chart, lengths, profile
from ingest.types import Figure


def figure_png(figure: Figure) -> bytes | None:
    """The chart of a figure's stated values; None when none can be drawn."""
    bars = lengths(bars_of(figure))
    return chart(bars, LOOKS["light"], "png") if bars else None


def levels_png(levels: Sequence[tuple[str, float, int]]) -> bytes:
    """The levels of a self-check, drawn beside each other."""
    return profile(levels, LOOKS["light"], "png")
