"""Rows of dots up to a number: a table of contents, which the headings repeat, or a list of amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.reading.printed import Grid, Row

_LEADERS = re.compile(r"^(?P<name>.*?\S)?\s*(?:[.…·_]\s?){5,}\s*(?P<told>\S.*)$")
_PAGE = re.compile(r"\d{1,4}|[ivxl]{1,6}")
_MORE_PAGES = 12
_LISTED = 4
"""So many page numbers in rising order are a table of contents, even of a longer document than this one."""


def has_leaders(row: Row) -> bool:
    """Whether a row is a name, dots, and what stands at their end."""
    return bool(row.words) and "..." in row.text.replace(" ", "").replace("…", "...") and bool(_LEADERS.match(row.text))


def is_contents(rows: Sequence[Row], pages: int) -> bool:
    """Whether rows with leaders point to pages: whole numbers that do not fall, within the document's length."""
    told = [_told(row) for row in rows]
    if not all(_PAGE.fullmatch(value) for _, value in told):
        return False
    numbers = [int(value) for _, value in told if value.isdecimal()]
    rising = all(a <= b for a, b in pairwise(numbers))
    return rising and (not numbers or numbers[-1] <= pages + _MORE_PAGES or len(numbers) >= _LISTED)


def amounts(rows: Sequence[Row]) -> Grid:
    """Rows with leaders as cells: the name, and what stands at the end of the dots."""
    return tuple(_told(row) for row in rows)


def _told(row: Row) -> tuple[str, str]:
    match = _LEADERS.match(row.text)
    return ((match["name"] or "").strip(), match["told"].strip()) if match else (row.text, "")
