"""Tables without lines: neighbouring rows whose pieces stand below each other."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.reading.captions import is_caption
from ingest.reading.parts import BULLETS
from ingest.reading.printed import Grid, Row, chunks, row_of

_CELL_GAP = 1.3
"""A blank wider than this many letter sizes parts two cells."""
_LEAST_ROWS = 3
_SHORT_WORDS = 5
_LINE_GAP = 2.5
_DIGIT = re.compile(r"\d")


def with_tables(rows: Sequence[Row]) -> Iterator[Row | Grid]:
    """The rows of a stretch, with those that make a table gathered into its cells."""
    at = 0
    while at < len(rows):
        end = _run_end(rows, at)
        grid = _grid(rows[at:end]) if end - at >= _LEAST_ROWS else None
        if grid is None:
            yield rows[at]
            at += 1
        else:
            yield grid
            at = end


def _run_end(rows: Sequence[Row], at: int) -> int:
    """The place after the last of the rows from `at` on that may belong to one table."""
    end = at
    for place in range(at, len(rows)):
        row = rows[place]
        far = place > at and row.top - rows[place - 1].bottom > _LINE_GAP * max(row.size, 1)
        if row.table is not None or far or _is_text(row):
            break
        if len(chunks(row, _CELL_GAP)) > 1:
            end = place + 1
        elif place == at:
            break
    return end


def _is_text(row: Row) -> bool:
    """Whether a row cannot be one of a table: a caption, a list item or a line of running text."""
    pieces = chunks(row, _CELL_GAP)
    if is_caption(row.text) or row.text[0] in BULLETS:
        return True
    return len(pieces) == 1 and len(pieces[0].words) > 2 * _SHORT_WORDS


def _grid(rows: Sequence[Row]) -> Grid | None:
    split = [chunks(row, _CELL_GAP) for row in rows]
    several = [pieces for pieces in split if len(pieces) > 1]
    if len(several) < _LEAST_ROWS:
        return None
    usual = Counter(len(pieces) for pieces in several).most_common(1)[0][0]
    models = [pieces for pieces in several if len(pieces) == usual]
    columns = [(min(m[n].x0 for m in models), max(m[n].x1 for m in models)) for n in range(usual)]
    if any(right[0] <= left[1] for left, right in itertools.pairwise(columns)):
        return None
    grid = tuple(_cells(pieces, columns) for pieces in split)
    return grid if _is_tabular(grid) else None


def _cells(pieces: Sequence[Row], columns: Sequence[tuple[float, float]]) -> tuple[str, ...]:
    cells = [""] * len(columns)
    for piece in pieces:
        for part in _parted(piece, columns):
            place = _nearest(part, columns)
            cells[place] = f"{cells[place]} {part.text}".strip()
    return tuple(cells)


def _parted(piece: Row, columns: Sequence[tuple[float, float]]) -> list[Row]:
    """A piece that reaches over several columns, such as names set close to each other, by the column of each word."""
    reached = {n for n, (x0, x1) in enumerate(columns) if piece.x0 < x1 and piece.x1 > x0}
    if len(reached) < 2:
        return [piece]
    words = [(_nearest(row_of([word]), columns), word) for word in piece.words]
    if {n for n, _ in words} != reached:
        return [piece]  # a name that spans columns
    return [row_of([word for _, word in group]) for _, group in itertools.groupby(words, key=lambda told: told[0])]


def _nearest(piece: Row, columns: Sequence[tuple[float, float]]) -> int:
    return max(range(len(columns)), key=lambda n: _overlap(piece, columns[n]))


def _overlap(piece: Row, column: tuple[float, float]) -> float:
    """Shared width; when there is none, the distance, as a negative number."""
    return min(piece.x1, column[1]) - max(piece.x0, column[0])


def _is_tabular(grid: Grid) -> bool:
    beside = [cell for row in grid[1:] for cell in row[1:] if cell]
    if not beside or sum(len(cell.split()) for cell in beside) / len(beside) > _SHORT_WORDS:
        return False
    numeric = sum(1 for cell in beside if _DIGIT.search(cell)) / len(beside)
    return numeric >= 0.5 or len(grid[0]) >= 3
