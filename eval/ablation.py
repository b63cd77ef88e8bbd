"""Several systems or settings side by side in one table, each against the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.cases import Case
from eval.compare import Difference, compare
from eval.errors import NotComparable
from eval.report.markdown import table
from eval.report.wording import told
from eval.runs.store import Run
from eval.summary import WHOLE, Line, latencies_ms, percentiles, summary


@dataclass(frozen=True, slots=True)
class Column:
    """One system: its measures, and what it gained over the first column (nothing in the first itself)."""

    name: str
    spec: Mapping[str, Any]
    lines: tuple[Line, ...]
    gained: Mapping[str, Difference]
    latency_ms: Mapping[str, float]


def columns(cases: Sequence[Case], runs: Sequence[Run], seed: int = 0) -> tuple[Column, ...]:
    """A column for each run over the same cases; raises NotComparable when their corpora differ."""
    corpora = {r.manifest.corpus for r in runs}
    if len(corpora) > 1:
        raise NotComparable(f"the runs are of {len(corpora)} corpora ({', '.join(sorted(corpora))}); expected one")
    first = runs[0].scores()
    found = []
    for place, made in enumerate(runs):
        scores = made.scores()
        gained = compare(cases, first, scores, names=(runs[0].name, made.name), seed=seed).differences if place else ()
        found.append(
            Column(
                made.name,
                made.manifest.spec,
                summary(cases, scores, seed),
                {d.measure: d for d in gained},
                percentiles(latencies_ms(made.answers().values()).get(WHOLE, [])),
            )
        )
    return tuple(found)


def side_by_side(made: Sequence[Column], alpha: float = 0.05) -> str:
    """Markdown: a row for each measure; ▲ and ▼ mark what is better or worse than the first beyond chance (Holm)."""
    rows = []
    for place, line in enumerate(made[0].lines):
        better = "" if line.better == "higher" else " (lower is better)"
        rows.append([line.title + better, *(told(c.lines[place]) + _mark(c, line.measure, alpha) for c in made)])
    for name in made[0].latency_ms:
        rows.append([f"wall time, {name}", *(f"{c.latency_ms.get(name, 0.0):,.0f} ms" for c in made)])
    note = f"Mean and 95 % interval; ▲ better, ▼ worse than {made[0].name} (paired permutation test, Holm, {alpha:g})."
    return f"{table(['measure', *(c.name for c in made)], rows)}\n\n{note}\n"


def to_json(made: Sequence[Column]) -> list[dict[str, Any]]:
    """The same for machines."""
    return [asdict(column) for column in made]


def _mark(column: Column, measure: str, alpha: float) -> str:
    difference = column.gained.get(measure)
    if difference is None or difference.p_holm >= alpha:
        return ""
    return " ▲" if difference.gain > 0 else " ▼"
