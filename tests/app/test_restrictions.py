"""What a question rules out, and what only stands beside it rules out nothing."""

from __future__ import annotations

import pytest

from app.asides import asked_in
from app.match import unit_fit
from app.question import read
from app.restrictions import conflicts
from app.scope import years_of
from ingest.types import Document, Passage, Sentence


def slots_that_clash(question: str, statement: str, kind: str = "guidance", *asks: str) -> set[str]:
    """The restrictions of a question that a statement, alone in its document, does not meet."""
    sentence = Sentence(statement, 0, len(statement), asks=asks)
    passage = Passage("p", "d", (), statement, 0, len(statement), (sentence,))
    document = Document("d", "A note", "note.md", "0", statement, (), year=2026, kind=kind)
    return {clash.slot for clash in conflicts(read(question), sentence, passage, document)}


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("We're a bank in Leeds. How often should models be tested?", "How often should models be tested?"),
        ("How often should models be tested? My boss Petra insists.", "How often should models be tested?"),
        ("For the exco in Perth: what was the period?", "For the exco: what was the period?"),
        ("We're a bank. How many firms like us have one?", "We're a bank. How many firms like us have one?"),
        ("I read a study by Accenture. What share?", "I read a study by Accenture. What share?"),
        ("In 2022 they planned ten. How many in 2024?", "In 2022 they planned ten. How many in 2024?"),
        ("Our bank plans a chatbot", "Our bank plans a chatbot"),
    ],
)
def test_what_is_told_of_the_asker_is_left_out(message: str, asked: str) -> None:
    assert asked_in(message) == asked


TWO_SHARES = (
    "Though 73 per cent call a failing system serious, 27 per cent say that their infrastructure does not suffice."
)
TEAM = "The team has 18 data scientists, 12 data engineers, 9 machine learning engineers and 7 product owners."
ADVICE = "Our advice: test error rates by group before release and in production."
SHARE = "In the survey, 15 per cent of organisations rate themselves as very mature."


@pytest.mark.parametrize(
    "question",
    [
        "We're a bank founded in 1872. How do we check fairness?",
        "We have a lady from the ombudsman coming on the 12th. What do I check?",
        "How does a bank check fairness?",
        "The third one, how do we check that?",
        "We use it in Lyon. How is fairness checked?",
        "Our works council asks how fairness is checked",
    ],
)
def test_advice_for_anybody_serves_whoever_asks(question: str) -> None:
    assert not slots_that_clash(question, ADVICE)


@pytest.mark.parametrize(
    ("question", "slot"),
    [
        ("What share of banks is very mature?", "sector"),
        ("What share of French firms is very mature?", "country"),
        ("What share of firms in Lyon is very mature?", "country"),
        ("What share was very mature in 2031?", "year"),
        ("What share of small firms is very mature?", "size"),
        ("What is the median share of very mature organisations?", "statistic"),
        ("What share does Siemens call very mature?", "name"),
    ],
)
def test_a_number_about_all_is_none_about_some(question: str, slot: str) -> None:
    assert slot in slots_that_clash(question, SHARE, "report-digest")


def test_a_law_of_the_union_holds_in_its_countries_and_a_share_does_not() -> None:
    law = "The EU AI Act requires deployers in the European Union to keep logs."
    assert not slots_that_clash("Must a firm in Dublin keep logs?", law)
    assert "country" in slots_that_clash("Must a firm in Singapore keep logs?", law)
    dated = "The EU AI Act's duties in the European Union apply from 2 December 2027."
    assert not slots_that_clash("When do the AI Act's duties apply in Spain?", dated)
    german = "Germany's Federal Network Agency supervises the EU AI Act."
    assert "country" in slots_that_clash("Who supervises the AI Act in Spain?", german)
    share = "In the European Union, 20 per cent of enterprises used AI."
    assert "country" in slots_that_clash("What share of Irish enterprises used AI?", share)


def test_where_the_asker_sits_rules_out_the_law_of_elsewhere() -> None:
    law = "The EU AI Act requires deployers in the European Union to keep logs."
    assert "country" in slots_that_clash("We're in Texas. Must logs be kept?", law)


def test_which_country_of_a_region_is_answered_by_one() -> None:
    act = "Japan's AI Promotion Act passed in May 2025 and sets no fines."
    assert not slots_that_clash("Which Asian country has an AI law without fines?", act)
    assert "country" in slots_that_clash("Which African country has an AI law without fines?", act)


