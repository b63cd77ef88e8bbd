"""Runs: whole, resumed, refused; nothing asked twice and nothing lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from eval.cases import Case
from eval.errors import RunRefused
from eval.measures import MEASURES
from eval.runs import Run, run
from eval.runs.identity import case_digest, cases_digest
from eval.runs.store import ANSWERS, SCORES
from eval.systems import Spec, System
from ingest.errors import IndexMissing
from tests.eval.conftest import lines


def test_a_run_holds_every_answer_and_every_score(asked: Run, cases: tuple[Case, ...]) -> None:
    ids = {c.id for c in cases}
    assert set(asked.answers()) == ids
    assert set(asked.scores()) == ids
    assert all(set(told) == {m.name for m in MEASURES} for told in asked.scores().values())
    assert asked.manifest.corpus == next(iter(asked.answers().values()))["corpus"]
    assert asked.digests() == {c.id: case_digest(c) for c in cases}
    assert asked.manifest.wall_s > 0


def test_answers_are_the_contracts_objects(asked: Run, shared: Path) -> None:
    schema = json.loads((shared / "contracts" / "answer.schema.json").read_text(encoding="utf-8"))
    for answer in asked.answers().values():
        jsonschema.validate(answer, schema)


def test_the_evidence_is_ranked_and_holds_what_was_cited(asked: Run) -> None:
    for answer in asked.answers().values():
        scores = [e["score"] for e in answer["evidence"]]
        assert scores and len(scores) <= 20
        first = answer["citations"][0]["quote"] if answer["citations"] else None
        assert first is None or any(e["quote"] in first or first in e["quote"] for e in answer["evidence"])


def test_a_killed_run_goes_on_where_it_stopped(
    asked: Run, cases: tuple[Case, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indexed: Path
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(asked.folder, folder)
    told = (folder / ANSWERS).read_text(encoding="utf-8").splitlines(keepends=True)
    # What a kill leaves: whole lines, then half of one; no scores.
    (folder / ANSWERS).write_text("".join(told[:5]) + told[5][:80], encoding="utf-8")
    (folder / SCORES).unlink()
    opened: list[str] = []

    def counting(spec: Spec) -> System:
        from eval.systems.opening import open_system

        system = open_system(spec)
        ask = system.ask
        monkeypatch.setattr(system, "ask", lambda q, h=(): (opened.append(q), ask(q, h))[1])
        return system

    monkeypatch.setattr("eval.runs.asking.open_system", counting)
    again = run(Spec("advisor"), cases, folder, 1)
    assert len(opened) == len(cases) - 5
    assert again.scores().keys() == asked.scores().keys()
    words = {i: a["answer"] for i, a in asked.answers().items()}
    assert {i: a["answer"] for i, a in again.answers().items()} == words
    assert len(lines(folder / ANSWERS)) == len(cases)


def test_a_finished_run_asks_nothing(asked: Run, cases: tuple[Case, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.runs.asking.open_system", lambda spec: pytest.fail("a system was opened"))
    assert run(Spec("advisor"), cases, asked.folder, 1).manifest.cases == cases_digest(cases)


@pytest.mark.parametrize(
    ("spec", "few", "what"),
    [(Spec("nearest"), False, "fingerprint"), (Spec("advisor", settings={"words": 60}), False, "fingerprint"),
     (Spec("advisor"), True, "cases")],
)  # fmt: skip
def test_a_folder_holds_one_run(asked: Run, cases: tuple[Case, ...], spec: Spec, few: bool, what: str) -> None:
    with pytest.raises(RunRefused, match=what):
        run(spec, cases[:3] if few else cases, asked.folder, 1)


def test_a_label_is_no_other_run(asked: Run, cases: tuple[Case, ...]) -> None:
    assert run(Spec("advisor", label="ours"), cases, asked.folder, 1).manifest.asked == len(cases)


def test_what_fails_is_kept_as_an_error_scored_as_no_answer_and_asked_again(
    program: Callable[[str], str], cases: tuple[Case, ...], tmp_path: Path
) -> None:
    spec = Spec(
        program("for n, row in enumerate(rows):\n    say(row, **({'error': 'out of paper'} if n == 1 else {}))\n")
    )
    made = run(spec, cases[:3], tmp_path / "run")
    assert made.answers()[cases[1].id]["error"] == "out of paper"
    assert made.scores()[cases[1].id] == {m.name: _none(m.score(cases[1], None)) for m in MEASURES}
    program("for row in rows: say(row)\n")
    assert "error" not in run(spec, cases[:3], tmp_path / "run").answers()[cases[1].id]


def _none(value: float | None) -> float | None:
    return None if value is None else float(value)


def test_a_corpus_that_changes_on_the_way_ends_the_run(
    program: Callable[[str], str], cases: tuple[Case, ...], tmp_path: Path
) -> None:
    spec = Spec(program("for n, row in enumerate(rows): say(row, corpus=f'c{n // 2}')\n"))
    with pytest.raises(RunRefused, match="corpus c1, those before from c0"):
        run(spec, cases[:3], tmp_path / "run")
    assert len(lines(tmp_path / "run" / ANSWERS)) == 2


def test_one_writer_at_a_time(asked: Run, cases: tuple[Case, ...]) -> None:
    from filelock import FileLock

    with FileLock(asked.folder / ".lock"), pytest.raises(RunRefused, match="another run"):
        run(Spec("advisor"), cases, asked.folder, 1)


def test_no_cases_no_run(tmp_path: Path) -> None:
    with pytest.raises(RunRefused, match="no case"):
        run(Spec("advisor"), [], tmp_path)


@pytest.mark.slow
def test_two_processes_answer_as_one_does(asked: Run, cases: tuple[Case, ...], tmp_path: Path, indexed: Path) -> None:
    made = run(Spec("advisor"), cases, tmp_path / "run", 2)
    assert {i: a["answer"] for i, a in made.answers().items()} == {i: a["answer"] for i, a in asked.answers().items()}
    assert {i: s["right"] for i, s in made.scores().items()} == {i: s["right"] for i, s in asked.scores().items()}


@pytest.mark.slow
def test_workers_that_cannot_open_the_system_say_why(
    cases: tuple[Case, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADVISOR_DATA", str(tmp_path / "empty"))
    with pytest.raises(IndexMissing, match="advisor ingest"):
        run(Spec("advisor"), cases, tmp_path / "run", 2)
