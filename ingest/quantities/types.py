"""The noun: one quantity as a text states it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text; `text` is `source[start:end]`, its approximation word included ("almost half").

    unit: "percent", "points" (percentage points), an ISO 4217 code, "times", "count", "rank", "year", "date",
    "years", "months", "weeks", "days", "hours", "minutes", "seconds", "level", "figure"; None when bare.
    A date is year + month/100 + day/10000 (17 May 2022 is 2022.0517); two thirds is 66.67 percent.
    `high` is the upper end when `value` is the lower end of a range. `of` is what is counted or measured.
    """

    text: str
    value: float
    unit: str | None
    start: int
    end: int
    approx: str = ""
    high: float | None = None
    of: str = ""
