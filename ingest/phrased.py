"""Statements with phrasings, as the tuned embedder sees them: one file of an index, beside all other vectors.

phrased.npz   vectors (n, dimension) in half precision, grouped by statement; `first` row of each statement;
              `units`: the unit of each row; `passages` and `sentences`: which statement it is
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexBroken
from ingest.lending import VectorsOf
from ingest.manifest import PASSAGES, PHRASED
from ingest.store.exact import cosines_of
from ingest.store.passages import PassageStore, SentenceKey

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Known:
    """How near a question is to one statement: the greatest cosine, and its nearest units with theirs."""

    best: float
    nearest: tuple[tuple[int, float], ...]


UNKNOWN = Known(0.0, ())


class Phrased:
    """The statements of an index that have phrasings; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Read the file; raises IndexBroken when it cannot be."""
        try:
            with np.load(folder / PHRASED) as told:
                self._vectors: Vectors = told["vectors"].astype(np.float32)
                self._first: NDArray[np.intp] = told["first"].astype(np.intp)
                self._units: NDArray[np.int64] = told["units"].astype(np.int64)
                statements = zip(told["passages"].tolist(), told["sentences"].tolist(), strict=True)
                self._keys: list[SentenceKey] = [(str(p), int(s)) for p, s in statements]
        except (OSError, ValueError, KeyError) as error:
            raise IndexBroken(f"{folder / PHRASED} cannot be read ({error}); run `advisor ingest --rebuild`") from error
        self._places = {key: i for i, key in enumerate(self._keys)}

    def search(self, vectors: Vectors) -> Search:
        """Cosines of the rows of `vectors` (as the tuned embedder gives them), the greatest for each phrasing."""
        if not self._keys or not len(vectors):
            return Search(self, vectors, np.empty(0, np.float32), np.empty(0, np.float32))
        cosines: Vectors = cosines_of(self._vectors, vectors).max(axis=0)
        return Search(self, vectors, cosines, np.maximum.reduceat(cosines, self._first))


@dataclass(frozen=True, slots=True)
class Search:
    """The cosines of one search with `vectors`: of each row, and of each statement the greatest."""

    phrased: Phrased
    vectors: Vectors
    rows: Vectors
    statements: Vectors

    def best(self, most: int) -> list[SentenceKey]:
        """The nearest statements, best first."""
        order = np.argsort(-self.statements, kind="stable")[:most]
        return [self.phrased._keys[i] for i in order]

    def of(self, key: SentenceKey, most: int) -> Known:
        """How near one statement is, with its `most` nearest phrasings; nothing for one without phrasings."""
        place = self.phrased._places.get(key)
        if place is None or not len(self.rows):
            return UNKNOWN
        start = int(self.phrased._first[place])
        stop = int(self.phrased._first[place + 1]) if place + 1 < len(self.phrased._first) else len(self.rows)
        own = self.rows[start:stop]
        order = np.argsort(-own, kind="stable")[:most]
        nearest = tuple((int(self.phrased._units[start + i]), float(own[i])) for i in order)
        return Known(float(own.max()), nearest)


def write_phrased(folder: Path, tuned: VectorsOf | None) -> None:
    """Write the file for the passages in `folder`; an empty one without a tuned embedder, which gives the vectors."""
    store = PassageStore(folder / PASSAGES)
    rows = store.phrased_units() if tuned else []
    units = [unit for unit, _, _ in rows]
    keys = [(passage, sentence) for _, passage, sentence in rows]
    first = [i for i, key in enumerate(keys) if i == 0 or key != keys[i - 1]]
    texts = store.units(units)
    found = tuned([texts[unit] for unit in units]) if tuned and units else np.empty((0, 0), np.float32)
    np.savez(
        folder / PHRASED,
        allow_pickle=False,
        vectors=found.astype(np.float16),
        first=np.asarray(first, np.int32),
        units=np.asarray(units, np.int64),
        passages=np.asarray([keys[i][0] for i in first], np.str_),
        sentences=np.asarray([keys[i][1] for i in first], np.int32),
    )
