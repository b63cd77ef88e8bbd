"""Values of figures as they are read out."""

from __future__ import annotations

_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_CURRENCIES = {"USD": "US$", "GBP": "£", "EUR": "€"}


def value_text(value: float, unit: str | None) -> str:
    """A value as it is read out: `15%`, `US$4.4 trillion`, `7th`, `2 times`."""
    number = f"{value:,.0f}" if value == int(value) else f"{value:,g}"
    if unit == "percent":
        return f"{value:g}%"
    if unit in _CURRENCIES:
        for scale, name in _SCALES:
            if abs(value) >= scale:
                return f"{_CURRENCIES[unit]}{value / scale:g} {name}"
        return f"{_CURRENCIES[unit]}{number}"
    if unit == "rank":
        return _ordinal(int(value))
    if unit == "year":
        return f"{value:.0f}"
    return number if unit in (None, "", "count") else f"{number} {unit}"


def _ordinal(n: int) -> str:
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n:,}{ending}"
