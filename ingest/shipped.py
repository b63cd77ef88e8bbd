"""The vectors of the bundled notes' texts, carried along: `python -m ingest.shipped` makes the files anew.

shipped.npz         hashes (n, 16) of texts in order, rows (n, d) of 8-bit steps, steps (n); vector = row x step
shipped_tuned.npz   the same from the tuned embedder, of statements with phrasings and of these

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
from ingest.units import Unit
from ingest.weights import BUNDLED, TUNED, fingerprint_of, pinned_digest

FILES = {BUNDLED: Path(__file__).with_name("shipped.npz"), TUNED: Path(__file__).with_name("shipped_tuned.npz")}
_GREATEST = 127.0


class ShippedVectors:
    """A KnownVectors over the file of an embedder; knows nothing when it is of another model."""

    def __init__(self, embedder: str = BUNDLED, path: Path | None = None) -> None:
        with np.load(path or FILES[embedder]) as told:
            self._rows: NDArray[np.int8] = told["rows"]
            self._steps: NDArray[np.float32] = told["steps"]
            fits = str(told["model"]) == _model(embedder)
            hashes = told["hashes"].tobytes() if fits else b""
        self._places = {hashes[at : at + 16]: at // 16 for at in range(0, len(hashes), 16)}

    def find(self, hashes: Sequence[bytes]) -> Mapping[bytes, Vector]:
        """See KnownVectors."""
        places = {h: self._places[h] for h in hashes if h in self._places}
        return {h: _unit(self._rows[place] * self._steps[place]) for h, place in places.items()}


@cache
def shipped(embedder: str = BUNDLED) -> ShippedVectors:
    """The vectors of the bundled notes, read once."""
    return ShippedVectors(embedder)


def write_shipped(
    texts: Mapping[bytes, str], vectors: NDArray[np.float32], path: Path, embedder: str = BUNDLED
) -> None:
    """Write the vectors of texts, given by their hashes, one row each."""
    steps = np.abs(vectors).max(axis=1) / _GREATEST
    np.savez(
        path,
        allow_pickle=False,
        hashes=np.frombuffer(b"".join(texts), np.uint8).reshape(-1, 16),
        rows=np.rint(vectors / steps[:, None]).astype(np.int8),
        steps=steps.astype(np.float32),
        model=np.asarray(_model(embedder)),
    )


def bundled_texts(embedder: str = BUNDLED) -> dict[bytes, str]:
    """Every text of the bundled notes that an embedder is given, by its hash, in the order of the hashes."""
    from ingest.chunker import passages
    from ingest.reading import bundled_paths, read
    from ingest.units import units_of

    units: list[Unit] = []
    for passage in (passage for path in bundled_paths() for passage in passages(read(path))):
        own = tuple(units_of(passage))
        phrased = {unit.sentence for unit in own if unit.kind == "ask"}
        units += own if embedder == BUNDLED else [u for u in own if u.kind != "passage" and u.sentence in phrased]
    return dict(sorted((unit.text_hash, unit.text) for unit in units))


def _model(embedder: str) -> str:
    return pinned_digest() if embedder == BUNDLED else fingerprint_of(embedder)


def _unit(vector: NDArray[np.float32]) -> Vector:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def main() -> None:
    """Embed the bundled notes and write the files."""
    from ingest.embedder import SentenceTransformerEmbedder

    for embedder, path in FILES.items():
        texts = bundled_texts(embedder)
        vectors = SentenceTransformerEmbedder(embedder, os.cpu_count() or 1).encode(list(texts.values()))
        write_shipped(texts, vectors, path, embedder)
        told = hashlib.sha256(path.read_bytes()).hexdigest()
        print(f"{path.name}: {len(texts)} texts, {path.stat().st_size / 1e6:.1f} MB, {told}")


if __name__ == "__main__":
    main()
