"""Rows in segments of a fixed size: a full segment never changes, so a later build shares its files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

ROWS = 32_768
"""Rows in a segment: 50 MB of vectors for MiniLM, and as much of Chroma's graph as is in memory at a time."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows `start` to `stop` of segment `number`, counted within it.

    first: number of the segment's first row in the index; offset: where the stretch begins among the rows asked for.
    """

    number: int
    start: int
    stop: int
    first: int
    offset: int

    @property
    def name(self) -> str:
        """What the segment's files are called, without an ending."""
        return name_of(self.number)


def name_of(number: int) -> str:
    """What the files of a segment are called, without an ending."""
    return f"{number:05}"


def stretches(first: int, count: int) -> Iterator[Stretch]:
    """The rows `first` to `first + count`, segment by segment."""
    at = first
    while at < first + count:
        number, start = divmod(at, ROWS)
        stop = min(ROWS, start + first + count - at)
        yield Stretch(number, start, stop, number * ROWS, at - first)
        at += stop - start
