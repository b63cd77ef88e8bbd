"""Two runs compared: means, wins, losses and chance, worked out by hand where they are few."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from eval.ablation import columns, side_by_side
from eval.cases import Case
from eval.compare import compare, compare_runs
from eval.errors import NotComparable
from eval.measures import Measure
from eval.runs import Run
from eval.runs.store import Scores, write_manifest


def _measure(better: str = "higher") -> Measure:
    return Measure("m", "M", "share", better, "", "", lambda case, answer: None)  # type: ignore[arg-type]


def _asked(n: int) -> list[Case]:
    from eval.cases import Gold

    return [
        Case(id=f"c{i}", split="dev", family=f"f{i}", kind="k", topic="t", question="?", history=(), answerable=True,
             gold=Gold(nuggets=(), numbers=(), number_first=False, figures=(), figure_required=False, forbidden=(),
                       sources=()), variant_of=None, must_pass=False)
        for i in range(n)
    ]  # fmt: skip


def _scores(values: list[float | None]) -> Scores:
    return {f"c{i}": {"m": v} for i, v in enumerate(values)}


def test_wins_losses_and_means_by_hand() -> None:
    told = compare(_asked(5), _scores([0, 0, 1, 1, None]), _scores([1, 1, 0, 1, 1]), measures=[_measure()])
    (d,) = told.differences
    assert (d.n, d.a, d.b, d.gain, d.wins, d.losses) == (4, 0.5, 0.75, 0.25, 2, 1)
    assert [(c.case, c.gain) for c in told.changes] == [("c2", -1.0), ("c0", 1.0), ("c1", 1.0)]


def test_less_is_more_where_lower_is_better() -> None:
    (d,) = compare(_asked(2), _scores([10, 10]), _scores([4, 8]), measures=[_measure("lower")]).differences
    assert (d.gain, d.wins, d.losses) == (4.0, 2, 0)


def test_chance_is_told_from_change() -> None:
    cases = _asked(40)
    same = compare(cases, _scores([1.0] * 40), _scores([1.0] * 40), measures=[_measure()]).differences[0]
    worse = compare(cases, _scores([1.0] * 40), _scores([0.0] * 20 + [1.0] * 20), measures=[_measure()]).differences[0]
    swung = [float(i % 2) for i in range(40)]
    level = compare(cases, _scores(swung), _scores([1 - v for v in swung]), measures=[_measure()]).differences[0]
    assert same.p == pytest.approx(1.0)
    assert worse.p < 0.001 and worse.high < 0
    assert level.p > 0.5 and level.low < 0 < level.high


def test_reworded_questions_are_no_evidence_of_their_own() -> None:
    family = [replace(c, family="one") for c in _asked(40)]
    told = compare(family, _scores([1.0] * 40), _scores([0.0] * 40), measures=[_measure()]).differences[0]
    assert told.gain == -1.0
    assert told.p > 0.4, "forty rewordings of one question are one observation"


def test_other_corpora_are_not_compared_unless_asked_for(asked: Run, cases: tuple[Case, ...], tmp_path: Path) -> None:
    shutil.copytree(asked.folder, tmp_path / "other")
    write_manifest(tmp_path / "other", replace(asked.manifest, corpus="another"))
    other = Run(tmp_path / "other")
    with pytest.raises(NotComparable, match="differ in their corpus"):
        compare_runs(cases, asked, other)
    assert all(d.gain == 0 for d in compare_runs(cases, asked, other, across=True).differences)
    with pytest.raises(NotComparable, match="2 corpora"):
        columns(cases, [asked, other])


def test_side_by_side_marks_what_is_worse_than_the_first(asked: Run, cases: tuple[Case, ...], tmp_path: Path) -> None:
    shutil.copytree(asked.folder, tmp_path / "worse")
    worse = Run(tmp_path / "worse")
    worse.write_scores({i: {**s, "right": 0.0} for i, s in asked.scores().items()})
    row = next(x for x in side_by_side(columns(cases, [asked, worse])).splitlines() if "0.0 % (0.0 to 0.0 %)" in x)
    assert row.endswith("▼ |")
