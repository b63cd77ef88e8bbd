"""Does a question sound like those that the bundled notes answer, or like those that they do not?

A kernel machine (radial basis functions; see `eval.train_answerable`) over the tuned embedder's vectors: the questions
that it keeps, answered and not, vote by nearness. Trained by `python -m eval.train_answerable` on the phrasings of the
notes, near misses by other writers, and chats told in full. It knows the bundled notes alone, and is one signal of the
gate among others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("answerable.npz")
_MOST = 3.0
_UNKNOWN_BELOW, _TRUST = 0.48, 6.5


@dataclass(frozen=True, slots=True)
class Answerable:
    """Decision of a kernel machine: `votes` (n) of the questions whose vectors are `kept` (n, d).

    nearness: how fast a vote fades with distance (gamma of exp(-gamma |x - y|^2)); embedder: fingerprint of the
    embedder whose vectors they are.
    """

    kept: NDArray[np.float32]
    votes: NDArray[np.float32]
    bias: float
    nearness: float

    def __call__(self, vector: NDArray[np.float32]) -> float:
        """-3 (nothing here answers it) to 3 (something does) for the unit vector of a question."""
        cosines = self.kept @ vector
        told = float(np.exp(2.0 * self.nearness * (cosines - 1.0)) @ self.votes) + self.bias
        # Far from every question that it knows, its bias alone would speak.
        known = _TRUST * (float(cosines.max()) - _UNKNOWN_BELOW)
        return max(-_MOST, min(_MOST, known, told))

    def write(self, path: Path) -> None:
        """Write in half precision."""
        np.savez(
            path,
            allow_pickle=False,
            kept=self.kept.astype(np.float16),
            votes=self.votes.astype(np.float32),
            shape=np.asarray([self.bias, self.nearness], np.float32),
        )


@cache
def answerable() -> Answerable:
    """The machine of the bundled notes, read once."""
    with np.load(FILE) as told:
        bias, nearness = (float(v) for v in told["shape"])
        return Answerable(told["kept"].astype(np.float32), told["votes"], bias, nearness)
