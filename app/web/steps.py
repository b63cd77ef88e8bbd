"""The engine's steps for readers who may leave.

A generator that blocks is poison in an event loop: Gradio, for one, holds a lock that all readers share until
a stopped generator gives way. So the engine runs in a thread, and what is awaited here can be left at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Sequence

from app.types import Step, Turn
from app.web.advisor import Advisor


async def steps(advisor: Advisor, question: str, history: Sequence[Turn]) -> AsyncIterator[Step]:
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
