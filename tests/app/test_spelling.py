"""Typing slips: mended where a word is none, never where it is one."""

from __future__ import annotations

import pytest

from app.spelling import Speller

SPELLER = Speller(
    frozenset("firms mature share return infrastructure generative organisations british finance finale".split()),
    frozenset("the what is share salary spain was media like of in are very and with many how".split()),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("waht shrae of frims", "what share of firms"),
        ("teh infrastucture", "the infrastructure"),
        ("generatve", "generative"),
        ("dont", "don't"),
        ("finace", "finance"),
    ],
)
def test_slips_are_mended(typed: str, meant: str) -> None:
    assert SPELLER.mend(typed) == meant


@pytest.mark.parametrize(
    "word",
    [
        "sharing",
        "MEPs",
        "pct",
        "Spain",
        "salary",
        "AWS",
        "GPT",
        "MLOps",
        "ROI",
        "2025",
        "Spanish",
        "reshare",
        "unmature",
        "capex",
    ],
)
def test_real_words_are_never_bent(word: str) -> None:
    assert SPELLER.mend(word) == word


def test_a_word_of_english_takes_its_first_letter_from_no_slip() -> None:
    speller = Speller(frozenset(), frozenset({"bluff"}))
    assert speller.mend("bluf") == "bluff" and speller.mend("fluff") == "fluff"


def test_a_word_that_an_answer_used_is_no_slip() -> None:
    assert SPELLER.mend("matuer") == "mature"
    assert SPELLER.mend("matuer", ["The Matuer test measures hardness."]) == "matuer"
