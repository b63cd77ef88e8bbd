"""A chat model's reply as it comes: in a thread of its own, against the clock, and no longer than is read."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MOST_CHARS = 20_000
_MOST_CHUNKS_WAITING = 64


class ModelFailed(Exception):
    """A chat model gave no usable reply; `str()` says what it did, to stand after its name."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a reply: its text, the tokens it reports, and whether the provider declined to go on."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0
    declined: bool = False


class Reply:
    """One reply: iterate for its text, once; then `input_tokens` and `output_tokens` are known, 0 when not told.

    It is made in a thread of its own, so that a provider that hangs, or sends a byte a minute, costs its reader
    `timeout_s` and no more. More than MOST_CHARS characters are not read.
    """

    def __init__(self, chunks: Callable[[], Iterator[Chunk]], timeout_s: float, judge: Callable[[bool], None]) -> None:
        self._chunks, self._timeout_s, self._judge = chunks, timeout_s, judge
        self._told: queue.Queue[Chunk | ModelFailed | None] = queue.Queue(_MOST_CHUNKS_WAITING)
        self._left = threading.Event()
        self.input_tokens = 0
        self.output_tokens = 0
        self.cut = False

    def __iter__(self) -> Iterator[str]:
        threading.Thread(target=self._make, name="model", daemon=True).start()
        deadline_s = time.monotonic() + self._timeout_s
        chars = 0
        try:
            while (chunk := self._next(deadline_s)) is not None:
                self.input_tokens += chunk.input_tokens
                self.output_tokens += chunk.output_tokens
                if chunk.declined:
                    raise ModelFailed("declined to answer")
                if chunk.text:
                    yield chunk.text[: MOST_CHARS - chars]
                chars += len(chunk.text)
                if chars >= MOST_CHARS:
                    self.cut = True
                    break
            self._judge(False)
        except ModelFailed:
            self._judge(True)
            raise
        finally:
            self._left.set()

    def _next(self, deadline_s: float) -> Chunk | None:
        left_s = deadline_s - time.monotonic()
        try:
            told = self._told.get(timeout=left_s) if left_s > 0 else None
        except queue.Empty:
            left_s = 0
            told = None
        if left_s <= 0:
            raise ModelFailed(f"took longer than {self._timeout_s:g} s")
        if isinstance(told, ModelFailed):
            raise told
        return told

    def _make(self) -> None:
        last: ModelFailed | None = None
        try:
            with contextlib.closing(self._chunks()) as chunks:  # type: ignore[type-var]
                for chunk in chunks:
                    if not self._tell(chunk):
                        return
        except ModelFailed as failure:
            last = failure
        self._tell(last)

    def _tell(self, what: Chunk | ModelFailed | None) -> bool:
        """Hand `what` over; False when nobody reads any more."""
        while not self._left.is_set():
            with contextlib.suppress(queue.Full):
                self._told.put(what, timeout=0.1)
                return True
        return False
