"""A limit on what the streams of one PDF may unpack to: the parser itself has none."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace

MAX_INFLATED_BYTES = 400 * 1024 * 1024
_STEP_BYTES = 64 * 1024
_left: ContextVar[int | None] = ContextVar("inflating_bytes_left", default=None)


class TooMuch(Exception):
    """The streams of a file unpack to more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


@contextmanager
def inflating(limit_bytes: int | None = None) -> Iterator[None]:
    """Within it, pdfminer's streams may unpack to `limit_bytes` in all; beyond them TooMuch is raised."""
    from pdfminer import pdftypes

    # pdfminer looks `zlib` up in its module for each stream, and offers no other place to set a limit.
    vars(pdftypes)["zlib"] = _LIMITED
    held = _left.set(limit_bytes or MAX_INFLATED_BYTES)
    try:
        yield
    finally:
        _left.reset(held)


def _decompress(data: bytes) -> bytes:
    """What a stream unpacks to; a broken one gives what comes before the break, as viewers show it."""
    left = _left.get()
    worker = zlib.decompressobj()
    pieces: list[bytes] = []
    for start in range(0, len(data), _STEP_BYTES):
        try:
            piece = worker.decompress(data[start : start + _STEP_BYTES], 0 if left is None else left + 1)
        except zlib.error:
            break
        pieces.append(piece)
        if left is not None:
            left -= len(piece)
            if left < 0:
                raise TooMuch(MAX_INFLATED_BYTES)
    _left.set(left)
    return b"".join(pieces)


_LIMITED = SimpleNamespace(decompress=_decompress, decompressobj=zlib.decompressobj, error=zlib.error)
