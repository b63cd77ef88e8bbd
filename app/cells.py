"""Rows of tables as what they are: cells under headers.

A row reads "Segment: Customs; Revenue 2024 (EUR m): 61.3; Margin: 21.5%". A question that names the row and the
header is answered by one cell, whatever else the row holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from app.question import Question
from app.vocabulary import concepts
from ingest.terms import STOPWORDS, content_stems, stem, words

_CELL = re.compile(r"^(?P<header>[^:;]{1,80}):\s(?P<value>[^;]+)$")
_LETTER = re.compile(r"[^\W\d_]{2}")
_NUMERIC = re.compile(r"\d")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_UNIT = re.compile(r"\([^)]*\)")
_A_VALUE = re.compile(r"^[(£$€−-]*\s?\d[\d.,]*\s?\)?\s?(?:%|per cent|[A-Za-z€£$]{1,8})?$")
_LABEL_WORDS = 12
_HEADER_NAMED_FROM = 0.99
_UNNAMED_ROW = 0.6
_NAME = re.compile(r"(?<=[\w,;:] )[A-ZÀ-Þ][\w&-]*(?:\s+[A-ZÀ-Þ][\w&-]*)*")
# A row is named when most of its label stands in the question: "the Gdansk site" names "Gdansk".
_NAMED_FROM = 0.6
_NAMED_FROM_OF_LONG, _LONG_LABEL = 0.4, 5


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `header` as printed, `value` as printed."""

    header: str
    value: str

    @property
    def is_label(self) -> bool:
        """True for a cell that names its row, false for one that states a value."""
        return _LETTER.search(self.value) is not None and not _NUMERIC.match(self.value.lstrip("£$€-−+(~<> "))

    def __str__(self) -> str:
        return f"{self.header}: {self.value}" if self.header else self.value


@lru_cache(maxsize=16_384)
def cells(text: str) -> tuple[Cell, ...]:
    """The cells of a row's text; nothing for a sentence. The first may stand under no header."""
    first, *rest = (part.strip() for part in text.split("; "))
    found = [_CELL.match(part) for part in rest]
    opening = _CELL.match(first)
    if not rest:
        alone = opening and _A_VALUE.match(opening["value"])
        return (Cell(opening["header"].strip(), opening["value"].strip()),) if opening and alone else ()
    if not all(found) or (opening is None and (":" in first or len(first.split()) > _LABEL_WORDS)):
        return ()
    named = Cell(opening["header"].strip(), opening["value"].strip()) if opening else Cell("", first)
    return (named, *(Cell(m["header"].strip(), m["value"].strip()) for m in found if m))


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a question asks of a row: the labels that it names and the value cells under the headers that it names.

    fit: 0 (another row or another column) to 1 (both are named).
    """

    labels: tuple[Cell, ...] = ()
    values: tuple[Cell, ...] = ()
    fit: float = 0.0


def look_up(question: Question, text: str) -> Lookup:
    """Which cells of a row answer a question."""
    row = cells(text)
    if not row:
        return Lookup()
    asked = frozenset(content_stems(question.text)) | frozenset(stem(w) for w in words(question.text))
    if len(row) == 1:
        return Lookup((), row, 1.0) if _is_named(row[0].header, asked) else Lookup()
    labels = tuple(c for c in row if _is_named(c.value, asked))
    values = tuple(c for c in row if c not in labels and _NUMERIC.search(c.value) and not c.is_label)
    if not labels:
        return _under_header(question, row, asked)
    told = frozenset(s for c in labels for s in content_stems(c.value))
    scored = [(_header_fit(c, question, asked - told), c) for c in values or row if c not in labels]
    best = max((fit for fit, _ in scored), default=0.0)
    if best <= 0.0:
        return Lookup(labels, (), 0.5 if len(values) == 1 else 0.25)
    return Lookup(labels, tuple(c for fit, c in scored if fit == best), best)


def _under_header(question: Question, row: tuple[Cell, ...], asked: frozenset[str]) -> Lookup:
    """The cell whose header is all that the question asks for: "Who is the AI steward?" names no row."""
    fits = [(_header_fit(c, question, asked), c) for c in row if c.header]
    found = tuple(c for fit, c in fits if fit >= _HEADER_NAMED_FROM)
    if len(found) != 1:
        return Lookup()
    names = frozenset(stem(w) for name in _NAME.findall(question.text) for w in words(name))
    told = frozenset(stem(w) for w in words(found[0].header)) | names
    left = [t for t in question.terms if not t.frame and not all(p in told for p in t.stem.split())]
    return Lookup() if left else Lookup((), found, _UNNAMED_ROW)


def _is_named(value: str, asked: frozenset[str]) -> bool:
    parts = [stem(w) for w in words(value) if w not in STOPWORDS]
    if not parts or not any(p in asked for p in parts):
        return False
    # A label with a number in it ("Plant P100", "Grade 8") is only named by that number.
    numbered = [p for p in parts if any(c.isdigit() for c in p)]
    return (
        all(p in asked for p in numbered)
        and sum(p in asked for p in parts) >= _NAMED_FROM * len(parts)
        and (bool(numbered) or _LETTER.search(value) is not None)
    )


def _header_fit(cell: Cell, question: Question, asked: frozenset[str]) -> float:
    years = {int(y) for y in _YEAR.findall(cell.header)}
    if question.years and years and not question.years & years:
        return 0.0
    header = _YEAR.sub(" ", _UNIT.sub(" ", cell.header))
    parts = [stem(w) for w in words(header) if w not in STOPWORDS]
    if not parts:
        return 1.0 if question.years & years else 0.0
    met = sum(p in asked for p in parts) / len(parts)
    if met < 1.0 and concepts(header) & concepts(question.text):
        met = max(met, 0.8)
    return met


def spoken(lookup: Lookup) -> str:
    """The cells that answer, as a sentence keeps them: the row's names, then the values."""
    return "; ".join(str(c) for c in (*lookup.labels, *lookup.values))
