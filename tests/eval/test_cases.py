"""Reading question files, and the report's question files against their own promises."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.cases import CasesRefused, GoldSource, load_cases
from eval.choosing import chosen

QUESTIONS = Path(__file__).resolve().parents[2] / "eval" / "questions"
SPLITS = ("dev", "test")
LEAST = {"number": 25, "fact": 25, "figure": 12, "compare": 5, "multi_part": 5, "yes_no": 6,
         "near_miss": 35, "far": 5, "dialogue": 10, "typo": 10, "rambling": 6}  # fmt: skip
ROW = {"id": "a", "split": "dev", "kind": "number", "topic": "t", "question": "How many?", "answerable": True,
       "gold": {"nuggets": [{"any": ["matur"]}], "documents": ["report-2023"]}}  # fmt: skip


def rows(split: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (QUESTIONS / f"report_{split}.jsonl").read_text("utf-8").splitlines()]


def written(folder: Path, **changed: Any) -> Path:
    path = folder / "q.jsonl"
    path.write_text("\n" + json.dumps({**ROW, **changed}) + "\n", encoding="utf-8")
    return path


def test_absent_fields_have_defaults_and_documents_are_sources(tmp_path: Path) -> None:
    (case,) = load_cases(written(tmp_path))
    assert (case.family, case.history, case.variant_of, case.must_pass) == ("dev:t", (), None, False)
    assert case.gold.sources == (GoldSource("report-2023"),) and case.gold.nuggets[0].vital
    told = {"sources": [{"document": "d", "section": "s", "span": "w"}], "documents": ["e"]}
    (case,) = load_cases(written(tmp_path, gold=told))
    assert case.gold.sources == (GoldSource("d", "s", "w"),) and case.gold.documents == {"d"}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"colour": "red"}, "'colour' is no key"),
        ({"gold": {"nugget": []}}, "'nugget' is no key"),
        ({"gold": {"forbidden": ["("]}}, "unterminated"),
        ({"gold": {"numbers": [{"valeu": 1}]}}, "valeu"),
    ],
)
def test_a_broken_case_is_refused_with_its_line(tmp_path: Path, changed: dict[str, Any], why: str) -> None:
    with pytest.raises(CasesRefused, match=why) as refused:
        load_cases(written(tmp_path, **changed))
    assert "q.jsonl:2: " in str(refused.value)


def test_a_missing_field_and_a_broken_line_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    for text, why in (('{"id": "a"}', "no 'split'"), ("{broken", "Expecting property name")):
        path.write_text(text)
        with pytest.raises(CasesRefused, match=why):
            load_cases(path)


def test_all_bundled_cases_are_read_and_no_family_is_in_both_splits() -> None:
    cases = chosen()
    assert len(cases) >= 800
    named = {c.id for c in cases}
    assert {c.variant_of for c in cases if c.variant_of} <= named
    splits: dict[str, set[str]] = {}
    for case in cases:
        splits.setdefault(case.family, set()).add(case.split)
    assert [f for f, s in splits.items() if len(s) > 1] == []


@pytest.mark.parametrize("split", SPLITS)
def test_every_kind_is_there_in_number(split: str) -> None:
    counts = Counter(row["kind"] for row in rows(split))
    assert {kind: least for kind, least in LEAST.items() if counts[kind] < least} == {}
    assert set(counts) == set(LEAST)
    unanswerable = Counter(row["kind"] for row in rows(split) if not row["answerable"])
    assert unanswerable["dialogue"] >= 2


def test_splits_share_no_topic_of_number_fact_or_figure_and_no_id() -> None:
    dev, test = rows("dev"), rows("test")
    for kind in ("number", "fact", "figure"):
        topics = [{row["topic"] for row in split if row["kind"] == kind} for split in (dev, test)]
        assert topics[0].isdisjoint(topics[1])
    assert len({row["id"] for row in dev + test}) == len(dev) + len(test)


@pytest.mark.parametrize("split", SPLITS)
def test_every_gold_can_be_met_by_the_report_itself(split: str, report_file: Path) -> None:
    report = report_file.read_text(encoding="utf-8")
    for case in load_cases(QUESTIONS / f"report_{split}.jsonl"):
        for nugget in case.gold.nuggets:
            assert any(re.search(pattern, report, re.IGNORECASE) for pattern in nugget.any), (case.id, nugget)
        for number in case.gold.numbers:
            assert re.search(number.pattern, report, re.IGNORECASE), (case.id, number)


@pytest.mark.parametrize("split", SPLITS)
def test_copies_name_a_question_of_their_split_and_the_unanswerable_say_why(split: str) -> None:
    told_rows = rows(split)
    ids = {row["id"] for row in told_rows if row["variant_of"] is None}
    for row in told_rows:
        assert row["split"] == split
        assert row["variant_of"] is None or row["variant_of"] in ids
        assert (row["kind"] in {"typo", "rambling"}) == (row["variant_of"] is not None)
        assert bool(row["why"]) != row["answerable"]
        assert not (row["gold"]["number_first"] and not row["gold"]["numbers"])
