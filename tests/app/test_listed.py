"""Lists in documents of one's own."""

from __future__ import annotations

import pytest

from app.drafts import said
from app.listed import list_around
from app.types import Evidence
from ingest.types import Passage, Sentence

LED = ("Five models are small:", "invoice matching,", "van routing,", "and a search assistant.", "They cost little.")
NUMBERED = ("1. Decide on the pilot.", "2. Name an owner.", "3. Tender the contract.")
PLAIN = ("The pilot was stopped.", "It had cost a lot.")


def evidence(sentences: tuple[str, ...], place: int, read: float = 0.5) -> Evidence:
    told, at = [], 0
    for text in sentences:
        told.append(Sentence(text, at, at + len(text), "finding"))
        at += len(text) + 1
    passage = Passage("p", "d", (), " ".join(sentences), 0, at, tuple(told))
    return Evidence(told[place], passage, 0.5, {"read": read})


@pytest.mark.parametrize(
    ("sentences", "place", "found"),
    [
        (LED, 0, LED[:4]),
        (LED, 2, LED[:4]),
        (LED, 4, ()),
        (NUMBERED, 1, NUMBERED),
        (PLAIN, 0, ()),
        (("Owners are told:", "by mail."), 0, ()),
    ],
)
def test_a_list_is_told_with_what_leads_it_in(sentences: tuple[str, ...], place: int, found: tuple[str, ...]) -> None:
    assert tuple(e.sentence.text for e in list_around(evidence(sentences, place))) == found


def test_of_the_bundled_notes_no_list_is_made() -> None:
    assert list_around(evidence(NUMBERED, 1, read=0.0)) == []


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("3. Tender the contract.", "Tender the contract."),
        ("van routing,", "Van routing"),
        ("So far 1,940 have done it.", "So far 1,940 have done it."),
        ("So the board agreed.", "The board agreed."),
        ("2.5 million were spent.", "2.5 million were spent."),
    ],
)
def test_an_item_is_said_without_its_number_or_comma(text: str, spoken: str) -> None:
    assert said(text) == spoken
