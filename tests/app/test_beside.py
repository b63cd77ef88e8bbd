"""What may stand beside an answer: told by a model of natural questions, over a real index of the digest."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.beside import answers_beside, is_read, read_signals, signals, stands_beside
from app.finding import Finder
from app.gate import is_phrased
from app.question import read
from app.types import Evidence
from ingest.index import open_index
from ingest.settings import load
from ingest.types import Passage, Sentence


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


TOLD = ("The depot cost 14 million.", "It opened in March.", "Its roof is red.")
TEXT = " ".join(TOLD)
DEPOT = Passage(
    "p", "d", ("Depots",), TEXT, 0, len(TEXT), tuple(Sentence(t, TEXT.index(t), TEXT.index(t) + len(t)) for t in TOLD)
)
NAMES = "read judged dense cover back spoken unit type cell so_far last".split()


def at(place: int, read: float) -> Evidence:
    return Evidence(DEPOT.sentences[place], DEPOT, 0.5, {**dict.fromkeys(NAMES, 0.0), "read": read})


def test_of_what_was_read_the_likelier_to_answer_stands_beside() -> None:
    direct = at(0, 0.5)
    assert read_signals(at(1, 0.1), direct)["next"] == 1.0
    assert read_signals(at(2, 0.1), direct)["next"] == 0.0
    assert answers_beside(at(1, 0.4), direct) > answers_beside(at(1, -0.6), direct)
    assert is_read(direct, at(1, -0.6)) and not is_read(direct, at(1, 0.0))
