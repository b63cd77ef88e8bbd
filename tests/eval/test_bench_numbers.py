"""The measures of the number benchmark, on cases small enough to work out by hand."""

from __future__ import annotations

import pytest

from eval.bench_numbers import auroc, balanced, best_threshold, half
from eval.mutations import cases


def test_auroc_counts_ties_half() -> None:
    assert auroc([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0]) == pytest.approx(3.5 / 4)


def test_balanced_accuracy_weighs_both_labels_alike() -> None:
    assert balanced([True, True, True, False], [1, 1, 1, 0]) == 1.0
    assert balanced([True, True, True, True], [1, 1, 1, 0]) == 0.5


def test_the_threshold_splits_the_labels_best() -> None:
    assert best_threshold([0.2, 0.4, 0.6, 0.8], [0, 0, 1, 1]) == 0.6


def test_halves_are_by_natural_id_and_do_not_meet() -> None:
    rows = [{"id": f"n{i}"} for i in (10, 9, 2, 1)]
    assert [r["id"] for r in half(rows, dev=True)] == ["n1", "n2"]
    assert [r["id"] for r in half(rows, dev=False)] == ["n9", "n10"]


def test_forgeries_differ_from_the_truth() -> None:
    told = ["In 2021, 12 per cent of the wards were closed. In 2022, 19 per cent of the wards were closed."]
    made = list(cases(told))
    assert {c.kind for c in made} == {"true", "redressed", "swap, same passage", "random", "unit", "negation"}
    assert all((c.text in told[0]) == (c.kind == "true") for c in made)
