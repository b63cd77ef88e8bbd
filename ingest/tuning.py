"""The bundled embedder once more, tuned so that all questions which a statement answers lie close together.

A change of low rank to each weight of its encoder (Hu and others 2021, "LoRA: Low-rank adaptation of large language
models"), trained by `python -m eval.tune_embedder` on the phrasings of the bundled notes. What has no phrasings is
searched with the embedder as it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ingest.weights import TUNING

Matrix = NDArray[np.float32]
_PARTS = ("out", "into")


@dataclass(frozen=True, slots=True)
class Tuning:
    """By the name of a weight (o, i) of the encoder: `out` (o, r) and `into` (r, i), whose product is added to it."""

    changes: Mapping[str, tuple[Matrix, Matrix]]

    def merge(self, encoder: Any) -> None:
        """Add the changes to a torch encoder on the processor; raises AttributeError where it lacks a weight."""
        for name, (out, into) in self.changes.items():
            weight = encoder.get_parameter(name).detach().numpy()
            weight += out @ into

    def write(self, path: Path, **beside: object) -> None:
        """Write in half precision, with `beside` (arrays or numbers) as it is."""
        told = {f"{name}:{part}": m.astype(np.float16) for name, both in self.changes.items()
                for part, m in zip(_PARTS, both, strict=True)}  # fmt: skip
        np.savez(path, allow_pickle=False, **told, **cast(Any, beside))


def tuning(path: Path = TUNING) -> Tuning:
    """The changes in a file, by default those of the bundled embedder."""
    with np.load(path) as told:
        names = dict.fromkeys(key.rsplit(":", 1)[0] for key in told.files if ":" in key)
        return Tuning({n: cast(Any, tuple(told[f"{n}:{part}"].astype(np.float32) for part in _PARTS)) for n in names})
