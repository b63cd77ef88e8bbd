"""How values are written in every form of a report."""

from __future__ import annotations

from eval.summary import Line

_NONE = "–"
_NOTHING = 5e-4


def value(number: float | None, unit: str) -> str:
    """A value with its unit: shares as per cent, times in milliseconds, everything else with two decimals."""
    if number is None:
        return _NONE
    if unit == "share":
        return f"{100 * number + 0.0:.1f} %"
    if unit == "ms":
        return f"{number:,.0f} ms"
    if unit == "words":
        return f"{number:.0f}"
    return f"{number:.3f}"


def within(low: float | None, high: float | None, unit: str) -> str:
    """An interval, without repeating the unit."""
    if low is None or high is None:
        return _NONE
    return f"{value(low, unit).removesuffix(' %').removesuffix(' ms')} to {value(high, unit)}"


def change(gain: float, unit: str) -> str:
    """A signed difference: shares in percentage points."""
    gain = gain if abs(gain) > _NOTHING else 0.0
    if unit == "share":
        return f"{100 * gain:+.1f} pp"
    return f"{gain:+,.0f} ms" if unit == "ms" else f"{gain:+.3f}"


def gained_within(low: float | None, high: float | None, unit: str) -> str:
    """An interval of a difference."""
    if low is None or high is None:
        return _NONE
    return f"{change(low, unit).removesuffix(' pp').removesuffix(' ms')} to {change(high, unit)}"


def chance(p: float) -> str:
    """A p value as journals print it."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def told(line: Line) -> str:
    """Mean and interval in one cell."""
    if line.mean is None:
        return _NONE
    return f"{value(line.mean, line.unit)} ({within(line.low, line.high, line.unit)})"
