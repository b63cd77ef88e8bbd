"""Exact search: all vectors in one file of raw float32 rows, memory-mapped, and one matrix product."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexBroken
from ingest.store import Scored, Vector

# Cosines are rounded so that the number of threads of the matrix product cannot show in an answer.
_DECIMALS = 6
_ROWS_AT_ONCE = 65_536


class VectorWriter:
    """Appends rows to a vector file; `count` rows are written so far."""

    def __init__(self, path: Path, dimension: int) -> None:
        self._file = path.open("xb")
        self._dimension = dimension
        self.count = 0

    def append(self, vectors: NDArray[np.float32]) -> None:
        """Append rows of shape (n, dimension)."""
        if vectors.ndim != 2 or vectors.shape[1] != self._dimension:
            raise ValueError(f"vectors have shape {vectors.shape}; expected (n, {self._dimension})")
        self._file.write(np.ascontiguousarray(vectors, "<f4").tobytes())
        self.count += len(vectors)

    def __enter__(self) -> VectorWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


class ExactStore:
    """A VectorStore over a vector file; safe to share between threads."""

    def __init__(self, path: Path, dimension: int, count: int) -> None:
        """Map the file; raises IndexBroken when it does not hold `count` rows of `dimension` numbers."""
        expected = count * dimension * 4
        found = path.stat().st_size if path.is_file() else -1
        if found != expected:
            raise IndexBroken(f"{path} has {found} bytes, expected {expected}; run `advisor ingest --rebuild`")
        shape = (count, dimension)
        self.rows: NDArray[np.float32] = (
            np.memmap(path, np.dtype("<f4"), "r", shape=shape) if count else np.zeros(shape, np.float32)
        )

    def count(self) -> int:
        """How many vectors are stored."""
        return len(self.rows)

    def query(self, vector: Vector, k: int) -> list[Scored]:
        """See VectorStore."""
        found: list[Scored] = []
        for start in range(0, len(self.rows), _ROWS_AT_ONCE):
            cosines = np.empty(len(self.rows[start : start + _ROWS_AT_ONCE]), np.float64)
            cosines[:] = self.rows[start : start + _ROWS_AT_ONCE] @ vector
            cosines = np.round(cosines, _DECIMALS)
            found += [(int(start + i), float(cosines[i])) for i in _best(cosines, k)]
        found.sort(key=lambda hit: (-hit[1], hit[0]))
        return found[:k]

    def vector(self, unit: int) -> Vector:
        """The stored vector of a unit."""
        return np.array(self.rows[unit], np.float32)

    def vectors(self, units: list[int]) -> NDArray[np.float32]:
        """The stored vectors of units, one row each."""
        return np.array(self.rows[units], np.float32)

    def close(self) -> None:
        """Nothing to let go of: the map closes with the last array that uses it."""


def _best(cosines: NDArray[np.float64], k: int) -> NDArray[np.intp]:
    if k <= 0:
        return np.zeros(0, np.intp)
    if k >= len(cosines):
        return np.arange(len(cosines))
    # All that equal the k-th are kept, so that which of them are returned depends on their numbers alone.
    least = np.partition(cosines, len(cosines) - k)[len(cosines) - k]
    return np.flatnonzero(cosines >= least)
