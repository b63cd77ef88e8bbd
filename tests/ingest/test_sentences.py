"""Sentences as spans: where they end, where they do not, and that the text is never changed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sentences import RUN_ON_CHARS, split, without_note_markers


def told(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["It grew by 4.4 per cent.", "Then it fell."],
        ["Value reached US$4.4 trillion.", "Growth slowed."],
        ["Tools (e.g. Airflow) help, i.e. Sunday runs are automated.", "People matter vs. Tools."],
        ["The U.S. Census Bureau asked firms.", "Dr. Jane A. Smith replied."],
        ["They sell in the U.S.", "The market is large."],
        ["Acme Inc. Berlin was first.", "Others followed."],
        ["It runs reliably and efficiently.¹", "Next comes scale."],
        ["Reports say so.[12]", "Others differ.", "We agree."],
        ["He asked: “Does it work?”", "Nobody knew."],
        ["“It works. It scales.” was the verdict.", "Few agreed."],
        ["This is true (see the appendix. It is long.) for all.", "Yes."],
        ["See No. 5 and Fig. 3 on p. 12.", "The answer is no.", "Really!", "Why?", "Because…", "Done."],
        ["1. Deloitte, Trends, accessed 3 April 2023.", "More follows."],
        ["Meet at 5 p.m. on Friday.", "Bring data."],
        ["Smith et al. (2020) found it.", "Vela et al. disagree."],
        ["Sales of Node.js rose.", "iPhone sales fell.", "eBay did not."],
        ["The average was 28 per cent!", "“Impressive.”", "(Not all agree.)"],
        ["Version 2.0.1 is out.", "$5 was paid.", "5 firms left."],
    ],
)
def test_splits(sentences: list[str]) -> None:
    assert told(" ".join(sentences)) == sentences


def test_lines_end_a_sentence_at_blank_lines_and_bullets_only() -> None:
    text = "A wrapped\nline goes on.\n\nNo end mark here\n\nList:\n- first thing\n- second thing\n2. third"
    assert told(text) == [
        "A wrapped\nline goes on.",
        "No end mark here",
        "List:",
        "- first thing",
        "- second thing",
        "2. third",
    ]


def test_text_that_runs_on_is_cut_at_a_word() -> None:
    pieces = told("word " * 1_000)
    assert len(pieces) > 1
    assert all(len(p) <= RUN_ON_CHARS and p.startswith("word") and p.endswith("word") for p in pieces)


@given(st.text(alphabet="aB1 .!?…\n-()[]“”\"'¹,;:•é", max_size=200))
@settings(max_examples=300, deadline=None)
def test_spans_are_ordered_trimmed_and_cover_all_but_blanks(text: str) -> None:
    spans = split(text)
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert text[at:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        at = end
    assert text[at:].strip() == ""


def test_report_has_no_sentence_cut_after_an_abbreviation(report_file) -> None:  # type: ignore[no-untyped-def]
    text = report_file.read_text(encoding="utf-8")
    pieces = told(text)
    assert any("US\\$4.4 trillion" in p and "US\\$4 billion.³" in p for p in pieces)
    assert any("(e.g. CTO, CIO, CDO)" in p for p in pieces)
    assert not any(p.endswith(("e.g.", "US\\$4.", "i.e.")) for p in pieces)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("It is reliable.¹ Next", "It is reliable. Next"),
        ("in value,² with", "in value, with"),
        ("growth [2, 3] was", "growth was"),
        ("an area of 5 m² and R² of 0.9", "an area of 5 m² and R² of 0.9"),
        ("a list [see below]", "a list [see below]"),
    ],
)
def test_note_markers_go_and_units_stay(text: str, plain: str) -> None:
    assert without_note_markers(text) == plain


@pytest.mark.parametrize("unit", ["(", "“Hello. ", "e.g. Apple ", "Hello there. ", "...", "a b "])
def test_splitting_is_linear(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    begun = time.perf_counter()
    split(text)
    assert time.perf_counter() - begun < 5
