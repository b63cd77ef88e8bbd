"""What the reranker and the reader say of statements that were found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from app.gate import MOST_LOGIT
from app.nearness import Key, Looking
from app.ranking import score
from app.types import Evidence
from ingest.reader import UNREAD, Reader, page
from ingest.reranker import Reranker
from ingest.types import Passage

_JUDGED, _PAGES, _PAGES_NEAR = 4, 8, 3
# A sentence that was not found and that the reader thinks so likely to answer (log odds) is looked at all the same.
_ANSWERS_FROM = -1.0


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a search can take down: a further statement, looked at; what is read at once with a passage; its title."""

    look: Callable[[Key, Passage], Evidence]
    sheet: Callable[[Passage], tuple[Passage, ...]]
    title: Callable[[Passage], str]


GAP_SIGNALS = {"gap_known": "known", "gap_known_often": "known_often"}
"""The signal of a gap that tells how near it is, by the name of what a statement knows of it."""


class Judges:
    """A reranker for the bundled notes' statements, and a reader for other documents; without them all is as it was."""

    def __init__(
        self,
        reranker: Reranker | None = None,
        reader: Callable[[], Reader] | None = None,
        talk_reranker: Callable[[], Reranker] | None = None,
    ) -> None:
        """`reader` and `talk_reranker`, that of chats, open those: the notes alone need none."""
        self._reranker, self._open_reader, self._open_talk_reranker = reranker, reader, talk_reranker

    def judged(self, looking: Looking, evidence: Sequence[Evidence], shelf: Shelf) -> tuple[Evidence, ...]:
        """The evidence, best first, ordered also by what the reranker says of each of the likeliest statements of the
        bundled notes, and the reader of the likeliest passages of other documents; of a message that was heard only of
        the notes, which alone it is meant for."""
        heard = looking.heard
        reranker, asked = (heard.reranker, heard.text) if heard else (self._reranker, looking.question.text)
        if reranker is None or not evidence:
            return best_first(evidence)
        order = sorted(evidence, key=lambda e: (e.features["conflicts"] > 0, -e.score))
        added = [e for e in order if not e.features["taught"]] if self._open_reader else []
        others = [e for e in order if e.features["taught"]] if self._open_reader else order
        logits = reranker.logits(asked, [f"{e.sentence.context} {e.sentence.text}".strip() for e in others[:_JUDGED]])
        told = [_weighed(e, judged=float(logit)) for e, logit in zip(others[:_JUDGED], logits, strict=True)]
        told += [_weighed(e, judged=-MOST_LOGIT) for e in others[_JUDGED:]]
        if heard or not added:
            return best_first([*told, *added])
        read = best_first(self._read(looking, evidence, added, shelf))
        headed = [" ".join((*(f"{h}." for h in e.passage.section[-1:]), e.sentence.text)) for e in read[:_JUDGED]]
        in_chat = self._open_talk_reranker() if looking.in_chat and self._open_talk_reranker else None
        logits = in_chat.logits(looking.read_as, headed) if in_chat else reranker.logits(asked, headed)
        told += [_weighed(e, judged=float(logit)) for e, logit in zip(read[:_JUDGED], logits, strict=True)]
        return best_first([*told, *(_weighed(e, judged=-MOST_LOGIT) for e in read[_JUDGED:])])

    def _read(
        self,
        looking: Looking,
        evidence: Sequence[Evidence],
        added: Sequence[Evidence],
        shelf: Shelf,
    ) -> list[Evidence]:
        """Statements of documents beside the bundled notes with what the reader says of them; also those of a passage
        that were not found, and that it thinks answer."""
        found = {e.passage.id: e.passage for e in added}
        near = [p for p in found.values() if p.id in looking.last][:_PAGES_NEAR]
        sheets: list[tuple[Passage, ...]] = []
        covered: dict[str, Passage] = {}
        for passage in (*list(found.values())[:_PAGES], *near):
            if passage.id not in covered:
                sheets.append(shelf.sheet(passage))
                covered |= {p.id: p for p in sheets[-1]}
        logits = self._reader.read(looking.read_as, [page(sheet, shelf.title(sheet[0])) for sheet in sheets])
        said: dict[Key, float] = {}
        for sheet, own in zip(sheets, logits, strict=True):
            keys = [(p.id, n) for p in sheet for n in range(len(p.sentences))]
            said |= {k: max(float(z), said.get(k, UNREAD)) for k, z in zip(keys, own, strict=True)}
        there = {(e.passage.id, _place(e)): e for e in added}
        known = {(e.passage.id, _place(e)) for e in evidence}
        missed = {k: shelf.look(k, covered[k[0]]) for k, z in said.items() if k not in known and z > _ANSWERS_FROM}
        # What says what a note says is judged as the notes are.
        there |= {key: _unheard_of(e) for key, e in missed.items() if not e.features["taught"]}
        return [_weighed(e, read=said.get(key, -MOST_LOGIT)) for key, e in there.items()]

    @cached_property
    def _reader(self) -> Reader:
        assert self._open_reader is not None
        return self._open_reader()


def _unheard_of(evidence: Evidence) -> Evidence:
    """A statement of which the bundled notes tell nothing."""
    return replace(evidence, features={**evidence.features, **dict.fromkeys(("sounds", *GAP_SIGNALS), 0.0)})


def _place(evidence: Evidence) -> int:
    """The place of a statement in its passage."""
    return next(n for n, s in enumerate(evidence.passage.sentences) if s.start == evidence.sentence.start)


def _weighed(evidence: Evidence, **logits: float) -> Evidence:
    """Evidence with the log odds that the reranker or the reader gives it."""
    told = {name: max(-1.0, min(1.0, logit / MOST_LOGIT)) for name, logit in logits.items()}
    features = {**evidence.features, **told}
    return replace(evidence, features=features, score=score(features))


def best_first(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The same by score."""
    return tuple(sorted(evidence, key=lambda e: (-e.score, e.passage.id, e.sentence.start)))
