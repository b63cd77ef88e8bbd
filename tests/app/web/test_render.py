"""Answers, sources and figures as HTML: everything is there, and nothing from outside stays active."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from app.types import Answer, Statement, Step, Usage
from app.web import figures, render, sources, text
from app.web.conversation import STOPPED, STOPPED_EARLY, Conversation
from app.web.masthead import composer_line, corpus_line, examples
from ingest.types import Document, FigureValue
from tests.app.web.scripted import (
    FIGURES,
    GUIDE,
    PASSAGES,
    QUOTE,
    REPORT,
    answered,
    citation,
    refused,
)

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![pixel](http://tracker.example/p.png)",
    "[click](javascript:alert(1))",
    "</div></div><iframe src='//tracker.example'></iframe>",
    "' onmouseover='alert(1)",
    '"><svg/onload=alert(1)>',
]


class _Reader(HTMLParser):
    """Collects tags, attributes and text, and fails on elements that are not closed in order."""

    void = frozenset({"br", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def shown(given: Answer) -> str:
    return render.answer(given, "a1", FIGURES.get)


def evidence(given: Answer, **options: tuple[str, ...]) -> str:
    return sources.section(given, "a1", PASSAGES.get, **options)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_from_outside_becomes_markup(attack: str) -> None:
    given = answered("q" + attack, text=f"A sentence {attack} with 26 per cent.")
    hostile = replace(
        citation(1, "p1", attack, 4),
        title=attack,
        publisher=attack,
        section=attack,
        url=f"javascript:{attack}",
    )
    given = replace(given, citations=(hostile, *given.citations[1:]), notices=(attack,), corpus=attack)
    given = replace(given, resolved_question=f"not\n\nwhat was typed {attack}")
    figure = replace(
        FIGURES[4],
        title=attack,
        question=attack,
        not_stated=attack,
        legend=(attack,),
        values=(FigureValue(attack, 3, attack, attack),),
    )
    pages = [
        render.question(attack),
        render.progress([attack], [attack + "[1]"], attack),
        render.answer(given, "a1", lambda _: figure),
        render.answer(replace(refused(attack), answer=attack), "a1", FIGURES.get),
        evidence(given),
        sources.nothing_yet([replace(REPORT, title=attack, publisher=attack)]),
    ]
    for page in pages:
        assert "\n" not in page  # a blank line would end the HTML block, and Markdown would be read again
        for tag, attributes in read(page).tags:
            assert tag not in ("script", "iframe", "svg", "object", "style", "link")
            assert tag != "img" or str(attributes["src"]).startswith("/figures/4/")
            assert not [name for name in attributes if name.startswith("on")]
            assert not (attributes.get("href") or "#").lower().startswith(("javascript", "data"))


def test_a_marker_leads_to_its_source_and_back() -> None:
    given = answered("Which skills?")
    links = [a["href"] for tag, a in read(shown(given)).tags if tag == "a" and a.get("class") == "marker"]
    ids = {a["id"] for _, a in read(evidence(given)).tags if "id" in a}
    assert links == ["#a1-s1", "#a1-s1", "#a1-s3", "#a1-s2"]
    assert {link[1:] for link in links if link} <= ids
    assert "href='#a1'" in evidence(given) and "id='a1'" in shown(given)


def test_what_a_message_was_read_as_is_told_where_it_was_read_otherwise() -> None:
    given = answered("and the banks?")
    assert "Read as" not in shown(given)
    assert "Read as" not in shown(replace(given, resolved_question="And the banks"))
    read_on = replace(given, resolved_question="How many banks have old systems?")
    assert "<p class='read-as'>Read as: How many banks have old systems?</p>" in shown(read_on)
    told = replace(refused("and in Norway?"), resolved_question="How many in Norway?")
    assert "Read as: How many in Norway?" in shown(told)


def test_a_marker_never_starts_a_line() -> None:
    assert "<span class='held'>architects.<a class='marker'" in shown(answered("q"))
    bold = replace(answered("q"), statements=(Statement("All of **it all**", "finding", (1,)),))
    assert "<strong>it all</strong><a class='marker'" in shown(bold)


def test_the_largest_documents_are_listed_first() -> None:
    page = sources.nothing_yet([GUIDE, replace(REPORT, figures=(FIGURES[4],))])
    assert page.index("Orchards") < page.index("pruning")
    many = sources.nothing_yet([replace(GUIDE, id=str(n)) for n in range(20)])
    assert many.count("<li>") == 9 and "and 12 more documents" in many


def test_each_kind_is_named() -> None:
    page = shown(answered("Which skills?"))
    assert [page.index(f"<p class='kind'>{name}</p>") for name in render.KINDS.values()]
    assert "class='part caveat'" in page


def test_neighbours_of_one_kind_share_a_paragraph() -> None:
    given = answered("q")
    same = tuple(replace(s, kind="finding") for s in given.statements)
    assert shown(replace(given, statements=same)).count("class='part") == 1


def test_checks_are_told_as_counted() -> None:
    given = answered("q")
    assert render.checks(given) == "4 of 4 sentences sourced · 4 numbers checked"
    short = replace(given.checks, statements=1, supported=1, numbers=2, numbers_supported=1, struck=1)
    assert render.checks(replace(given, checks=short)) == (
        "1 of 1 sentence sourced · 1 of 2 numbers confirmed · 1 sentence withheld: no source said so"
    )
    assert "corpus 1a2b3c4" in shown(given)


def test_the_chat_model_its_tokens_and_their_cost_are_told_as_far_as_known() -> None:
    given = replace(answered("Which skills?"), composer="openai:gpt-x", usage=Usage(1234, 1))
    assert render.checks(given).endswith(" · worded by openai:gpt-x · 1,234 + 1 token")
    given = replace(given, usage=Usage(1234, 56, 0.00421))
    assert render.checks(given).endswith(" · 1,234 + 56 tokens · US$0.0042")
    assert "worded by openai:gpt-x" in render.answer(given, "a1", lambda _: None)
    instead = replace(given, composer="extractive", notices=("The chat model openai:gpt-x failed <b>; quotes alone.",))
    assert "worded by" not in render.checks(instead) and "1,234 + 56 tokens" in render.checks(instead)
    assert "The chat model openai:gpt-x failed &lt;b&gt;" in render.answer(instead, "a1", lambda _: None)


def test_a_refusal_has_its_own_look_and_no_sources() -> None:
    given = refused("What is the weather on Mars?")
    assert "class='answer refusal'" in shown(given)
    assert "marker" not in shown(given)
    assert "class='source'" not in evidence(given)


def test_the_quote_is_marked_in_its_passage() -> None:
    assert f"<mark>{QUOTE}</mark> Most want" in evidence(answered("q"))


def test_a_quote_that_cannot_be_placed_is_not_marked() -> None:
    given = answered("q")
    page = evidence(replace(given, citations=(citation(1, "p1", "27 per cent of growers"),)))
    assert "<mark>" not in page
    assert "could not be placed" in page
    assert "Growers were asked" in page


@pytest.mark.parametrize("quote", ["", "   ", "\u200b"])
def test_an_empty_quote_marks_nothing(quote: str) -> None:
    assert sources.marked("Some text.", quote) is None


def test_marks_are_placed_by_the_letter() -> None:
    assert sources.marked("a < b & c", "b & c") == "a &lt; <mark>b &amp; c</mark>"
    assert sources.marked("amp & amp", "amp") == "<mark>amp</mark> &amp; <mark>amp</mark>"
    assert sources.marked("line\nbreak", "line\nbreak") == "<mark>line&#10;break</mark>"


def test_a_cite_only_document_is_not_reproduced() -> None:
    page = evidence(answered("q"), cite_only=("survey",))
    assert "Most want to fill the gap" not in page
    assert "not reproduced" in page


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/a?b=1&c='2'", "https://example.org/a?b=1&amp;c=&#x27;2&#x27;"),
        ("http://example.org", "http://example.org"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//example.org", None),
        ("https://user@example.org", None),
        ("https://[bad", None),
        ("", None),
        (None, None),
    ],
)
def test_only_plain_web_addresses_become_links(url: str | None, address: str | None) -> None:
    assert text.web_address(url) == address


def test_characters_that_hide_or_reorder_text_are_dropped() -> None:
    assert text.clean("pay\u202e\u200b\U000e0041 \ufe0fnow\x00\x1b[31m\ud800") == "pay now[31m?"
    assert text.clean("Zoë, 東京, 🙂\n") == "Zoë, 東京, 🙂\n"


def test_images_and_links_are_reduced_to_their_words() -> None:
    assert text.prose(
        "See ![a chart](http://x.example/a.png) and [this](http://x.example) **now**, *note*, 2 * 3 * 4."
    ) == ("See a chart and this <strong>now</strong>, <em>note</em>, 2 * 3 * 4.")


def test_a_figure_shows_its_chart_and_a_table_of_all_that_is_stated() -> None:
    page = figures.card(FIGURES[4], "a1")
    alt = "Robot engineers 26%; Irrigation architects 28%; Place of frost among obstacles 7th"
    assert re.findall(r"src='([^']+)' alt='[^']*" + alt, page) == ["/figures/4/light.svg", "/figures/4/dark.svg"]
    assert re.findall(r"class='value'>([^<]+)<", page) == ["26%", "28%", "7th"]
    assert "<details" not in page  # the rank is in the table alone, so the table stands open
    folded = figures.card(replace(FIGURES[4], values=FIGURES[4].values[:2]), "a1")
    assert "<details" in folded and "<img" in folded and "href='/figures/4'" in page
    assert "All other roles" in page
    assert "621 growers in seven countries" in page


def test_a_figure_without_values_draws_nothing_and_says_so() -> None:
    page = figures.card(FIGURES[5], "a1")
    assert "<img" not in page and "<table" not in page
    assert "states no value" in page
    assert "now; later" in page


def test_a_figure_is_told_in_words() -> None:
    assert figures.finding(FIGURES[4]) == (
        "Figure 4, Demand for a range of roles: Robot engineers 26%; Irrigation architects 28%; "
        "Place of frost among obstacles 7th. Only values that the text states are shown."
    )


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (15, "percent", "15%"),
        (2.5, "percent", "2.5%"),
        (4.4e12, "USD", "US$4.4 trillion"),
        (250e6, "USD", "US$250 million"),
        (7, "rank", "7th"),
        (21, "rank", "21st"),
        (12, "rank", "12th"),
        (2, "times", "2 times"),
        (621, "count", "621"),
        (2023, "year", "2023"),
        (1250, None, "1,250"),
    ],
)
def test_values_are_read_out_with_their_unit(value: float, unit: str | None, told: str) -> None:
    assert figures.value_text(value, unit) == told


def test_rows_name_their_population_when_there_are_several() -> None:
    values = (FigureValue("Yes", 10, "percent", "executives"), FigureValue("Yes", 20, "percent", "engineers"))
    page = figures.card(replace(FIGURES[4], values=values), "a1")
    assert "<td class='who'>executives</td>" in page and "<td class='who'>engineers</td>" in page
    assert "<b>Answered by</b>" not in page and "<details" not in page


def test_the_copied_text_names_its_sources() -> None:
    copied = sources.as_text(answered("q"))
    assert copied.splitlines()[-3].startswith(
        "[1] Orchards and automation: a survey of growers, Institute of Orchards, 2023"
    )
    assert f"“{QUOTE}” <https://example.org/survey>" in copied


def test_history_holds_plain_turns_only() -> None:
    talk = Conversation().ask("First?").take(Step("stage", "Searching")).take(Step("answer", answer=answered("First?")))
    talk = talk.ask("Second?").take(Step("sentence", "Half an answer.[1]")).stop().ask("Third?")
    turns = talk.history()
    assert [t.content for t in turns] == [
        "First?",
        answered("First?").answer,
        "Second?",
        "Half an answer.[1]",
    ]
    assert [t.role for t in turns] == ["user", "assistant"] * 2


def test_a_question_that_was_stopped_before_an_answer_leaves_no_turn() -> None:
    talk = Conversation().ask("First?").stop().ask("Second?")
    assert talk.history() == ()


def test_stop_tells_what_it_left() -> None:
    early = Conversation().ask("q").take(Step("stage", "Searching")).stop()
    late = Conversation().ask("q").take(Step("sentence", "Said.")).stop()
    assert early.exchanges[0].note == STOPPED_EARLY
    assert late.exchanges[0].note == STOPPED
    done = Conversation().ask("q").take(Step("answer", answer=answered("q")))
    assert done.stop() == done


def test_undo_gives_the_question_back() -> None:
    talk, question = Conversation().ask("First?").ask("Second?").undo()
    assert (question, len(talk.exchanges)) == ("Second?", 1)
    assert Conversation().undo() == (Conversation(), "")


def test_follow_ups_are_offered_under_the_last_answer_only() -> None:
    talk = Conversation().ask("a").take(Step("answer", answer=answered("a")))
    assert [o["value"] for o in talk.messages(FIGURES.get)[-1]["options"]] == list(answered("a").follow_ups)
    longer = talk.ask("b").take(Step("answer", answer=refused("b")))
    assert ["options" in m for m in longer.messages(FIGURES.get)] == [False, False, False, True]


def test_an_answer_without_statements_is_shown_as_written() -> None:
    page = shown(replace(answered("q"), statements=(), answer="One.\n\n- two\n- three"))
    assert "<p>One.</p><ul><li>two</li><li>three</li></ul>" in page


def test_unfinished_sentences_show_their_markers() -> None:
    assert "<span class='marker waiting'>12</span>" in render.progress(["Searching"], ["Said.[12]"])
    statement = Statement("Said.", "finding", ())
    assert "marker" not in shown(replace(answered("q"), statements=(statement,)))


def test_the_header_speaks_plainly() -> None:
    assert composer_line("extractive") == "Worded by quotation: no language model is used"
    assert composer_line("openai:gpt-x") == "Worded by gpt-x (openai), checked against the sources"
    assert corpus_line([REPORT]) == "Answers from “Orchards and automation: a survey of growers”, 2023"
    assert corpus_line([REPORT, GUIDE]) == "Answers from 2 documents, 2023–2025"
    undated = Document("x", "Undated", "x.md", "0", "", ())
    assert corpus_line([undated]) == "Answers from “Undated”"


def test_there_are_examples_by_theme() -> None:
    themes = examples()
    questions = [q for _, asked in themes for q in asked]
    assert len(themes) >= 4 and 8 <= len(questions) <= 10
    assert len(set(questions)) == len(questions) and all(q.endswith("?") for q in questions)
