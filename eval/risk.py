"""The risk–coverage curve: how often an answer is wrong when only the surest ones are given.

Selective risk at coverage c is the share of wrong answers among the c surest (El-Yaniv and Wiener 2010); its mean over
the coverages is AURC (Geifman, Uziel and El-Yaniv 2019). The generalised risk divides by all questions instead, and its
mean, AUGRC, does not swing at low coverage (Traub et al. 2024). A refusal is not covered: the curve ends where the
system's own refusals begin. Confidence is what the answer says of itself (`confidence`); for a system that says
nothing, the greatest score among its citations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.cases import Case


@dataclass(frozen=True, slots=True)
class RiskCurve:
    """Points (coverage, selective risk), coverage rising; the areas of this order and of the best possible one.

    `aurc`, `oracle` and `chance` are over the answered questions alone: with the confidences as they are, with all
    right answers first, and in no order. `augrc` is over all questions. Confidences that tie share their mean risk.
    """

    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    aurc: float
    oracle: float
    chance: float
    augrc: float


def confidence(answer: Mapping[str, Any]) -> float:
    """What the answer says of its own sureness; 0 when it says nothing."""
    told = answer.get("confidence")
    if isinstance(told, (int, float)):
        return float(told)
    return max((float(c.get("score") or 0.0) for c in answer.get("citations") or ()), default=0.0)


def risk_curve(
    cases: Iterable[Case], answers: Mapping[str, Mapping[str, Any]], right: Mapping[str, float]
) -> RiskCurve:
    """The curve over `cases`; `right` is 1 for a right answer, by case id; an answered unanswerable one is wrong."""
    listed = list(cases)
    told = []
    for case in listed:
        answer = answers.get(case.id)
        if answer is not None and "error" not in answer and not answer.get("abstained"):
            told.append((confidence(answer), 1.0 - right.get(case.id, 0.0)))
    wrong = _levelled(sorted(told, key=lambda pair: -pair[0]))
    risks = _running_means(wrong)
    n = len(listed)
    return RiskCurve(
        coverage=tuple((i + 1) / n for i in range(len(wrong))),
        risk=tuple(risks),
        aurc=_mean(risks),
        oracle=_mean(_running_means(sorted(w for _, w in told))),
        chance=_mean(wrong),
        augrc=sum(r * (i + 1) / n for i, r in enumerate(risks)) / n if n else 0.0,
    )


def area(confidences: Sequence[float], losses: Sequence[float]) -> float:
    """The area under the curve of answers that were all given."""
    ranked = sorted(zip(map(float, confidences), map(float, losses), strict=True), key=lambda pair: -pair[0])
    return _mean(_running_means(_levelled(ranked)))


def _levelled(ranked: Sequence[tuple[float, float]]) -> list[float]:
    """Losses in order, those of equal confidence replaced by their mean: their order says nothing."""
    found: list[float] = []
    start = 0
    for at in range(1, len(ranked) + 1):
        if at == len(ranked) or ranked[at][0] != ranked[start][0]:
            found += [_mean([w for _, w in ranked[start:at]])] * (at - start)
            start = at
    return found


def _running_means(values: Sequence[float]) -> list[float]:
    total, found = 0.0, []
    for count, value in enumerate(values, 1):
        total += value
        found.append(total / count)
    return found


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
