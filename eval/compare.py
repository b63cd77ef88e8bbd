"""Two runs beside each other: what moved, whether it is more than chance, and which cases were won and lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.cases import Case
from eval.errors import NotComparable
from eval.measures import MEASURES, Measure
from eval.runs.store import Run, Scores
from eval.statistics import holm, interval, permutation_p

_ENOUGH = 1e-9


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure in run A and in run B over the cases to which it applies in both.

    gain: mean of B less mean of A, turned so that more is better; low, high: its 95 per cent bootstrap interval, or
    None when the families are too few for one.
    p: paired permutation test, two-sided, whole families flipped at once; p_holm: after Holm over the measures.
    """

    measure: str
    title: str
    unit: str
    better: str
    n: int
    a: float
    b: float
    gain: float
    low: float | None
    high: float | None
    p: float
    p_holm: float
    wins: int
    losses: int


@dataclass(frozen=True, slots=True)
class Change:
    """A case whose score of one measure moved; `gain` is positive when B is better."""

    case: str
    measure: str
    a: float
    b: float
    gain: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs compared; `changes` are the cases that moved, by measure, losses first."""

    a: str
    b: str
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]


def gains(measure: Measure, cases: Sequence[Case], a: Scores, b: Scores) -> list[tuple[Case, float, float, float]]:
    """(case, score in A, score in B, gain) for the cases to which the measure applies in both runs."""
    sign = 1.0 if measure.better == "higher" else -1.0
    found = []
    for case in cases:
        before, after = a.get(case.id, {}).get(measure.name), b.get(case.id, {}).get(measure.name)
        if before is not None and after is not None:
            found.append((case, before, after, sign * (after - before)))
    return found


def compare(
    cases: Sequence[Case],
    a: Scores,
    b: Scores,
    *,
    names: tuple[str, str] = ("A", "B"),
    measures: Sequence[Measure] = MEASURES,
    seed: int = 0,
) -> Comparison:
    """B against A over `cases`."""
    told = {m.name: gains(m, cases, a, b) for m in measures}
    told = {name: rows for name, rows in told.items() if rows}
    ps = {name: _p(rows, seed) for name, rows in told.items()}
    adjusted = holm(ps)
    differences = tuple(
        _difference(m, told[m.name], ps[m.name], adjusted[m.name], seed) for m in measures if m.name in told
    )
    changes = tuple(
        Change(case.id, name, before, after, gain)
        for name, rows in told.items()
        for case, before, after, gain in sorted(rows, key=lambda row: row[3])
        if abs(gain) > _ENOUGH
    )
    return Comparison(*names, differences, changes)


def compare_runs(cases: Sequence[Case], a: Run, b: Run, *, across: bool = False, seed: int = 0) -> Comparison:
    """Run B against run A; raises NotComparable when they differ in corpus or cases, unless `across` asks for it."""
    for what in ("corpus", "cases"):
        had, has = getattr(a.manifest, what), getattr(b.manifest, what)
        if had != has and not across:
            raise NotComparable(
                f"{a.folder} and {b.folder} differ in their {what} ({had or 'unknown'} and {has or 'unknown'}); "
                "run both on the same, or add --across to compare all the same"
            )
    return compare(cases, a.scores(), b.scores(), names=(a.name, b.name), seed=seed)


def _p(rows: Sequence[tuple[Case, float, float, float]], seed: int) -> float:
    return permutation_p([gain for *_, gain in rows], [case.family for case, *_ in rows], seed=seed)


def _difference(
    measure: Measure, rows: Sequence[tuple[Case, float, float, float]], p: float, p_holm: float, seed: int
) -> Difference:
    moved = [gain for *_, gain in rows]
    low, high = interval(moved, [case.family for case, *_ in rows], seed=seed)
    n = len(rows)
    return Difference(
        measure.name,
        measure.title,
        measure.unit,
        measure.better,
        n,
        sum(before for _, before, _, _ in rows) / n,
        sum(after for _, _, after, _ in rows) / n,
        sum(moved) / n,
        low,
        high,
        p,
        p_holm,
        sum(gain > _ENOUGH for gain in moved),
        sum(gain < -_ENOUGH for gain in moved),
    )


def by_case(changes: Sequence[Change]) -> Mapping[str, list[Change]]:
    """Changes by case, in order."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.case, []).append(change)
    return found
