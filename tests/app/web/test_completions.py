"""OpenAI's wire when a chat model words the answer: its tokens, and an answer that took the place of what was said."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from app.types import Step, Turn, Usage
from app.web import sources
from app.web.asking import Queue
from app.web.completions import Completion, told_in_chunks, told_whole
from tests.app.web.scripted import ScriptedAdvisor, answered

USAGE = {"prompt_tokens": 500, "completion_tokens": 40, "total_tokens": 540}


class Replaced(ScriptedAdvisor):
    """Says a sentence, then gives another answer in its place."""

    def steps(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Step]:
        yield Step("sentence", "Growers like robots. [1]")
        yield Step("answer", answer=replace(answered(question), usage=Usage(500, 40)))


class Continued(ScriptedAdvisor):
    """Streams two paragraphs; white space comes before a sentence, as after a model's own."""

    def steps(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Step]:
        yield Step("sentence", "Growers like robots. [1]")
        yield Step("sentence", "\n\n*Note:* Not all do. [2]")
        whole = "Growers like robots. [1]\n\n*Note:* Not all do. [2]"
        yield Step("answer", answer=replace(answered(question), answer=whole))


def _events(advisor: ScriptedAdvisor) -> list[Any]:
    async def read() -> list[str]:
        asked = Completion("Which skills?", (), "any", stream=True, usage=True)
        return [e async for e in told_in_chunks(advisor, Queue(), asked)]

    return [json.loads(e.removeprefix("data: ")) for e in asyncio.run(read()) if "[DONE]" not in e]


def _said(events: list[Any]) -> str:
    return "".join(c["delta"].get("content", "") for e in events for c in e["choices"])


def test_an_answer_that_took_anothers_place_is_given_whole_after_it() -> None:
    events = _events(Replaced())
    assert _said(events) == f"Growers like robots. [1]\n\n{sources.as_text(answered('Which skills?'))}"
    assert events[-1]["usage"] == USAGE


def test_paragraphs_stay_apart() -> None:
    assert _said(_events(Continued())).startswith("Growers like robots. [1]\n\n*Note:* Not all do. [2]\n\nSources")


def test_tokens_are_told_with_the_whole() -> None:
    given = answered("Which skills?")
    assert told_whole(replace(given, usage=Usage(500, 40)), "any")["usage"] == USAGE
    assert told_whole(given, "any")["usage"]["total_tokens"] == 0
