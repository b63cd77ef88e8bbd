"""Exact search: vectors in files of raw float32 rows, memory-mapped, and one matrix product for each question.

vectors/00000.f32   rows of the first segment
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexBroken
from ingest.store import Scored, Vector, segments
from ingest.store.projected import Projected

# Cosines are rounded so that the number of threads of the matrix product cannot show in an answer.
_DECIMALS = 6
_ROWS_AT_ONCE = 512
"""So few that a product of several vectors copies rows that the processor's own memory holds."""
_SCANNED_WHOLE = 65_536
"""Up to so many rows every cosine is computed; above, those of the rows that `Projected` finds near."""
_LEAST_NEAR, _NEAR_FOR_EACH = 2_048, 24
_ROUNDING = 2 * 10.0**-_DECIMALS


class VectorWriter:
    """Appends rows to the segments of a folder; `count` rows are written so far."""

    def __init__(self, folder: Path, dimension: int, count: int = 0) -> None:
        """`count` rows are there already; the files of an unfinished segment must be the writer's own."""
        folder.mkdir(exist_ok=True, mode=0o700)
        self._folder, self._dimension = folder, dimension
        self._open: tuple[int, IO[bytes] | None] = (-1, None)
        self.count = count

    def append(self, vectors: NDArray[np.float32]) -> None:
        """Append rows of shape (n, dimension)."""
        if vectors.ndim != 2 or vectors.shape[1] != self._dimension:
            raise ValueError(f"vectors have shape {vectors.shape}; expected (n, {self._dimension})")
        for stretch in segments.stretches(self.count, len(vectors)):
            rows = vectors[stretch.offset : stretch.offset + stretch.stop - stretch.start]
            self._file(stretch).write(np.ascontiguousarray(rows, "<f4").tobytes())
            if stretch.stop == segments.ROWS:
                self._close()
        self.count += len(vectors)

    def _file(self, stretch: segments.Stretch) -> IO[bytes]:
        number, file = self._open
        if file is None or number != stretch.number:
            self._close()
            path = self._folder / f"{stretch.name}.f32"
            file = path.open("ab" if stretch.start else "xb")
            self._open = (stretch.number, file)
        return file

    def _close(self) -> None:
        file = self._open[1]
        if file is not None:
            file.flush()
            os.fsync(file.fileno())
            file.close()
        self._open = (-1, None)

    def __enter__(self) -> VectorWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()


class ExactStore:
    """A VectorStore over a folder of segments; safe to share between threads."""

    def __init__(self, folder: Path, dimension: int, count: int, dead: Sequence[int] = ()) -> None:
        """Map the files; raises IndexBroken when they do not hold `count` rows of `dimension` numbers.

        dead: rows that are never found: of no unit any more, or not to be searched.
        """
        self._folder, self._dimension, self._count = folder, dimension, count
        self._dead = np.unique(np.asarray(dead, np.intp))
        self._segments = [self._mapped(stretch) for stretch in segments.stretches(0, count)]

    def _mapped(self, stretch: segments.Stretch) -> NDArray[np.float32]:
        shape = (stretch.stop, self._dimension)
        path = _sized(self._folder / f"{stretch.name}.f32", stretch.stop * self._dimension * 4)
        return np.asarray(np.memmap(path, np.dtype("<f4"), "r", shape=shape))

    def count(self) -> int:
        """How many vectors can be found."""
        return self._count - len(self._dead)

    def query(self, vector: Vector, k: int) -> list[Scored]:
        """See VectorStore."""
        return self.query_each(vector[None, :], k)[0]

    def query_each(self, vectors: NDArray[np.float32], k: int) -> list[list[Scored]]:
        """The same for each row of `vectors`; reading all vectors once for several costs little more than for one."""
        found: list[list[Scored]] = [[] for _ in vectors]
        most = min(k, self.count())
        if most <= 0:
            return found
        if self.count() > _SCANNED_WHOLE:
            return [self._near(vector, most) for vector in vectors]
        for units, rows in self._living:
            for hits, cosines in zip(found, cosines_of(rows, vectors), strict=True):
                hits += [(int(units[i]), score) for i, score in _best(cosines, most)]
        for hits in found:
            hits.sort(key=lambda hit: (-hit[1], hit[0]))
        return [hits[:most] for hits in found]

    @cached_property
    def _living(self) -> list[tuple[NDArray[np.intp], NDArray[np.float32]]]:
        """The rows of each segment that can be found, with their units; copied where some of the segment's cannot."""
        found = []
        for number, rows in enumerate(self._segments):
            own = np.arange(len(rows)) + number * segments.ROWS
            kept = ~np.isin(own, self._dead)
            found.append((own[kept], rows if kept.all() else rows[kept]))
        return [(units, rows) for units, rows in found if len(units)]

    def _near(self, vector: Vector, most: int) -> list[Scored]:
        near = self._projected.nearest(vector, max(_LEAST_NEAR, _NEAR_FOR_EACH * most), self._dead)
        found = [(int(near[i]), score) for i, score in _best(self._rows(near) @ vector, most)]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:most]

    @cached_property
    def _projected(self) -> Projected:
        return Projected(self._segments)

    def vector(self, unit: int) -> Vector:
        """The stored vector of a unit."""
        number, row = divmod(unit, segments.ROWS)
        return np.array(self._segments[number][row], np.float32)

    def vectors(self, units: Sequence[int]) -> NDArray[np.float32]:
        """The stored vectors of units, one row each."""
        return self._rows(np.asarray(units, np.intp))

    def _rows(self, units: NDArray[np.intp]) -> NDArray[np.float32]:
        rows = np.empty((len(units), self._dimension), np.float32)
        numbers = units // segments.ROWS
        for number in np.unique(numbers):
            inside = numbers == number
            rows[inside] = self._segments[number][units[inside] - number * segments.ROWS]
        return rows

    def close(self) -> None:
        """Nothing to let go of: the maps close with the last arrays that use them."""


def _sized(path: Path, expected: int) -> Path:
    found = path.stat().st_size if path.is_file() else -1
    if found != expected:
        raise IndexBroken(f"{path} has {found} bytes, expected {expected}; run `advisor ingest --rebuild`")
    return path


def cosines_of(rows: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Products (n, m) of n `vectors` with m `rows`."""
    found = np.empty((len(vectors), len(rows)), np.float32)
    if len(vectors) == 1:
        np.dot(rows, vectors[0], out=found[0])
        return found
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        found[:, part] = (rows[part] @ vectors.T).T
    return found


def _best(cosines: NDArray[np.float32], k: int) -> Iterator[tuple[int, float]]:
    """The greatest `k` of the cosines, rounded, with their places; and all that equal the least of them once rounded.

    Which of those are returned in the end then depends on their numbers alone.
    """
    places = np.arange(len(cosines))
    if k < len(cosines):
        least = np.partition(cosines, len(cosines) - k)[len(cosines) - k]
        places = np.flatnonzero(cosines >= least - _ROUNDING)
    rounded = np.round(cosines[places].astype(np.float64), _DECIMALS)
    return zip(places.tolist(), rounded.tolist(), strict=True)
