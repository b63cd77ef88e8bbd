"""A conversation as the page keeps it: frozen, on the server, with the evidence stored in each exchange."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.kept.history import Receipt, new_id, now
from app.types import Answer, Step, Turn
from app.web import render, sources
from app.web.language import ENGLISH, Words
from ingest.types import Document, Figure, Passage

STOPPED = "Stopped. Every sentence above was checked before it was shown."
STOPPED_EARLY = "Stopped before anything was said."


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what came of it; `note` tells why it ended without an answer.

    id: what a link to it ends in. at: when it was asked, ISO 8601, UTC. settings: fingerprint of the settings.
    """

    question: str
    id: str = field(default_factory=new_id)
    at: str = field(default_factory=now)
    settings: str = ""
    stages: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    answer: Answer | None = None
    note: str = ""

    def take(self, step: Step) -> Exchange:
        """The exchange after one more step."""
        if step.kind == "stage":
            return replace(self, stages=(*self.stages, step.text))
        if step.kind == "sentence":
            return replace(self, sentences=(*self.sentences, step.text))
        return replace(self, answer=step.answer)

    @classmethod
    def of(cls, kept: Receipt) -> Exchange:
        """The exchange that was kept."""
        told = {"sentences": kept.sentences, "answer": kept.answer, "note": kept.note}
        return cls(kept.question, kept.id, kept.at, kept.settings, **told)  # type: ignore[arg-type]

    def receipt(self, history: tuple[Turn, ...]) -> Receipt:
        """All that is kept of the exchange, which stood after the turns of `history`."""
        told = (self.answer, self.sentences, self.note, self.settings, self.at)
        return Receipt(self.id, self.question, history, *told)

    def said(self) -> str:
        """What the reader was told, as plain Markdown."""
        return self.answer.answer if self.answer else " ".join(self.sentences)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The exchanges of one reader, oldest first.

    id: names it in the address and in the history. changing: the number of the question, counted from 1, that is being
    put in other words; 0 when none is.
    """

    exchanges: tuple[Exchange, ...] = ()
    id: str = ""
    changing: int = 0

    @classmethod
    def of(cls, name: str, kept: Sequence[Receipt]) -> Conversation:
        """The conversation that was kept under `name`; an empty one when nothing was."""
        return cls(tuple(Exchange.of(r) for r in kept), name) if kept else cls()

    def ask(self, question: str, settings: str = "") -> Conversation:
        """The conversation with a new question: at its end, or in the place of the one that is changed."""
        before = self.exchanges[: self.changing - 1] if self.changing else self.exchanges
        return Conversation((*before, Exchange(question, settings=settings)), self.id or new_id())

    def receipts(self) -> tuple[Receipt, ...]:
        """What is kept: every exchange that has ended."""
        ended = [(n, e) for n, e in enumerate(self.exchanges) if e.answer or e.note]
        return tuple(e.receipt(self._turns(self.exchanges[:n])) for n, e in ended)

    def change(self, number: int) -> Conversation:
        """The conversation whose question `number`, counted from 1, is to be put in other words; 0 for none."""
        return replace(self, changing=number)

    def take(self, step: Step) -> Conversation:
        """The conversation after a step of its last answer."""
        return self._with_last(self.exchanges[-1].take(step))

    def end(self, note: str) -> Conversation:
        """The conversation whose last answer ended early, for the reason in `note`."""
        return self._with_last(replace(self.exchanges[-1], note=note))

    def stop(self) -> Conversation:
        """The conversation after the reader stopped the last answer; unchanged when it was complete."""
        if not self.exchanges or self.exchanges[-1].answer or self.exchanges[-1].note:
            return self
        return self.end(STOPPED if self.exchanges[-1].sentences else STOPPED_EARLY)

    def undo(self) -> tuple[Conversation, str]:
        """The conversation without its last exchange, and the question that was taken back."""
        if not self.exchanges:
            return self, ""
        return replace(self, exchanges=self.exchanges[:-1], changing=0), self.exchanges[-1].question

    def history(self) -> tuple[Turn, ...]:
        """The turns before the last question: plain text, without stages, notes or HTML."""
        return self._turns(self.exchanges[:-1])

    def messages(self, figure: Callable[[int], Figure | None], _: Words = ENGLISH) -> list[dict[str, Any]]:
        """The messages of a Gradio chatbot; follow-ups are offered under the last answer only."""
        told: list[dict[str, Any]] = []
        for key, exchange in self._keyed():
            told.append({"role": "user", "content": render.question(exchange.question, key, _)})
            if exchange.answer:
                shown = render.answer(exchange.answer, key, figure, exchange.id, _)
            else:
                shown = render.progress(exchange.stages, exchange.sentences, exchange.note, _)
            told.append({"role": "assistant", "content": shown})
        if self.exchanges and (last := self.exchanges[-1].answer) and last.follow_ups:
            told[-1]["options"] = [{"value": q, "label": q} for q in last.follow_ups]
        return told

    def evidence(
        self, passage: Callable[[str], Passage | None], documents: Sequence[Document], _: Words = ENGLISH
    ) -> str:
        """The sources of every answer (the page shows those of one at a time), or a list of the documents."""
        cite_only = {d.id for d in documents if d.rights == "cite-only"}
        shown = [
            sources.section(exchange.answer, key, passage, cite_only, _)
            for key, exchange in self._keyed()
            if exchange.answer
        ]
        named = f" id='talk-{self.id}'" if self.exchanges and self.id else ""
        return f"<div class='evidence'{named}>{''.join(shown) or sources.nothing_yet(documents, _)}</div>"

    @staticmethod
    def _turns(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
        turns: list[Turn] = []
        for exchange in exchanges:
            if said := exchange.said():
                turns += [Turn("user", exchange.question), Turn("assistant", said)]
        return tuple(turns)

    def _keyed(self) -> list[tuple[str, Exchange]]:
        return [(f"a{number}", exchange) for number, exchange in enumerate(self.exchanges, start=1)]

    def _with_last(self, exchange: Exchange) -> Conversation:
        return replace(self, exchanges=(*self.exchanges[:-1], exchange))
