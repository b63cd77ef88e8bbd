"""Is a difference more than chance? Intervals and tests that respect question families.

Questions about one fact stand or fall together, so whole families are drawn and flipped, never single questions:
else intervals come out too narrow. Drawing and flipping are SciPy's, over family sums.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

LEVEL = 0.95
Bounds = tuple[float, float] | tuple[None, None]
_FEWEST_FAMILIES = 2
_Z_TWO_SIDED, _Z_POWER = 1.959964, 0.841621  # 5 per cent two-sided, 80 per cent power
_Array = npt.NDArray[np.float64]


def interval(values: Sequence[float], families: Sequence[str], *, resamples: int = 2000, seed: int = 0) -> Bounds:
    """95 per cent percentile bootstrap interval of the mean, whole families drawn (Efron and Tibshirani 1993, 13).

    With fewer than two families there is nothing to draw from: (None, None).
    """
    from scipy.stats import bootstrap

    sums, counts = _families(values, families)
    if len(sums) < _FEWEST_FAMILIES:
        return None, None

    def mean(s: _Array, n: _Array, axis: int = -1) -> _Array:
        told: _Array = s.sum(axis=axis) / n.sum(axis=axis)
        return told

    told = bootstrap(
        (sums, counts), mean, paired=True, vectorized=True, n_resamples=resamples, confidence_level=LEVEL,
        method="percentile", rng=np.random.default_rng(seed),
    ).confidence_interval  # fmt: skip
    return float(told.low), float(told.high)


def permutation_p(
    differences: Sequence[float],
    families: Sequence[str],
    *,
    alternative: Literal["two-sided", "less"] = "two-sided",
    resamples: int = 5000,
    seed: int = 0,
) -> float:
    """p-value of a paired permutation test: signs of whole families flipped at random (Good 2005).

    alternative "less": the mean difference is below 0. Exact when the families are few; never 0.
    """
    from scipy.stats import permutation_test

    sums, _ = _families(differences, families)
    moved = sums[sums != 0]
    if not len(moved):
        return 1.0
    if len(moved) == 1:  # one family can flip two ways: the test needs two
        return 0.5 if alternative == "less" and moved[0] < 0 else 1.0

    def total(x: _Array, axis: int = -1) -> _Array:
        told: _Array = x.sum(axis=axis)
        return told

    done = permutation_test(
        (moved,), total, permutation_type="samples", vectorized=True, n_resamples=resamples,
        alternative=alternative, rng=np.random.default_rng(seed),
    )  # fmt: skip
    return min(1.0, float(done.pvalue))


def holm(ps: Mapping[str, float]) -> dict[str, float]:
    """p-values adjusted for their number, stepping down (Holm 1979)."""
    found: dict[str, float] = {}
    worst = 0.0
    for rank, (name, p) in enumerate(sorted(ps.items(), key=lambda item: item[1])):
        worst = max(worst, min(1.0, p * (len(ps) - rank)))
        found[name] = worst
    return found


def detectable(values: Sequence[float], families: Sequence[str]) -> float | None:
    """The least difference of means that 80 runs in 100 would show at 5 per cent, two-sided.

    From the cluster-robust standard error of this mean, as if the other system's answers were independent of these
    (Miller 2024, "Adding error bars to evals"): paired runs of like systems detect less than this.
    None when the families are too few.
    """
    sums, counts = _families(values, families)
    if len(sums) < _FEWEST_FAMILIES:
        return None
    residuals = sums - counts * (sums.sum() / counts.sum())
    error = math.sqrt(len(sums) / (len(sums) - 1) * float((residuals**2).sum())) / float(counts.sum())
    return (_Z_TWO_SIDED + _Z_POWER) * math.sqrt(2) * error


def _families(values: Sequence[float], families: Sequence[str]) -> tuple[_Array, _Array]:
    """(sum, count) of each family."""
    by: dict[str, list[float]] = {}
    for value, family in zip(values, families, strict=True):
        by.setdefault(family, []).append(value)
    sums = np.array([math.fsum(v) for v in by.values()], dtype=np.float64)
    return sums, np.array([len(v) for v in by.values()], dtype=np.float64)
