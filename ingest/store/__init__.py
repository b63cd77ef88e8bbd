"""What an index keeps: passages and the words in them (SQLite), and vectors (exact and Chroma)."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Scored = tuple[int, float]


class VectorStore(Protocol):
    """Finds the unit vectors nearest to a vector."""

    def count(self) -> int:
        """How many vectors are stored."""
        ...

    def query(self, vector: Vector, k: int) -> list[Scored]:
        """The `k` units of greatest cosine with their cosines, best first; equals stand by unit number."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...
