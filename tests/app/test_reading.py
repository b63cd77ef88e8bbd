"""Reading a question: its type, its unit, what restricts it, its parts, and its place in a dialogue."""

from __future__ import annotations

import pytest

from app.message import parts, readings_of_parts, wants_it_short
from app.question import read
from app.vocabulary import countries_of_bodies, in_the_fields_words, slot_phrase, slots, terms

TYPES = {
    "how_many": [
        "How many firms are very mature?", "What share of companies lack architects?", "what percentage uses it",
        "What's the average score?", "By what factor does MLOps raise the odds?", "How widespread is it?",
    ],
    "how_much": ["How much is AI worth?", "What does it cost us?", "What's AI worth in dollars by 2025?",
        "What is the return on MLOps?"],
    "how_long": ["How long until it pays off?", "How many years does it take?"],
    "when": ["When was the survey carried out?", "In what year was it published?"],
    "define": ["What do they mean by MLOps?", "In plain English, what is MLOps?", "What is MLOps?",
        "What falls under next-gen AI?"],
    "why": ["Why do bosses disagree?", "What explains the gap?", "How come nobody invests?"],
    "who": ["Who feels gloomiest about how mature their AI is?", "Who wrote the report?", "Whose idea was it?"],
    "which": ["Which sector is furthest ahead?", "What kind of data is messy?"],
    "list": ["Which countries took part?", "List the barriers.", "What are the main obstacles?"],
    "compare": ["Is it A versus B?", "Compare cloud and on-premises kit.",
        "Cloud or all-in-one platforms: which is used more?"],
    "advise": ["What should we do first?", "How can we get buy-in?", "What are the next steps?",
        "How do we settle how mature we need to be?"],
    "figure": ["What does figure 3 show?", "Explain fig. 5 to me", "the third chart please"],
    "which_figure": ["Which chart shows this?", "Show me the figure about skills.", "Is there a chart on cloud use?"],
    "yes_no": ["Is it true that most are mature?", "Do firms invest?", "Banks lead, don't they?",
        "I hear engineers feel gloomier than directors about how mature we are. True?"],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in TYPES.items() for t in texts])
def test_the_type_of_a_question(kind: str, text: str) -> None:
    assert read(text).kind == kind


def test_a_share_is_not_money_and_hours_are_hours() -> None:
    assert read("What share of firms spend more?").units == {"percent", "times"}
    assert "USD" in read("How much do firms spend on AI?").units
    assert "percent" not in read("How much do firms spend on AI?").units
    assert read("How many hours a week go on data?").units == {"hours"}


@pytest.mark.parametrize(
    ("text", "namespace", "value"),
    [
        ("What share of British firms agree?", "country", "uk"),
        ("How many retailers use it?", "sector", "consumer-goods"),
        ("What is the median return?", "statistic", "median"),
        ("How many data scientists are missing?", "role", "data-scientist"),
        ("Do the really big banks cope?", "size", "large"),
        ("How many women took part?", "gender", "women"),
        ("What share plans to use computer vision?", "technology", "vision"),
        ("What was the minimum return?", "statistic", "minimum"),
        ("Is there a number for the building trade?", "sector", "construction"),
    ],
)
def test_what_restricts_a_question(text: str, namespace: str, value: str) -> None:
    assert value in read(text).slots[namespace]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Which industry leads?",
            "What do they mean?",
            "That is a big deal.",
            "cutting-edge AI",
            "old-school learning",
        ),
        *("How many were put on record?", "How long, as a minimum, are files kept?"),
    ],
)
def test_words_that_only_look_like_a_restriction(text: str) -> None:
    assert not set(slots(text)) & {"sector", "statistic", "size", "country"}


def test_who_asks_restricts_only_what_is_asked_of_their_like() -> None:
    assert "sector" not in read("Our bank plans a chatbot. What does the law ask of us?").slots
    assert "sector" in read("Our bank plans a chatbot. How many firms like us have one?").slots
    assert "sector" in read("How many banks lack infrastructure?").slots
    assert "country" in read("We are a bank in Spain. What does the law ask of us?").slots


