"""The calibration's own sums, on cases small enough to work out by hand, and a fit that finds a plain signal."""

from __future__ import annotations

import numpy as np
import pytest

from eval.calibrate import Seen, calibration_error, fit, held_out, judged
from eval.risk import area, confidence


def test_calibration_error_by_hand() -> None:
    # Two at 0.85, one right: off by 0.35. Two at 0.25, none right: off by 0.25. Mean 0.30.
    said, right = np.array([0.85, 0.85, 0.25, 0.25]), np.array([1.0, 0.0, 0.0, 0.0])
    assert calibration_error(said, right) == pytest.approx(0.30)


def test_the_area_by_hand() -> None:
    assert area([0.9, 0.8, 0.1], [0.0, 0.0, 1.0]) == pytest.approx((0 + 0 + 1 / 3) / 3)
    assert area([0.1, 0.2, 0.9], [0.0, 0.0, 1.0]) == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)


def test_what_an_answer_says_of_itself_comes_first() -> None:
    cited = {"citations": [{"score": 0.9}]}
    assert confidence({**cited, "confidence": 0.4}) == 0.4
    assert confidence(cited) == confidence({**cited, "confidence": None}) == 0.9


def test_a_plain_signal_is_found_and_noise_is_not() -> None:
    rng = np.random.default_rng(0)
    seen = []
    for i in range(200):
        good = float(rng.random() < 0.6)
        seen.append(Seen({"told": good + rng.normal(0, 0.4), "noise": rng.normal(), "fixed": 1.0}, good, f"f{i // 2}"))
    fitted = fit(seen)
    weight = dict(zip(fitted.signals, fitted.weights, strict=True))
    assert weight["told"] > 5 * abs(weight["noise"]) and weight["fixed"] == 0.0
    right = np.array([s.right for s in seen])
    told = judged(held_out(seen), right)
    assert told["AUROC"] > 0.85 and told["risk-coverage area"] < 0.2 < 1 - right.mean()
