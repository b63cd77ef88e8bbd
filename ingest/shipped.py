"""The vectors of the bundled notes' texts, carried along: `python -m ingest.shipped` makes the file anew.

shipped.npz   hashes (n, 16) of texts in order, rows (n, d) of 8-bit steps, steps (n); vector = row x step

To embed twenty thousand short texts takes a minute on two cores. A step of a 127th of the greatest component leaves
cosines with the embedder's own vectors above 0.9999, as `Embedder.fingerprint` promises. A text that is not there is
embedded as any other, so an older file makes the first ingest slower and nothing else.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.store import Vector
from ingest.weights import BUNDLED, pinned_digest

FILE = Path(__file__).with_name("shipped.npz")
_GREATEST = 127.0


class ShippedVectors:
    """A KnownVectors over the file; knows nothing when it is of another model."""

    def __init__(self, path: Path = FILE) -> None:
        with np.load(path) as told:
            self._rows: NDArray[np.int8] = told["rows"]
            self._steps: NDArray[np.float32] = told["steps"]
            fits = str(told["model"]) == pinned_digest()
            hashes = told["hashes"].tobytes() if fits else b""
        self._places = {hashes[at : at + 16]: at // 16 for at in range(0, len(hashes), 16)}

    def find(self, hashes: Sequence[bytes]) -> Mapping[bytes, Vector]:
        """See KnownVectors."""
        places = {h: self._places[h] for h in hashes if h in self._places}
        return {h: _unit(self._rows[place] * self._steps[place]) for h, place in places.items()}


@cache
def shipped() -> ShippedVectors:
    """The vectors of the bundled notes, read once."""
    return ShippedVectors()


def write_shipped(texts: Mapping[bytes, str], vectors: NDArray[np.float32], path: Path = FILE) -> None:
    """Write the vectors of texts, given by their hashes, one row each."""
    steps = np.abs(vectors).max(axis=1) / _GREATEST
    np.savez(
        path,
        allow_pickle=False,
        hashes=np.frombuffer(b"".join(texts), np.uint8).reshape(-1, 16),
        rows=np.rint(vectors / steps[:, None]).astype(np.int8),
        steps=steps.astype(np.float32),
        model=np.asarray(pinned_digest()),
    )


def bundled_texts() -> dict[bytes, str]:
    """Every text of the bundled notes that is embedded, by its hash, in the order of the hashes."""
    from ingest.chunker import passages
    from ingest.reading import bundled_paths, read
    from ingest.units import units_of

    documents = [read(path) for path in bundled_paths()]
    units = [unit for document in documents for passage in passages(document) for unit in units_of(passage)]
    return dict(sorted((unit.text_hash, unit.text) for unit in units))


def _unit(vector: NDArray[np.float32]) -> Vector:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def main() -> None:
    """Embed the bundled notes and write the file."""
    from ingest.embedder import SentenceTransformerEmbedder

    texts = bundled_texts()
    vectors = SentenceTransformerEmbedder(BUNDLED, os.cpu_count() or 1).encode(list(texts.values()))
    write_shipped(texts, vectors)
    print(f"{len(texts)} texts, {FILE.stat().st_size / 1e6:.1f} MB, {hashlib.sha256(FILE.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