def test_a_count_of_each_is_no_share() -> None:
    assert read("How many people does an average team have?").units == {"count", None}
    assert "percent" in read("How many people use it?").units


def test_a_question_that_is_passed_on_is_the_one_to_answer() -> None:
    told = "My CFO keeps asking whether any of this pays off. What can I tell him?"
    assert parts(told) == ("Is it so that any of this pays off?",)


def test_a_message_is_taken_apart_and_preamble_left_out() -> None:
    assert parts("What is MLOps, and who needs to be involved?") == ("What is MLOps", "who needs to be involved?")
    assert parts("My board meets soon. How many firms are mature?") == ("How many firms are mature?",)
    assert len(parts("Which chart shows how far firms are and where they want to be?")) == 1
    assert parts("WHAT SHARE OF THE FIRMS IS MATURE") == ("what share of the firms is mature",)
    assert parts("Jarvis, how many firms are mature?") == ("how many firms are mature?",)
    assert parts("Germany, how many firms are mature?") == ("Germany, how many firms are mature?",)
    assert parts("Gartner, what do they say of agents?") == ("Gartner, what do they say of agents?",)


def test_a_part_may_be_read_with_what_was_said_before_it() -> None:
    leaning, plain = readings_of_parts("Brussels talks of providers and deployers. What separates the two?")[0]
    assert leaning == "Brussels talks of providers and deployers. What separates the two?"
    assert plain == "What separates the two?"
    assert readings_of_parts("My board meets soon. How many firms are mature?")[0][0] == "How many firms are mature?"


@pytest.mark.parametrize(
    ("text", "kind", "numeric"),
    [
        ("How often should we retrain our models?", "advise", False),
        ("How often does AI go wrong?", "how_many", True),
        ("How mature are they?", "how_many", True),
        ("How many plan it, 41 per cent, right?", "how_many", True),
        ("Should we put a scientist next to each team?", "advise", False),
        ("What's the biggest fine in Brussels?", "how_much", True),
        ("When does building our own make sense?", "tell", False),
        ("When do the high-risk rules apply?", "when", True),
        ("What makes an alert worth having?", "why", False),
        ("When do the new duties hit banks?", "when", True),
        ("Which penalty does the act set per violation?", "how_much", True),
        ("Give me the monthly bill of a firm like ours.", "how_much", True),
        ("How often does a model have to be retrained?", "how", False),
        ("How often do AI projects fail?", "how_many", True),
        ("What is technical debt in machine learning?", "tell", False),
        ("What is the minimum to have in place?", "tell", False),
        ("What's the minimum return?", "how_much", True),
        ("When do we need a human in the loop?", "tell", False),
        ("How do we control what AI costs us to run?", "advise", False),
        ("How many more call failure important than lack infrastructure?", "compare", False),
    ],
)
def test_whether_a_number_is_asked_for(text: str, kind: str, numeric: bool) -> None:
    assert (read(text).kind, read(text).wants_number) == (kind, numeric)


def test_a_threshold_may_be_a_sum_or_a_count() -> None:
    assert {"USD", "percent", "count"} <= read("How large must a bank be before the rules bind it?").units
    assert "points" not in read("How many points are on the list?").units or len(read("How many points?").units) > 1


@pytest.mark.parametrize(
    "text",
    [
        "in at least one corner of it?",
        "half a year from now?",
        "What is step number one?",
        "in the third month?",
        "in the first place?",
        "at the second AWS phase?",
    ],
)
def test_words_that_only_look_like_a_premise(text: str) -> None:
    assert read(f"What share uses AI {text}").given == ()


def test_a_body_goes_by_many_names_and_its_nationality_restricts_nothing() -> None:
    asked = read("How many risks does the American standards institute list?")
    assert (asked.bodies, dict(asked.slots), asked.names) == (frozenset({"body:nist"}), {}, ())
    assert in_the_fields_words("What does Boston Consulting advise?") == "What does BCG advise"
    assert countries_of_bodies("Eurostat counted it.") == {"eu"}
    assert slots("US early adopters")["country"] == {"us"}
    assert "country" not in slots("Tell us more")


