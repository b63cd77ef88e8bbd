"""Follow-ups as people type them: what each asks once the turns before it are taken into account."""

from __future__ import annotations

import pytest

from app.resolve import resolve
from app.types import Turn


def first(before: str, question: str) -> str:
    return resolve(question, (Turn("user", before), Turn("assistant", "So it is. [1]")))[0].text


@pytest.mark.parametrize(
    ("before", "question", "read_as"),
    [
        ("Any French firms in it?", "pity. and anyone from Asia?", "Any Asia firms in it?"),
        ("What is counted under next-gen?", "and under classical?", "What is counted under classical?"),
        (
            "How bad is the infrastructure in the public sector?",
            "worse than in general? give me the number for all",
            "How bad is the infrastructure in all organisations?",
        ),
    ],
)
def test_the_same_is_asked_of_another(before: str, question: str, read_as: str) -> None:
    assert first(before, question) == read_as


@pytest.mark.parametrize(
    "opening",
    ["good. something else:", "Other thing.", "leave that for now.", "ok leave the money.", "wow, new topic:"],
)
def test_a_remark_before_a_change_of_topic_hides_it_from_nobody(opening: str) -> None:
    told = (Turn("user", "What is the average return?"), Turn("assistant", "28 per cent. [1]"))
    assert [r.text for r in resolve(f"{opening} Which countries took part?", told)] == ["Which countries took part?"]


@pytest.mark.parametrize(
    "question", ["where can I see this?", "which chart is that pls?", "thx. is there a chart for it?"]
)
def test_where_to_see_it_asks_for_the_figure_of_the_whole_question(question: str) -> None:
    assert first("What holds them back?", question) == "Which figure shows: What holds them back?"


def test_where_something_was_done_is_no_question_about_a_figure() -> None:
    assert not first("When was the survey run?", "and where was that?").startswith("Which figure")


def test_where_a_number_comes_from_is_no_question_about_a_figure() -> None:
    assert first("AI value in 2025?", "where did you take that number from?") == "AI value in 2025?"


@pytest.mark.parametrize("question", ["what's the lesson from that", "so what helps?", "What can be done about it?"])
def test_the_lesson_is_advice(question: str) -> None:
    assert first("Do firms lack engineers?", question) == "What should we do about this: Do firms lack engineers?"


@pytest.mark.parametrize(
    ("question", "place"), [("the next one down?", "second"), ("third?", "third"), ("and number 2?", "second")]
)
def test_the_next_place_is_asked_of_the_same_list(question: str, place: str) -> None:
    assert first("Which gain is named most?", question) == f"Which gain is named {place} most?"


@pytest.mark.parametrize(
    ("before", "question", "read_as"),
    [
        (
            "How many projects will a firm run in 2024?",
            "no, I meant before that, when they were asked",
            "How many projects will a firm run at the time of the survey?",
        ),
        (
            "What share wants to lead?",
            "no thats the dream. I asked how many firms are mature today",
            "how many firms are mature today?",
        ),
        ("What do firms invest?", "no, not the return. I mean the spend", "What do firms invest (the spend)?"),
    ],
)
def test_what_was_misunderstood_is_put_right(before: str, question: str, read_as: str) -> None:
    assert first(before, question).rstrip("?") == read_as.rstrip("?")


@pytest.mark.parametrize(
    "question", ["what does that mean, next-gen?", "next-gen meaning what exactly?", "What is meant by that next-gen?"]
)
def test_a_word_of_the_answer_is_explained(question: str) -> None:
    assert first("Which sector leads in AI?", question) == "What does next-gen mean?"


def test_how_many_people_they_asked_needs_nothing_before_it() -> None:
    assert first("Are staff more productive?", "how many people did they ask?") == "how many people did they ask?"


def test_how_many_of_them_keeps_whom_it_counts() -> None:
    assert first("How many took part?", "how many of them British?") != "how many British?"
    assert first("How many are mature?", "how many of them want to invest more?") == "how many want to invest more?"


def test_those_like_us_are_who_we_say_we_are() -> None:
    asked = resolve("we are not public, we are an insurance group. what about those like us?",
                    (Turn("user", "Who lacks infrastructure?"),))  # fmt: skip
    assert "an insurance group" in asked[0].text and "we are not public" not in asked[0].text
