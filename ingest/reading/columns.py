"""Reading order of a page: columns of running text are read one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ingest.reading.printed import Row, row_of

_HALF_GUTTER = 4.0
_STEP = 3.0
_LEAST_ROWS = 4
_LEAST_CHARS = 18
_LEAST_LETTERS = 0.6


@dataclass(frozen=True, slots=True)
class _Gutter:
    """A strip without words at `x` from row `first` up to row `last` (not included)."""

    x: float
    first: int
    last: int


def stretches(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows in reading order, as stretches that each keep to one column.

    Rows that run across a gutter part what is above it from what is below it.
    """
    gutter = _gutter(rows)
    if gutter is None:
        return [list(rows)] if rows else []
    first = _after_run_on(rows, gutter)
    left: list[Row] = []
    right: list[Row] = []
    for row in rows[first : gutter.last]:
        for side, piece in zip((left, right), _sides(row, gutter.x), strict=True):
            if piece is not None:
                side.append(piece)
    return [
        *stretches(rows[:first]),
        *stretches(left),
        *stretches(right),
        *stretches(rows[gutter.last :]),
    ]


def _after_run_on(rows: Sequence[Row], gutter: _Gutter) -> int:
    """The place of the first row of the columns: a short last line of what runs across above them is none."""
    first = gutter.first
    while 0 < first < gutter.last - _LEAST_ROWS:
        row, above = rows[first], rows[first - 1]
        alone = row.table is None and None in _sides(row, gutter.x)
        runs_on = abs(row.size - above.size) <= 0.5 and row.top - above.bottom < 0.6 * row.size
        if not alone or not runs_on or abs(row.x0 - above.x0) > row.size:
            break
        first += 1
    return first


def _sides(row: Row, x: float) -> tuple[Row | None, Row | None]:
    if row.table is not None:
        return (row, None) if row.x1 <= x else (None, row)
    left = [w for w in row.words if w.x1 <= x]
    right = [w for w in row.words if w.x1 > x]
    return (row_of(left) if left else None, row_of(right) if right else None)


def _gutter(rows: Sequence[Row]) -> _Gutter | None:
    """The gutter that parts the most rows, if there is one between two columns of running text."""
    if len(rows) < _LEAST_ROWS:
        return None
    low, high = min(r.x0 for r in rows), max(r.x1 for r in rows)
    best: _Gutter | None = None
    x = low + 0.2 * (high - low)
    while x < high - 0.2 * (high - low):
        for gutter in _runs(rows, x):
            longer = best is None or gutter.last - gutter.first > best.last - best.first
            if longer and _parts_prose(rows[gutter.first : gutter.last], x):
                best = gutter
        x += _STEP
    return best


def _runs(rows: Sequence[Row], x: float) -> list[_Gutter]:
    """Runs of rows that leave a strip around `x` free."""
    found: list[_Gutter] = []
    first = 0
    for place in range(len(rows) + 1):
        if place == len(rows) or _crosses(rows[place], x):
            if place - first >= _LEAST_ROWS:
                found.append(_Gutter(x, first, place))
            first = place + 1
    return found


def _crosses(row: Row, x: float) -> bool:
    if row.table is not None:
        return row.x0 < x < row.x1
    return any(w.x0 < x + _HALF_GUTTER and w.x1 > x - _HALF_GUTTER for w in row.words)


def _parts_prose(rows: Sequence[Row], x: float) -> bool:
    sides: tuple[list[str], list[str]] = ([], [])
    for row in rows:
        for told, piece in zip(sides, _sides(row, x), strict=True):
            if piece is not None and piece.words:
                told.append(piece.text)
    return all(_is_prose(told) for told in sides)


def _is_prose(texts: Sequence[str]) -> bool:
    if len(texts) < _LEAST_ROWS:
        return False
    joined = "".join(texts).replace(" ", "")
    letters = sum(c.isalpha() for c in joined)
    return median(len(t) for t in texts) >= _LEAST_CHARS and letters >= _LEAST_LETTERS * len(joined)
