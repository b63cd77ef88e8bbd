"""Intervals and tests against hand-computed values and known rates."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eval.statistics import detectable, holm, interval, permutation_p


def test_an_interval_holds_the_mean_and_is_wider_when_questions_share_a_family() -> None:
    values = [1.0, 1.0, 0.0, 0.0] * 10
    own = interval(values, [str(i) for i in range(40)])
    shared = interval(values, [str(i // 2) for i in range(40)])
    assert own[0] is not None and shared[0] is not None
    assert own[0] < 0.5 < own[1] and shared[0] < 0.5 < shared[1]
    assert shared[1] - shared[0] > 1.2 * (own[1] - own[0])
    assert own == interval(values, [str(i) for i in range(40)])


def test_one_family_says_nothing() -> None:
    assert interval([1.0, 0.0], ["a", "a"]) == (None, None)
    assert detectable([1.0, 0.0], ["a", "a"]) is None


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(1)
    covered = 0
    for seed in range(200):
        truth = rng.random(40) < 0.7
        low, high = interval(truth.astype(float).tolist(), [str(i) for i in range(40)], resamples=500, seed=seed)
        assert low is not None and high is not None
        covered += low <= 0.7 <= high
    assert 0.88 <= covered / 200 <= 0.99


def test_permutation_of_few_families_is_exact() -> None:
    # Of 2**5 ways to flip five equal losses one is as low, and two are as far out.
    assert permutation_p([-1.0] * 5, list("abcde"), alternative="less") == pytest.approx(1 / 32)
    assert permutation_p([-1.0] * 5, list("abcde")) == pytest.approx(2 / 32)
    assert permutation_p([1.0] * 5, list("abcde"), alternative="less") == 1.0


def test_a_family_flips_as_one() -> None:
    assert permutation_p([-1.0] * 6, list("aaabbb"), alternative="less") == pytest.approx(1 / 4)
    assert permutation_p([-1.0] * 6, ["a"] * 6, alternative="less") == 0.5


def test_no_change_is_no_evidence_and_p_is_never_zero() -> None:
    assert permutation_p([0.0] * 9, list("abcdefghi")) == 1.0
    assert permutation_p([], []) == 1.0
    many = permutation_p([-1.0] * 60, [str(i) for i in range(60)])
    assert 0 < many < 0.001


def test_false_alarms_are_as_rare_as_the_level() -> None:
    rng = np.random.default_rng(2)
    names = [str(i) for i in range(30)]
    alarms = sum(permutation_p(rng.choice([-1.0, 0.0, 1.0], 30).tolist(), names, seed=s) < 0.05 for s in range(200))
    assert alarms / 200 <= 0.09


def test_holm_by_hand() -> None:
    told = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert told == pytest.approx({"d": 0.02, "a": 0.03, "c": 0.06, "b": 0.06})
    assert holm({"a": 0.6, "b": 0.9}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}


def test_what_a_set_can_detect_by_hand() -> None:
    # 100 questions, half right: standard error 0.05 x sqrt(100/99), times sqrt 2 for two systems, times 2.8.
    values = [1.0, 0.0] * 50
    expected = (1.959964 + 0.841621) * math.sqrt(2) * 0.05 * math.sqrt(100 / 99)
    assert detectable(values, [str(i) for i in range(100)]) == pytest.approx(expected)
