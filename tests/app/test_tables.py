"""Rows looked up by row and header, and documents named by a question."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.cells import cells, look_up, spoken
from app.question import read
from app.scope import Scopes
from app.verify import check
from ingest.types import Document

MARGIN = "Segment: Customs services; Revenue 2023 (EUR m): 54.1; Revenue 2024 (EUR m): 61.3; Margin: 21.5%"
GRADE = "Grade: Grade 8; Desk allowance: £475; Days at home: 3"
CLINICS = "Obstacle: Missing data engineers; Hospitals: 46%; Clinics: 58%"
PROFIT = "Item: Profit before tax; 2023: 202; 2024: 324"


@pytest.mark.parametrize(
    ("asked", "row", "answer"),
    [
        ("What was the margin of customs services?", MARGIN, "Segment: Customs services; Margin: 21.5%"),
        ("Revenue of customs services in 2024?", MARGIN, "Segment: Customs services; Revenue 2024 (EUR m): 61.3"),
        ("What is the desk allowance for grade 8?", GRADE, "Grade: Grade 8; Desk allowance: £475"),
        ("How many clinics named missing data engineers?", CLINICS, "Obstacle: Missing data engineers; Clinics: 58%"),
        ("What was the profit before tax in 2024?", PROFIT, "Item: Profit before tax; 2024: 324"),
    ],
)  # fmt: skip
def test_the_cell_under_the_header_that_is_named(asked: str, row: str, answer: str) -> None:
    found = look_up(read(asked), row)
    assert (spoken(found), found.fit) == (answer, 1.0)
    assert check(spoken(found), [row]).supported


@pytest.mark.parametrize(
    ("asked", "row"),
    [
        ("What is the desk allowance for grade 5?", GRADE),
        ("What was the profit before tax in 2021?", PROFIT),
        ("What was the margin of road freight?", MARGIN),
    ],
)
def test_another_row_or_column_is_not_looked_up(asked: str, row: str) -> None:
    assert look_up(read(asked), row).fit < 0.5


def test_a_sentence_is_no_row_and_a_swapped_cell_is_no_part_of_one() -> None:
    assert cells("The margin was: high; the year was good.") == ()
    assert not check("Segment: Customs services; Margin: 61.3", [MARGIN]).supported
    assert not check("Obstacle: Missing data engineers; Clinics: 46%", [CLINICS]).supported


def _document(id_: str, title: str) -> Document:
    return cast(Document, cast(Any, SimpleNamespace(id=id_, title=title, publisher=None)))


SCOPES = Scopes(
    [
        _document("baltway", "Baltway Logistics annual report 2024"),
        _document("harbour", "Harbour Mutual financial statements"),
        _document("tarn", "Remote work policy"),
    ],
    {w: 0.5 for w in "logistics harbour mutual remote work policy annual report what is the".split()},
    {"baltway": "", "harbour": "", "tarn": "Our client Orin Foods works from home. Orin Foods likes it."}.__getitem__,
)


@pytest.mark.parametrize(
    ("asked", "documents", "rest"),
    [
        ("What was the customs margin at Baltway Logistics?", {"baltway"}, "What was the customs margin?"),
        ("what was the customs margin at baltway?", {"baltway"}, "what was the customs margin?"),
        ("What was the pre-tax profit of Harbour Mutual?", {"harbour"}, "What was the pre-tax profit?"),
        ("What does the policy say on remote work?", set(), ""),
        ("How many people work from home at Orin Foods?", {"tarn"}, "How many people work from home?"),
    ],
)
def test_a_question_may_name_its_documents(asked: str, documents: set[str], rest: str) -> None:
    scope = SCOPES.of(asked)
    assert (scope.documents, scope.rest.replace(" ?", "?")) == (documents, rest)
