"""Lists in documents of one's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.drafts import draft, said
from app.listed import list_around
from app.types import Evidence
from ingest.types import Passage, Sentence

LED = ("Five models are small:", "invoice matching,", "van routing,", "and a search assistant.", "They cost little.")
STEPS = ("We take three steps:", "\n\nName an owner.", "\n\nTender the contract.", "\n\nThat is all. ", "It is little.")
NUMBERED = ("The board met.", "\n\n1. Decide on the pilot.", "\n\n2. Name an owner.", "\n\n3. Tender the contract.")
PLAIN = ("The pilot was stopped.", "It had cost a lot.")


def evidence(sentences: tuple[str, ...], place: int, read: float = 0.5) -> Evidence:
    """A statement in a passage of these sentences; those that begin with a break are blocks of their own."""
    text, told = "", []
    for sentence in sentences:
        text += sentence[: len(sentence) - len(sentence.lstrip())] or (" " if text else "")
        told.append(Sentence(sentence.strip(), len(text), len(text) + len(sentence.strip()), "finding"))
        text += sentence.strip()
    passage = Passage("p", "d", (), text, 0, len(text), tuple(told))
    return Evidence(told[place], passage, 0.5, {"read": read})


@pytest.mark.parametrize(
    ("sentences", "place", "found"),
    [
        (LED, 0, (0, 1, 2, 3)),
        (LED, 2, (0, 1, 2, 3)),
        (LED, 4, ()),
        (STEPS, 0, (0, 1, 2)),
        (STEPS, 2, (0, 1, 2)),
        (STEPS, 4, ()),
        (NUMBERED, 1, (1, 2, 3)),
        (NUMBERED, 0, ()),
        (PLAIN, 0, ()),
        (("Owners are told:", "by mail."), 0, ()),
    ],
)
def test_a_list_is_told_with_what_leads_it_in(sentences: tuple[str, ...], place: int, found: tuple[int, ...]) -> None:
    told = list_around(evidence(sentences, place))
    assert [e.sentence.text for e in told] == [sentences[n].strip() for n in found]


def test_of_the_bundled_notes_no_list_is_made() -> None:
    assert list_around(evidence(NUMBERED, 1, read=0.0)) == []


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("3. Tender the contract.", "Tender the contract."),
        ("van routing,", "Van routing"),
        ("a search assistant;", "A search assistant"),
        ("2.5 million were spent.", "2.5 million were spent."),
    ],
)
def test_an_item_is_said_without_its_number_or_comma(text: str, spoken: str) -> None:
    item = evidence((text,), 0)
    item = replace(item, features={**item.features, "label": 0.0})
    assert draft(item, step=True).text == spoken
    assert draft(item).text == said(text)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("So far 1,940 have done it.", "So far 1,940 have done it."),
        ("So the board agreed.", "The board agreed."),
        ("3. Oktober 2026 ist der Stichtag.", "3. Oktober 2026 ist der Stichtag."),
        ("– 4.2 million euros was the result.", "– 4.2 million euros was the result."),
    ],
)
def test_what_is_no_item_is_said_as_it_stands(text: str, spoken: str) -> None:
    assert said(text) == spoken
