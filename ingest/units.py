"""Units: the texts that are embedded. A unit's number is its row among the vectors.

Each sentence is a unit (with the antecedent it needs), each phrasing of a question that it answers is one,
and so is each passage of several sentences, for questions about what only the whole of it speaks of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.types import Passage

UnitKind = Literal["sentence", "ask", "passage"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A text to embed and what it stands for; `sentence` counts from 0 and is None for a whole passage."""

    passage_id: str
    sentence: int | None
    kind: UnitKind
    text: str

    @property
    def text_hash(self) -> bytes:
        """See `text_hash`."""
        return text_hash(self.text)

    @property
    def id(self) -> str:
        """32 hex digits that name the unit by its content."""
        told = f"{self.passage_id}\0{self.sentence}\0{self.kind}\0{self.text}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def text_hash(text: str) -> bytes:
    """16 bytes that name a text, whatever it stands for."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def units_of(passage: Passage, *, headed: bool = False) -> Iterator[Unit]:
    """All units of a passage, sentences first, each once.

    `headed`: with the headings above it, which tell what such a sentence as "It was stopped after a month." is about.
    """
    above = "".join(f"{heading}. " for heading in passage.section) if headed else ""
    seen: set[tuple[int, str]] = set()
    for number, sentence in enumerate(passage.sentences):
        yield Unit(passage.id, number, "sentence", above + f"{sentence.context} {sentence.text}".strip())
        for ask in sentence.asks:
            if (number, ask) not in seen:
                seen.add((number, ask))
                yield Unit(passage.id, number, "ask", ask)
    if len(passage.sentences) > 1:
        yield Unit(passage.id, None, "passage", above + passage.text)
