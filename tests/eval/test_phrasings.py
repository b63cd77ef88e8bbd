"""Phrasings, learnt from and looked up, against the questions that are asked to judge by."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.phrasings import Further, further, phrasings_of
from eval.talks import talks, told_in_full
from ingest.chunker import passages
from ingest.reading import read

ROOT = Path(__file__).resolve().parents[2]
SHARED_WORDS = 5


def runs_of(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[i : i + SHARED_WORDS]) for i in range(len(words) - SHARED_WORDS + 1)}


@pytest.fixture(scope="module")
def asked() -> set[tuple[str, ...]]:
    """Every five words in a row of every evaluation question."""
    files = (ROOT / "eval" / "questions").glob("*.jsonl")
    questions = [json.loads(line)["question"] for path in files for line in path.read_text("utf-8").splitlines()]
    return {run for question in questions for run in runs_of(question)}


def _kept() -> Iterator[tuple[str, str]]:
    names = ("phrasings_held", "phrasings_more", "phrasings_train", "natural_held", "natural_train")
    for path in ((ROOT / "eval" / f"{name}.jsonl") for name in names):
        yield from ((path.name, row.question) for row in further(path))
    yield from (("report.md", question) for question in phrasings_of(ROOT / "corpus" / "report").questions)


def _held() -> list[Further]:
    return [row for name in ("phrasings", "natural") for row in further(ROOT / "eval" / f"{name}_held.jsonl")]


def test_natural_questions_are_answered_by_statements_of_the_notes() -> None:
    notes = (ROOT / "corpus").rglob("*.md")
    statements = {s.text for path in notes for p in passages(read(path)) for s in p.sentences}
    files = [
        ROOT / "eval" / f"natural_{name}{part}.jsonl" for name in ("", "chats_") for part in ("train", "held", "test")
    ]
    told = [text for path in files for row in told_in_full(path) for text in (*row.answers, *row.also)]
    assert len(told) > 6_000
    assert {text for text in told if text not in statements} == set()


def test_no_phrasing_repeats_five_words_of_a_question(asked: set[tuple[str, ...]]) -> None:
    kept = list(_kept())
    assert len(kept) > 20_000 and len(asked) > 1_000
    assert [told for told in kept if not asked.isdisjoint(runs_of(told[1]))] == []


@pytest.mark.parametrize(
    "name", ["talks_train.jsonl", "talks_held.jsonl", "natural_chats_train.jsonl", "natural_chats_held.jsonl"]
)
def test_no_chat_ends_with_five_words_of_a_question(asked: set[tuple[str, ...]], name: str) -> None:
    kept = talks(ROOT / "eval" / name)
    assert len(kept) > 400
    assert [t.asked for t in kept if not asked.isdisjoint(runs_of(t.asked) | runs_of(t.alone))] == []


@pytest.mark.parametrize("learnt", ["talks_train", "natural_chats_train"])
@pytest.mark.parametrize("held", ["talks_held", "natural_chats_held", "natural_chats_test"])
def test_no_chat_held_out_is_learnt(learnt: str, held: str) -> None:
    first, second = ({(t.asked, t.alone) for t in talks(ROOT / "eval" / f"{name}.jsonl")} for name in (learnt, held))
    assert first and second
    assert first.isdisjoint(second)


def test_what_ranking_and_gate_are_fitted_on_is_in_no_index() -> None:
    printed = {question.lower() for question in phrasings_of(ROOT / "corpus").questions}
    held = [row.question for row in _held() if row.statement]
    assert len(held) > 3_300
    assert [question for question in held if question.lower() in printed] == []


def test_what_the_gate_is_fitted_on_was_not_learnt() -> None:
    names = ("phrasings_train", "phrasings_more", "natural_train")
    learnt = [row for name in names for row in further(ROOT / "eval" / f"{name}.jsonl")]
    for name in ("talks_train", "natural_chats_train"):
        learnt += told_in_full(ROOT / "eval" / f"{name}.jsonl")
    held = {row.question.lower() for row in _held()}
    for name in ("talks_held", "natural_chats_held"):
        held |= {row.question.lower() for row in told_in_full(ROOT / "eval" / f"{name}.jsonl")}
    assert len(learnt) > 15_000 and len(held) > 7_000
    assert [row.question for row in learnt if row.question.lower() in held] == []


def test_natural_questions_that_test_were_neither_learnt_nor_fitted_on() -> None:
    files = [f"natural_{name}{part}.jsonl" for name in ("", "chats_") for part in ("train", "held")]
    known = {row.question.lower() for name in files for row in told_in_full(ROOT / "eval" / name)}
    known |= {question.lower() for question in phrasings_of(ROOT / "corpus").questions}
    files = ["natural_test.jsonl", "natural_chats_test.jsonl"]
    tested = {row.question.lower() for name in files for row in told_in_full(ROOT / "eval" / name)}
    assert len(tested) > 750
    assert tested & known == set()
