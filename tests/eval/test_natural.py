"""How natural questions fare: what counts as answered, and the table that is told."""

from __future__ import annotations

import json
from pathlib import Path

from app.chain import open_advisor
from app.types import Turn
from eval.natural import Told, asked, rows_of, summary
from eval.phrasings import Further
from ingest.settings import load


def test_the_last_message_of_a_chat_is_asked_after_it_or_as_told_in_full(tmp_path: Path) -> None:
    path = tmp_path / "chats.jsonl"
    row = {"before": [["Who sings?", "Ada."]], "asked": "why", "alone": "Why does Ada sing?", "statement": None}
    path.write_text(json.dumps(row | {"also": ["She likes it."]}) + "\n", encoding="utf-8")
    before = (Turn("user", "Who sings?"), Turn("assistant", "Ada."))
    assert rows_of(path) == [(Further("why", None, (), ("She likes it.",)), before)]
    assert rows_of(path, in_full=True) == [(Further("Why does Ada sing?", None, (), ("She likes it.",)), ())]


def test_questions_are_put_to_an_advisor_and_its_first_sentence_is_judged(indexed: Path) -> None:
    question = "How many decision-makers were surveyed for the report?"
    advisor = open_advisor(load())
    quote = advisor.answer(question).citations[0].quote
    rows = [(Further(question, quote), ()), (Further(question, "Another.", (), (quote,)), ()),
            (Further("Who won the cup?", None), ())]  # fmt: skip
    right, near, refused = asked(advisor, rows)
    assert (right.first, right.near, right.anywhere, right.refused) == (True, True, True, False)
    assert (near.first, near.near, near.anywhere) == (False, True, False)
    assert refused.refused and not refused.near


def test_shares_are_told_of_answerable_and_of_other_questions() -> None:
    answerable, other = Further("a", "It is so.", ("It is.",)), Further("b", None)
    told = [
        Told(answerable, False, first=True, near=True, anywhere=True),
        Told(answerable, False, near=True),
        Told(answerable, True),
        Told(answerable, False),
        Told(other, True),
        Told(other, False),
    ]
    lines = summary(told).splitlines()[2:]
    assert [line.split("|")[2:4] for line in lines] == [
        [" 4 ", " 25.0% "],
        [" 4 ", " 50.0% "],
        [" 4 ", " 25.0% "],
        [" 4 ", " 25.0% "],
        [" 2 ", " 50.0% "],
    ]
