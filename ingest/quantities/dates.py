"""Dates, periods and spans of years."""

from __future__ import annotations

import re

from ingest.quantities.grammar import MONTH_NAMES, YEAR
from ingest.quantities.types import Quantity

_PIECE = re.compile(rf"(?P<year>\b{YEAR}\b)|(?P<month>[A-Za-z]{{3,}})|(?P<day>\b[0-9]{{1,2}})(?:st|nd|rd|th)?", re.I)
_NUMERIC = re.compile(r"([0-9]+)[-/]([0-9]+)[-/]([0-9]+)$")
_MONTHS = {name[:3]: i for i, name in enumerate(MONTH_NAMES, 1)}


def _encode(year: int, month: int = 0, day: int = 0) -> float:
    return round(year + month / 100 + day / 10_000, 4)


def date(plain: str, match: re.Match[str]) -> list[Quantity]:
    """ "17 May 2022", "May to September 2022", "2022-05-17"."""
    numeric = _NUMERIC.match(match[0])
    if numeric:
        first, month, last = (int(g) for g in numeric.groups())
        year, day = (first, last) if first > 31 else (last, first)
        return [Quantity("", _encode(year, month, day), "date", match.start(), match.end())]
    years, months, days = [], [], []
    for piece in _PIECE.finditer(match[0]):
        if piece["year"]:
            years.append(int(piece["year"]))
        elif piece["month"] and piece["month"][:3].lower() in _MONTHS:
            months.append(_MONTHS[piece["month"][:3].lower()])
        elif piece["day"]:
            days.append(int(piece["day"]))
    if not months:
        return []
    year = years[-1] if years else 0
    low = _encode(years[0] if years else 0, months[0], days[0] if days else 0)
    high = _encode(year, months[-1], days[-1] if days else 0)
    return [Quantity("", low, "date", match.start(), match.end(), "", high if high != low else None)]


def period(plain: str, match: re.Match[str]) -> list[Quantity]:
    """ "Q4 2024" is October to December; "H1 2024" January to June."""
    year, part = int(match[0][-4:]), int(match[0][1])
    size = 3 if match[0][0] in "Qq" else 6
    low, high = _encode(year, (part - 1) * size + 1), _encode(year, part * size)
    return [Quantity("", low, "date", match.start(), match.end(), "", high)]


def fiscal(plain: str, match: re.Match[str]) -> list[Quantity]:
    """ "FY2019", "FY19", "fiscal 2019", "FY2024/25"."""
    found = re.search(rf"({YEAR})(?:/([0-9]{{2}}))?$|'?([0-9]{{2}})$", match[0])
    if not found:
        return []
    year = int(found[1]) if found[1] else 2000 + int(found[3])
    return [Quantity("", float(year), "year", match.start(), match.end(), "", year + 1.0 if found[2] else None)]


def season(plain: str, match: re.Match[str]) -> list[Quantity]:
    """ "2024/25" and "2024-25": two neighbouring years, or a span within a century."""
    year, last = int(match[0][:4]), int(match[0][-2:])
    high = year - year % 100 + last
    if high <= year:
        return []
    return [Quantity("", float(year), "year", match.start(), match.end(), "", float(high))]


def decade(plain: str, match: re.Match[str]) -> list[Quantity]:
    """ "the 1990s"."""
    year = float(match[0][:4])
    return [Quantity("", year, "year", match.start(), match.end(), "", year + 9)]
