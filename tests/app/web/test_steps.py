"""Readers who leave: at once for them, and after its current step for the engine."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence

import pytest

from app.types import Step, Turn
from app.web.advisor import Desk, NotReady
from app.web.steps import paced, steps
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


def test_the_desk_opens_an_index_that_was_changed_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.advisor.LOOK_EACH_S", 0.0)
    opened: list[ScriptedAdvisor] = []
    failed, may_open = threading.Event(), threading.Event()
    may_open.set()

    def opening() -> ScriptedAdvisor:
        may_open.wait(5)
        if len(opened) == 2:
            failed.set()
            raise IndexMissing("the new index is gone again")
        opened.append(ScriptedAdvisor())
        return opened[-1]

    desk = Desk(opening)
    desk.start()
    first = desk.advisor(wait_s=5)
    assert desk.advisor() is first and len(opened) == 1
    may_open.clear()
    opened[0].current = False
    assert desk.advisor() is first, "the old one answers until the new one can"
    may_open.set()
    _until(lambda: desk.advisor() is opened[-1] and len(opened) == 2)
    opened[1].current = False
    _until(lambda: desk.advisor() is opened[1] and failed.is_set())
    opened[1].current = True
    assert desk.advisor() is opened[1], "one that cannot be opened leaves the old one"


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


async def _timed(*pauses_s: float, fault: bool = False) -> AsyncGenerator[Step, None]:
    for number, pause_s in enumerate(pauses_s):
        await asyncio.sleep(pause_s)
        yield Step("sentence", str(number))
    if fault:
        raise RuntimeError("fault")


def _bundles(source: AsyncGenerator[Step, None], every_s: float = 0.1) -> list[str]:
    async def run() -> list[str]:
        return ["".join(s.text for s in bundle) async for bundle in paced(source, every_s)]

    return asyncio.run(run())


def test_steps_that_come_together_are_shown_together() -> None:
    assert _bundles(_timed(0, 0, 0, 0)) == ["0", "123"]
    assert _bundles(_timed()) == []


def test_no_step_waits_for_the_one_after_it() -> None:
    assert _bundles(_timed(0, 0, 0.5)) == ["0", "1", "2"]


def test_what_was_said_before_a_fault_is_shown() -> None:
    told: list[str] = []

    async def run() -> None:
        async for bundle in paced(_timed(0, 0, fault=True), 0.1):
            told.append("".join(s.text for s in bundle))

    with pytest.raises(RuntimeError, match="fault"):
        asyncio.run(run())
    assert told == ["0", "1"]


def test_who_leaves_ends_the_source() -> None:
    ended: list[str] = []

    async def source() -> AsyncGenerator[Step, None]:
        try:
            yield Step("sentence", "0")
            await asyncio.sleep(60)
        finally:
            ended.append("source")

    async def run() -> None:
        shown = paced(source(), 0.01)
        await anext(shown)
        await asyncio.sleep(0.05)
        await shown.aclose()  # type: ignore[attr-defined]

    asyncio.run(run())
    assert ended == ["source"]
