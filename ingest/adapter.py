"""From the embedder's space into one where all questions that a statement answers lie close together.

A small residual network over finished vectors (Houlsby and others 2019 call such a part an adapter), trained by
`python -m eval.train_adapter` on the phrasings of the bundled notes. It knows those statements and no others: vectors
of texts without phrasings are left as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.weights import ADAPTER

Vectors = NDArray[np.float32]
_ROWS_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True)
class Adapter:
    """y = x W + relu(s x A + a) B + b, of length 1.

    straight (d, d) is W; into (d, h) is A with s taken in; out (h, d) is B; `bias_in` (h) and `bias_out` (d).
    """

    straight: Vectors
    into: Vectors
    bias_in: Vectors
    out: Vectors
    bias_out: Vectors

    def __call__(self, vectors: Vectors) -> Vectors:
        """Adapted vectors, one for each row of `vectors` (n, d), each of length 1."""
        adapted = np.empty_like(vectors)
        for start in range(0, len(vectors), _ROWS_AT_ONCE):
            rows = vectors[start : start + _ROWS_AT_ONCE]
            hidden = np.maximum(rows @ self.into + self.bias_in, 0.0)
            found = rows @ self.straight + hidden @ self.out + self.bias_out
            adapted[start : start + _ROWS_AT_ONCE] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return adapted

    def write(self, path: Path) -> None:
        """Write in half precision."""
        parts = {name: getattr(self, name).astype(np.float16) for name in self.__slots__}
        np.savez(path, allow_pickle=False, **parts)


@cache
def adapter() -> Adapter:
    """The adapter of the bundled embedder, read once."""
    with np.load(ADAPTER) as told:
        return Adapter(**{name: told[name].astype(np.float32) for name in Adapter.__slots__})
