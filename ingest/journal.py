"""Vectors already paid for: those of the index in use, and those that a killed ingest had computed."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.store import Vector
from ingest.store.exact import ExactStore
from ingest.store.passages import PassageStore


class KnownVectors(Protocol):
    """Vectors by the hash of their text (`Unit.text_hash`)."""

    def find(self, hashes: Sequence[bytes]) -> Mapping[bytes, Vector]:
        """Those of the vectors asked for that are known."""
        ...


class IndexedVectors:
    """The vectors of an index."""

    def __init__(self, store: PassageStore, exact: ExactStore) -> None:
        self._store, self._exact = store, exact

    def find(self, hashes: Sequence[bytes]) -> Mapping[bytes, Vector]:
        """See KnownVectors."""
        units = self._store.units_of_texts(hashes)
        return {h: self._exact.vector(unit) for h, unit in units.items()}


class Journal:
    """Vectors kept on disk as they are computed, so that a kill costs at most one batch.

    Rows lie one after the other in a plain file; which text has which row, in a small SQLite file beside it.
    Both are thrown away when the ingest succeeds, since the index then holds all of it. `resumed` counts the vectors
    found that an ingest before this one had left.
    """

    def __init__(self, data: Path, embedder_fingerprint: str, dimension: int) -> None:
        self._path = data / "cache" / f"embedding-{embedder_fingerprint[:12]}.sqlite"
        self._rows_path = self._path.with_suffix(".f32")
        self._row_bytes = dimension * 4
        self._path.parent.mkdir(exist_ok=True, mode=0o700)
        try:
            self._open()
        except (sqlite3.DatabaseError, OSError):
            self._unlink()
            self._open()
        self._there = self._count
        self.resumed = 0

    def _open(self) -> None:
        self._db = sqlite3.connect(self._path)
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS vectors (hash BLOB PRIMARY KEY, row INTEGER) WITHOUT ROWID")
        self._count = int(self._db.execute("SELECT coalesce(max(row) + 1, 0) FROM vectors").fetchone()[0])
        self._rows = os.open(self._rows_path, os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(self._rows).st_size < self._count * self._row_bytes:
            os.close(self._rows)
            self._db.close()
            raise sqlite3.DatabaseError("fewer rows than are recorded")

    def count(self) -> int:
        """How many vectors are kept."""
        return self._count

    def find(self, hashes: Sequence[bytes]) -> Mapping[bytes, Vector]:
        """See KnownVectors."""
        marks = ", ".join("?" * len(hashes))
        told = self._db.execute(f"SELECT hash, row FROM vectors WHERE hash IN ({marks})", hashes).fetchall()
        self.resumed += sum(row < self._there for _, row in told)
        return {h: self._row(row) for h, row in told}

    def _row(self, row: int) -> Vector:
        return np.frombuffer(os.pread(self._rows, self._row_bytes, row * self._row_bytes), np.float32)

    def add(self, hashes: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Keep vectors of texts that are not kept yet, safe from a kill when this returns."""
        rows = np.ascontiguousarray(vectors, np.float32)
        # Rows before their record: what a kill leaves without one is written over.
        os.pwrite(self._rows, rows.tobytes(), self._count * self._row_bytes)
        with self._db:
            told = zip(hashes, range(self._count, self._count + len(rows)), strict=True)
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", told)
        self._count += len(rows)

    def close(self, *, finished: bool) -> None:
        """Let go of the files; when the ingest is finished, remove them."""
        self._db.close()
        os.close(self._rows)
        if finished:
            self._unlink()

    def _unlink(self) -> None:
        for path in (self._rows_path, *(self._path.with_name(self._path.name + s) for s in ("", "-journal", "-wal"))):
            with contextlib.suppress(OSError):
                path.unlink()
