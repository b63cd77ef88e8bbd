"""A logistic regression as data: fitted elsewhere, kept as JSON beside the module that uses it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Model:
    """A standardised logistic regression: one mean, deviation and weight for each signal, and a bias."""

    signals: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def __call__(self, told: Mapping[str, float]) -> float:
        """The probability for these signals; raises KeyError when one is missing."""
        rows = zip(self.signals, self.means, self.deviations, self.weights, strict=True)
        z = self.bias + sum(w * (told[name] - mean) / deviation for name, mean, deviation, w in rows)
        return 1.0 / (1.0 + math.exp(-z))


@cache
def model_in(path: Path) -> Model:
    """The model kept in a file, read once."""
    told = json.loads(path.read_text(encoding="utf-8"))
    rows = (tuple(told["signals"]), tuple(told["means"]), tuple(told["deviations"]), tuple(told["weights"]))
    return Model(*rows, bias=told["bias"])
