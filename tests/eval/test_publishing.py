"""A run on the page: the figures of the report, and a blind sample in which right and wrong are balanced."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.quality import Asked, Rating, Ratings, read_asked, read_published
from eval.cases import Case
from eval.commands import eval_command
from eval.publishing import answers_of, publish_run, sampled
from eval.report import facts_of
from eval.runs import Run
from eval.summary import DECIDING
from tests.eval.conftest import means


def test_the_page_gets_the_figures_of_the_report(asked: Run, cases: tuple[Case, ...], tmp_path: Path) -> None:
    facts = facts_of(asked, cases)
    publish_run(asked, cases, facts, tmp_path, sample=4)
    told = read_published(tmp_path)
    assert told is not None
    right = next(s for s in told.splits["all"] if s.title == "Right answers")
    assert (right.n, right.mean) == (len(cases), pytest.approx(means(asked, DECIDING)))
    assert set(told.splits) == {"all", "dev"} and told.corpus == asked.manifest.corpus
    assert sum(k.n for k in told.kinds) == len(cases)
    assert len(read_asked(tmp_path)) == 4
    assert "<html" in (tmp_path / "quality" / "report.html").read_text()


def test_answers_carry_what_a_rater_reads(asked: Run, cases: tuple[Case, ...]) -> None:
    found = {a.case: a for a in answers_of(asked, cases)}
    assert set(found) == {c.id for c in cases}
    for case in cases:
        rated, answer = found[case.id], asked.answers()[case.id]
        assert rated.answer == answer["answer"] and rated.abstained == answer["abstained"]
        assert [q.text for q in rated.quotes] == [c["quote"] for c in answer["citations"]]
        assert len(rated.earlier) == len(case.history)
    assert any(a.quotes for a in found.values()) and any(a.earlier for a in found.values())


def _made(rights: Sequence[bool]) -> list[Asked]:
    return [Asked(f"c{i}", "?", (), "a", False, (), right) for i, right in enumerate(rights)]


def test_a_sample_is_half_right_and_one_of_a_family() -> None:
    answers = _made([True] * 80 + [False] * 20)
    families = {a.case: f"f{i // 2}" for i, a in enumerate(answers)}
    drawn = sampled(answers, families, 20, seed=1)
    assert len(drawn) == 20 and sum(a.right for a in drawn) == 10
    assert len({families[a.case] for a in drawn}) == 20
    assert drawn == sampled(answers, families, 20, seed=1) != sampled(answers, families, 20, seed=2)
    scarce = sampled(answers, {a.case: a.case for a in answers}, 60, seed=1)
    assert len(scarce) == 60 and sum(not a.right for a in scarce) == 20


def test_commands_publish_and_tell_agreement(
    asked: Run, cases: tuple[Case, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADVISOR_DATA", str(tmp_path))
    monkeypatch.setattr("eval.choosing.cases_of", lambda made, paths=(): list(cases))
    told = CliRunner().invoke(eval_command, ["publish", str(asked.folder), "--sample", "3"], standalone_mode=False)
    assert told.exception is None and "/quality" in told.output
    for answer in read_asked(tmp_path):
        for rater in ("ann", "bob"):
            Ratings(tmp_path).keep(Rating(rater, answer.id, answer.case, "right" if answer.right else "wrong"))
    told = CliRunner().invoke(eval_command, ["agreement", str(asked.folder)], standalone_mode=False)
    assert "people and measures: the same verdict in 100% of 6" in told.output
    assert "people among themselves: the same verdict in 100% of 3" in told.output
