"""Questions to ask next: drawn from what the corpus says nearby, each put through the gate before it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from app import gate
from app.cues import depends
from app.question import read
from app.retrieve import Found, Retriever
from app.types import Evidence
from ingest.terms import content_stems

_MOST = 3
_TRIED = 6
_ALIKE = 0.6


class FollowUps:
    """Proposes questions over one index and remembers which of them it answers."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        self._answered: dict[str, bool] = {}

    def after(self, found: Found | None, asked: str) -> tuple[str, ...]:
        """Up to three answerable questions near the one asked, none of them a repeat of it or of another."""
        return self._kept(self._near(found.evidence, found.evidence[1:]), [asked]) if found else ()

    def instead(self, found: Found | None) -> tuple[str, ...]:
        """The same for a question that is refused, the nearest in meaning first: what nearly repeats it helps most."""
        if found is None:
            return ()
        nearest = sorted(found.evidence, key=lambda e: -e.features["known_often"])
        return self._kept(self._near(nearest, nearest), [])

    def _kept(self, near: Iterator[tuple[str, Evidence | None]], said: Sequence[str]) -> tuple[str, ...]:
        kept: list[str] = []
        for ask, of in near:
            if not _repeats(ask, [*said, *kept]) and self._answers(ask, of):
                kept.append(ask)
            if len(kept) == _MOST:
                break
        return tuple(kept)

    def _near(self, found: Sequence[Evidence], asked_of: Sequence[Evidence]) -> Iterator[tuple[str, Evidence | None]]:
        """Phrasings with the statements they are of; and the figures that evidence belongs to, which can be shown."""
        phrased = ((ask, e) for e in asked_of for ask in islice(filter(reads_well, e.sentence.asks), 1))
        yield from islice(phrased, _TRIED)
        for number in dict.fromkeys(n for e in found[:5] for n in e.sentence.figures):
            yield f"What does figure {number} show?", None

    def _answers(self, ask: str, of: Evidence | None) -> bool:
        """Whether the statement that a phrasing is of meets all that it asks for."""
        if of is None:
            return True
        if ask not in self._answered:
            question = read(ask)
            self._answered[ask] = gate.fits(question, self._retriever.asked_for(question, of))
        return self._answered[ask]


def reads_well(ask: str) -> bool:
    """Whether a phrasing may be shown: some are as people type them ("payback mlops avg"), some lean on what is not
    said ("How much does it cost?")."""
    return ask[:1].isupper() and ask.endswith("?") and not depends(ask)


def _repeats(ask: str, others: Sequence[str]) -> bool:
    own = set(content_stems(ask))
    for other in others:
        theirs = set(content_stems(other))
        if own and theirs and len(own & theirs) / min(len(own), len(theirs)) > _ALIKE:
            return True
    return False
