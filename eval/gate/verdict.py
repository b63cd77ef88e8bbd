"""The verdict: every measure of the gate against the baseline, and every case that must pass.

A measure fails when it falls by more than its margin and the fall is more than chance (one-sided paired permutation
test by family, Holm over the gate's measures), when it falls beyond its hard limit, or when it is below its floor. A
mean can hide a lost case, so some cases must be right whatever the means say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.cases import Case
from eval.compare import gains
from eval.errors import HarnessFailed, NotComparable
from eval.gate.baseline import Baseline
from eval.gate.config import GateConfig, Margin, must_pass
from eval.measures import Measure
from eval.runs.identity import case_digest
from eval.runs.store import Run, Scores
from eval.statistics import holm, interval, permutation_p
from eval.summary import measure_named

_SHOWN = 3
Row = tuple[Case, float, float, float]


@dataclass(frozen=True, slots=True)
class MeasureVerdict:
    """One measure of the gate; `gain` is negative when the run is worse; `why` is empty when it passes."""

    measure: str
    title: str
    unit: str
    n: int
    baseline: float | None
    run: float | None
    gain: float
    low: float | None
    high: float | None
    p_holm: float
    margin: float
    why: str

    @property
    def passed(self) -> bool:
        """Whether the measure stands."""
        return not self.why


@dataclass(frozen=True, slots=True)
class Lost:
    """A must-pass case that is not right."""

    case: str
    question: str
    score: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gate's answer. judged: cases in both; new: cases that the baseline does not know, which judge nothing."""

    measures: tuple[MeasureVerdict, ...]
    lost: tuple[Lost, ...]
    must_pass: int
    judged: int
    new: int

    @property
    def passed(self) -> bool:
        """Whether nothing regressed."""
        return not self.lost and all(m.passed for m in self.measures)

    @property
    def exit_status(self) -> int:
        """0 pass, 1 regression."""
        return 0 if self.passed else 1


def judge(
    made: Run, cases: Sequence[Case], baseline: Baseline, config: GateConfig, *, subset: bool = False, seed: int = 0
) -> Verdict:
    """Judge a run; raises NotComparable (corpus or cases differ) or HarnessFailed (the run is not whole).

    subset: the run was asked only some of the baseline's cases, on purpose.
    """
    _check_comparable(made, cases, baseline, subset)
    scores = made.scores()
    unscored = [c.id for c in cases if c.id not in scores]
    if unscored:
        raise HarnessFailed(f"{made.folder}: {_named(unscored)} not scored; run `advisor eval run` again to go on")
    known = [c for c in cases if c.id in baseline.scores]
    compared = {n: gains(measure_named(n), known, baseline.scores, scores) for n in config.measures}
    adjusted = holm({name: _p(rows, seed) for name, rows in compared.items()})
    measures = tuple(
        _verdict(
            measure_named(name),
            margin,
            compared[name],
            p_holm=adjusted[name],
            alpha=config.alpha,
            mean=_mean(name, cases, scores),
            seed=seed,
        )
        for name, margin in config.measures.items()
    )
    must = [c for c in cases if must_pass(c, config)]
    told = [(c, scores[c.id].get(config.deciding)) for c in must]
    lost = tuple(Lost(c.id, c.question, value) for c, value in told if value is None or value < 1.0)
    return Verdict(measures, lost, len(must), len(known), len(cases) - len(known))


def _check_comparable(made: Run, cases: Sequence[Case], baseline: Baseline, subset: bool) -> None:
    if made.manifest.corpus != baseline.corpus:
        raise NotComparable(
            f"the run is of corpus {made.manifest.corpus or 'unknown'}, the baseline of {baseline.corpus}; "
            'ingest the baseline\'s corpus, or accept this run with --accept "why"'
        )
    changed = [c.id for c in cases if baseline.digests.get(c.id, case_digest(c)) != case_digest(c)]
    if changed:
        raise NotComparable(
            f"{_named(changed)} changed since the baseline was accepted (question or gold); "
            'accept this run with --accept "why"'
        )
    missing = sorted(set(baseline.scores) - {c.id for c in cases})
    if missing and not subset:
        raise NotComparable(
            f"{_named(missing)} in the baseline and not in the run; run all questions, or add --subset to judge a part"
        )
    if not any(c.id in baseline.scores for c in cases):
        raise NotComparable('no case of the run is in the baseline; accept this run with --accept "why"')


def _p(rows: Sequence[Row], seed: int) -> float:
    if not rows:
        return 1.0
    moved, families = [gain for *_, gain in rows], [case.family for case, *_ in rows]
    return permutation_p(moved, families, alternative="less", seed=seed)


def _verdict(
    measure: Measure, margin: Margin, rows: Sequence[Row], *, p_holm: float, alpha: float, mean: float | None, seed: int
) -> MeasureVerdict:
    known = (measure.name, measure.title, measure.unit)
    if not rows:
        # What applies nowhere cannot have met its floor: a system that says nothing is not faithful.
        why = "" if margin.floor is None else "applies to no case, so its floor is not met"
        return MeasureVerdict(*known, 0, None, mean, 0.0, None, None, 1.0, margin.margin, why)
    moved, n = [gain for *_, gain in rows], len(rows)
    gain = sum(moved) / n
    low, high = interval(moved, [case.family for case, *_ in rows], seed=seed)
    fell = "" if p_holm >= alpha else f"p = {p_holm:.4f} after Holm"
    why = _below(mean, measure, margin) or _fallen(gain, margin, fell)
    before, after = sum(r[1] for r in rows) / n, sum(r[2] for r in rows) / n
    return MeasureVerdict(*known, n, before, after, gain, low, high, p_holm, margin.margin, why)


def _below(mean: float | None, measure: Measure, margin: Margin) -> str:
    """Why the floor is not met; empty when it is, or there is none."""
    if margin.floor is None or mean is None:
        return ""
    short = mean < margin.floor if measure.better == "higher" else mean > margin.floor
    return f"{mean:.3f} is on the wrong side of the floor {margin.floor:g}" if short else ""


def _fallen(gain: float, margin: Margin, proved: str) -> str:
    """Why the fall is too deep; `proved` says that it is more than chance, or is empty."""
    if gain < -margin.hard:
        return f"fell by {-gain:.3f}, beyond the hard limit {margin.hard:g}"
    if gain < -margin.margin and proved:
        return f"fell by {-gain:.3f}, beyond the margin {margin.margin:g} ({proved})"
    return ""


def _mean(name: str, cases: Sequence[Case], scores: Scores) -> float | None:
    values = [v for c in cases if (v := scores[c.id].get(name)) is not None]
    return sum(values) / len(values) if values else None


def _named(ids: Sequence[str]) -> str:
    told = ", ".join(ids[:_SHOWN]) + (", ..." if len(ids) > _SHOWN else "")
    return f"{len(ids)} {'case' if len(ids) == 1 else 'cases'} ({told})"
