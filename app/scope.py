"""Which documents a question names: "... at Baltway Logistics" asks of Baltway's own report.

The name narrows the search to those documents; what is left of the question is what has to be found in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ingest.terms import STOPWORDS, WORD, words
from ingest.types import Document

_NAME = re.compile(r"\b[A-Z][\w&-]*(?:\s+(?:of\s+|and\s+|&\s+)?[A-Z][\w&-]*)*")
_LEFT_HANGING = re.compile(r"\b(?:at|of|in|for|by|from|with|to|does|did|do|is|has|the|'s|’s)\s*(?=[?.!,]|$)", re.I)
_ACCORDING = re.compile(
    r"\b(?:according to|as stated by|says|in the (?:report|paper|study) (?:of|by))\s*(?=[?.!,]|$)", re.I
)
# A word in the titles of more documents than this names none of them.
_SHARED_BY = 0.2
_FEW = 3
_LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Scope:
    """Documents that a question names (empty when it names none), and the question without their names."""

    documents: frozenset[str] = frozenset()
    rest: str = ""


EVERYTHING = Scope()


class Scopes:
    """Reads the scope of questions over one set of documents."""

    def __init__(self, documents: Iterable[Document], english: Mapping[str, float]) -> None:
        """`english`: words of general English; a title's word that is none of them is a name wherever it stands."""
        held: dict[str, set[str]] = {}
        count = 0
        for document in documents:
            count += 1
            for word in {
                w for w in words(f"{document.title} {document.publisher or ''}") if w not in STOPWORDS and w.isalpha()
            }:
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
            cut.append(word.span())
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
        return Scope(best, rest if plenty else "")
