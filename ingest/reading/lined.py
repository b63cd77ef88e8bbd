"""Tables with horizontal lines or stripes only: a row lies between two lines, however many lines of print it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from ingest.reading.captions import is_caption
from ingest.reading.grid import is_number
from ingest.reading.printed import Grid, Row, RuledTable, Word, chunks, rows_of

_SAME_Y = 2.5
_SAME_X = 4.0
_FARTHEST = 220.0
_LEAST_WIDTH = 60.0
_LEAST_BANDS = 2
_CELL_GAP = 0.6
"""A blank wider than this many letter sizes never stands inside a cell's line."""
_CELL_WORDS = 45
_MOST_RULES = 2_000


@dataclass(frozen=True, slots=True)
class _Rule:
    """A line across a table; `joints` are the places where one cell's border meets the next."""

    y: float
    x0: float
    x1: float
    joints: tuple[float, ...]


def lined_tables(edges: Sequence[Any], words: Sequence[Word]) -> Iterator[RuledTable]:
    """The tables that a page's horizontal edges (as pdfplumber gives them) and words make."""
    if not 3 <= len(edges) <= _MOST_RULES:
        return
    for rules in _stacks(_rules(edges)):
        if (table := _table(rules, words)) is not None:
            yield table


def _rules(edges: Sequence[Any]) -> list[_Rule]:
    """Edges at one height that touch each other, as one rule each."""
    rules: list[_Rule] = []
    level: list[Any] = []
    for edge in sorted(edges, key=lambda e: float(e["top"])):
        if level and edge["top"] - level[0]["top"] > _SAME_Y:
            rules += _joined(level)
            level = []
        level.append(edge)
    return [r for r in (*rules, *_joined(level)) if r.x1 - r.x0 >= _LEAST_WIDTH]


def _joined(level: Sequence[Any]) -> Iterator[_Rule]:
    held: list[Any] = []
    for edge in sorted(level, key=lambda e: float(e["x0"])):
        if held and edge["x0"] > max(e["x1"] for e in held) + 2.0:
            yield _rule(held)
            held = []
        held.append(edge)
    if held:
        yield _rule(held)


def _rule(edges: Sequence[Any]) -> _Rule:
    x1 = max(float(e["x1"]) for e in edges)
    starts = sorted({round(float(e["x0"])) for e in edges})
    joints = tuple(float(b) for a, b in pairwise(starts) if b - a > _SAME_X)
    return _Rule(sum(float(e["top"]) for e in edges) / len(edges), float(edges[0]["x0"]), x1, joints)


def _stacks(rules: Sequence[_Rule]) -> Iterator[list[_Rule]]:
    """Rules of one width below each other."""
    left = list(rules)
    while left:
        first = left[0]
        stack = [first]
        for rule in left[1:]:
            alike = abs(rule.x0 - first.x0) < _SAME_X and abs(rule.x1 - first.x1) < _SAME_X
            if alike and rule.y - stack[-1].y < _FARTHEST:
                stack.append(rule)
        left = [rule for rule in left if rule not in stack]
        if len(stack) > _LEAST_BANDS:
            yield stack


def _table(rules: Sequence[_Rule], words: Sequence[Word]) -> RuledTable | None:
    x0, x1 = rules[0].x0, rules[0].x1
    across = [w for w in words if w.x1 > x0 - _SAME_X and w.x0 < x1 + _SAME_X]
    bands = [[w for w in across if a.y <= (w.top + w.bottom) / 2 <= b.y] for a, b in pairwise(rules)]
    filled = [band for band in bands if band]
    if len(filled) < _LEAST_BANDS:
        return None
    bounds = _bounds(rules, filled, x0, x1)
    if len(bounds) < 2:
        return None
    above = _beside(across, bounds, rules[0].y, -1)
    below = _beside(across, bounds, rules[-1].y, 1)
    size = median(w.size for band in filled for w in band)
    tallest = 1.3 * max(max(w.bottom for w in band) - min(w.top for w in band) for band in filled)
    below = below if below and max(w.bottom for w in below) - rules[-1].y <= max(tallest, 2 * size) else []
    rows = [band for band in (above, *bands, below) if band]
    grid = tuple(_cells(band, bounds) for band in rows)
    if not _is_tabular(grid, rows[1:], bounds):
        return None
    top = min([rules[0].y, *(w.top for w in above)])
    bottom = max([rules[-1].y, *(w.bottom for w in below)])
    return RuledTable(x0 - _SAME_X, x1 + _SAME_X, top, bottom, grid)


