"""When two quantities say the same."""

from __future__ import annotations

from ingest.quantities.numerals import decimals
from ingest.quantities.types import Quantity

_MONEY = frozenset(
    {
        "USD",
        "GBP",
        "EUR",
        "AUD",
        "CAD",
        "NZD",
        "HKD",
        "SGD",
        "JPY",
        "INR",
        "ZAR",
        "CHF",
        "CNY",
        "SEK",
        "NOK",
        "DKK",
    }
)
# Units that are multiples of a common one; months and days never meet, since a month is no fixed number of
# days.
_BASE = {
    "years": ("months", 12.0), "months": ("months", 1.0), "weeks": ("days", 7.0), "days": ("days", 1.0),
    "hours": ("hours", 1.0), "minutes": ("hours", 1 / 60), "seconds": ("hours", 1 / 3600),
}  # fmt: skip
_UPWARD = frozenset({"over", "at least"})
_DOWNWARD = frozenset({"almost", "under", "at most", "up to"})
_TOLERANCE = 1e-9


def same(a: Quantity, b: Quantity) -> bool:
    """Equal value after normalisation, in the same unit, with approximations that do not contradict.

    A bare number may stand for a count, an amount of money, or a share ("0.15" for 15 per cent).
    """
    if not approximations_agree(a.approx, b.approx):
        return False
    if "date" in (a.unit, b.unit) or "year" in (a.unit, b.unit):
        return _same_time(a, b)
    if (a.high is None) != (b.high is None):
        return False
    return _same_value(a, b, a.value, b.value) and (
        a.high is None or b.high is None or _same_value(a, b, a.high, b.high)
    )


def approximations_agree(a: str, b: str) -> bool:
    """ "almost" agrees with "just under" and "about", never with "over" nor with the plain number."""
    if a == b or "about" in (a, b):
        other = b if a == "about" else a
        return a == b or other in ("", "about", "almost")
    return (a in _UPWARD and b in _UPWARD) or (a in _DOWNWARD and b in _DOWNWARD)


def _same_value(a: Quantity, b: Quantity, x: float, y: float) -> bool:
    if a.unit == b.unit:
        return _equal(a, b, x, y)
    if a.unit in _BASE and b.unit in _BASE:
        (base_a, times_a), (base_b, times_b) = _BASE[a.unit], _BASE[b.unit]
        return base_a == base_b and _close(x * times_a, y * times_b)
    if a.unit is None or b.unit is None:
        other = b.unit if a.unit is None else a.unit
        if other == "percent":
            share, per_cent = (x, y) if a.unit is None else (y, x)
            return 0 < abs(share) < 1 and _close(share * 100, per_cent)
        return (other == "count" or other in _MONEY) and _close(x, y)
    return False


def _equal(a: Quantity, b: Quantity, x: float, y: float) -> bool:
    if _close(x, y):
        return True
    if a.unit != "percent":
        return False
    exact_a, exact_b = _is_fraction(a), _is_fraction(b)
    if exact_a == exact_b:
        return False
    exact, written, shown = (x, y, b.text) if exact_a else (y, x, a.text)
    return abs(exact - written) <= 0.5 * 10.0 ** -decimals(shown) + 0.005


def _is_fraction(q: Quantity) -> bool:
    text = q.text.lower()
    return not ("%" in text or "cent" in text or "pct" in text)


def _close(x: float, y: float) -> bool:
    return abs(x - y) <= _TOLERANCE * max(1.0, abs(x), abs(y))


def _same_time(a: Quantity, b: Quantity) -> bool:
    if a.unit not in ("date", "year") or b.unit not in ("date", "year"):
        return False
    if a.unit == b.unit:
        return _close(a.value, b.value) and _close(a.high or 0.0, b.high or 0.0)
    year, date = (a, b) if a.unit == "year" else (b, a)
    last = date.high if date.high is not None else date.value
    return int(date.value) == int(year.value) and int(last) == int(year.high or year.value)
