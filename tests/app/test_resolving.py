"""Follow-ups as people type them: what each asks once the turns before it are taken into account."""

from __future__ import annotations

import pytest

from app.message import parts
from app.resolve import resolve, to_repeat
from app.types import Turn

ASKED = "How many firms are missing MLOps engineers?"


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


def test_the_year_after_is_that_after_the_year_which_the_answer_told() -> None:
    told = (
        Turn("user", "How many pilots go live?"),
        Turn("assistant", "Gartner said in 2022 that 54 per cent do. [1]"),
    )
    assert resolve("and the year after?", told)[0].text == "How many pilots go live in 2023?"
    assert resolve("and the previous year", told)[0].text == "How many pilots go live in 2021?"


@pytest.mark.parametrize(
    ("question", "repeat"),
    [
        ("shorter please", "shorter"),
        ("tell me more", "longer"),
        ("where does that come from", "sourced"),
        ("and what's the source of that number?", "sourced"),
        ("where does that share come from?", "sourced"),
        ("what share is that?", ""),
    ],
)
def test_the_same_may_be_asked_again_shorter_longer_or_with_its_source(question: str, repeat: str) -> None:
    told = (Turn("user", ASKED), Turn("assistant", "So it is. [1]"), Turn("user", "shorter"))
    assert resolve(question, told)[0].repeat == repeat
    if repeat:
        assert to_repeat((*told, Turn("user", question))) == (ASKED, ())


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


@pytest.mark.parametrize(
    ("before", "then", "resolved"),
    [
        (ASKED, "And data scientists?", "How many firms are missing data scientists?"),
        (ASKED, "What about IT architects?", "How many firms are missing IT architects?"),
        ("How many plan on it next year?", "And the year after?", "How many plan on it the year after?"),
        ("What was the share in 2022?", "And in 2019?", "What was the share in 2019?"),
        ("What share used AI in 2025?", "And the year before?", "What share used AI in 2024?"),
        ("What share used AI in 2023?", "And the following year?", "What share used AI in 2024?"),
        ("What return do firms get?", "And the worst?", "What return do firms get (the worst case)?"),
        ("How ready is big government?", "What about overall?", "How ready is all organisations?"),
        ("What are Google's levels?", "And Microsoft's?", "What are Microsoft's levels?"),
        ("Has Canada got an AI act?", "Are there such rules in Japan?", "Has Japan got an AI act?"),
        (
            "When did the EU act start?",
            "Is there a law like that in Japan?",
            "Is there a law in Japan (did the EU act start)?",
        ),
        ("What is the average return?", "And at its best?", "What is the best case return?"),
        ("What is the usual return?", "What's the best case, then?", "What is the best case return?"),
        (ASKED, "And how many of them want to lead?", "how many want to lead?"),
        ("How are the biggest banks doing?", "And the small ones?", "How are the small banks doing?"),
        ("Does the UK have an AI act?", "Is it the same in Canada?", "Does Canada have an AI act?"),
        ("How ready are government bodies?", "And over all sectors together?", "How ready are all organisations?"),
        ("How is the score worked out?", "Why take the smallest?", "Why take the smallest?"),
        (ASKED, "Leave the engineers aside for now. What is MLOps?", "What is MLOps?"),
        (
            "How widely do TMT firms use AI?",
            "Same thing for energy firms, please.",
            "How widely do energy firms use AI?",
        ),
        ("How many banks fall short?", "Is it any different for energy firms?", "How many energy firms fall short?"),
        (
            "When do the rules for medical devices start?",
            "What about hiring software?",
            "When do the rules for hiring software start?",
        ),
        (ASKED, "And how many want to lead?", "how many want to lead?"),
        (ASKED, "Is that a median?", "Is that a median (Some answer)?"),
        (ASKED, "Different subject: what is MLOps?", "what is MLOps?"),
        (ASKED, "Say it shorter", ASKED),
        ("What's the average return?", "and the median? averages lie", "What's the median return?"),
        ("What share overall falls short?", "and in government?", "What share falls short, in government?"),
        ("What gains are there?", "And how many people were asked?", "how many people were asked?"),
        ("How are the biggest banks doing?", "And small ones like us?", "How are the small banks doing?"),
        (
            "How many plan reinforcement learning?",
            "Is that more than generative models?",
            "How many plan reinforcement learning versus generative models?",
        ),
        ("Who is short of kit?", "in which figure do i find that", "Which figure shows: Who is short of kit?"),
        (ASKED, "What does figure 3 show?", "What does figure 3 show?"),
    ],
)
def test_a_follow_up_is_read_in_its_dialogue(before: str, then: str, resolved: str) -> None:
    readings = resolve(then, [Turn("user", before), Turn("assistant", "Some answer. [1]")])
    assert readings[0].text == resolved


@pytest.mark.parametrize("then", ["Why?", "Which chart shows that?", "Why is that a problem?"])
def test_a_bare_follow_up_takes_the_topic_along(then: str) -> None:
    readings = resolve(then, [Turn("user", ASKED)])
    assert "missing MLOps engineers" in readings[0].text


def test_what_follow_ups_add_is_not_piled_up() -> None:
    asked = [Turn("user", t) for t in ("Which roles are missing?", "What about data engineers?", "Which chart is it?")]
    texts = [r.text for r in resolve("How long will that last?", asked)]
    assert "How long will that last (roles are missing)?" in texts
    assert not any(text.count("(") > 1 for text in texts)


def test_without_a_dialogue_a_question_stands_alone() -> None:
    assert [r.text for r in resolve("And why?")] == ["And why?"]


def test_a_question_may_hang_on_the_one_before_it() -> None:
    asked = "When was this survey run, with how many people, and across how many countries?"
    assert parts(asked) == ("When was this survey run", "with how many people", "across how many countries?")
    hanging = resolve("with how many people", (Turn("user", "When was this survey run"),))
    assert any("survey" in r.text for r in hanging)


@pytest.mark.parametrize(
    "opening", ["Right, changing tack completely.", "On a different note:", "Moving on,", "Separately,"]
)
def test_a_change_of_topic_is_not_dragged_along(opening: str) -> None:
    told = (Turn("user", "Do returns depend on company size?"), Turn("assistant", "They do not. [1]"))
    assert [r.text for r in resolve(f"{opening} When were these people questioned?", told)] == [
        "When were these people questioned?"
    ]