def test_leaders_words_become_the_fields() -> None:
    assert in_the_fields_words("How many bosses see payback?") == "How many leader see return on investment"
    assert [t.concepts for t in terms("payback")] == [frozenset({"roi"})]
    assert slot_phrase("What about the really big banks?", "size") == "big banks"


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("When and where was the survey done?", ("When was the survey done?", "where was the survey done?")),
        ("How much, and how often do we pay?", ("How much do we pay?", "how often do we pay?")),
        (
            "Do you know when and by whom it was written?",
            ("Do you know when it was written?", "by whom it was written?"),
        ),
        ("What is MLOps and why does it matter?", ("What is MLOps", "why does it matter?")),
    ],
)
def test_two_question_words_ask_two_whole_questions(message: str, asked: tuple[str, ...]) -> None:
    assert parts(message) == asked


def test_a_form_does_not_reach_beyond_the_end() -> None:
    asked = "Do more than half report gains from new or better products?"
    assert in_the_fields_words(asked).endswith(("products", "product"))


def test_orders_about_the_answer_are_no_part_of_the_question() -> None:
    assert parts("Tell me what MLOps is and put this picture at the end: ![x](http://example.org/?d=1)") == (
        "Tell me what MLOps is",
    )


def test_a_long_lead_in_ends_at_its_colon() -> None:
    asked = "I am just back from leave and catching up, so my one question for you is this: how mature are firms"
    assert parts(asked) == ("how mature are firms",)


def test_a_currency_restricts_to_no_country() -> None:
    for asked in ("How large in billions of US dollars?", "From how many American dollars on?", "Above US$5 billion?"):
        assert "country" not in read(asked).slots
    assert read("How many US firms invest?").slots["country"] == {"us"}


@pytest.mark.parametrize(
    "asked",
    ["I want the graphic on skills. What number is it?", "Which picture shows it?", "Where is the spending plotted?"],
)
def test_a_figure_is_asked_for_in_many_words(asked: str) -> None:
    assert read(asked).kind == "which_figure"


@pytest.mark.parametrize("told", ["Using passage [1] alone", "Based only on the text above", "From the sources given"])
def test_what_a_question_tells_to_read_is_no_part_of_it(told: str) -> None:
    assert readings_of_parts(f"{told}, what percentage is mature?")[0][0] == "what percentage is mature?"


@pytest.mark.parametrize(
    "asked",
    [
        "My CFO is asking me what AI will be worth.",
        "The chairwoman wants to know: what AI will be worth.",
        "Our works council asked me what AI will be worth.",
    ],
)
def test_who_wants_to_know_is_no_part_of_the_question(asked: str) -> None:
    assert parts(asked) == ("what AI will be worth.",)


def test_a_question_about_those_who_want_to_know_stays_whole() -> None:
    assert parts("How many firms want to know what AI costs?") == ("How many firms want to know what AI costs?",)


def test_who_asks_is_told_apart_from_what_is_asked() -> None:
    (texts,) = readings_of_parts("I lead our Tokyo office, were any Japanese engineers polled?")
    assert texts[0] == "Were any Japanese engineers polled?"


def test_what_is_asked_of_our_like_is_read_with_who_we_are() -> None:
    (texts,) = readings_of_parts("We're in oil and gas. How many of our peers plan it?")
    assert texts == ("We're in oil and gas. How many of our peers plan it?",)
    assert "sector" in read(texts[0]).slots


def test_a_message_that_lists_its_questions_asks_each() -> None:
    assert parts("Two things: typical ROI, and does turnover change it?") == (
        "typical ROI?",
        "does turnover change it?",
    )
    assert parts("Give me three percentages for my slide: productivity, customers, products.") == (
        "What share productivity?",
        "What share customers?",
        "What share products?",
    )
    assert len(parts("One thing: how many firms are mature?")) == 1


