"""The questions over the guidance notes against their own promises."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case, load_cases

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS, GUIDANCE = ROOT / "eval" / "questions", ROOT / "corpus" / "guidance"
REPORT = ROOT / "corpus" / "report" / "report.md"
SPLITS = ("dev", "test")
COUNTS = {"number": 9, "fact": 9, "list": 4, "advise": 8, "define": 3, "compare": 2, "dated": 4,
          "conflict": 4, "near_miss": 12, "dialogue": 5}  # fmt: skip
SHARED_WORDS = 5


def rows(split: str) -> list[dict[str, Any]]:
    lines = (QUESTIONS / f"guidance_{split}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def cases(split: str) -> tuple[Case, ...]:
    return load_cases(QUESTIONS / f"guidance_{split}.jsonl")


def note(path: Path) -> tuple[str, list[str], list[str]]:
    """A note's id, its statements and the questions printed under them."""
    front, body = path.read_text("utf-8").split("\n---\n", 1)
    found = re.search(r"^id: (\S+)$", front, re.MULTILINE)
    assert found, path
    lines = [line for line in body.splitlines() if line and not line.startswith("#")]
    asked = [line for line in lines if line.startswith("? ")]
    return found[1], [line for line in lines if line not in asked], asked


@pytest.fixture(scope="module")
def notes() -> dict[str, str]:
    """The statements of each document, by its id."""
    files = [REPORT, *sorted(GUIDANCE.glob("*.md"))]
    return {name: "\n".join(told) for name, told, _ in map(note, files)}


@pytest.mark.parametrize("split", SPLITS)
def test_kinds_fields_and_reasons(split: str) -> None:
    told_rows = rows(split)
    assert Counter(row["kind"] for row in told_rows) == COUNTS
    assert len({row["id"] for row in told_rows}) == len({row["question"] for row in told_rows} - {""}) == 60
    for row in told_rows:
        assert row["split"] == split and row["variant_of"] is None
        assert bool(row["why"]) != row["answerable"] == bool(row["gold"]["documents"])
        assert (row["kind"] == "dialogue") == bool(row["history"])
        assert row["answerable"] or row["kind"] in {"near_miss", "dialogue"}


def test_no_note_is_gold_in_both_splits() -> None:
    dev, test = ({name for case in cases(split) for name in case.gold.documents} for split in SPLITS)
    assert dev and test and dev.isdisjoint(test)


@pytest.mark.parametrize("split", SPLITS)
def test_the_gold_documents_exist_and_hold_the_gold(split: str, notes: dict[str, str]) -> None:
    for case in (case for case in cases(split) if case.answerable):
        text = "\n".join(notes[name] for name in case.gold.documents)
        for nugget in case.gold.nuggets:
            assert any(re.search(pattern, text, re.IGNORECASE) for pattern in nugget.any), (case.id, nugget)
        for number in case.gold.numbers:
            assert re.search(number.pattern, text, re.IGNORECASE), (case.id, number)


@pytest.mark.parametrize("split", SPLITS)
def test_no_question_repeats_five_words_of_a_question_printed_in_the_notes(split: str) -> None:
    printed = [line for path in GUIDANCE.glob("*.md") for line in note(path)[2]]
    known = {run for line in printed for run in runs_of(line)}
    assert known
    assert [case.question for case in cases(split) if not known.isdisjoint(runs_of(case.question))] == []


def runs_of(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[i : i + SHARED_WORDS]) for i in range(len(words) - SHARED_WORDS + 1)}
