"""The measures of the number benchmark, on cases small enough to work out by hand."""

from __future__ import annotations

import random

import pytest

from eval.alterations import alter_every_number
from eval.bench_numbers import auroc, balanced, best_threshold, half, paraphrased
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


@pytest.mark.parametrize(("dev", "honest", "altered"), [(True, 58, 59), (False, 26, 25)])
def test_paraphrases_are_told_from_forgeries_no_worse_than_before(dev: bool, honest: int, altered: int) -> None:
    told = paraphrased(dev)
    assert told["honest"][0] >= honest
    assert told["altered"][0] >= altered


TEXT = "In 2022, two in three of 621 firms spent US$4.4 trillion, almost half of it on the seventh floor: 26 per cent."


@pytest.mark.parametrize("seed", range(30))
def test_every_number_is_altered(seed: int) -> None:
    from ingest.quantities import quantities, same

    altered, count = alter_every_number(TEXT, ["In 2023, 31 per cent of 70 firms."], random.Random(seed))
    before = quantities(TEXT)
    assert count == len(before) == 6
    kept = [q.text for q in before if any(same(q, o) and q.text == o.text for o in quantities(altered))]
    assert len(kept) <= 1, f"{kept} stand in {altered!r}"  # a number may be put in another's place
