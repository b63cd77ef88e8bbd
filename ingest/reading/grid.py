"""Grids of cells: which rows are headers, so that each row below can be told with them."""

from __future__ import annotations

import re
from collections.abc import Sequence

Cells = tuple[str, ...]

_NUMBER = re.compile(
    r"[-–−(]?\s*[^\w\s]{0,3}\s*(?:[A-Z]{2,3}\s*|[$€£¥]\s*)?\d[\d.,’'\s]*\)?\s*(?:%|[^\W\d]{1,10})?\)?", re.U
)
_YEAR = re.compile(r"(?:FY|H[12]|Q[1-4])?\s*'?(?:19|20)\d\d(?:\s*[-/–]\s*\d{2,4})?E?|Q[1-4]|H[12]", re.I)
_UNIT = re.compile(r"[$€£¥]\s*['’]?0{3}s?")
"""Amounts in thousands; the name of a column, although it looks like an amount."""
_BODY_ROWS = 30
_HEADER_ROWS = 3


def told(rows: Sequence[Sequence[str]], header_rows: int | None = None) -> tuple[Cells, ...]:
    """The grid with one header row on top, as `Part.rows` expects it; empty when nothing is left.

    Empty rows and columns go. `header_rows` says how many of the first rows the format marks as headers; without it
    they are found by their form. A grid without headers gets empty ones; its two columns are told as "key: value".
    """
    marked = header_rows or 0
    marked -= sum(1 for row in rows[:marked] if not any(cell.strip() for cell in row))
    grid = _trimmed(rows)
    if not grid:
        return ()
    count = min(marked, len(grid) - 1) if header_rows is not None else _header_rows(grid)
    body = grid[count:]
    if count:
        return (_merged(grid[:count]), *body)
    if len(grid[0]) == 2 and all(key for key, _ in grid):
        return (("",), *((f"{key.rstrip(':')}: {value}" if value else key,) for key, value in body))
    return (tuple("" for _ in grid[0]), *body)


def titled(rows: Sequence[Sequence[str]]) -> tuple[list[str], list[Sequence[str]]]:
    """Title rows on top (one cell that spans the table), and the rows below them."""
    at = 0
    width = max((len(row) for row in rows), default=0)
    while width > 1 and at < len(rows) - 2 and _is_title(rows[at]) and rows[at + 1][0].strip():
        at += 1
    return [" ".join(row[0].split()) for row in rows[:at]], list(rows[at:])


def _is_title(row: Sequence[str]) -> bool:
    return bool(row[0].strip()) and not any(cell.strip() for cell in row[1:])


def is_number(cell: str) -> bool:
    """Whether a cell is a value: a number, a share or an amount; years and quarters are names."""
    text = cell.strip()
    return bool(_NUMBER.fullmatch(text)) and not _YEAR.fullmatch(text) and not _UNIT.fullmatch(text)


def looks_headed(grid: Sequence[Cells]) -> bool:
    """Whether the first row names the columns."""
    return _header_rows(grid) > 0


def _trimmed(rows: Sequence[Sequence[str]]) -> list[Cells]:
    width = max((len(row) for row in rows), default=0)
    full = [tuple(" ".join(cell.split()) for cell in row) + ("",) * (width - len(row)) for row in rows]
    full = [row for row in full if any(row)]
    kept = [n for n in range(width) if any(row[n] for row in full)]
    return [tuple(row[n] for n in kept) for row in full]


def _header_rows(grid: Sequence[Cells]) -> int:
    if len(grid) < 2 or not _names(grid[0], grid[1:]):
        return 0
    if len(grid) < 4 or len(grid[0]) < 3:
        return 1
    count = 1
    while count < min(_HEADER_ROWS, len(grid) - 1):
        row, below = grid[count], grid[count + 1 :]
        gaps = not row[0] or (count == 1 and not all(grid[0][1:]))
        numeric = any(_is_numeric(below, n) for n in range(len(row)))
        if not (gaps and numeric and any(row[1:]) and _names(row, below)):
            break
        count += 1
    return count


def _names(first: Cells, body: Sequence[Cells]) -> bool:
    """Whether no cell of a row is a value where the column below holds values."""
    return any(first) and not any(is_number(cell) and _is_numeric(body, n) for n, cell in enumerate(first))


def _is_numeric(body: Sequence[Cells], column: int) -> bool:
    cells = [row[column] for row in body[:_BODY_ROWS] if row[column]]
    return bool(cells) and sum(1 for c in cells if is_number(c)) * 2 > len(cells)


def _merged(rows: Sequence[Cells]) -> Cells:
    """Header rows as one: a name that spans columns is told with each name below it."""
    if len(rows) == 1:
        return rows[0]
    spread: list[list[str]] = []
    for number, row in enumerate(rows):
        held, cells = "", []
        for place, cell in enumerate(row):
            below = number + 1 < len(rows) and bool(rows[number + 1][place])
            topmost = not any(above[place] for above in rows[:number])
            held = cell or (held if below and place and topmost else "")
            cells.append(held)
        spread.append(cells)
    return tuple(" ".join(dict.fromkeys(c for c in column if c)) for column in zip(*spread, strict=True))