def test_two_of_a_range_are_told_and_one_of_a_list_is_not() -> None:
    span = (
        "Figures range from 5.2 per cent of enterprises in Romania to 42.0 per cent in Denmark in the European Union."
    )
    assert not slots_that_clash("What share of Danish enterprises use AI?", span)
    each = "AI use is 20 per cent in Spain, 21 in France, 22 in Italy and 8 per cent in Poland."
    assert not slots_that_clash("What share of Polish enterprises used AI?", each)
    listed = "In Spain, France, Italy and Poland 20 per cent of enterprises used AI."
    assert "country" in slots_that_clash("What share of Polish enterprises used AI?", listed)


@pytest.mark.parametrize(
    ("question", "of_the_report"),
    [
        ("What return did the report find?", True),
        ("What share of respondents in the survey uses agents?", True),
        ("What has changed since the report came out?", False),
        ("What did the 2025 study find on agents?", False),
        ("What did McKinsey's survey find on agents?", False),
    ],
)
def test_what_is_asked_of_the_report_is_not_answered_from_elsewhere(question: str, of_the_report: bool) -> None:
    other = "In McKinsey's survey of 2025, 23 per cent of respondents were scaling agents; the return was 5 per cent."
    assert ("source" in slots_that_clash(question, other)) is of_the_report
    its_own = "The return of 28 per cent in Deloitte's 2023 report is self-reported."
    assert "source" not in slots_that_clash(question, its_own)


@pytest.mark.parametrize(
    ("question", "ranked"),
    [
        ("Which obstacle ranked third?", True),
        ("What is the second biggest obstacle?", True),
        ("Which obstacle came fourth?", True),
        ("The third bullet, what obstacle is that?", False),
        ("Which obstacle do we meet on the 12th?", False),
        ("What are the second and third stages?", False),
    ],
)
def test_only_what_is_ranked_has_a_rank(question: str, ranked: bool) -> None:
    assert ("rank" in slots_that_clash(question, "Obstacles are spread evenly.")) is ranked


def test_a_stage_is_named_by_its_place_too() -> None:
    spread = "Firms in the first two stages performed below their industry's average."
    assert "level" not in slots_that_clash("How do firms at stage 1 perform?", spread)
    assert "level" in slots_that_clash("How do firms at stage 4 perform?", spread)


@pytest.mark.parametrize(
    "question",
    [
        "What usually kills a pilot between demo and shop floor?",
        "Which shipping metrics should we follow?",
        "Who are the builders of the pipeline?",
        "What track record should a recruit have?",
        "Can I bank on that?",
        "How much energy use is there?",
    ],
)
def test_words_with_another_sense_restrict_nothing(question: str) -> None:
    assert not {"sector", "statistic"} & set(read(question).slots)


LAW = "The EU AI Act requires deployers in the European Union to keep logs for six months."


