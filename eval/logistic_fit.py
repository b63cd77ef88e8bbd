"""A logistic regression with a ridge, over standardised signals, fitted to become an `app.logistic.Model`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from app.logistic import Model

_CONSTANT_BELOW = 1e-3


def fitted(
    signals: Sequence[Mapping[str, float]],
    right: Sequence[float],
    strength: float,
    weights: Sequence[float] | None = None,
) -> Model:
    """The model of rows of signals (n, all of the same names) and what is right (n, 0 or 1).

    strength: the inverse of the ridge (C). weights (n): what each row counts; None: all alike.
    """
    from sklearn.linear_model import LogisticRegression

    names = tuple(signals[0])
    x = np.array([[row[name] for name in names] for row in signals])
    means, deviations = x.mean(axis=0), x.std(axis=0)
    deviations[deviations < _CONSTANT_BELOW] = 1.0
    found = LogisticRegression(C=strength, max_iter=5_000)
    found.fit((x - means) / deviations, right, sample_weight=weights)

    def told(values: npt.NDArray[np.float64]) -> tuple[float, ...]:
        return tuple(round(float(v), 5) for v in values)

    return Model(names, told(means), told(deviations), told(found.coef_[0]), round(float(found.intercept_[0]), 5))
