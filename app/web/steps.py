"""The engine's steps for readers who may leave.

A generator that blocks is poison in an event loop: Gradio, for one, holds a lock that all readers share until
a stopped generator gives way. So the engine runs in a thread, and what is awaited here can be left at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

from app.types import Step, Turn
from app.web.advisor import Advisor


async def steps(advisor: Advisor, question: str, history: Sequence[Turn]) -> AsyncGenerator[Step, None]:
    """`advisor.steps` as they come; when the reader leaves, the engine ends after the step it is in."""
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[Step | Exception | None] = asyncio.Queue()
    left = threading.Event()

    def tell(what: Step | Exception | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody listens any more
            loop.call_soon_threadsafe(told.put_nowait, what)

    def work() -> None:
        try:
            for step in advisor.steps(question, history):
                if left.is_set():
                    return
                tell(step)
            tell(None)
        except Exception as failure:  # raised again where the steps are awaited
            tell(failure)

    threading.Thread(target=work, name="answering", daemon=True).start()
    try:
        while (step := await told.get()) is not None:
            if isinstance(step, Exception):
                raise step
            yield step
    finally:
        left.set()


async def paced(source: AsyncGenerator[Step, None], every_s: float) -> AsyncIterator[list[Step]]:
    """The steps of `source` in bundles, one every `every_s` seconds at most, and none held longer than that."""
    loop = asyncio.get_running_loop()
    bundle: list[Step] = []
    awaited: asyncio.Task[Step | None] | None = None
    shown_s = -every_s
    try:
        while True:
            if awaited is None:
                awaited = asyncio.ensure_future(_next(source))
            wait_s = max(0.0, shown_s + every_s - loop.time()) if bundle else None
            done, _ = await asyncio.wait({awaited}, timeout=wait_s)
            if done:
                ended, awaited = awaited, None
                if ended.exception() is not None and bundle:  # what was said before the fault is shown
                    yield bundle
                step = ended.result()
                if step is None:
                    break
                bundle.append(step)
                if loop.time() < shown_s + every_s:
                    continue
            yield bundle
            bundle, shown_s = [], loop.time()
        if bundle:
            yield bundle
    finally:
        if awaited is not None:
            awaited.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await awaited
        await source.aclose()


async def _next(source: AsyncGenerator[Step, None]) -> Step | None:
    return await anext(source, None)
