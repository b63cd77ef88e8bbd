"""Phrasings lent: a sentence that says what a statement of the bundled notes says answers the same questions.

A document of one's own comes without phrasings, and a question in other words finds it less often. So each of its
sentences is compared with the notes' statements: near in meaning, and with every number that the statement states.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.quantities import Quantity, quantities, same
from ingest.terms import WORD, content_stems, words
from ingest.types import Document, Passage, Sentence
from ingest.units import Unit

Vectors = NDArray[np.float32]
VectorsOf = Callable[[Sequence[Unit]], Vectors]

BORROWS = "document"
"""Documents of this kind borrow; notes have phrasings of their own."""
BUNDLED_KINDS = frozenset({"report-digest", "guidance"})
"""The bundled notes are of these kinds, and nobody's own documents."""
GAPS = "gaps"
"""The bundled note of what the sources lack."""
OURS = frozenset({*BUNDLED_KINDS, GAPS})
"""Kinds of the bundled documents; all others are somebody's own."""
_LENDS = frozenset({"finding", "guidance"})
_OPINION = re.compile(r"Our (?:view|advice)\b")
_CAPITALISED = re.compile(r"\b[A-Z]\w*[a-z]\w*")
_LOWER = re.compile(r"(?<![\w./@-])[a-z]\w+(?![\w/@-]|\.\w)")
_WITHOUT_NUMBERS = frozenset({"figure", "year", "date"})
# Set by eye on the statements of the report's digest beside the sentences of the report; no question was asked.
_NEAR = 0.5
_SHARED_WEIGHT = 0.3
_SAME_WITH_NUMBERS, _SAME_WITHOUT, _SAYS_MORE = 0.65, 0.80, 0.08
# A sentence about as near as the nearest says the same once more.
_AS_NEAR = 0.05
# A note most of whose statements a document makes is a digest of it: the others are looked for less strictly there.
_DIGEST_FROM, _SAME_IN_DIGEST = 0.5, 0.70
_WINDOW = 1_024


@dataclass(frozen=True, slots=True)
class Lender:
    """A statement of a note with its phrasings, the numbers, names and content words that it states."""

    note: str
    unit: Unit
    asks: tuple[str, ...]
    stated: tuple[Quantity, ...]
    names: frozenset[str]
    words: frozenset[str]


class _Place(NamedTuple):
    """Where a sentence stands."""

    passage: int
    sentence: int


def with_lent(document: Document, passages: Sequence[Passage], vectors_of: VectorsOf) -> Iterable[Passage]:
    """The passages of a document, each sentence that says what a statement says with that statement's phrasings."""
    if document.kind != BORROWS or not passages:
        return passages
    there = frozenset(word.lower() for word in WORD.findall(document.text))
    lenders = [lender for lender in _lenders() if 3 * len(lender.names - there) <= len(lender.names)]
    if not lenders:
        return passages
    statements = vectors_of([lender.unit for lender in lenders])
    near: list[dict[_Place, float]] = [{} for _ in lenders]
    for places, units in _windows(passages):
        cosines = statements @ vectors_of(units).T
        for i, j in zip(*np.nonzero(cosines >= _NEAR), strict=True):
            place = places[j]
            told = _told(lenders[i], passages[place.passage].sentences[place.sentence].text, float(cosines[i, j]))
            near[i][place] = max(told, near[i].get(place, 0.0))
    borrowers = [_borrowers(lender, found, passages) for lender, found in zip(lenders, near, strict=True)]
    taken = {place for found in borrowers for place in found}
    digests = _digests(lenders, borrowers)
    lent: dict[_Place, list[str]] = {}
    for lender, found, weighed in zip(lenders, borrowers, near, strict=True):
        free = {p: n for p, n in weighed.items() if n >= _SAME_IN_DIGEST and p not in taken}
        for place in found or (_best(free) if lender.note in digests else ()):
            lent.setdefault(place, []).extend(lender.asks)
    return [_with_asks(passage, number, lent) for number, passage in enumerate(passages)]


