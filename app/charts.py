"""Charts of the values that a source states, drawn by matplotlib; what it does not state is not drawn.

Percentages are bars on a scale from 0 to 100, amounts of one unit bars from 0. Ranks, years and differences between
groups are left to the table, and of several units one is drawn: other lengths would compare what cannot be compared.
"""

from __future__ import annotations

import io
import re
import textwrap
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.figure_values import value_text
from ingest.types import Figure as Stated

_NOT_LENGTHS = ("rank", "year")
_COMPARED = re.compile(r"\b(?:more|less|fewer|higher|lower|greater)\b.*\bthan\b", re.I)
# As wide as the card of a phone, so that nothing is shrunk there.
_LABEL_CHARS = 44
_WIDTH_IN, _LINE_IN, _BAR_IN, _STEP_IN = 3.7, 0.19, 0.36, 0.34
_BARS_MAX = 12
# Matplotlib's settings belong to the process.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Bar:
    """One stated value: `told` is how it is read out, `unit` as in `Quantity.unit`."""

    label: str
    value: float
    unit: str | None
    told: str


@dataclass(frozen=True, slots=True)
class Look:
    """Colours of a chart, as matplotlib takes them."""

    ink: str
    bar: str
    track: str


LOOKS = {
    "light": Look("#1b2327", "#17505a", "#e3eff0"),
    "dark": Look("#e6e9e8", "#9fccd2", "#1d3438"),
}


def bars_of(figure: Stated) -> tuple[Bar, ...]:
    """The values that the text states for a figure."""
    return tuple(
        Bar(v.label[:1].upper() + v.label[1:], v.value, v.unit, value_text(v.value, v.unit)) for v in figure.values
    )


def lengths(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """Those of the values that lengths can tell: of the unit that most have, the first of equals; () when none can."""
    apart = [(b,) for b in bars if drawable((b,))]
    units = [b.unit for (b,) in apart]
    found = tuple(b for (b,) in apart if b.unit == max(units, key=units.count))
    return found if drawable(found) else ()


def drawable(bars: Sequence[Bar]) -> bool:
    """Whether the values can be told by lengths: up to twelve of one unit, none below 0, percentages up to 100.

    "14 per cent more likely than" is no share of a whole, so it is none.
    """
    units = {b.unit for b in bars}
    if not 0 < len(bars) <= _BARS_MAX or len(units) != 1 or units & set(_NOT_LENGTHS):
        return False
    most = 100 if units == {"percent"} else float("inf")
    return all(0 <= b.value <= most and not _COMPARED.search(b.label) for b in bars)


def chart(bars: Sequence[Bar], look: Look, kind: Literal["svg", "png"] = "svg") -> bytes:
    """A picture of the bars on a transparent ground, 3.7 inches wide; raises ValueError unless they are `drawable`."""
    if not drawable(bars):
        raise ValueError(f"{len(bars)} values of units {sorted({str(b.unit) for b in bars})} cannot be told by lengths")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    labels = [textwrap.wrap(b.label, _LABEL_CHARS) or [""] for b in bars]
    heights = [len(lines) * _LINE_IN + _BAR_IN for lines in labels]
    with _one_at_a_time:
        figure = Figure(figsize=(_WIDTH_IN, sum(heights)))
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.005, 0, 0.76, 1))
        _draw(axes, bars, labels, heights, look)
        out = io.BytesIO()
        _save(figure, out, kind)
    return out.getvalue()


def profile(levels: Sequence[tuple[str, float, int]], look: Look, kind: Literal["svg", "png"] = "svg") -> bytes:
    """(name, level, highest level) of each row as a mark on a scale of steps, 3.7 inches wide; at least one row."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    most = max(m for _, _, m in levels)
    with _one_at_a_time:
        figure = Figure(figsize=(_WIDTH_IN, len(levels) * _STEP_IN + 0.3))
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.34, 0, 0.62, 1))
        for row, (name, level, _) in enumerate(levels):
            axes.plot([0, most], [row, row], color=look.track, linewidth=5, solid_capstyle="round", zorder=1)
            axes.plot([0, level], [row, row], color=look.bar, linewidth=5, solid_capstyle="round", zorder=2)
            axes.plot([level], [row], "o", markersize=11, color=look.bar, zorder=3)
            axes.text(-0.09 * most, row, name, ha="right", va="center", size=10, color=look.ink)
        for step in range(most + 1):
            axes.text(step, len(levels) - 0.35, str(step), ha="center", va="center", size=9, color=look.ink)
        axes.set_xlim(-0.05 * most, 1.05 * most)
        axes.set_ylim(len(levels) - 0.2, -0.6)
        axes.axis("off")
        out = io.BytesIO()
        _save(figure, out, kind)
    return out.getvalue()


def _save(figure: Any, out: io.BytesIO, kind: str) -> None:
    import matplotlib

    with matplotlib.rc_context({"svg.hashsalt": "advisor"}):  # the same values, the same file
        figure.savefig(out, format=kind, dpi=200, transparent=True, metadata={"Date": None} if kind == "svg" else None)


def _draw(axes: Any, bars: Sequence[Bar], labels: list[list[str]], heights: list[float], look: Look) -> None:
    """Each label above its bar, so that both can be read on a narrow screen."""
    most = 100.0 if bars[0].unit == "percent" else max(b.value for b in bars) or 1.0
    top = 0.0
    for bar, lines, height in zip(bars, labels, heights, strict=True):
        middle = top + height - _BAR_IN / 2
        if bar.unit == "percent":
            axes.barh(middle, most, 0.18, color=look.track)
        axes.barh(middle, bar.value, 0.18, color=look.bar)
        axes.text(0, top + 0.04, "\n".join(lines), ha="left", va="top", size=10, color=look.ink)
        axes.text(1.03 * most, middle, bar.told, ha="left", va="center", size=11, weight="bold", color=look.ink)
        top += height
    axes.set_xlim(0, most)
    axes.set_ylim(top, 0)
    axes.axis("off")
