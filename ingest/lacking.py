"""Questions that the bundled notes are known not to answer, for an index of other documents that say what they say.

lacking.npz   `vectors` (n, dimension) of the tuned embedder, in half precision, grouped by gap; `first` row of each.
              Empty where the note of gaps is in the index itself, and where no document has phrasings lent.

Who indexes the report itself asks what its digest is asked, near misses included.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexBroken
from ingest.lending import BORROWS, VectorsOf
from ingest.manifest import LACKING, PASSAGES
from ingest.store.passages import PassageStore
from ingest.types import Sentence
from ingest.units import Unit

Vectors = NDArray[np.float32]
_OFTEN = 3


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a question is to the nearest gap: the greatest cosine of all its questions, and the mean of the three
    greatest of one gap."""

    nearest: float
    often: float


class Lacking:
    """The gaps of an index; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Read the file; raises IndexBroken when it cannot be."""
        try:
            with np.load(folder / LACKING) as told:
                self._vectors: Vectors = told["vectors"].astype(np.float32)
                self._first: NDArray[np.intp] = told["first"].astype(np.intp)
        except (OSError, ValueError, KeyError) as error:
            raise IndexBroken(f"{folder / LACKING} cannot be read ({error}); run `advisor ingest --rebuild`") from error

    def nearness(self, vectors: Vectors) -> Nearness | None:
        """How near a question is to the nearest gap, by its vectors from the tuned embedder (one row for each of its
        wordings; the nearest counts); None where no gap is known."""
        if not len(self._first):
            return None
        cosines = (self._vectors @ vectors.T).max(axis=1)
        return Nearness(float(cosines.max()), self._often(cosines))

    def _often(self, cosines: Vectors) -> float:
        """The greatest mean of the three greatest cosines of one gap; a gap with fewer counts those that lack as 0."""
        sums = (np.sort(own)[-_OFTEN:].sum() for own in np.split(cosines, self._first[1:]))
        return float(max(sums)) / _OFTEN


def write_lacking(folder: Path, tuned: VectorsOf | None) -> None:
    """Write the file for the passages in `folder`; an empty one without a tuned embedder, which gives the vectors."""
    store = PassageStore(folder / PASSAGES)
    wanted = tuned and not store.has_gaps() and any(d.kind == BORROWS for d in store.documents()) and store.has_asks()
    gaps = _gaps() if wanted else ()
    units = [Unit("", n, "ask", ask) for n, gap in enumerate(gaps) for ask in (gap.text, *gap.asks)]
    first = [i for i, unit in enumerate(units) if i == 0 or unit.sentence != units[i - 1].sentence]
    none = np.empty((0, 0), np.float32)
    np.savez(
        folder / LACKING,
        allow_pickle=False,
        vectors=(tuned(units) if tuned and units else none).astype(np.float16),
        first=np.asarray(first, np.int32),
    )


@cache
def _gaps() -> tuple[Sentence, ...]:
    from ingest.chunker import passages
    from ingest.reading import bundled_paths, read

    found = (s for path in bundled_paths() for passage in passages(read(path)) for s in passage.sentences)
    return tuple(s for s in found if s.kind == "gap")
