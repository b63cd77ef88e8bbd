"""What a follow-up picks from the last answer by its place."""

from __future__ import annotations

import pytest

from app.message import parts
from app.picked import offered, picked
from app.resolve import resolve
from app.types import Turn

LIST = (
    "Our advice: ask a vendor four things: what data it keeps, how it was tested, who is liable, and how you leave. [1]"
    "\n\n"
    "*Note:* Our view: buying does not pass on responsibility. [2]"
)
STEPS = "- Our advice: first make an inventory. [1]\n- Then pick a use case. [2]\n- Name an owner. [3]"
SENTENCES = "The return is 28 per cent on average. [1] It is 149 per cent at best. [2]"


@pytest.mark.parametrize(
    ("question", "answer", "parts"),
    [
        ("spell out the last two", LIST, ("who is liable", "how you leave")),
        ("ok, tell me more about the second point please", LIST, ("how it was tested",)),
        ("the note?", LIST, ()),
        ("explain the first note", LIST, ("buying does not pass on responsibility",)),
        ("number three", LIST, ("who is liable",)),
        ("step 2?", STEPS, ("Then pick a use case",)),
        ("and the first one?", STEPS, ("first make an inventory",)),
        ("the last sentence", SENTENCES, ("It is 149 per cent at best",)),
        ("the fifth point", SENTENCES, ()),
        ("the first one?", "Our advice: [1]", ()),
    ],
)
def test_a_place_picks_a_part(question: str, answer: str, parts: tuple[str, ...]) -> None:
    assert picked(question, answer) == parts


@pytest.mark.parametrize(
    "question",
    ["Whom should we hire first?", "the second point, who does that?", "first, what is MLOps?", "the last survey"],
)
def test_what_asks_something_of_its_own_picks_nothing(question: str) -> None:
    assert picked(question, LIST) == ()


def test_what_is_picked_is_asked_for_by_itself_and_not_said_again() -> None:
    told = (Turn("user", "What should we ask an AI vendor?"), Turn("assistant", LIST))
    (reading,) = resolve("spell out the last two", told)
    assert reading.text == "Who is liable (should we ask an AI vendor)? How you leave (should we ask an AI vendor)?"
    assert reading.alone and reading.fresh
    assert len(parts(reading.text)) == 2


REFUSED = (
    "The sources do not say whether a firm needs an AI committee. The nearest topic they cover is “Leading AI”. "
    "They do answer this: “Can our risk committee handle AI ethics instead of a new board?”"
)


@pytest.mark.parametrize(
    "question", ["yes please", "ok, then answer that one", "ok then can the risk committee take it on?"]
)
def test_what_a_refusal_offers_is_taken_up(question: str) -> None:
    (reading,) = resolve(question, (Turn("user", "How do I set up a committee?"), Turn("assistant", REFUSED)))
    assert reading.text == "Can our risk committee handle AI ethics instead of a new board?" and reading.alone


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("who should sit on it?", REFUSED),
        ("Which risk tools do banks in Spain use?", REFUSED),
        ("can the risk committee of a bank handle AI?", REFUSED),
        ("no, can the ethics committee handle AI?", REFUSED),
        ("So?", REFUSED),
        ("yes please", LIST),
    ],
)
def test_what_asks_something_else_takes_up_nothing(question: str, answer: str) -> None:
    assert not offered(question, answer)


def test_a_yes_to_nothing_asks_nothing() -> None:
    (reading,) = resolve("ok, yes please", (Turn("user", "What is MLOps?"), Turn("assistant", "A set of practices.")))
    assert reading.text == "ok, yes please" and reading.alone
