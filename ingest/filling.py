"""Filling a build: passages and units to SQLite, vectors to the vector file and to Chroma, window by window.

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
from ingest.manifest import CHROMA, PASSAGES, VECTORS
from ingest.progress import Progress, Step
from ingest.reports import Work
from ingest.store import Vector
from ingest.store.chroma import ChromaStore
from ingest.store.exact import VectorWriter
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

    def vectors(self, units: Sequence[Unit]) -> NDArray[np.float32]:
        """One row for each unit."""
        texts = {unit.text_hash: unit.text for unit in units}
        found: dict[bytes, Vector] = {}
        for source in (self.journal, *self.known):
            missing = [h for h in texts if h not in found]
            if missing:
                found.update(source.find(missing))
        self.work.reused += len(found)
        missing = sorted((h for h in texts if h not in found), key=lambda h: (len(texts[h]), texts[h]))
        for start in range(0, len(missing), _BATCH):
            part = missing[start : start + _BATCH]
            rows = self._embed([texts[h] for h in part])
            self.journal.add(part, rows)
            found.update(zip(part, rows, strict=True))
        return np.stack([found[unit.text_hash] for unit in units])

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        embedder = self.load()
        before = time.perf_counter()
        rows = embedder.encode(texts)
        self.work.embedding_s += time.perf_counter() - before
        self.work.embedded += len(texts)
        rate = self.work.embedded / max(self.work.embedding_s, 1e-9)
        told = f"embedded {self.work.embedded} texts, {rate:.0f}/s"
        self.progress(Step("embed", told, self.work.embedded))
        return rows


class Filler:
    """Writes one build into an empty folder; at the end of its context only the manifest is missing."""

    def __init__(self, folder: Path, dimension: int, source: VectorSource) -> None:
        self._source = source
        self._passages = PassageWriter(folder / PASSAGES)
        self._vectors = VectorWriter(folder / VECTORS, dimension)
        (folder / CHROMA).mkdir(mode=0o700)
        self._chroma = ChromaStore(folder / CHROMA, create=True)
        self._waiting: list[Unit] = []

    @property
    def counts(self) -> dict[str, int]:
        """Documents, passages, sentences and units written so far."""
        return dict(self._passages.counts)

    def add(self, document: Document, passages: Iterable[Passage]) -> Added:
        """Write a document; passages whose id is there already are counted as doubles and left out."""
        before, doubles = self.counts, 0
        self._passages.add_document(document)
        for passage in passages:
            if not self._passages.add_passage(passage, document.title):
                doubles += 1
                continue
            self._waiting += units_of(passage)
            if len(self._waiting) >= _WINDOW:
                self._flush()
        after = self.counts
        return Added(after["passages"] - before["passages"], after["sentences"] - before["sentences"], doubles)

    def _flush(self) -> None:
        if not self._waiting:
            return
        rows = self._source.vectors(self._waiting)
        first = self._vectors.count
        self._vectors.append(rows)
        self._passages.add_units(self._waiting)
        ids = [unit.id for unit in self._waiting]
        self._chroma.upsert(ids, range(first, first + len(ids)), rows)
        self._waiting = []

    def __enter__(self) -> Filler:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            self._passages.__exit__(kind, error, trace)
            self._vectors.__exit__(kind, error, trace)
            self._chroma.close()
