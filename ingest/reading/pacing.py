"""A limit on how long one PDF may take to lay out: a page can hold millions of objects, or forms within forms."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

MAX_PAGE_S = 30.0
MAX_FILE_S = 900.0
MAX_STROKES = 50_000
MAX_LETTERS = 200_000
"""Of one page; each object kept costs some eight kilobytes."""
_page_ends: ContextVar[float | None] = ContextVar("page_ends", default=None)
_file_ends: ContextVar[float | None] = ContextVar("file_ends", default=None)


class TooSlow(Exception):
    """A page or a file takes longer than it may; `told` names the limit."""

    def __init__(self, told: str) -> None:
        super().__init__(told)
        self.told = told


@contextmanager
def timed() -> Iterator[None]:
    """Within it, what pdfplumber lays out is held to the limits; beyond them TooSlow is raised."""
    from pdfminer import pdfinterp
    from pdfplumber import page

    # Both look these names up in their modules for each page, and offer no other place to set a limit.
    device, parser = vars(page)["PDFPageAggregatorWithMarkedContent"], vars(pdfinterp)["PDFContentParser"]
    if not hasattr(device, "strokes"):
        vars(page)["PDFPageAggregatorWithMarkedContent"] = _device(device)
        vars(pdfinterp)["PDFContentParser"] = _parser(parser)
    held = _file_ends.set(time.monotonic() + MAX_FILE_S)
    try:
        yield
    finally:
        _file_ends.reset(held)
        _page_ends.set(None)


def next_page() -> None:
    """Start the clock of another page."""
    check()
    _page_ends.set(time.monotonic() + MAX_PAGE_S)


def check() -> None:
    """Raise TooSlow when the time is over; cheap enough for every object of a page."""
    page, file = _page_ends.get(), _file_ends.get()
    if page is None and file is None:
        return
    now = time.monotonic()
    if page is not None and now > page:
        raise TooSlow(f"has a page that takes more than {MAX_PAGE_S:.0f} seconds to lay out")
    if file is not None and now > file:
        raise TooSlow(f"takes more than {MAX_FILE_S / 60:.0f} minutes to lay out")


def _parser(kind: Any) -> Any:
    """The parser of drawing operators, with a look at the clock for each."""

    def nextobject(self: Any) -> Any:
        check()
        return kind.nextobject(self)

    return type("PacedParser", (kind,), {"nextobject": nextobject})


def _device(kind: Any) -> Any:
    """The device that keeps a page's objects: strokes beyond the most are not kept, letters beyond it are too many."""

    def paint_path(self: Any, *told: Any, **named: Any) -> None:
        self.strokes += 1
        if self.strokes <= MAX_STROKES:
            kind.paint_path(self, *told, **named)

    def render_char(self: Any, *told: Any, **named: Any) -> Any:
        check()
        self.letters += 1
        if self.letters > MAX_LETTERS:
            raise TooSlow(f"has a page of more than {MAX_LETTERS:,} letters")
        return kind.render_char(self, *told, **named)

    return type(
        "PacedDevice", (kind,), {"strokes": 0, "letters": 0, "paint_path": paint_path, "render_char": render_char}
    )
