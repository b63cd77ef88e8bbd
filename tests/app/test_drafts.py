"""What is proposed to be said from one piece of evidence."""

from __future__ import annotations

import pytest

from app.drafts import draft, quote_of
from app.types import Evidence
from ingest.types import Passage, Sentence

TEXT = "Cloud is in wide use (figure 5). However, it lags behind. Nobody knows why (figure 6)."
SAID = ("Cloud is in wide use (figure 5).", "However, it lags behind.", "Nobody knows why (figure 6).")


def _passage() -> Passage:
    starts = [TEXT.index(text) for text in SAID]
    figures = ((5,), (), (6,))
    contexts = ("", SAID[0], "")
    sentences = tuple(
        Sentence(text, start, start + len(text), figures=own, context=context)
        for text, start, own, context in zip(SAID, starts, figures, contexts, strict=True)
    )
    return Passage("p", "d", (), TEXT, 0, len(TEXT), sentences, figures=(5, 6))


def test_a_figure_that_is_named_in_what_is_quoted_before_a_sentence_is_cited_with_it() -> None:
    passage = _passage()
    evidence = Evidence(passage.sentences[1], passage, 1.0, {"label": 0.0}, ())
    (quote,) = draft(evidence).quotes
    assert quote.text == f"{SAID[0]} {SAID[1]}" and quote.figure == 5


@pytest.mark.parametrize(("sentence", "figure"), [(0, 5), (1, None), (2, 6)])
def test_a_sentence_that_is_quoted_alone_has_its_own_figure_or_none(sentence: int, figure: int | None) -> None:
    passage = _passage()
    alone = passage.sentences[sentence]
    assert quote_of(passage, alone.start, alone.end, alone, 1.0).figure == figure
