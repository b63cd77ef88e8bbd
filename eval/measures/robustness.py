"""What is left of an answer when its question is worded in another way: a copy beside the question that it rewords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.cases import Case
from eval.measures.measure import Answer, Measure
from eval.measures.right import RIGHT


def _told_across(case: Case, answer: Answer) -> None:
    """One answer says nothing of another: see `pairs`."""


def pairs(cases: Sequence[Case], right: Mapping[str, float | None]) -> dict[str, dict[str, float | None]]:
    """Both measures for every copy whose original was asked too; `right` is the deciding score by case id."""
    found: dict[str, dict[str, float | None]] = {}
    for case in cases:
        before = right.get(case.variant_of or "")
        if before is not None:
            kept = right.get(case.id) if before >= 1.0 else None
            found[case.id] = {ORIGINALS.name: before, KEPT.name: kept}
    return found


_SOURCE = f"Invariance tests, after CheckList (Ribeiro and others 2020), over `{RIGHT.name}`."
ORIGINALS = Measure(
    "robustness_originals",
    "Their originals, right",
    "share",
    "higher",
    "Right answers among the questions that copies reword, each counted once a copy; to set beside the copies' own.",
    _SOURCE,
    _told_across,
)
KEPT = Measure(
    "robustness_kept",
    "Kept when reworded",
    "share",
    "higher",
    "Right answers among the copies of questions that were answered rightly.",
    _SOURCE,
    _told_across,
)