@pytest.mark.parametrize(
    ("question", "statement", "slot"),
    [
        ("Must a UK firm keep logs?", LAW, "country"),
        ("Must a firm in Zurich keep logs?", LAW, "country"),
        ("Take US firms. What share is very mature?", SHARE, "country"),
        ("Take Spain as an example. What share is very mature?", SHARE, "country"),
        ("I'm interested in Germany. What share is very mature?", SHARE, "country"),
        ("What share of firms is very mature? I mean in Germany.", SHARE, "country"),
        ("What share is very mature? We only look at banks.", SHARE, "sector"),
        ("We compare ourselves with Siemens. What share is very mature?", SHARE, "name"),
        ("I distrust averages. What's the median return?", "The average return is 28 per cent.", "statistic"),
        ("What share of PE firms is very mature?", SHARE, "name"),
        ("What share of the board at Siemens is very mature?", SHARE, "name"),
        ("What return do banks on average get?", "The average return is 28 per cent.", "sector"),
        ("What share of shops is very mature?", SHARE, "sector"),
        ("Do more than 30 per cent of Irish firms use AI?", "In the European Union, 20 per cent use AI.", "country"),
        ("Who supervises the AI Act at EU level?", "Germany's Federal Network Agency supervises it.", "country"),
        ("What share of firms has infrastructure that suffices?", TWO_SHARES, "polarity"),
        ("How many have fitting infrastructure?", TWO_SHARES, "polarity"),
        ("Do we need a hundred engineers, and how many have 40?", "Firms have 40 engineers.", "quantity"),
        ("How much does an engineer earn?", "Firms spend 9 million dollars a year.", "money"),
        ("What share of firms has defined roles?", "32 per cent of firms do not have defined roles.", "polarity"),
        (
            "How many data engineers were asked?",
            "There were data scientists, data engineers, ML engineers and product owners among 621 people.",
            "role",
        ),
        ("How many incidents did we have in 2024?", "There were 233 incidents in 2024.", "own"),
        ("How much do we spend on it?", "Firms spend 9 million dollars a year.", "own"),
        ("Who is the CEO of Deloitte?", "Ann Bly, chief AI officer at Deloitte, is the contact.", "name"),
        ("Who's the chair of the board?", "The board is advised by Ann Bly.", "name"),
        ("How many plan to use it?", "Today 20 per cent use it.", "aspect"),
        ("Which tools do they plan to buy?", "At present they use cloud tools.", "aspect"),
        ("By how much has AI use grown?", "Firms draw on data from sales to serve clients.", "change"),
        ("By how much has AI use grown?", "More than 50 per cent of organisations use AI.", "change"),
        ("Which obstacle finished third?", "Obstacles are spread evenly.", "rank"),
        ("What is the third barrier?", "Obstacles are spread evenly.", "rank"),
        ("What does stage 1 ask for?", "The first step is to name an owner.", "level"),
        (
            "What share of Polish enterprises used AI?",
            "In Spain, France and Poland, 20 per cent did, up from 15 per cent in 2024 and 8 per cent in 2023.",
            "country",
        ),
        ("Tell me about Brazil's AI law", "The EU has an AI law, and Japan has one without fines.", "country"),
        ("Do most insurers have a model registry?", "Most organisations have no model registry.", "sector"),
    ],
)
def test_a_near_miss_stays_ruled_out(question: str, statement: str, slot: str) -> None:
    assert slot in slots_that_clash(question, statement)


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        ("How long do we store logs?", "Logs are kept for six months."),
        ("Who is the CEO?", "Its chief executive is Ann Bly."),
        ("Who is the chief executive officer?", "Ann Bly is CEO."),
        ("Who is the chief AI officer at Deloitte?", "Ann Bly, chief AI officer at Deloitte, is the contact."),
        ("How much do we have to pay for a breach?", "A breach costs 9 million dollars."),
        ("How many data engineers are there?", TEAM),
        (
            "How many customers were paid?",
            "In July it promised what the terms do not provide for; 212 were paid 90 euros.",
        ),
        (
            "We want to climb a level. What should we prepare?",
            "Firms that are advanced today have prepared their data.",
        ),
        ("By how much did they want the number to grow?", "The average is rising from eight to ten."),
        ("By how much did the number of projects go up?", "It went from eight at present to ten."),
        ("What share calls it serious when a system fails?", TWO_SHARES),
        ("How many have infrastructure that is found wanting?", TWO_SHARES),
        ("How many in a hundred call themselves very mature?", SHARE),
        ("Out of a hundred firms, how many call themselves very mature?", SHARE),
        ("How much do firms earn on it on average?", "The average return is 28 per cent."),
        ("We are an American non-profit. How do we check fairness?", ADVICE),
        ("Our desks are poles apart. How is fairness checked?", ADVICE),
    ],
)
def test_ordinary_words_rule_nothing_out(question: str, statement: str) -> None:
    assert not slots_that_clash(question, statement)


def test_nothing_asked_is_read_too() -> None:
    assert read("").slots == {} and asked_in("") == ""


def test_what_is_ones_own_is_answered_by_ones_own_documents() -> None:
    asked = "How many incidents did we have in 2024?"
    assert not slots_that_clash(asked, "There were three incidents in 2024.", "document")


@pytest.mark.parametrize(
    ("statement", "told"),
    [("The board decides in May.", 1.0), ("The board may decide.", 0.0), ("The board decides on Mondays.", 0.0)],
)
def test_a_month_tells_when(statement: str, told: float) -> None:
    assert unit_fit(read("When will the board decide?"), Sentence(statement, 0, len(statement))) == told


@pytest.mark.parametrize(
    ("year", "title", "years"),
    [
        (2024, "A survey", {2024, 2023}),
        (None, "Half-year review, first half of 2026", {2026}),
        (None, "Plan 2026 to 2029", {2026, 2027, 2028, 2029}),
        (None, "House rules", set()),
    ],
)
def test_the_years_that_a_document_speaks_of(year: int | None, title: str, years: set[int]) -> None:
    document = Document("d", title, "d.md", "0", "", (), year=year)
    assert years_of(document) == years
