"""Chroma, embedded: the only module that knows it.

Vectors are always given, never made by Chroma, and no embedding function is ever named: Chroma 1.5.9 builds
the one that a (tampered) index names, which can load code (CVE-2026-45829).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.store import Scored, Vector

_COLLECTION = "units"
# With half of these, one query in some hundreds missed a neighbour that stands far from all others.
_HNSW = {"space": "cosine", "ef_construction": 400, "ef_search": 400, "max_neighbors": 64}


class ChromaStore:
    """A VectorStore over a Chroma folder; ids are content hashes, metadata holds the unit's number."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the collection in `folder`, or make it; Chroma's own errors pass through."""
        import chromadb
        from chromadb.config import Settings

        if not create and not folder.is_dir():
            raise FileNotFoundError(f"no folder {folder}")  # Chroma would make it
        # _env_file: else Chroma takes class names to import from a .env in the working folder.
        settings = Settings(_env_file=None, anonymized_telemetry=False, is_persistent=True)
        self._client = chromadb.PersistentClient(str(folder), settings=settings)
        self._largest_batch = int(self._client.get_max_batch_size())
        self._collection: Any = (
            self._client.create_collection(_COLLECTION, configuration={"hnsw": _HNSW}, embedding_function=None)
            if create
            else self._client.get_collection(_COLLECTION, embedding_function=None)
        )

    def upsert(self, ids: Sequence[str], units: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Store vectors, one row each, under content-hash ids; an id that is there is replaced."""
        for start in range(0, len(ids), self._largest_batch):
            part = slice(start, start + self._largest_batch)
            self._collection.upsert(
                ids=list(ids[part]),
                embeddings=vectors[part],
                metadatas=[{"unit": int(unit)} for unit in units[part]],
            )

    def count(self) -> int:
        """How many vectors are stored."""
        return int(self._collection.count())

    def query(self, vector: Vector, k: int) -> list[Scored]:
        """See VectorStore; approximate for large collections (HNSW, Malkov and Yashunin 2018)."""
        most = min(k, self.count())
        if most <= 0:
            return []
        told = self._collection.query(
            query_embeddings=np.asarray(vector, np.float32)[None, :],
            n_results=most,
            include=["metadatas", "distances"],
        )
        found = [
            (int(meta["unit"]), round(1.0 - float(distance), 6))
            for meta, distance in zip(told["metadatas"][0], told["distances"][0], strict=True)
        ]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def close(self) -> None:
        """Stop Chroma's threads and release its files."""
        self._client.close()
