"""Whose documents a question is about, with two papers of one's own beside the bundled notes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.chain import Advisor, open_advisor
from app.gate import READ_FROM
from app.types import Answer, Turn
from ingest.reading import bundled_paths
from ingest.settings import load

REVIEW = """# Norvale Group: AI programme review 2025

## Summary

The AI programme of Norvale Group cost 6.2 million euros in 2025, against a budget of 5.5 million. Of 14 use cases
started since 2023, five run in production, four were stopped and five are still pilots.

## Incidents

There were three incidents in 2025. In July the chatbot promised a refund that the terms do not provide for; 212
customers were paid 18,000 euros in goodwill. In October an outage of the cloud provider stopped the claims triage for
16 hours.

## People

The AI team has 46 members: 18 data scientists, 12 data engineers, 9 machine learning engineers and 7 product owners.
Six positions are vacant. The team is led by Helena Brandt.

## Costs

What we spent by item, in million euros:

| Item | 2024 | 2025 |
|---|---|---|
| Staff | 2.9 | 3.4 |
| Cloud | 1.1 | 1.7 |
| Licences | 0.6 | 0.8 |
| Advisers | 0.4 | 0.3 |
"""


@pytest.fixture(scope="module")
def advisor(indexed: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Advisor:
    """An advisor over the bundled notes and a paper of one's own."""
    file = tmp_path_factory.mktemp("own") / "review.md"
    file.write_text(REVIEW, encoding="utf-8")
    return open_advisor(load({"ADVISOR_DATA": str(indexed(*bundled_paths(), file))}))


def own(answer: Answer) -> bool:
    """Whether an answer quotes the paper, and nothing but it."""
    return bool(answer.citations) and all(c.document_id.startswith("review") for c in answer.citations)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many use cases are live?", "five run in production"),
        ("What went wrong with the chatbot?", "promised a refund"),
        ("How many vacancies are there in the AI team?", "Six positions are vacant"),
        ("What did our AI programme cost in 2025?", "6.2 million"),
        ("How many data engineers do we have?", "12 data engineers"),
        ("who runs the AI team", "Helena Brandt"),
        ("How much did we spend on cloud in 2025?", "1.7"),
        ("licence spending in 2024", "0.6"),
    ],
)
def test_what_is_asked_of_ones_own_is_answered_by_it_alone(advisor: Advisor, question: str, said: str) -> None:
    answer = advisor.answer(question)
    assert own(answer) and said in answer.answer
    assert "Deloitte" not in answer.answer, "no limit of another survey stands beside it"
    assert answer.confidence is not None and answer.confidence >= READ_FROM


@pytest.mark.parametrize(
    "question",
    [
        "What share of organisations rate themselves as very mature?",
        "How do we choose AI use cases?",
        "How do we know that our chatbot is getting worse?",
        "What does figure 3 show?",
    ],
)
def test_what_is_asked_of_the_field_is_answered_by_the_notes(advisor: Advisor, question: str) -> None:
    answer = advisor.answer(question)
    assert answer.citations and not any(c.document_id.startswith("review") for c in answer.citations)


def test_what_ones_own_papers_do_not_say_is_refused_for_them(advisor: Advisor) -> None:
    answer = advisor.answer("How many women are in our AI team?")
    assert answer.abstained and "how firms in general" not in answer.reason


def test_a_follow_up_stays_with_the_paper_that_was_quoted(advisor: Advisor) -> None:
    turns: tuple[Turn, ...] = ()
    for message, said in (
        ("How many people are in the AI team?", "46 members"),
        ("who leads it?", "Helena Brandt"),
        ("any open positions?", "Six positions are vacant"),
    ):
        answer = advisor.answer(message, turns)
        assert own(answer) and said in answer.answer, message
        turns = (*turns, Turn("user", message), Turn("assistant", answer.answer))
    answer = advisor.answer("What share of organisations rate themselves as very mature?", turns)
    assert not own(answer) and "15 per cent" in answer.answer
