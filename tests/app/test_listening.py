"""Messages in chats, heard with what went before them: real listener, real index of the digest."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.chain import Advisor, open_advisor
from app.finding import Finder
from app.listening import asks_of_a_figure, restricted_alike
from app.question import read
from app.resolve import Reading
from app.types import Turn
from ingest.index import open_index
from ingest.settings import load

SHORT = (
    Turn("user", "Whose systems are the weakest, by branch?"),
    Turn("assistant", "Government and public services: 36 per cent say that theirs fall short."),
)
RETURN = (Turn("user", "avg return from all this?"), Turn("assistant", "On average, 28 per cent."))
BUY_IN = (
    Turn("user", "Does the business stand behind it?"),
    Turn("assistant", "Buy-in was named as an obstacle; 85 per cent of those did not name the budget."),
)

HARBOUR = """The harbour

The port authority employs 310 people, of whom 48 are pilots. The pilots work in three shifts.
The harbour handled 4,200 ships in 2024, up from 3,900 in 2023. Fees rose by 4 per cent in 2024.
"""


@pytest.fixture(scope="module")
def digest(digest_data: Path) -> Advisor:
    """An advisor over the bundled digest of the report."""
    return open_advisor(load({"ADVISOR_DATA": str(digest_data)}))


@pytest.fixture(scope="module")
def finder(digest_data: Path) -> Finder:
    """What searches the same index."""
    settings = load({"ADVISOR_DATA": str(digest_data)})
    return Finder(open_index(settings), settings)


@pytest.mark.parametrize(
    ("before", "then", "said"),
    [
        (SHORT, "and the huge banks?", r"two in three"),
        (RETURN, "and the luckiest of them got?", r"\b149\b"),
        (RETURN, "how soon do they see it?", r"\byears?\b"),
        (BUY_IN, "so it's not about money, is it?", r"not (?:financial|mainly)|85 per cent"),
        (SHORT, "Something else: who wrote this?", r"Soral"),
    ],
)
def test_a_follow_up_is_answered_in_the_light_of_its_chat(
    digest: Advisor, before: tuple[Turn, ...], then: str, said: str
) -> None:
    answer = digest.answer(then, before)
    assert re.search(said, answer.answer), (answer.resolved_question, answer.answer)


@pytest.mark.parametrize(
    "then",
    ["and in Norway?", "And in 2019?", "what about the ones in Brazil", "what does Gartner say on it?"],
)
def test_what_the_message_itself_restricts_is_not_lost(digest: Advisor, then: str) -> None:
    assert digest.answer(then, RETURN).abstained


def test_it_is_read_as_a_question_and_never_as_a_statement(finder: Finder) -> None:
    parts, text = finder.parts_in_chat("because?", BUY_IN)
    statements = {s.text for p in parts if p.found for e in p.found.evidence for s in e.passage.sentences}
    assert text not in statements and text != "because?"


def test_each_question_of_a_message_is_heard(finder: Finder) -> None:
    parts, _ = finder.parts_in_chat("How soon do they see it, and who wrote this report?", RETURN)
    said = [part.direct.sentence.text for part in parts if part.direct]
    assert len(said) == len(parts) == 2 and "year" in said[0] and "Soral" in said[1]


def test_a_change_of_subject_holds_for_all_of_the_message(digest: Advisor) -> None:
    told = digest.answer("Different topic. How many people were asked, and who wrote the report?", SHORT).answer
    assert "621" in told and "Soral" in told


def test_shorter_means_the_answer_that_was_heard(digest: Advisor) -> None:
    then = "and the luckiest of them got?"
    chat = (*RETURN, Turn("user", then), Turn("assistant", digest.answer(then, RETURN).answer))
    told = digest.answer("shorter please", chat).answer
    assert "149" in told and len(told.split()) <= len(chat[-1].content.split())


def test_where_it_comes_from_is_told_with_the_answer(digest: Advisor) -> None:
    asked = "What share of organisations is very mature in AI?"
    told = digest.answer(asked)
    again = digest.answer("where does that come from?", (Turn("user", asked), Turn("assistant", told.answer)))
    assert again.statements == told.statements
    assert again.notices and again.notices[-1].startswith("Quoted from “")


def test_a_refusal_repeats_what_the_reader_asked(digest: Advisor) -> None:
    told = digest.answer("and what is the dog's name, please?", RETURN)
    assert told.abstained and "dog" in told.resolved_question


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("How many decision-makers did Deloitte survey for the report?", r"\b621\b"),
        ("Which roles do organisations most need to fill for AI?", r"scientist|engineer|developer"),
    ],
)
def test_what_stands_alone_is_asked_as_it_is(finder: Finder, then: str, said: str) -> None:
    parts, text = finder.parts_in_chat(then, SHORT)
    direct = parts[0].direct
    assert text == then
    assert direct and re.search(said, direct.sentence.text) and not direct.features["talk"]


def test_what_leans_on_its_chat_does_not_stand_alone(finder: Finder) -> None:
    assert finder.listening is not None
    for then in ("and the huge banks?", "why is that?", "how many percent of them?"):
        assert not finder.listening.stands_alone(finder.listening.hear(then, SHORT, read(then)))


def test_an_exact_reading_stands_in_front(finder: Finder) -> None:
    assert finder.listening is not None
    message = finder.listening.hear("and the worst?", RETURN, read("and the worst?"))
    exact, loose = Reading("What is the worst return?", exact=True), Reading("the worst (avg return)?")
    readings = finder.listening.readings(message, [loose, exact])
    assert readings[0] == exact and loose in readings and len(readings) > 3


def test_no_reading_states_a_number_that_nobody_said(finder: Finder) -> None:
    assert finder.listening is not None
    asked = "the 92 per cent, is that credible?"
    message = finder.listening.hear(asked, RETURN, read(asked))
    stated = {n for r in finder.listening.readings(message, []) for n in re.findall(r"\d+", r.text)}
    assert stated <= {"28", "92"}, "15 and 69 per cent stand in the nearest phrasings, and nobody said them"


def test_a_reading_is_restricted_as_the_message_is() -> None:
    reading = read("What share of firms plan to use generative models?")
    asked = restricted_alike(reading, read("and in Germany in 2021?"))
    assert "country" in asked.slots and 2021 in asked.years and asked.units == reading.units
    assert restricted_alike(reading, read("and at level 4?")).levels == {"4"}
    assert (
        restricted_alike(reading, read("how many dollars is that?")).units == {"USD"} | read("how many dollars?").units
    )
    assert restricted_alike(reading, read("why?")) == reading


def test_a_readers_own_document_is_read_by_rule(indexed: Callable[..., Path], tmp_path: Path) -> None:
    own = tmp_path / "harbour.txt"
    own.write_text(HARBOUR, encoding="utf-8")
    advisor = open_advisor(load({"ADVISOR_DATA": str(indexed(own))}))
    before = (Turn("user", "How many ships did the harbour handle in 2024?"), Turn("assistant", "4,200."))
    assert "3,900" in advisor.answer("and in 2023?", before).answer
    assert advisor.answer("and in 2019?", before).abstained
    staff = (Turn("user", "How many people work at the port?"), Turn("assistant", "310 people."))
    assert "48" in advisor.answer("how many of them pilots?", staff).answer


@pytest.mark.parametrize(
    ("reading", "asks"),
    [
        ("which chart shows that?", True),
        ("what does figure 7 say?", True),
        ("which one is top (show me a chart of the obstacles)?", False),
    ],
)
def test_what_follows_a_figure_asks_not_always_about_it(reading: str, asks: bool) -> None:
    assert asks_of_a_figure(reading) is asks