def _told(lender: Lender, text: str, cosine: float) -> float:
    """How near a sentence is to a statement in meaning and words; 0 where it lacks a number that the statement has."""
    if not _states(text, lender.stated):
        return 0.0
    return cosine + _SHARED_WEIGHT * len(lender.words & set(content_stems(text))) / max(1, len(lender.words))


def _borrowers(lender: Lender, near: Mapping[_Place, float], passages: Sequence[Passage]) -> list[_Place]:
    """The sentences that say what a statement says."""
    return [p for p in _best(near) if near[p] >= _least(lender, passages[p.passage].sentences[p.sentence])]


def _best(near: Mapping[_Place, float]) -> list[_Place]:
    """The nearest sentence and those about as near."""
    best = max(near.values(), default=0.0)
    return [place for place, nearness in near.items() if nearness >= max(best - _AS_NEAR, _NEAR)]


def _digests(lenders: Sequence[Lender], borrowers: Sequence[Sequence[_Place]]) -> frozenset[str]:
    """The notes most of whose statements the document makes."""
    lends = Counter(lender.note for lender, found in zip(lenders, borrowers, strict=True) if found)
    has = Counter(lender.note for lender in lenders)
    return frozenset(note for note, count in lends.items() if count >= _DIGEST_FROM * has[note])


def _least(lender: Lender, sentence: Sentence) -> float:
    """How near a sentence has to be; one that states a share or a sum has more to say than a statement without any."""
    if lender.stated:
        return _SAME_WITH_NUMBERS
    says_more = any(q.unit == "percent" or (q.unit or "").isupper() for q in quantities(sentence.text))
    return _SAME_WITHOUT + _SAYS_MORE * says_more


def _states(text: str, stated: Sequence[Quantity]) -> bool:
    own = quantities(text) if stated else ()
    return all(any(same(a, b) or _is_value_of(a, b) for b in own) for a in stated)


def _is_value_of(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities are of one value and unit, whatever stands before them ("as high as 149 per cent")."""
    return (a.unit, a.value, a.high) == (b.unit, b.value, b.high)


def _windows(passages: Sequence[Passage]) -> Iterable[tuple[list[_Place], list[Unit]]]:
    """Sentences, alone and after what they refer to, with their places, so many at a time."""
    places: list[_Place] = []
    units: list[Unit] = []
    for at, passage in enumerate(passages):
        for number, sentence in enumerate(passage.sentences):
            for text in dict.fromkeys((sentence.text, f"{sentence.context} {sentence.text}".strip())):
                places.append(_Place(at, number))
                units.append(Unit(passage.id, number, "sentence", text))
        if len(units) >= _WINDOW:
            yield places, units
            places, units = [], []
    if units:
        yield places, units


def _with_asks(passage: Passage, number: int, lent: Mapping[_Place, list[str]]) -> Passage:
    sentences = tuple(
        replace(s, asks=tuple(dict.fromkeys((*s.asks, *lent.get(_Place(number, n), ())))))
        for n, s in enumerate(passage.sentences)
    )
    return replace(passage, sentences=sentences)


@cache
def _lenders() -> tuple[Lender, ...]:
    from ingest.chunker import passages
    from ingest.reading import bundled_paths, read

    read_notes = [passage for path in bundled_paths() for passage in passages(read(path))]
    # A word that is never written small is a name: a statement about it says nothing of who does not name it.
    common = {word for passage in read_notes for word in _LOWER.findall(passage.text)}
    found: list[Lender] = []
    for passage in read_notes:
        for number, sentence in enumerate(passage.sentences):
            if sentence.asks and sentence.kind in _LENDS and not _OPINION.match(sentence.text):
                unit = Unit(passage.id, number, "sentence", f"{sentence.context} {sentence.text}".strip())
                found.append(_lender(passage.document_id, unit, sentence, common))
    return tuple(found)


def _lender(note: str, unit: Unit, sentence: Sentence, common: Set[str]) -> Lender:
    capitalised = {w for found in _CAPITALISED.findall(sentence.text) for w in words(found)}
    return Lender(
        note,
        unit,
        sentence.asks,
        tuple(q for q in quantities(sentence.text) if q.unit not in _WITHOUT_NUMBERS),
        frozenset(capitalised - common),
        frozenset(content_stems(sentence.text)),
    )
