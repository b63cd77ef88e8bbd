"""The two sides of a comparison, each as a question of its own."""

from __future__ import annotations

import pytest

from app.question import read
from app.sides import side_questions, sides

SIDES = [
    (
        "How do the public sector and big finance stack up on infrastructure?",
        ("How do the public sector stack up on infrastructure?", "How do big finance stack up on infrastructure?"),
    ),
    ("How does the MLOps market compare with AI's value?", ("the MLOps market?", "AI's value?")),
    ("Set side by side those who fear it and those who lack kit.", ("those who fear it?", "those who lack kit?")),
    (
        "Banks against councils: where do more admit it?",
        ("Banks: where do more admit it?", "councils: where do more admit it?"),
    ),
    (
        "How many fear a crash, set beside how many admit poor kit?",
        ("How many fear a crash?", "how many admit poor kit?"),
    ),
    (
        "Put the average payback next to the longest one: what are the two numbers?",
        ("the average payback?", "the longest one?"),
    ),
]
LEFT_OUT = [
    (
        "Set side by side the gains in productivity and in products, please",
        ("the gains in productivity?", "the gains in products?"),
    ),
    (
        "How does readiness in government compare with that in large finance?",
        ("readiness in government?", "readiness in large finance?"),
    ),
    (
        "How many lack MLOps engineers versus IT architects?",
        ("How many lack MLOps engineers?", "How many lack IT architects?"),
    ),
]


@pytest.mark.parametrize(("asked", "each"), SIDES)
def test_a_comparison_is_a_question_for_each_side(asked: str, each: tuple[str, str]) -> None:
    assert read(asked).kind == "compare"
    assert side_questions(asked) == each


@pytest.mark.parametrize(("asked", "each"), LEFT_OUT)
def test_the_second_side_takes_what_the_first_has_said(asked: str, each: tuple[str, str]) -> None:
    assert side_questions(asked) == each


def test_what_compares_nothing_has_no_sides() -> None:
    assert sides("How mature are firms?") is None
    assert side_questions("How mature are firms?") is None
    assert side_questions("Lay the three ladders next to each other for me") is None


def test_what_is_asked_of_both_sides_is_kept() -> None:
    one = side_questions("What's the difference between banks and councils: which is readier?")
    assert one == ("banks?", "councils: which is readier?")
