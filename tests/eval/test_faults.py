"""Right answers of a real run, broken: each measure falls for its own fault, and holds for the others."""

from __future__ import annotations

import pytest

from eval.cases import Case
from eval.faults import FAULTS, Detection, detections, table
from eval.measures import MEASURES
from eval.runs import Run


@pytest.fixture(scope="module")
def told(asked: Run, cases: tuple[Case, ...]) -> tuple[Detection, ...]:
    return detections(asked, cases)


def test_a_measure_holds_where_the_fault_is_none_of_its_business(told: tuple[Detection, ...]) -> None:
    assert [d for d in told if d.expected is False and d.detected] == []


@pytest.mark.parametrize("fault", ["change_number", "uncite", "cite_neighbour", "refuse", "answer_unanswerable"])
def test_a_measure_falls_for_its_own_fault(told: tuple[Detection, ...], fault: str) -> None:
    own = [d for d in told if d.fault == fault and d.expected and d.broken]
    assert own and all(d.detected >= 0.9 * d.broken for d in own), own


def test_every_expectation_names_a_measure_and_every_measure_of_one_answer_has_a_fault() -> None:
    named = {name for f in FAULTS for name in f.own | f.may}
    known = {m.name for m in MEASURES}
    assert named <= known
    assert known - named == {"latency_ms", "robustness_originals", "robustness_kept"}  # the clock, and two of pairs


def test_the_table_has_a_row_for_each_fault(told: tuple[Detection, ...]) -> None:
    lines = table(told).splitlines()
    assert len(lines) == len(FAULTS) + 2
