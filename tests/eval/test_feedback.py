"""What readers said becomes a case that every later run asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.kept.feedback import Feedback
from app.kept.history import Receipt
from app.types import Answer, Turn
from eval.cases import Case, load_cases
from eval.commands import eval_command
from tests.app.web.scripted import answered, refused

TURNS = (Turn("user", "Hello?"), Turn("assistant", "Yes."))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ADVISOR_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def told(data: Path, answer: Answer, verdict: str, reason: str = "") -> Case:
    feedback = Feedback(data)
    feedback.keep("ada", Receipt(f"r{answer.abstained}{verdict}", answer.question, TURNS, answer), verdict, reason, "c")
    feedback.judge(feedback.all("new")[0].id, "accepted")
    into = data / "cases.jsonl"
    done = CliRunner().invoke(eval_command, ["feedback", "--into", str(into)])
    assert done.exit_code == 0 and "1 of" in done.output
    return load_cases(into)[-1]


def test_a_wrong_answer_may_not_come_back(data: Path) -> None:
    case = told(data, answered("How many?"), "down", "a number is wrong")
    assert case.question == "How many?" and case.history[0]["content"] == "Hello?" and case.answerable
    import re

    assert re.search(case.gold.forbidden[0], answered("How many?").answer)


def test_a_wrong_refusal_is_to_be_answered(data: Path) -> None:
    case = told(data, refused("Why Mars?"), "down", "it should have answered")
    assert case.answerable and case.gold.forbidden == ()


def test_what_was_liked_is_held_to(data: Path) -> None:
    case = told(data, answered("How many?"), "up")
    assert [n.value for n in case.gold.numbers] == [26, 28] and case.gold.documents == {"survey", "guide"}
    assert not told(data, refused("Why Mars?"), "up").answerable


def test_a_case_is_written_once_and_only_when_accepted(data: Path) -> None:
    told(data, answered("How many?"), "down")
    Feedback(data).keep("bob", Receipt("r7", "New?", (), answered("New?")), "down")
    again = CliRunner().invoke(eval_command, ["feedback", "--into", str(data / "cases.jsonl")])
    assert again.output.startswith("0 of 1") and len(load_cases(data / "cases.jsonl")) == 1