def _bounds(rules: Sequence[_Rule], bands: Sequence[Sequence[Word]], x0: float, x1: float) -> list[tuple[float, float]]:
    """Left and right of each column: by the joints of the cells' borders, else by strips that hold no words."""
    body = bands[1:] if len(bands) > _LEAST_BANDS else bands
    joints = sorted({j for rule in rules for j in rule.joints if _share(rules, j) >= 0.5})
    cuts = [x0 - _SAME_X, *joints, x1 + _SAME_X]
    crossed = any(w.x0 < j - 1.5 and w.x1 > j + 1.5 for band in body for w in band for j in joints)
    if not joints or crossed:
        cuts = [x0 - _SAME_X, *_strips(body, x0, x1), x1 + _SAME_X]
    return list(pairwise(cuts))


def _share(rules: Sequence[_Rule], joint: float) -> float:
    return sum(1 for rule in rules if any(abs(joint - j) <= 1.5 for j in rule.joints)) / len(rules)


def _strips(bands: Sequence[Sequence[Word]], x0: float, x1: float) -> list[float]:
    """The middles of strips from top to bottom that (nearly) no band has words in."""
    size = median(w.size for band in bands for w in band)
    width = int(x1 - x0) + 1
    taken = [0] * width
    for band in bands:
        covered = {x for w in band for x in range(max(0, int(w.x0 - x0)), min(width, int(w.x1 - x0) + 1))}
        for x in covered:
            taken[x] += 1
    free = [count <= len(bands) // 10 for count in taken]
    cuts, start = [], None
    for x, is_free in enumerate([*free, False]):
        if is_free and start is None:
            start = x
        elif not is_free and start is not None:
            if x - start >= _CELL_GAP * size and start > 0 and x < width:
                cuts.append(x0 + (start + x) / 2)
            start = None
    return cuts


def _beside(words: Sequence[Word], bounds: Sequence[tuple[float, float]], y: float, way: int) -> list[Word]:
    """The header above the first line, or the last row below the last one; empty when there is none."""
    rows = [r for r in rows_of(words) if (r.bottom <= y + 1 if way < 0 else r.top >= y - 1)]
    rows = sorted(rows, key=lambda r: -r.bottom if way < 0 else r.top)
    taken: list[Row] = []
    edge = y
    for row in rows:
        gap = edge - row.bottom if way < 0 else row.top - edge
        if gap > (0.9 if not taken else 0.5) * row.size or is_caption(row.text) or not _fits(row, bounds):
            break
        taken.append(row)
        edge = row.top if way < 0 else row.bottom
    told = [w for row in taken for w in row.words]
    columns = {_column(w.x0, w.x1, bounds) for w in told}
    return told if len(columns) > 1 and 2 * len(columns) > len(bounds) else []


def _fits(row: Row, bounds: Sequence[tuple[float, float]]) -> bool:
    return all(_column(p.x0, p.x1, bounds) is not None for p in chunks(row, _CELL_GAP))


def _column(x0: float, x1: float, bounds: Sequence[tuple[float, float]]) -> int | None:
    """The column that holds at least most of a piece, None when it spans several."""
    shared = [min(x1, right) - max(x0, left) for left, right in bounds]
    best = max(range(len(bounds)), key=lambda n: shared[n])
    return best if shared[best] >= 0.8 * (x1 - x0) else None


def _cells(words: Sequence[Word], bounds: Sequence[tuple[float, float]]) -> tuple[str, ...]:
    """A band's cells; what spans columns stands in the first of them."""
    cells = [""] * len(bounds)
    for row in rows_of(words):
        for piece in chunks(row, _CELL_GAP):
            place = _column(piece.x0, piece.x1, bounds)
            if place is None:
                place = next(n for n, (left, right) in enumerate(bounds) if piece.x0 < right - 1 and piece.x1 > left)
            cells[place] = _run_on(cells[place], piece.text)
    return tuple(cells)


def _run_on(text: str, more: str) -> str:
    """The next line of print in a cell; what was parted at a hyphen is put together."""
    return f"{text}{more}" if text.endswith("-") and text[-2:-1].isalnum() else f"{text} {more}".strip()


def _is_tabular(grid: Grid, body: Sequence[Sequence[Word]], bounds: Sequence[tuple[float, float]]) -> bool:
    several = sum(1 for row in grid if sum(1 for c in row if c) > 1)
    if (
        several < 0.6 * len(grid)
        or several < _LEAST_BANDS
        or any(len(c.split()) > _CELL_WORDS for r in grid for c in r)
    ):
        return False
    return not any(_stacks_numbers(band, bounds) for band in body)


def _stacks_numbers(band: Sequence[Word], bounds: Sequence[tuple[float, float]]) -> bool:
    """Whether one column of a band has two numbers below each other: then it holds several rows without lines."""
    counts = [0] * len(bounds)
    for row in rows_of(band):
        for piece in chunks(row, _CELL_GAP):
            place = _column(piece.x0, piece.x1, bounds)
            if place and is_number(piece.text):
                counts[place] += 1
    return any(count > 1 for count in counts)
