"""A brief is drawn from what was answered: headline, findings, caveats and steps in their places."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.brief.brief import brief_of
from app.types import Number, Statement
from tests.app.web.scripted import FIGURES, QUOTE, answered, refused


def test_each_kind_of_sentence_has_its_place() -> None:
    brief = brief_of([answered("Which skills?"), refused("Mars?")], FIGURES.get, "2026-11-28")
    assert brief.title == "Which skills?" and brief.headline and brief.headline.text == QUOTE
    assert [line.label for line in brief.findings] == ["Our reading"]
    assert len(brief.caveats) == len(brief.steps) == 1 and brief.open_questions == ("Mars?",)
    assert [f.number for f in brief.figures] == [4] and len(brief.references) == 3


def test_findings_that_state_a_number_come_first_and_figures_speak_for_themselves() -> None:
    title = Statement("Figure 4 is titled “Demand”.", "finding", (1,), (Number("Figure 4", 4, "figure", True),))
    share = Statement("9 per cent wait.", "finding", (1,), (Number("9 per cent", 9, "percent", True),))
    given = answered("Which skills?")
    words = Statement("Growers wait.", "finding", (1,))
    told = replace(given, statements=(title, given.statements[0], words, share))
    brief = brief_of([told], FIGURES.get, "2026-11-28")
    assert brief.headline and brief.headline.text == QUOTE
    assert [line.text for line in brief.findings] == [share.text, words.text]
    alone = brief_of([replace(given, statements=(title,))], FIGURES.get, "2026-11-28")
    assert alone.headline and alone.headline.text == title.text


def test_without_an_answer_there_is_no_brief() -> None:
    with pytest.raises(ValueError, match="no answer"):
        brief_of([], FIGURES.get, "2026-11-28")
