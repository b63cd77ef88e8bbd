"""Filling a build: passages and units to SQLite, vectors to their files and to Chroma, window by window.

Memory stays flat: no more than `_WINDOW` units wait at a time. Within a window texts are embedded in order of
length, so that little is padded, and stored in reading order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from ingest.embedder import Embedder
from ingest.journal import Journal, KnownVectors
from ingest.lending import OURS
from ingest.manifest import PASSAGES, VECTORS, write_dead_rows
from ingest.memory import give_back
from ingest.progress import Pace, Progress, Step
from ingest.reports import Work
from ingest.store import Vector
from ingest.store.exact import VectorWriter
from ingest.store.shards import ShardMaker
from ingest.store.writing import PassageWriter
from ingest.types import Document, Passage
from ingest.units import Unit, units_of

_WINDOW = 2_048
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Added:
    """What one document brought."""

    passages: int
    sentences: int
    doubles: int


@dataclass(slots=True)
class VectorSource:
    """Gives the vector of any text: a known one, else the embedder's, which is loaded when first needed."""

    load: Callable[[], Embedder]
    known: Sequence[KnownVectors]
    journal: Journal
    progress: Progress
    work: Work = field(default_factory=Work)
    pace: Pace = field(default_factory=lambda: Pace(()))
    _ahead: set[bytes] = field(default_factory=set)

    def vectors(self, units: Sequence[Unit]) -> NDArray[np.float32]:
        """One row for each unit, which is stored now."""
        rows, reused = self._rows(units)
        self.work.reused += len(reused - self._ahead)
        self.work.resumed = self.journal.resumed
        self._ahead.difference_update(reused)
        return rows

    def ahead(self, units: Sequence[Unit]) -> NDArray[np.float32]:
        """One row for each unit, which is looked at before it is stored, and counts when it is."""
        resumed = self.journal.resumed
        rows, reused = self._rows(units)
        self.journal.resumed = resumed
        self._ahead.update({unit.text_hash for unit in units} - reused)
        return rows

    def _rows(self, units: Sequence[Unit]) -> tuple[NDArray[np.float32], set[bytes]]:
        """The rows, and the hashes of the texts that were known."""
        texts = {unit.text_hash: unit.text for unit in units}
        found: dict[bytes, Vector] = {}
        for source in (self.journal, *self.known):
            missing = [h for h in texts if h not in found]
            if missing:
                found.update(source.find(missing))
        reused = set(found)
        missing = sorted((h for h in texts if h not in found), key=lambda h: (len(texts[h]), texts[h]))
        for start in range(0, len(missing), _BATCH):
            part = missing[start : start + _BATCH]
            rows = self._embed([texts[h] for h in part])
            self.journal.add(part, rows)
            found.update(zip(part, rows, strict=True))
        return np.stack([found[unit.text_hash] for unit in units]), reused

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        embedder = self.load()
        before = time.perf_counter()
        rows = embedder.encode(texts)
        self.work.embedding_s += time.perf_counter() - before
        self.work.embedded += len(texts)
        rate = self.work.embedded / max(self.work.embedding_s, 1e-9)
        told = f"embedded {self.work.embedded} texts, {rate:.0f}/s{self.pace.told()}"
        self.progress(Step("embed", told, self.pace.done, self.pace.total))
        return rows


class Filler:
    """Writes one build into a folder; at the end of its context only the manifest is missing.

    The folder is empty, or holds what an older build is to be changed into (`ingest.copying`).
    """

    def __init__(
        self, folder: Path, dimension: int, source: VectorSource, rows: int | None = None, dead: Iterable[int] = ()
    ) -> None:
        """rows: how many vectors an older build has, None in an empty folder; dead: which of them are no unit's."""
        self._folder, self._source = folder, source
        self._passages = PassageWriter(folder / PASSAGES, rows)
        self._vectors = VectorWriter(folder / VECTORS, dimension, rows or 0)
        self._shards = ShardMaker(folder, rows or 0)
        self._dead = set(dead)
        self._waiting: list[Unit] = []

    @property
    def counts(self) -> dict[str, int]:
        """Documents, passages, sentences and units that the build holds so far."""
        return dict(self._passages.counts)

    @property
    def rows(self) -> int:
        """How many vectors are written, dead ones included."""
        return self._vectors.count

    def add(self, document: Document, passages: Iterable[Passage]) -> Added:
        """Write a document; passages whose id is there already are counted as doubles and left out."""
        before, doubles = self.counts, 0
        self._passages.add_document(document)
        for passage in passages:
            if not self._passages.add_passage(passage, document.title):
                doubles += 1
                continue
            # The bundled notes are written so that each sentence stands alone.
            self._waiting += units_of(passage, headed=document.kind not in OURS)
            if len(self._waiting) >= _WINDOW:
                self._flush()
        after = self.counts
        return Added(after["passages"] - before["passages"], after["sentences"] - before["sentences"], doubles)

    def remove(self, document_id: str) -> None:
        """Take out a document of the older build."""
        self._dead.update(self._passages.remove_document(document_id))

    def move(self, document_id: str, path: Path) -> None:
        """Record where the file of a document lies now."""
        self._passages.move_document(document_id, str(path))

    def _flush(self) -> None:
        if not self._waiting:
            return
        rows = self._source.vectors(self._waiting)
        before = time.perf_counter()
        self._vectors.append(rows)
        self._passages.add_units(self._waiting)
        self._shards.append([unit.id for unit in self._waiting])
        self._source.work.storing_s += time.perf_counter() - before
        self._waiting = []
        give_back()

    def __enter__(self) -> Filler:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            before = time.perf_counter()
            self._passages.__exit__(kind, error, trace)
            self._vectors.__exit__(kind, error, trace)
            try:
                if kind is None:
                    write_dead_rows(self._folder, self._dead)
                    self._shards.finish()
            finally:
                self._shards.stop()
                self._source.work.storing_s += time.perf_counter() - before
