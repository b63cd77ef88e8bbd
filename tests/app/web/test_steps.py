"""Readers who leave: at once for them, and after its current step for the engine."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from app.types import Step, Turn
from app.web.advisor import Desk, NotReady
from app.web.steps import steps
from app.web.tickets import Tickets
from ingest.errors import IndexMissing
from tests.app.web.scripted import ScriptedAdvisor


class Endless(ScriptedAdvisor):
    """Counts the steps it has made; waits for `go_on` before each."""

    def __init__(self) -> None:
        super().__init__()
        self.made = 0
        self.ended = threading.Event()

    def steps(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Step]:
        try:
            while True:
                self.made += 1
                yield Step("stage", f"step {self.made}")
                self.go_on.wait(10)
        finally:
            self.ended.set()


def test_steps_come_in_order_and_end() -> None:
    async def read() -> list[str]:
        return [step.kind async for step in steps(ScriptedAdvisor(), "Which skills?", ())]

    kinds = asyncio.run(read())
    assert kinds == ["stage", "stage", *["sentence"] * 4, "answer"]


def test_a_failure_comes_out_where_the_steps_are_read() -> None:
    async def read() -> None:
        async for _ in steps(ScriptedAdvisor(), "fault", ()):
            pass

    with pytest.raises(RuntimeError, match="secret detail"):
        asyncio.run(read())


def test_leaving_does_not_wait_for_the_engine_and_ends_it() -> None:
    engine = Endless()
    engine.go_on.clear()

    async def read_one_and_leave() -> float:
        reading = steps(engine, "q", ())
        await anext(reading)
        waiting = asyncio.ensure_future(anext(reading))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
        return time.monotonic() - began

    assert asyncio.run(read_one_and_leave()) < 1
    engine.go_on.set()
    assert engine.ended.wait(5)
    assert engine.made <= 2


def test_a_page_has_one_answer_at_a_time() -> None:
    tickets = Tickets()
    first = tickets.enter("a")
    assert first and tickets.enter("a") is None and tickets.enter("b")
    tickets.forget("a")
    second = tickets.enter("a")
    tickets.leave("a", first)  # the stopped answer ends late
    assert second and tickets.enter("a") is None
    tickets.leave("a", second)
    assert tickets.enter("a")


def test_the_desk_tells_when_it_is_ready_and_when_it_failed() -> None:
    failed = threading.Event()

    def missing() -> ScriptedAdvisor:
        raise IndexMissing("no index")

    desk = Desk(missing, on_failure=failed.set)
    with pytest.raises(NotReady):
        desk.advisor()
    desk.start()
    assert failed.wait(5) and isinstance(desk.failure, IndexMissing) and not desk.ready
    ready = Desk(ScriptedAdvisor)
    ready.start()
    assert ready.advisor(wait_s=5) is ready.advisor() and ready.ready
