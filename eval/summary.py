"""A run in figures: every measure with its interval, the same by group, latencies, and what became of each case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.cases import Case
from eval.measures import MEASURES, Measure
from eval.runs.store import Scores
from eval.statistics import detectable, interval

DECIDING = "right"
"""The measure that is 1 when an answer is right as a whole, and says which cases a report lists as failing."""

WHOLE = "harness"
"""The time of a whole answer as the harness saw it; what a system calls its total may leave something out."""

_PERCENTILES = (50, 95, 99)


@dataclass(frozen=True, slots=True)
class Line:
    """A measure over some cases: mean and 95 per cent bootstrap interval, resampled by question family.

    `n` counts the cases to which the measure applies; mean and interval are None when it applies to none.
    detectable: the least difference that these cases would show between two unlike systems, 80 times in 100.
    """

    measure: str
    title: str
    unit: str
    better: str
    n: int
    mean: float | None
    low: float | None
    high: float | None
    detectable: float | None = None


def line(measure: Measure, cases: Iterable[Case], scores: Scores, seed: int = 0) -> Line:
    """One measure over `cases`."""
    told = [(value, c.family) for c in cases if (value := scores.get(c.id, {}).get(measure.name)) is not None]
    if not told:
        return Line(measure.name, measure.title, measure.unit, measure.better, 0, None, None, None)
    values, families = [v for v, _ in told], [f for _, f in told]
    low, high = interval(values, families, seed=seed)
    mean = sum(values) / len(values)
    least = detectable(values, families)
    return Line(measure.name, measure.title, measure.unit, measure.better, len(values), mean, low, high, least)


def summary(cases: Sequence[Case], scores: Scores, seed: int = 0) -> tuple[Line, ...]:
    """All measures over `cases`, in the order of `MEASURES`."""
    return tuple(line(m, cases, scores, seed) for m in MEASURES)


def groups(cases: Iterable[Case], key: Callable[[Case], str]) -> dict[str, list[Case]]:
    """Cases by a key (kind, topic, split), in the order of first appearance."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(key(case), []).append(case)
    return found


def measure_named(name: str) -> Measure:
    """The measure of a name; raises KeyError."""
    return {m.name: m for m in MEASURES}[name]


def latencies_ms(answers: Iterable[Mapping[str, Any]]) -> dict[str, list[float]]:
    """Milliseconds by stage, as the answers tell them, sorted; "total" is the whole answer."""
    found: dict[str, list[float]] = {}
    for answer in answers:
        for stage, value in (answer.get("timings_ms") or {}).items():
            found.setdefault(stage, []).append(float(value))
    return {stage: sorted(values) for stage, values in found.items()}


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99, by the nearest rank, so that each is a time that was measured."""
    ranked = sorted(values)
    return {f"p{p}": ranked[max(0, -(-p * len(ranked) // 100) - 1)] for p in _PERCENTILES} if ranked else {}


def confusion(cases: Iterable[Case], answers: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """How often an answerable and an unanswerable question was answered, refused, or got no answer."""
    told = {f"{a} {b}": 0 for a in ("answerable", "unanswerable") for b in ("answered", "refused", "failed")}
    for case in cases:
        answer = answers.get(case.id)
        was = "failed" if answer is None or "error" in answer else "refused" if answer.get("abstained") else "answered"
        told[f"{'answerable' if case.answerable else 'unanswerable'} {was}"] += 1
    return told
