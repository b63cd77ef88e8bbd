"""A conversation as the page keeps it: frozen, on the server, with the evidence stored in each exchange."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.types import Answer, Step, Turn
from app.web import render, sources
from ingest.types import Document, Figure, Passage

STOPPED = "Stopped. Every sentence above was checked before it was shown."
STOPPED_EARLY = "Stopped before anything was said."


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what came of it; `note` tells why it ended without an answer."""

    question: str
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

    def said(self) -> str:
        """What the reader was told, as plain Markdown."""
        return self.answer.answer if self.answer else " ".join(self.sentences)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The exchanges of one reader, oldest first."""

    exchanges: tuple[Exchange, ...] = ()

    def ask(self, question: str) -> Conversation:
        """The conversation with a new question at its end."""
        return Conversation((*self.exchanges, Exchange(question)))

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
        return Conversation(self.exchanges[:-1]), self.exchanges[-1].question

    def history(self) -> tuple[Turn, ...]:
        """The turns before the last question: plain text, without stages, notes or HTML."""
        turns: list[Turn] = []
        for exchange in self.exchanges[:-1]:
            if said := exchange.said():
                turns += [Turn("user", exchange.question), Turn("assistant", said)]
        return tuple(turns)

    def messages(self, figure: Callable[[int], Figure | None]) -> list[dict[str, Any]]:
        """The messages of a Gradio chatbot; follow-ups are offered under the last answer only."""
        told: list[dict[str, Any]] = []
        for key, exchange in self._keyed():
            told.append({"role": "user", "content": render.question(exchange.question)})
            if exchange.answer:
                shown = render.answer(exchange.answer, key, figure)
            else:
                shown = render.progress(exchange.stages, exchange.sentences, exchange.note)
            told.append({"role": "assistant", "content": shown})
        if self.exchanges and (last := self.exchanges[-1].answer) and last.follow_ups:
            told[-1]["options"] = [{"value": q, "label": q} for q in last.follow_ups]
        return told

    def evidence(self, passage: Callable[[str], Passage | None], documents: Sequence[Document]) -> str:
        """The sources of every answer (the page shows those of one at a time), or a list of the documents."""
        cite_only = {d.id for d in documents if d.rights == "cite-only"}
        shown = [
            sources.section(exchange.answer, key, passage, cite_only)
            for key, exchange in self._keyed()
            if exchange.answer
        ]
        return f"<div class='evidence'>{''.join(shown) or sources.nothing_yet(documents)}</div>"

    def _keyed(self) -> list[tuple[str, Exchange]]:
        return [(f"a{number}", exchange) for number, exchange in enumerate(self.exchanges, start=1)]

    def _with_last(self, exchange: Exchange) -> Conversation:
        return Conversation((*self.exchanges[:-1], exchange))
