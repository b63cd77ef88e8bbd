"""The index as a whole: making one (`build`, `repair`), opening one (`open_index`), searching it."""

from __future__ import annotations

import math
import threading
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.build import build, repair
from ingest.errors import IndexBroken, IndexMissing
from ingest.exports import known_fingerprint
from ingest.folders import current_build
from ingest.lacking import Lacking, Nearness
from ingest.manifest import CHROMA, LAYOUT, PASSAGES, VECTORS, Manifest, dead_rows
from ingest.phrased import Phrased, Search
from ingest.previous import mismatch
from ingest.reports import BuildReport
from ingest.settings import Settings
from ingest.store import Scored, Vector, VectorStore
from ingest.store.exact import ExactStore
from ingest.store.passages import PassageStore
from ingest.verify import problem_of
from ingest.weights import BUNDLED

__all__ = ["BuildReport", "Index", "build", "examine", "open_index", "repair"]


class Index:
    """An open index; safe to share between threads.

    degraded: why Chroma was to search and exact search does; "" while all is well.
    """

    def __init__(self, folder: Path, manifest: Manifest, settings: Settings) -> None:
        self.folder, self.manifest = folder, manifest
        self.store = PassageStore(folder / PASSAGES)
        self.degraded = ""
        self._settings = settings
        self._dead = dead_rows(folder)
        self._phrased: Phrased | None = None
        self._lacking: Lacking | None = None
        self._chroma: VectorStore | None = None
        self._opening = threading.Lock()

    @property
    def search(self) -> str:
        """What finds vectors: "exact" or "chroma"."""
        wanted = self._settings.search
        if wanted == "auto":
            few = self.manifest.counts["units"] <= self._settings.exact_max_vectors
            wanted = "exact" if few else "chroma"
        return "exact" if self.degraded else wanted

    @property
    def tuned(self) -> bool:
        """Whether its statements with phrasings are searched with the tuned embedder, and gaps are known."""
        return self.manifest.embedder == BUNDLED

    def nearest(self, vector: Vector, k: int) -> list[Scored]:
        """The `k` units of greatest cosine with it, best first; by exact search when Chroma fails.

        Where the tuned embedder says how near phrasings are, they are not among the units.
        """
        if self.search == "chroma":
            try:
                return self._searched_by_chroma(vector, k)
            except Exception as error:  # Chroma raises its own, Rust's and SQLite's errors alike
                self._degrade(" ".join(f"{type(error).__name__}: {error}".split())[:300])
        return self._exact.query(vector, k)

    def nearest_each(self, vectors: NDArray[np.float32], k: int) -> list[list[Scored]]:
        """`nearest` for each row of `vectors`, in one pass over the stored ones."""
        if self.search == "chroma":
            return [self.nearest(vector, k) for vector in vectors]
        return self._exact.query_each(vectors, k)

    def phrased(self, vectors: NDArray[np.float32]) -> Search:
        """How near `vectors` of the tuned embedder (one row each; the nearest counts) are to what has phrasings."""
        with self._opening:
            if self._phrased is None:
                self._phrased = Phrased(self.folder)
        return self._phrased.search(vectors)

    def lacking(self, vectors: NDArray[np.float32]) -> Nearness | None:
        """How near a question is to what is known to lack, as `Lacking.nearness` says; None: that is in the index."""
        with self._opening:
            if self._lacking is None:
                self._lacking = Lacking(self.folder)
        return self._lacking.nearness(vectors)

    @cached_property
    def _unseen(self) -> frozenset[int]:
        """Units that are not searched: phrasings, twenty to a statement, of which the tuned embedder knows more."""
        return frozenset(self.store.asks() if self.tuned else ())

    @cached_property
    def _exact(self) -> ExactStore:
        rows = [*self._dead, *self._unseen]
        return ExactStore(self.folder / VECTORS, self.manifest.dimension, self.manifest.rows, rows)

    def vector_of(self, passage_id: str, sentence: int) -> Vector:
        """The stored vector of a sentence (with its antecedent); raises KeyError when there is none."""
        unit = self.store.unit_of_sentence(passage_id, sentence)
        if unit is None:
            raise KeyError(f"no sentence {sentence} of passage {passage_id!r} in the index")
        return self._exact.vector(unit)

    def is_current(self) -> bool:
        """Whether this is still the build in use; when it is not, open the index again."""
        try:
            return current_build(self._settings.data) == self.folder
        except (IndexBroken, IndexMissing, OSError):
            return True

    def close(self) -> None:
        """Let go of Chroma, if it was opened."""
        with self._opening:
            if self._chroma is not None:
                self._chroma.close()
                self._chroma = None

    def _searched_by_chroma(self, vector: Vector, k: int) -> list[Scored]:
        """The `k` nearest units that are searched, out of as many more as phrasings lie between them."""
        units = self.manifest.counts["units"]
        share = units / max(1, units - len(self._unseen))
        hits = self._opened_chroma().query(vector, math.ceil(k * share))
        return [hit for hit in hits if hit[0] not in self._unseen][:k]

    def _opened_chroma(self) -> VectorStore:
        with self._opening:
            if self._chroma is None:
                from ingest.store.shards import ShardStore

                # A folder that is not as it was left is first opened where it can do no harm.
                told = self.manifest.chroma_problem(self.folder)
                if told and not self.manifest.graph_is_whole(self.folder):
                    # A graph cut short may still open, pass a proof, and find the wrong neighbours.
                    raise IndexBroken(told)
                if told:
                    problem = problem_of(self.folder, chroma_alone=True)
                    if problem:
                        raise IndexBroken(problem)
                self._chroma = ShardStore(self.folder / CHROMA, self._dead)
            return self._chroma

    def _degrade(self, reason: str) -> None:
        self.degraded = (
            f"Chroma cannot be searched ({reason}); answering by exact search; run `advisor ingest --rebuild`"
        )
        with self._opening:
            self._chroma = None


def open_index(settings: Settings) -> Index:
    """The index in use in `settings.data`; raises IndexMissing, IndexMismatch or IndexBroken with the cure.

    What is checked is cheap: layout, embedder, file sizes. `examine` checks everything.
    """
    folder = current_build(settings.data)
    manifest = Manifest.read(folder)
    if manifest.layout != LAYOUT:
        raise IndexBroken(f"the index has layout {manifest.layout}, expected {LAYOUT}; run `advisor ingest --rebuild`")
    if manifest.embedder_fingerprint != known_fingerprint(settings):
        raise mismatch(manifest, settings)
    problem = manifest.size_problem(folder)
    if problem:
        raise IndexBroken(f"the index is damaged ({problem}); run `advisor ingest --rebuild`")
    return Index(folder, manifest, settings)


def examine(settings: Settings) -> list[str]:
    """What is wrong with the index in use, found by reading all of it in another process; [] if all is well.

    Raises what `open_index` raises.
    """
    problem = problem_of(open_index(settings).folder)
    return [problem] if problem else []
