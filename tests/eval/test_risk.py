"""The risk–coverage curve by hand: four answers and a refusal."""

from __future__ import annotations

from typing import Any

import pytest

from eval.cases import Case
from eval.risk import confidence, risk_curve
from eval.summary import confusion, percentiles


def _answer(score: float | None) -> dict[str, Any]:
    if score is None:
        return {"abstained": True, "citations": []}
    return {"abstained": False, "citations": [{"score": score / 2}, {"score": score}]}


def test_by_hand(cases: tuple[Case, ...]) -> None:
    five = cases[:5]
    answers = {c.id: _answer(s) for c, s in zip(five, [0.9, 0.8, 0.7, 0.6, None], strict=True)}
    right = {c.id: r for c, r in zip(five, [1.0, 0.0, 1.0, 0.0, 1.0], strict=True)}
    curve = risk_curve(five, answers, right)
    assert curve.coverage == pytest.approx((0.2, 0.4, 0.6, 0.8))
    assert curve.risk == pytest.approx((0, 1 / 2, 1 / 3, 1 / 2))
    assert curve.aurc == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert curve.oracle == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)
    assert curve.chance == pytest.approx(1 / 2)
    assert curve.augrc == pytest.approx((0 + 1 + 1 + 2) / 25)


def test_ties_share_their_risk(cases: tuple[Case, ...]) -> None:
    four = cases[:4]
    answers = {c.id: _answer(0.5) for c in four}
    for order in ([1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]):
        curve = risk_curve(four, answers, {c.id: r for c, r in zip(four, order, strict=True)})
        assert curve.risk == pytest.approx((0.5,) * 4)


def test_nothing_answered_is_an_empty_curve(cases: tuple[Case, ...]) -> None:
    curve = risk_curve(cases, {}, {})
    assert (curve.coverage, curve.aurc, curve.augrc) == ((), 0.0, 0.0)


def test_confidence_is_the_best_citations_score() -> None:
    assert (confidence(_answer(0.8)), confidence(_answer(None)), confidence({})) == (0.8, 0.0, 0.0)


def test_percentiles_are_times_that_were_measured() -> None:
    assert percentiles([float(n) for n in range(1, 101)]) == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
    assert percentiles([3.0]) == {"p50": 3.0, "p95": 3.0, "p99": 3.0}
    assert percentiles([]) == {}


def test_confusion_counts_every_case_once(cases: tuple[Case, ...]) -> None:
    told = confusion(cases, {c.id: ({"error": "x"} if i == 0 else _answer(0.5)) for i, c in enumerate(cases)})
    assert sum(told.values()) == len(cases)
    assert told["answerable failed"] + told["unanswerable failed"] == 1
    assert told["unanswerable answered"] == sum(not c.answerable for c in cases[1:])
