"""Questions to ask next: drawn from what the corpus says nearby, each put through the gate before it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from app import gate
from app.question import read
from app.retrieve import Found, Retriever
from ingest.index import Index
from ingest.terms import content_stems

_MOST = 3
_TRIED = 6
_ALIKE = 0.6
# A phrasing has its own statement among the very first; more is not looked at, since several are tried for an answer.
_LOOKED_AT = 10


class FollowUps:
    """Proposes questions over one index and remembers which of them it answers."""

    def __init__(self, retriever: Retriever, index: Index) -> None:
        self._retriever, self._index = retriever, index
        self._answered: dict[str, bool] = {}

    def after(self, found: Found | None, asked: str) -> tuple[str, ...]:
        """Up to three answerable questions near the one asked, none of them a repeat of it or of another."""
        if found is None:
            return ()
        kept: list[str] = []
        nearby = [ask for evidence in found.evidence[1:] for ask in evidence.sentence.asks[:1]][:_TRIED]
        figures = dict.fromkeys(n for e in found.evidence[:5] for n in e.sentence.figures)
        for ask in (*nearby, *(f"What does figure {number} show?" for number in figures)):
            if len(kept) < _MOST and not _repeats(ask, [asked, *kept]) and self._answers(ask):
                kept.append(ask)
        return tuple(kept)

    def _answers(self, ask: str) -> bool:
        if ask not in self._answered:
            question = read(ask)
            vector = self._index.vector_of_ask(ask)
            if vector is None:
                # A figure that evidence belongs to is there to be shown; no other question is made up.
                self._answered[ask] = bool(question.figures)
            else:
                evidence = self._retriever.find(question, vector[None, :], most=_LOOKED_AT).evidence
                self._answered[ask] = gate.decide(question, evidence).direct is not None
        return self._answered[ask]


def _repeats(ask: str, others: Sequence[str]) -> bool:
    own = set(content_stems(ask))
    for other in others:
        theirs = set(content_stems(other))
        if own and theirs and len(own & theirs) / min(len(own), len(theirs)) > _ALIKE:
            return True
    return False
