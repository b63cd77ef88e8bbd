"""The report's plots, as SVG text that stands in the page itself."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from eval.risk import RiskCurve
from eval.summary import Line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, BLUE, GREY, RED = "#1f2933", "#1d6fa5", "#8a97a3", "#b3402a"
_WIDTH_IN = 9.4
_ROW_IN = 0.27
_BINS = 40
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "advisor",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.edgecolor": "#c3ccd4",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.grid": True,
    "grid.color": "#e7ebef",
    "axes.axisbelow": True,
}


def intervals(rows: Mapping[str, Line], label: str) -> str:
    """A dot and its 95 per cent interval for each row, first row on top; for shares from 0 to 1."""
    drawn = {name: line for name, line in rows.items() if line.mean is not None}
    if not drawn:
        return ""

    def draw(axes: Axes) -> None:
        for place, line in enumerate(drawn.values()):
            _bar(axes, line.low, line.high, place, BLUE)
            axes.plot([line.mean or 0], [place], "o", color=BLUE, markersize=5.5)
        axes.set_yticks(range(len(drawn)), [f"{name} ({line.n})" for name, line in drawn.items()])
        axes.set_ylim(len(drawn) - 0.4, -0.6)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel(label)
        axes.grid(axis="y", visible=False)

    return _svg(draw, 0.8 + _ROW_IN * len(drawn), label)


def gains(rows: Sequence[tuple[str, float, float | None, float | None]], label: str) -> str:
    """Differences (name, gain, low, high) around zero, losses in red."""
    if not rows:
        return ""

    def draw(axes: Axes) -> None:
        for place, (_, gain, low, high) in enumerate(rows):
            colour = BLUE if gain >= 0 else RED
            _bar(axes, low, high, place, colour)
            axes.plot([gain], [place], "o", color=colour, markersize=5.5)
        axes.axvline(0, color=INK, linewidth=1)
        axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlabel(label)
        axes.grid(axis="y", visible=False)

    return _svg(draw, 0.8 + _ROW_IN * len(rows), label)


def risk_coverage(curve: RiskCurve) -> str:
    """Selective risk against coverage, with the risk in no order for comparison."""
    if not curve.coverage:
        return ""

    def draw(axes: Axes) -> None:
        axes.plot(curve.coverage, curve.risk, color=BLUE, linewidth=2, label=f"by confidence, area {curve.aurc:.3f}")
        ends = (0.0, curve.coverage[-1])
        axes.plot(ends, (curve.chance,) * 2, color=GREY, linestyle="--", label=f"in no order, {curve.chance:.3f}")
        axes.plot([], [], " ", label=f"best order, area {curve.oracle:.3f}")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, max(0.05, 1.4 * max(*curve.risk, curve.chance)))
        axes.set_xlabel("coverage: share of all questions answered, surest first")
        axes.set_ylabel("wrong among those answered")
        axes.legend(frameon=False, loc="upper left")

    return _svg(draw, 3.4, "risk–coverage curve")


def latency(values_ms: Sequence[float], marks: Mapping[str, float]) -> str:
    """How long answers took, with the percentiles marked; the longest one per cent are put into the last bar."""
    if not values_ms:
        return ""
    most = max(marks.values())

    def draw(axes: Axes) -> None:
        axes.set_xlim(0, 1.02 * most)
        axes.hist([min(v, most) for v in values_ms], bins=_BINS, color=BLUE, alpha=0.75)
        axes.margins(y=0.2)
        top = axes.get_ylim()[1]
        for place, (name, value) in enumerate(marks.items()):
            axes.axvline(value, color=INK, linewidth=1, linestyle=":")
            height = top * (1.0 - 0.11 * place)
            near_left = value < most / 2
            axes.text(value, height, f" {name} {value:,.0f} ms ", ha="left" if near_left else "right", va="top")
        axes.set_xlabel("milliseconds for a whole answer")
        axes.set_ylabel("questions")

    return _svg(draw, 2.8, "histogram of latencies")


def _bar(axes: Axes, low: float | None, high: float | None, place: int, colour: str) -> None:
    if low is not None and high is not None:
        axes.plot([low, high], [place, place], color=colour, linewidth=2.4, alpha=0.45)


def _svg(draw: Any, height_in: float, label: str) -> str:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH_IN, height_in), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot())
        told = io.StringIO()
        # Without a date the same run gives the same page, byte for byte.
        figure.savefig(told, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = told.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
    title = label.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return svg.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)