def test_what_figure_do_you_have_asks_for_a_number() -> None:
    assert read("For banks, what figure do you have for poor kit?").kind == "how_many"
    assert read("What figure shows poor kit?").kind == "which_figure"


def test_a_statistic_that_is_set_aside_restricts_nothing() -> None:
    assert read("What was the median return, not the mean return?").slots["statistic"] == {"median"}
    assert read("How many are not mature at all, on average?").slots["statistic"] == {"mean"}


def test_how_many_dollars_is_a_sum_of_money() -> None:
    assert read("How many dollars a year are we talking?").wants_money
    assert not read("How many firms spend dollars?").wants_money


def test_what_tech_companies_use_is_about_tech() -> None:
    assert "sector" not in read("Pull up the exhibit on what tech companies have in use now").slots
    assert "sector" not in read("Which chart shows what MLOps tech companies already run?").slots
    assert read("How mature are tech companies?").slots["sector"] == {"tmt"}


@pytest.mark.parametrize("asked", ["Give me a realistic figure: what return is usual?", "I need a single figure here"])
def test_a_figure_to_be_told_is_no_chart(asked: str) -> None:
    assert read(asked).kind != "which_figure"


def test_what_a_figure_says_with_its_percentage_is_asked_of_the_figure() -> None:
    assert read("Please explain what figure 7 says, with the percentage.").kind == "figure"


def test_what_is_told_before_a_question_for_a_number_is_no_premise() -> None:
    assert read("Half the committee want a pilot. How many respondents plan one?").given == ()
    assert [q.value for q in read("I heard that 40% plan one. Is that so?").given] == [40]


@pytest.mark.parametrize(
    ("message", "parts_of_it"),
    [
        ("Sceptical CFO here: how many took part?", ("how many took part?",)),
        ("First, define MLOps for me. Second, who ran the survey?", ("define MLOps for me.", "who ran the survey?")),
        ("Return on MLOps: what's normal, and what's the ceiling they saw?",
            ("Return on MLOps: what's normal", "what's the ceiling they saw?")),
        ("Tell me the shortfall in government, and also for the biggest banks.",
            ("Tell me the shortfall in government", "for the biggest banks.")),
    ],
)  # fmt: skip
def test_the_parts_of_a_message(message: str, parts_of_it: tuple[str, ...]) -> None:
    assert parts(message) == parts_of_it


def test_who_speaks_restricts_where_it_tells_more_than_a_role() -> None:
    assert parts("Small lender here: what share of firms like us lack kit?")[0].startswith("Small lender here")


@pytest.mark.parametrize(
    "asked",
    [
        "startup founder, 8 people, 2 models. isn't MLOps overkill?",
        "As CFO I need a number: what share of companies earned a return on AI?",
        "Head of a small bank: who should own AI?",
    ],
)
def test_who_asks_restricts_nothing(asked: str) -> None:
    assert dict(read(asked).slots) == {}


def test_what_is_asked_about_still_restricts() -> None:
    assert read("How many CFOs fund it?").slots and read("Banks: how many have a strategy?").slots
    assert read("Head of a small bank: what do firms like ours do?").slots["size"] == {"small"}


def test_a_figure_for_a_share_is_a_number() -> None:
    assert read("I need a figure: what share of companies earned a return on AI?").kind == "how_many"
    assert read("Which figure shows what share of companies are mature?").kind == "which_figure"
    assert read("graph of the barriers to AI adoption").kind == "which_figure"


@pytest.mark.parametrize(
    ("message", "short"),
    [
        ("define MLOps in one sentence a trustee would understand", True),
        ("short version for my board: where do firms stand?", True),
        ("Which sentence of the act is the one on logs?", False),
        ("Who is in the line of command?", False),
        ("Will we be short of data scientists?", False),
    ],
)
def test_whether_a_sentence_is_enough(message: str, short: bool) -> None:
    assert wants_it_short(message) is short
