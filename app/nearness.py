"""How near statements are to a question, and what is known of one search.

Dense and lexical ranks are fused by reciprocal rank (Cormack, Clarke and Buettcher 2009, k = 60).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.heard import Heard
from app.question import Question
from app.scope import Scope
from app.vocabulary import Term
from ingest.phrased import Known
from ingest.units import Unit, UnitKind

_K = 60

Key = tuple[str, int]
"""A statement: its passage, and its place there."""


@dataclass(slots=True)
class Near:
    """How near a question is to a statement: to its own words, to its passage, and to each phrasing found."""

    sentence: float = 0.0
    passage: float = 0.0
    asks: dict[str, float] = field(default_factory=dict)

    @property
    def best(self) -> float:
        """The greatest cosine of all."""
        return max(self.sentence, self.passage, self.asked)

    @property
    def asked(self) -> float:
        """The cosine of the nearest phrasing."""
        return max(self.asks.values(), default=0.0)

    def nearest(self, most: int) -> list[tuple[str, float]]:
        """The nearest phrasings with their cosines."""
        return sorted(self.asks.items(), key=lambda told: (-told[1], told[0]))[:most]

    def add(self, kind: UnitKind, text: str, similarity: float) -> None:
        """Keep the greatest cosine of each."""
        if kind == "ask":
            self.asks[text] = max(self.asks.get(text, 0.0), similarity)
        elif kind == "sentence":
            self.sentence = max(self.sentence, similarity)
        else:
            self.passage = max(self.passage, similarity)


@dataclass(frozen=True, slots=True)
class Looking:
    """One search: what is asked, and what was found for it, statement by statement.

    top: the greatest of `fused`. known, phrasings: how near statements with phrasings are, and which of those are
    nearest. weighted: what each term of the question weighs. spoken_of: how near statements are to what was asked so
    far. read_as: the question as the reader reads it, with what was said before where it is asked `in_chat`. last:
    passages that the last answer was quoted from (1), or near to (1/2).
    """

    question: Question
    scope: Scope
    heard: Heard | None
    near: Mapping[Key, Near]
    known: Mapping[Key, Known]
    phrasings: Mapping[int, Unit]
    fused: Mapping[Key, float]
    top: float
    weighted: Mapping[Term, float]
    spoken_of: Mapping[Key, Near]
    read_as: str
    in_chat: bool
    last: Mapping[str, float]


def fuse(rankings: Sequence[Sequence[Key]]) -> dict[Key, float]:
    """For each statement the sum of what its ranks count."""
    fused: dict[Key, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, 1):
            fused[key] = fused.get(key, 0.0) + 1.0 / (_K + rank)
    return fused
