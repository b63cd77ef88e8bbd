"""Tiles of a printed page: large numbers in a row, each with what it counts in small letters below."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.reading.printed import Row, RuledTable, chunks

_GAP = 1.0
_LARGER = 1.2
_NUMBER_WORDS = 4
_LABEL_WORDS = 14
_NUMBER = re.compile(r"[^\w\s]{0,2}\s?(?:[A-Z]{2,3}\s)?[^\w\s]?\d")


def with_tiles(rows: Sequence[Row]) -> list[Row]:
    """The rows, with those that make tiles gathered into a table of labels and numbers."""
    told: list[Row] = []
    at = 0
    while at < len(rows):
        after, tiles = _tiles(rows, at)
        told.append(tiles or rows[at])
        at = after
    return told


def _tiles(rows: Sequence[Row], at: int) -> tuple[int, Row | None]:
    row = rows[at]
    numbers = chunks(row, _GAP) if row.words else []
    if len(numbers) < 2 or not all(_is_number(piece) for piece in numbers):
        return at + 1, None
    labels: list[list[str]] = [[] for _ in numbers]
    last, end = row, at + 1
    while end < len(rows) and _is_below(rows[end], last, row):
        places = [_place(piece, numbers) for piece in chunks(rows[end], _GAP)]
        if None in places or len(set(places)) < len(places):
            break
        for place, piece in zip(places, chunks(rows[end], _GAP), strict=True):
            labels[place or 0].append(piece.text)
        last, end = rows[end], end + 1
    told = tuple((" ".join(label), number.text) for label, number in zip(labels, numbers, strict=True))
    if not all(label and len(label.split()) <= _LABEL_WORDS for label, _ in told):
        return at + 1, None
    table = RuledTable(row.x0, max(row.x1, last.x1), row.top, last.bottom, told)
    return end, Row((), table.x0, table.x1, table.top, table.bottom, table)


def _is_number(piece: Row) -> bool:
    return len(piece.words) <= _NUMBER_WORDS and _NUMBER.match(piece.text) is not None


def _is_below(row: Row, last: Row, numbers: Row) -> bool:
    return bool(row.words) and row.size * _LARGER <= numbers.size and row.top - last.bottom < numbers.size


def _place(piece: Row, numbers: Sequence[Row]) -> int | None:
    """The number that stands above a piece: the only one whose share of the row it reaches into."""
    middle = (piece.x0 + piece.x1) / 2
    near = min(range(len(numbers)), key=lambda n: abs((numbers[n].x0 + numbers[n].x1) / 2 - middle))
    reached = [n for n, number in enumerate(numbers) if piece.x0 < number.x1 and piece.x1 > number.x0]
    return near if reached == [near] else None
