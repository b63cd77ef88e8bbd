"""How natural questions fare: what counts as answered, and the table that is told."""

from __future__ import annotations

from eval.natural import Told, summary
from eval.phrasings import Further


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
