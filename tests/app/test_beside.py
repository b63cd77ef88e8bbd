"""What may stand beside an answer: told by a model of natural questions, over a real index of the digest."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.beside import signals, stands_beside
from app.finding import Finder
from app.gate import is_phrased
from app.question import read
from ingest.index import open_index
from ingest.settings import load


@pytest.fixture(scope="module")
def finder(digest_data: Path) -> Finder:
    """What searches the bundled digest."""
    settings = load({"ADVISOR_DATA": str(digest_data)})
    return Finder(open_index(settings), settings)


def test_what_answers_as_well_is_likelier_to_the_point_than_what_is_far(finder: Finder) -> None:
    apart = []
    for asked in (
        "What keeps organisations from becoming more mature in AI?",
        "Which benefits does MLOps bring?",
        "Is the infrastructure of firms good enough?",
        "Who is more optimistic about AI maturity?",
    ):
        direct, *others = finder.search(read(asked)).evidence
        told = [(e.score, stands_beside(e, direct)) for e in others if is_phrased(e)]
        near, far = max(told)[1], min(told)[1]
        assert 0.0 < far < near < 1.0
        apart.append(near - far)
    assert sum(apart) / len(apart) > 0.3


def test_signals_tell_how_a_statement_stands_to_the_one_that_answers(finder: Finder) -> None:
    direct, *others = finder.search(read("How many decision-makers were surveyed?")).evidence
    own = signals(direct, direct)
    assert own["as_good"] == own["same_passage"] == own["same_section"] == own["same_document"] == 1.0
    assert all(signals(e, direct)["as_good"] <= 1.0 for e in others if e.score <= direct.score)
