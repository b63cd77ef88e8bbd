"""What a printed page repeats at its edges: running headers and footers, page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.reading.printed import Row, Sheet, chunks, without

_EDGE = 0.12
"""The share of a page's height, at its top and bottom, in which furniture stands."""
_EDGE_ROWS = 3
_REPEATS = 3
_HEADER_WORDS = 14
_PIECE_GAP = 3.0
_LARGER = 1.13
_Key = tuple[str, int]
_PAGE_NUMBER = re.compile(r"\W*(?:page|seite|p\.)?\s*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/|von)\s*\d{1,4})?\W*", re.I)
_NAMED_NUMBER = re.compile(r"\W*(?:page|seite)\s*\d{1,4}(?:\s*(?:of|/|von)\s*\d{1,4})?\W*", re.I)


def without_furniture(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets without running headers, footers and page numbers."""
    body = _body_size(sheets)
    least = min(_REPEATS, max(2, (len(sheets) + 1) // 2))
    counts: Counter[_Key] = Counter()
    offsets: Counter[int] = Counter()
    for sheet in sheets:
        edges = [sheet.rows[place] for place in _edges(sheet)]
        counts.update({key for row in edges for key in _keys(row, body)})
        offsets.update({n - sheet.number for row in edges for n in _outer_numbers(row)})
    repeated = {told for told, count in counts.items() if count >= least}
    numbering = {offset for offset, count in offsets.items() if count >= least}
    kept = []
    for sheet in sheets:
        numbers = {sheet.number + offset for offset in numbering}
        dropped = {p for p in _edges(sheet) if _is_furniture(sheet.rows[p], repeated, numbers, len(sheets), body)}
        kept.append(without(sheet, frozenset(dropped)))
    return kept


def _edges(sheet: Sheet) -> Iterator[int]:
    """Places of the rows at the page's edges, outermost first."""
    margin = _EDGE * sheet.height
    places = list(range(len(sheet.rows)))
    for place in places[:_EDGE_ROWS]:
        row = sheet.rows[place]
        if row.words and row.bottom <= margin:
            yield place
    for place in places[len(places[:_EDGE_ROWS]) :][-_EDGE_ROWS:]:
        row = sheet.rows[place]
        if row.words and row.top >= sheet.height - margin:
            yield place


def _is_furniture(row: Row, repeated: set[_Key], numbers: set[int], pages: int, body: float) -> bool:
    named = any(_NAMED_NUMBER.fullmatch(piece.text) for piece in chunks(row, _PIECE_GAP))
    if named or (pages > 1 and _PAGE_NUMBER.fullmatch(row.text)):
        return True
    # A running header that changes with the chapter still carries the page's number.
    if _keys(row, body) & repeated:
        return True
    return row.size <= _LARGER * body and (len(row.words) <= _HEADER_WORDS and bool(numbers & _outer_numbers(row)))


def _outer_numbers(row: Row) -> set[int]:
    """Numbers that begin or end a row."""
    ends = {row.words[0].text, row.words[-1].text}
    return {int(text) for text in ends if text.isdecimal() and len(text) < 5}


def _keys(row: Row, body: float) -> set[_Key]:
    """The row itself, and its pieces of two words or more: beside the report's name stands that of the chapter."""
    if row.size > _LARGER * body:
        return {(row.text.lower(), round(row.size))}  # "Chapter 3" and "Chapter 4" are headings
    pieces = chunks(row, _PIECE_GAP)
    return {_key(row)} | {_key(piece) for piece in pieces if len(pieces) > 1 and len(piece.words) > 1}


def _body_size(sheets: Sequence[Sheet]) -> float:
    sizes: Counter[float] = Counter()
    for sheet in sheets:
        for row in sheet.rows:
            sizes[round(row.size * 2) / 2] += len(row.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _key(row: Row) -> _Key:
    """What two running headers share: all but their digits, and the size of their letters."""
    return re.sub(r"\d+", "#", row.text.lower()), round(row.size)
