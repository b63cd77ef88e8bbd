"""What a listener is given: the message, and what was said before it."""

from __future__ import annotations

import numpy as np
import pytest

from app.heard import Heard, heard, last_said, lowered
from app.question import read
from app.types import Turn

CHAT = (
    Turn("user", "How many AI projects does a firm run?"),
    Turn("assistant", "About *eight*. [1] It is an average. [2]"),
    Turn("user", "And soon?"),
    Turn("assistant", "Ten. [1]"),
)


def test_the_message_stands_first_then_what_was_said_last() -> None:
    told = heard("Says who?", CHAT).split(" [SEP] ")
    assert told == [
        "Says who?", "Ten.", "And soon?", "About eight. It is an average.", "How many AI projects does a firm run?"
    ]  # fmt: skip


def test_only_the_last_three_exchanges_are_heard_and_long_ones_in_part() -> None:
    told = heard("Why?", [*CHAT, *CHAT, Turn("user", "again " * 80), Turn("assistant", "word " * 99)]).split(" [SEP] ")
    assert len(told) == 7
    assert [len(part.split()) for part in told[1:3]] == [40, 60]


def test_empty_turns_are_left_out_and_a_message_alone_is_itself() -> None:
    assert heard("Why?", [Turn("user", "  ")]) == "Why?"
    assert heard("Why?", ()) == "Why?"


def test_small_letters_keep_what_parts_the_turns() -> None:
    assert lowered(heard("Says Who?", CHAT[:1])) == "says who [SEP] how many ai projects does a firm run"


@pytest.mark.parametrize(
    ("statement", "share"),
    [("Ten.", 1.0), ("About eight, on average, and ten soon.", 0.2), ("Nobody knows.", 0.0), ("", 0.0)],
)
def test_how_much_of_a_statement_the_last_answer_said(statement: str, share: float) -> None:
    message = Heard(
        "Why?", np.zeros(2, np.float32), read("Why?"), reranker=None, as_alone=0.0, near=None, said=last_said(CHAT)
    )  # type: ignore[arg-type]
    assert message.share_said(statement) == pytest.approx(share)
