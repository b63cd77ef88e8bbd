"""Vectors already paid for: those of the index in use, and those that a killed ingest had computed."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexBroken
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
    """Vectors computed by an ingest that has not finished: a kill loses at most one batch.

    It is thrown away when the ingest succeeds, since the index then holds them all.
    """

    def __init__(self, data: Path, embedder_fingerprint: str) -> None:
        self._path = data / "cache" / f"embedding-{embedder_fingerprint[:12]}.sqlite"
        self._path.parent.mkdir(exist_ok=True, mode=0o700)
        try:
            self._db = self._open()
        except sqlite3.DatabaseError:
            self._unlink()
            self._db = self._open()

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path)
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute("CREATE TABLE IF NOT EXISTS vectors (hash BLOB PRIMARY KEY, row BLOB) WITHOUT ROWID")
        return db

    def count(self) -> int:
        """How many vectors are kept."""
        return int(self._db.execute("SELECT count(*) FROM vectors").fetchone()[0])

    def find(self, hashes: Sequence[bytes]) -> Mapping[bytes, Vector]:
        """See KnownVectors."""
        marks = ", ".join("?" * len(hashes))
        rows = self._db.execute(f"SELECT hash, row FROM vectors WHERE hash IN ({marks})", hashes)
        return {h: np.frombuffer(row, np.float32) for h, row in rows}

    def add(self, hashes: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Keep vectors, safe from a kill when this returns."""
        rows = [(h, np.ascontiguousarray(v, np.float32).tobytes()) for h, v in zip(hashes, vectors, strict=True)]
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def close(self, *, finished: bool) -> None:
        """Let go of the file; when the ingest is finished, remove it."""
        self._db.close()
        if finished:
            self._unlink()

    def _unlink(self) -> None:
        for suffix in ("", "-journal", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                self._path.with_name(self._path.name + suffix).unlink()


def indexed(folder: Path, dimension: int, count: int, store: PassageStore) -> KnownVectors | None:
    """The vectors of the index in `folder`, or None when their file is damaged."""
    from ingest.manifest import VECTORS

    try:
        return IndexedVectors(store, ExactStore(folder / VECTORS, dimension, count))
    except IndexBroken:
        return None
