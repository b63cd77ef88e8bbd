"""Everything a report says, as plain data, worked out once for all its forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.cases import Case
from eval.compare import Comparison
from eval.gate.verdict import Verdict
from eval.report.expectations import Expectation, expectations
from eval.risk import RiskCurve, risk_curve
from eval.runs.store import Manifest, Run, Scores
from eval.summary import (
    DECIDING,
    Line,
    confusion,
    groups,
    latencies_ms,
    line,
    measure_named,
    percentiles,
    summary,
)

EVIDENCE = 5
"""How many pieces of evidence are shown of a failing case."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that is not right: what was asked, said, shown as evidence, and expected."""

    case: Case
    answer: Mapping[str, Any] | None
    expected: tuple[Expectation, ...]
    scores: Mapping[str, float | None]

    @property
    def said(self) -> str:
        """The answer's words, or why there are none."""
        if self.answer is None:
            return "No answer is in the run."
        return str(self.answer.get("answer") or self.answer.get("error") or "")

    @property
    def missed(self) -> tuple[Expectation, ...]:
        """What was expected and is plainly not there."""
        return tuple(e for e in self.expected if e.met is False and "welcome" not in e.kind and "one of" not in e.kind)


@dataclass(frozen=True, slots=True)
class Facts:
    """A run, its measures over all cases, by kind and by topic, its curve, its times, and its failing cases."""

    manifest: Manifest
    cases: int
    lines: tuple[Line, ...]
    kinds: Mapping[str, tuple[Line, ...]]
    topics: Mapping[str, Line]
    splits: Mapping[str, tuple[Line, ...]]
    confusion: Mapping[str, int]
    curve: RiskCurve
    latencies_ms: Mapping[str, Sequence[float]]
    latency: Mapping[str, Mapping[str, float]]
    failures: tuple[Failure, ...]
    verdict: Verdict | None = None
    comparison: Comparison | None = None

    def to_json(self) -> dict[str, Any]:
        """For report.json: everything but the raw latencies."""
        told = asdict(self)
        del told["latencies_ms"]
        for failure in told["failures"]:
            if failure["answer"]:
                failure["answer"]["evidence"] = failure["answer"].get("evidence", [])[:EVIDENCE]
        if self.verdict is not None:
            told["verdict"] |= {"passed": self.verdict.passed}
        return told


def facts_of(
    made: Run,
    cases: Sequence[Case],
    verdict: Verdict | None = None,
    comparison: Comparison | None = None,
    seed: int = 0,
) -> Facts:
    """All that is to be told of a run over `cases`."""
    scores, answers = made.scores(), made.answers()
    decided = {i: v for i, told in scores.items() if (v := told.get(DECIDING)) is not None}
    deciding = measure_named(DECIDING)
    latencies = latencies_ms(answers[c.id] for c in cases if c.id in answers)
    return Facts(
        manifest=made.manifest,
        cases=len(cases),
        lines=summary(cases, scores, seed),
        kinds={k: summary(part, scores, seed) for k, part in groups(cases, lambda c: c.kind).items()},
        topics={t: line(deciding, part, scores, seed) for t, part in groups(cases, lambda c: c.topic).items()},
        splits={s: summary(part, scores, seed) for s, part in groups(cases, lambda c: c.split).items()},
        confusion=confusion(cases, answers),
        curve=risk_curve(cases, answers, decided),
        latencies_ms=latencies,
        latency={stage: percentiles(values) for stage, values in latencies.items()},
        failures=tuple(_failures(cases, answers, scores)),
        verdict=verdict,
        comparison=comparison,
    )


def _failures(cases: Sequence[Case], answers: Mapping[str, Mapping[str, Any]], scores: Scores) -> list[Failure]:
    failed = [c for c in cases if (scores.get(c.id, {}).get(DECIDING) or 0.0) < 1.0]
    return [Failure(c, answers.get(c.id), expectations(c, answers.get(c.id)), scores.get(c.id, {})) for c in failed]
