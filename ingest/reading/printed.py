"""What stands on a printed page before its roles are known: words, rows of words, ruled tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

Grid = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its box, in points from the page's top left corner; `size` is the height of its letters' font."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table with lines between its cells."""

    x0: float
    x1: float
    top: float
    bottom: float
    rows: Grid


@dataclass(frozen=True, slots=True)
class Row:
    """Words on one base line, from left to right; or a whole table, which counts as a row of its own."""

    words: tuple[Word, ...]
    x0: float
    x1: float
    top: float
    bottom: float
    table: RuledTable | None = None

    @property
    def text(self) -> str:
        """The words with one blank between them."""
        return " ".join(word.text for word in self.words)

    @property
    def size(self) -> float:
        """The size that most words have."""
        return median(word.size for word in self.words) if self.words else 0.0

    @property
    def bold(self) -> bool:
        """Whether all words are bold."""
        return bool(self.words) and all(word.bold for word in self.words)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its rows from top to bottom; `hidden` counts what was taken out, by the reason.

    `pictured`: pictures cover most of it; `unnamed` of its `letters` cannot be told by their fonts.
    """

    number: int
    width: float
    height: float
    rows: tuple[Row, ...]
    hidden: dict[str, int]
    pictured: bool = False
    letters: int = 0
    unnamed: int = 0


def row_of(words: Sequence[Word]) -> Row:
    """A row of at least one word."""
    told = tuple(sorted(words, key=lambda w: w.x0))
    return Row(told, told[0].x0, max(w.x1 for w in told), min(w.top for w in told), max(w.bottom for w in told))


def rows_of(words: Iterable[Word], tables: Sequence[RuledTable] = ()) -> tuple[Row, ...]:
    """Words gathered by base line, and the tables, from top to bottom."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.bottom, w.x0)):
        slack = 0.35 * word.size
        near = next((row for row in reversed(rows[-3:]) if abs(row[-1].bottom - word.bottom) <= slack), None)
        if near is None:
            rows.append([word])
        else:
            near.append(word)
    told = [row_of(row) for row in rows]
    told += [Row((), t.x0, t.x1, t.top, t.bottom, t) for t in tables]
    return tuple(sorted(told, key=lambda row: (row.top + row.bottom) / 2 if row.words else row.top))


def chunks(row: Row, gap: float) -> list[Row]:
    """The pieces of a row that blanks wider than `gap` times the letters' size set apart."""
    pieces: list[list[Word]] = [[row.words[0]]]
    for before, word in pairwise(row.words):
        if word.x0 - before.x1 > gap * max(word.size, before.size):
            pieces.append([])
        pieces[-1].append(word)
    return [row_of(piece) for piece in pieces]


def without(sheet: Sheet, dropped: frozenset[int]) -> Sheet:
    """The sheet without the rows at these places."""
    return replace(sheet, rows=tuple(row for place, row in enumerate(sheet.rows) if place not in dropped))
