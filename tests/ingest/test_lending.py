"""Phrasings of the notes' statements, lent to the sentences of other documents that say the same."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from ingest.index import Index, build, open_index
from ingest.settings import Settings
from ingest.types import Sentence

SAYS_THE_SAME = """Findings

A total of 621 key decision-makers in data, AI and analytics were surveyed by Deloitte. It is essential that MLOps
practices for building, releasing and maintaining machine-learning models in production are reliable.

In our sample 17 per cent of organisations rate their AI as very mature. The average ROI of MLOps technology
is 28 per cent, as respondents report.

Otters sleep on their backs, holding hands.
"""


@pytest.fixture
def index(settings: Settings, tmp_path: Path) -> Index:
    (tmp_path / "findings.txt").write_text(SAYS_THE_SAME, encoding="utf-8")
    build([tmp_path / "findings.txt"], settings)
    return open_index(settings)


def sentence(index: Index, part: str) -> Sentence:
    document = index.store.documents()[0]
    found = [s for p in index.store.passages_of_document(document.id) for s in p.sentences if part in s.text]
    assert len(found) == 1
    return found[0]


def test_a_sentence_that_says_the_same_has_the_phrasings(index: Index) -> None:
    assert any("return" in ask.lower() or "roi" in ask.lower() for ask in sentence(index, "28 per cent").asks)
    assert len(sentence(index, "621").asks) > 10


def test_another_number_is_another_statement(index: Index) -> None:
    assert sentence(index, "17 per cent").asks == ()


def test_a_statement_about_a_name_says_nothing_of_who_does_not_bear_it(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "ours.txt").write_text(SAYS_THE_SAME.replace("Deloitte", "us"), encoding="utf-8")
    build([tmp_path / "ours.txt"], settings)
    assert sentence(open_index(settings), "621").asks == ()


def test_what_speaks_of_something_else_borrows_nothing(index: Index) -> None:
    assert sentence(index, "Otters").asks == ()


def test_what_is_lent_is_searched_and_never_quoted(index: Index) -> None:
    asks = {unit.text for unit in index.store.units(index.store.asks()).values()}
    assert sentence(index, "28 per cent").asks[0] in asks
    assert all(ask not in index.store.documents()[0].text for ask in asks)


def test_near_misses_are_known_where_phrasings_are(index: Index) -> None:
    vector = index.vector_of(*_first(index))
    near = index.lacking(vector[None, :])
    assert near is not None and 0.0 < near.often <= near.nearest <= 1.001


def test_phrasings_are_left_to_the_tuned_embedder(index: Index, settings: Settings) -> None:
    """Whatever searches, the nearest units are sentences and passages."""
    vector = index.vector_of(*_first(index))
    exact = index.nearest(vector, 50)
    by_chroma = open_index(dataclasses.replace(settings, search="chroma")).nearest(vector, 50)
    kinds = {unit.kind for unit in index.store.units([n for n, _ in exact]).values()}
    assert kinds <= {"sentence", "passage"} and "sentence" in kinds
    assert [n for n, _ in by_chroma] == [n for n, _ in exact]


def test_other_documents_know_no_near_misses(settings: Settings, files: Path) -> None:
    build([files], settings)
    index = open_index(settings)
    vector = index.vector_of(*_first(index))
    assert index.lacking(vector[None, :]) is None
    assert all(
        not s.asks for d in index.store.documents() for p in index.store.passages_of_document(d.id) for s in p.sentences
    )


def _first(index: Index) -> tuple[str, int]:
    document = index.store.documents()[0]
    return next(iter(index.store.passages_of_document(document.id))).id, 0
