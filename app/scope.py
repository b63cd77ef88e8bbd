"""Which documents a question names: "... at Baltway Logistics" asks of Baltway's own report.

The name narrows the search to those documents; what is left of the question is what has to be found in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ingest.terms import STOPWORDS, WORD, words
from ingest.types import Document

_NAME = re.compile(r"\b[A-ZÀ-Þ][\w&-]*(?:\s+(?:of\s+|and\s+|&\s+)?[A-ZÀ-Þ][\w&-]*)*")
_LEFT_HANGING = re.compile(r"\b(?:at|of|in|for|by|from|with|to|does|did|do|is|has|the|'s|’s)\s*(?=[?.!,]|$)", re.I)
_YEARS = re.compile(r"\b((?:19|20)\d\d)\s*(?:to|until|[-–/])\s*((?:19|20)\d\d)\b")
_LONGEST_YEARS = 10
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ACCORDING = re.compile(
    r"\b(?:according to|as stated by|says|in the (?:report|paper|study) (?:of|by))\s*(?=[?.!,]|$)", re.I
)
# A word in the titles of more documents than this names none of them.
_SHARED_BY = 0.2
_FEW = 3
_LEAST_WORDS = 2
_OPENING_CHARS = 600
_START_CHARS = 4_000
_OFTEN = 2


@dataclass(frozen=True, slots=True)
class Scope:
    """Documents that a question names (empty when it names none), their `names` in it, and the question without."""

    documents: frozenset[str] = frozenset()
    rest: str = ""
    names: frozenset[str] = frozenset()


EVERYTHING = Scope()


class Scopes:
    """Reads the scope of questions over one set of documents."""

    def __init__(
        self, documents: Iterable[Document], english: Mapping[str, float], opening: Callable[[str], str]
    ) -> None:
        """`english`: words of general English; a title's word that is none of them is a name wherever it stands.
        `opening` gives the first words of a document by its id."""
        held: dict[str, set[str]] = {}
        count = 0
        for document in documents:
            count += 1
            for word in _named_by(document, opening(document.id)):
                held.setdefault(word, set()).add(document.id)
        most = max(_FEW, _SHARED_BY * count)
        self._held = {w: frozenset(ids) for w, ids in held.items() if len(ids) <= most}
        self._english = english

    def of(self, question: str) -> Scope:
        """The scope of one question."""
        named = [m.span() for m in _NAME.finditer(question) if m.start() > 0 or " " in m.group(0)]
        best: frozenset[str] = frozenset()
        cut: list[tuple[int, int]] = []
        for word in WORD.finditer(question):
            plain = next(iter(words(word.group(0))), "")
            ids = self._held.get(plain, frozenset())
            within = any(a <= word.start() < b for a, b in named)
            if not ids or not (within or plain not in self._english):
                continue
            best = (best & ids) or best or ids
            whole = next((span for span in named if span[0] <= word.start() < span[1]), word.span())
            if not cut or cut[-1][1] <= whole[0]:
                cut.append(whole)
        if not best:
            return Scope()
        kept, at = [], 0
        for a, b in cut:
            kept.append(question[at:a])
            at = b
        rest = re.sub(r"\s+([?.!,])", r"\1", " ".join("".join((*kept, question[at:])).split()))
        for _ in range(2):
            rest = " ".join(_ACCORDING.sub("", _LEFT_HANGING.sub("", rest)).split())
        plenty = sum(w not in STOPWORDS for w in words(rest)) >= _LEAST_WORDS
        return Scope(best, rest if plenty else "", frozenset(w for a, b in cut for w in words(question[a:b])))


def years_of(document: Document) -> frozenset[int]:
    """The years that a document speaks of where a sentence names none: a survey published in a year, of that one and of
    the fieldwork before it; a paper without a date, of those in its title ("Review, first half of 2026")."""
    if document.year:
        return frozenset({document.year, document.year - 1})
    years = {int(year) for year in _YEAR.findall(document.title)}
    for first, last in _YEARS.findall(document.title):
        years |= set(range(int(first), min(int(last), int(first) + _LONGEST_YEARS) + 1))
    return frozenset(years)


def _named_by(document: Document, text: str) -> set[str]:
    """Words that name a document: those of its title and publisher, and names that its opening repeats."""
    titled = {w for w in words(f"{document.title} {document.publisher or ''}") if w not in STOPWORDS and w.isalpha()}
    opening, start = text[:_OPENING_CHARS], text[:_START_CHARS]
    spans = [m.group(0) for m in _NAME.finditer(opening)]
    often = {s for s in spans if start.count(s) > _OFTEN or " " in s}
    return titled | {w for s in often for w in words(s) if w not in STOPWORDS and w.isalpha()}
