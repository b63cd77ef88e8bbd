"""The chain, read top to bottom: resolve -> search -> gate -> compose (-> write) -> verify -> Answer.

A chat model, where one is set, writes between composing and verifying; the drafts are there should it fail.
Each stage takes the work so far and returns it with its own part added. `open_advisor` makes the one object that
every door (command line, web page, API, evaluation) asks.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from app import models
from app.answering import abstain, assemble, quoted_from, receipt_id
from app.caveats import Caveat, on_source
from app.compose import compose
from app.finding import Finder
from app.follow_ups import FollowUps
from app.generate import write
from app.message import wants_it_short
from app.pointing import respecting_rights
from app.resolve import Reading, resolve, to_repeat
from app.spelling import Speller
from app.streaming import left_to_tell
from app.types import Answer, Evidence, Step, Turn
from app.verify_drafts import checked, each_said_once, readable
from app.work import Part, Work, timed
from ingest.errors import QuestionRefused
from ingest.index import Index, open_index
from ingest.lending import OURS
from ingest.settings import Settings
from ingest.types import Document, Figure, Passage

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

_SHORT_WORDS = 25
# What a leader reads in one go; an answer to several questions may be longer than the length aimed at, never than this.
_MOST_WORDS = 155
_CAVEATS_NEAR = 40


class Advisor:
    """Answers questions from one open index; safe to share between threads."""

    def __init__(self, index: Index, settings: Settings) -> None:
        self._index, self._settings = index, settings
        self._finder = Finder(index, settings)
        self._model = models.ChatModel(settings) if settings.model else None

    # What it stands on ------------------------------------------------------------------------------------------

    @property
    def corpus(self) -> str:
        """Fingerprint of the index that answers."""
        return self._index.manifest.fingerprint

    @property
    def composer(self) -> str:
        """'extractive' or 'provider:model'."""
        return self._model.name if self._model else "extractive"

    @property
    def statements(self) -> int:
        """How many statements are searched."""
        return self._index.manifest.counts["sentences"]

    def documents(self) -> Sequence[Document]:
        """The documents of the corpus."""
        return self._index.store.documents()

    def figures(self) -> Sequence[Figure]:
        """The figures of the corpus, by number."""
        return self._index.store.figures()

    def figure(self, number: int) -> Figure | None:
        """The figure of a number, or None."""
        return next((f for f in self.figures() if f.number == number), None)

    def passage(self, passage_id: str) -> Passage | None:
        """A stored passage, or None."""
        return self._index.store.passages([passage_id]).get(passage_id)

    def passages_of(self, document_id: str) -> Iterator[Passage]:
        """The passages of a document, in order."""
        return self._index.store.passages_of_document(document_id)

    def is_current(self) -> bool:
        """Whether the index that answers is still the one in use."""
        return self._index.is_current()

    # Asking -----------------------------------------------------------------------------------------------------

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The answer to `question` after `history`; raises QuestionRefused on an empty or overlong one."""
        with models.untraced():
            work: Work = self._chain.invoke(self._begin(question, history))
        assert work.answer is not None
        return work.answer

    def steps(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Step]:
        """The same, stage by stage: what is being done, then each verified sentence, then the answer."""
        work = self._begin(question, history)
        for name, stage in self._stages.items():
            doing = self._doing(name, work)
            if doing:
                yield Step("stage", doing)
            if name == "write":
                work = yield from self._writing(work)
            else:
                work = stage(work)
        assert work.answer is not None
        yield from left_to_tell(work)
        yield Step("answer", answer=work.answer)

    def _doing(self, stage: str, work: Work) -> str:
        """What a reader is told while a stage runs; nothing for those that take no time."""
        if stage == "search":
            return f"Searching {self.statements} statements"
        if stage == "write" and any(p.drafts for p in work.parts):
            return f"Asking {self.composer}, and checking each of its sentences"
        if stage == "verify" and not (work.written and work.written.checked) and any(p.drafts for p in work.parts):
            return f"Checking {sum(len(p.drafts) for p in work.parts)} sentences against their sources"
        return ""

    @cached_property
    def _stages(self) -> dict[str, Callable[[Work], Work]]:
        stages = {
            "resolve": self._resolve,
            "search": self._search,
            "gate": self._gate,
            "compose": self._compose,
            **({"write": self._write} if self._model else {}),
            "verify": self._verify,
            "finish": self._finish,
        }
        return {name: timed(name, _without_keeping(stage)) for name, stage in stages.items()}

    @cached_property
    def _chain(self) -> Runnable[Work, Work]:
        from langchain_core.runnables import RunnableLambda, RunnableSequence

        return RunnableSequence(*(RunnableLambda(s, name=n) for n, s in self._stages.items()))

    def _begin(self, question: str, history: Sequence[Turn]) -> Work:
        text = question.strip()
        most = self._settings.question_max_chars
        if not text:
            raise QuestionRefused("the question is empty; ask something, such as: What is MLOps?")
        if len(text) > most:
            raise QuestionRefused(f"the question has {len(text)} characters; expected at most {most}; shorten it")
        return Work(text, tuple(history), words=self._settings.words, started_s=time.perf_counter())

    # The stages -------------------------------------------------------------------------------------------------

    def _resolve(self, work: Work) -> Work:
        """Mend slips, then read the question in the light of the dialogue."""
        answers = (turn.content for turn in work.history if turn.role == "assistant")
        mended = self._speller.mend(work.asked, answers)
        return replace(work, mended=mended, readings=resolve(mended, work.history))

    def _search(self, work: Work) -> Work:
        """Find evidence for every question of the message, heard with what went before it."""
        first = work.readings[0]
        usual = min(work.words, _SHORT_WORDS) if wants_it_short(work.mended) else work.words
        words = {"shorter": _SHORT_WORDS, "longer": _MOST_WORDS}.get(first.repeat, usual)
        message, history = to_repeat(work.history) if first.repeat else (work.mended, work.history)
        if history:
            found, resolved = self._finder.parts_in_chat(message, history)
        else:
            reading = Reading(message) if first.repeat and message else first
            found, resolved = self._finder.parts(reading), reading.text
        return replace(work, resolved=resolved, parts=found, words=words)

    def _gate(self, work: Work) -> Work:
        """Keep the parts that are answered; when none is, the refusal is written from the first."""
        answered = [p for p in work.parts if p.direct]
        if not answered:
            return work
        left = tuple(p.read_as for p in work.parts if p not in answered)
        return replace(work, parts=tuple(answered), unanswered=left)

    def _compose(self, work: Work) -> Work:
        """Write drafts for each answered part."""
        share = max(_SHORT_WORDS, work.words // max(1, len(work.parts)))
        return replace(work, parts=tuple(self._drafted(p, share) for p in work.parts))

    def _drafted(self, part: Part, words: int) -> Part:
        direct = part.direct
        if direct is None or part.found is None:
            return part
        caveats = self._caveats(direct, part.found.evidence)
        sides = tuple(p.direct for p in part.sides if p.direct)
        drafts = compose(part.question, direct, part.found.evidence, caveats, words, each_side=sides)
        return replace(part, drafts=respecting_rights(drafts, part.question, self._finder.retriever.document))

    def _caveats(self, direct: Evidence, evidence: Sequence[Evidence]) -> list[Caveat]:
        """Caveats near the direct answer, and those that the question itself brought up."""
        vector = self._index.vector_of(direct.passage.id, direct.passage.sentences.index(direct.sentence))
        source = self._finder.retriever.document(direct.passage.document_id)
        found = self._finder.retriever.near(vector, _CAVEATS_NEAR)
        # What limits Deloitte's survey limits no paper of one's own.
        near = {s.text: (s, p, score) for s, p, score in found if self._is_ours(p) == self._is_ours(direct.passage)}
        for e in evidence:
            if e.sentence.kind == "caveat" and e.sentence.text not in near:
                own = self._index.vector_of(e.passage.id, e.passage.sentences.index(e.sentence))
                near[e.sentence.text] = (e.sentence, e.passage, float(own @ vector))
        return [Caveat(s, p, score, on_source(s.text, source)) for s, p, score in near.values() if s.kind == "caveat"]

    def _is_ours(self, passage: Passage) -> bool:
        source = self._finder.retriever.document(passage.document_id)
        return source is not None and source.kind in OURS

    def _writing(self, work: Work) -> Generator[Step, None, Work]:
        """Let the chat model word the answer; yields each of its sentences that stands."""
        if self._model is None or not any(p.drafts for p in work.parts):
            return work
        before, told = time.perf_counter(), ""
        asked = work.resolved or work.asked
        writing = write(self._model, asked, work.parts, work.words, self._finder.retriever.document)
        while True:
            try:
                piece = next(writing)
            except StopIteration as end:
                work.timings_ms["write"] = (time.perf_counter() - before) * 1e3
                return replace(work, written=end.value, streamed=told)
            told += piece
            yield Step("sentence", piece)

    def _write(self, work: Work) -> Work:
        """The same, for those who wait for the whole."""
        writing = self._writing(work)
        while True:
            try:
                next(writing)
            except StopIteration as end:
                done: Work = end.value
                return done

    def _verify(self, work: Work) -> Work:
        """Check every draft against its quotes; strike what they do not support."""
        if work.written and work.written.checked:
            return replace(work, checked=work.written.checked)
        told = each_said_once([p.drafts for p in work.parts])
        first = {id(p.drafts[0]) for p in work.parts if p.drafts}
        return replace(work, checked=checked(readable(told, first, max(_MOST_WORDS, work.words))))

    def _finish(self, work: Work) -> Work:
        """The answer object, or the refusal."""
        work.timings_ms["total"] = (time.perf_counter() - work.started_s) * 1e3
        common = {
            "id": receipt_id(work.asked, work.history, self.corpus, self._settings.fingerprint()),
            "question": work.asked,
            "resolved_question": work.resolved,
            "composer": self.composer if work.written and work.written.checked else "extractive",
            "corpus": self.corpus,
            "timings_ms": work.timings_ms,
            "settings": self._settings.fingerprint(),
            "usage": work.written.usage if work.written else None,
        }
        first = work.parts[0]
        if work.checked is None or not work.checked.statements:
            asks = self._follow_ups.instead(first.found)
            return replace(work, answer=abstain(first, self._index, self._finder.retriever.document, asks, common))
        asks = self._follow_ups.after(first.found, work.resolved)
        notice = work.written.notice if work.written else ""
        if not notice and work.readings[0].repeat == "sourced":
            notice = quoted_from(work.checked, self._finder.retriever.document)
        given = assemble(work.checked, self._finder.retriever.document, asks, work.unanswered, common, notice=notice)
        if work.written and not work.written.checked:  # what was withheld of a model's words is told all the same
            struck = given.checks.struck + work.written.struck
            given = replace(given, checks=replace(given.checks, struck=struck))
        if given.composer == "extractive":  # how a chat model's wording fares was never fitted
            given = replace(given, confidence=round(self._sure_of(work), 2))
        return replace(work, answer=given)

    def _sure_of(self, work: Work) -> float:
        """How sure the answer is: as sure as the least sure of its parts."""
        return min(part.sureness for part in work.parts)

    # What is loaded when it is first needed ---------------------------------------------------------------------

    @cached_property
    def _follow_ups(self) -> FollowUps:
        return FollowUps(self._finder.retriever)

    @cached_property
    def _speller(self) -> Speller:
        corpus = frozenset(self._index.store.vocabulary())
        return Speller(corpus, frozenset(self._finder.embedder.vocabulary()))


def _without_keeping(stage: Callable[[Work], Work]) -> Callable[[Work], Work]:
    """A stage that does not keep its advisor alive: the advisor keeps its stages.

    Held by one another they would go, with some 400 MB of models and an open index, only when the collector comes.
    """
    held = weakref.WeakMethod(stage)

    def call(work: Work) -> Work:
        alive = held()
        assert alive is not None, "the advisor was let go while it answers"
        return alive(work)

    return call


def open_advisor(settings: Settings) -> Advisor:
    """The advisor over the index in the data folder; raises SettingsError or an index error."""
    if settings.model:
        models.require_known(settings)
    return Advisor(open_index(settings), settings)
