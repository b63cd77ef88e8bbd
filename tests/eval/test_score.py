"""The scorer against answers judged by hand, and the question files against their own promises."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval.score import (
    Case,
    Gold,
    GoldNumber,
    first_sentence,
    main,
    plain,
    read_cases,
    score_case,
)

QUESTIONS = Path(__file__).resolve().parents[2] / "eval" / "questions"
SPLITS = ("dev", "test")
LEAST = {"number": 25, "fact": 25, "figure": 12, "compare": 5, "multi_part": 5, "yes_no": 6,
         "near_miss": 35, "far": 5, "dialogue": 10, "typo": 10, "rambling": 6}  # fmt: skip

GOLD = Gold(
    nuggets=(("matur",),),
    numbers=(GoldNumber(15, "percent"),),
    number_first=True,
    figures=(1,),
    figure_required=False,
    forbidden=(r"^\W*yes\b",),
)
CASE = Case("q1", "number", "How many are very mature?", True, GOLD)
UNANSWERABLE = replace(
    CASE,
    answerable=False,
    gold=Gold(nuggets=(), numbers=(), number_first=False, figures=(), figure_required=False, forbidden=()),
)


def told(text: str, **fields: Any) -> dict[str, Any]:
    answer: dict[str, Any] = {"ref": "q1", "answer": text, "abstained": False, "figures": []}
    return {**answer, "statements": [], "citations": [], **fields}


def test_right_answer_with_the_number_first_and_the_figure_cited() -> None:
    score = score_case(CASE, told("**15 per cent** call it very mature [1]. More follows [2].", figures=[1]))
    assert (score.right, score.number_first, score.figure, score.abstained_rightly) == (
        True,
        True,
        True,
        None,
    )
    assert score.words == 9 and score.why == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("16 per cent call it very mature [1].", "missing number"),
        ("115% call it very mature.", "missing number"),
        ("2.15 per cent call it very mature.", "missing number"),
        ("15 firms call it very mature.", "missing number"),
        ("15 per cent are in Japan.", "missing: matur"),
        ("Yes. 15 per cent call it very mature.", "must not say"),
        ("15% mature. " + "word " * 170, "172 words"),
    ],
)
def test_wrong_answers_are_wrong_and_say_why(text: str, why: str) -> None:
    score = score_case(CASE, told(text))
    assert not score.right
    assert why in score.why


def test_number_in_the_second_sentence_is_right_but_not_first() -> None:
    score = score_case(CASE, told("Firms see themselves as maturing. Only 15 % are at the top."))
    assert (score.right, score.number_first) == (True, False)


def test_a_bare_verdict_does_not_count_as_the_first_sentence() -> None:
    assert first_sentence("No. Only 15 per cent do. The rest do not.") == "No. Only 15 per cent do."
    assert first_sentence("US$4.4 trillion by 2025. Then more.") == "US$4.4 trillion by 2025."


def test_a_number_may_be_given_by_a_statement_with_value_and_unit() -> None:
    text = "Fifteen in a hundred call it very mature."
    number = {"text": "Fifteen in a hundred", "value": 15.0, "unit": "percent", "supported": True}
    assert score_case(CASE, told(text, statements=[{"numbers": [number]}])).right
    assert not score_case(CASE, told(text, statements=[{"numbers": [{**number, "unit": "count"}]}])).right


def test_figure_may_be_shown_or_cited_and_is_needed_only_where_it_was_asked_for() -> None:
    text = "15 per cent call it very mature [1]."
    assert score_case(CASE, told(text, citations=[{"figure": 1}])).figure is True
    other = told(text, figures=[2], citations=[{"figure": None}])
    assert (score_case(CASE, other).figure, score_case(CASE, other).right) == (False, True)
    asked = replace(CASE, gold=replace(GOLD, figure_required=True))
    assert "figure 1 neither" in score_case(asked, other).why


def test_a_gold_with_documents_needs_one_of_them_cited() -> None:
    case = replace(CASE, gold=replace(GOLD, documents=("note-a", "note-b")))
    text = "15 per cent call it very mature [1]."
    elsewhere = score_case(case, told(text, citations=[{"document_id": "note-c"}, {"document_id": None}]))
    assert (elsewhere.right, elsewhere.why) == (False, "cites none of: note-a | note-b")
    assert not score_case(case, told(text)).right
    assert score_case(case, told(text, citations=[{"document_id": x} for x in ("note-c", "note-b")])).right
    assert score_case(CASE, told(text, citations=[{"document_id": "note-c"}])).right


def test_abstaining_is_right_only_where_there_is_no_answer() -> None:
    refusal = told("The corpus does not give 15 per cent of mature firms.", abstained=True)
    wrong, right = score_case(CASE, refusal), score_case(UNANSWERABLE, refusal)
    assert (wrong.right, wrong.number_first, wrong.why) == (False, False, "abstained")
    assert (right.right, right.number_first, right.abstained_rightly) == (True, None, True)
    assert score_case(UNANSWERABLE, told("It is 12 per cent [1].")).abstained_rightly is False


def test_missing_and_refused_answers_are_wrong() -> None:
    assert score_case(CASE, None).why == "no answer"
    refused = score_case(CASE, {"ref": "q1", "error": "empty question"})
    assert (refused.right, refused.number_first, refused.figure) == (False, False, False)
    assert "empty question" in refused.why
    assert score_case(UNANSWERABLE, None).abstained_rightly is False


def test_markers_and_markdown_are_not_words() -> None:
    assert plain("- **15 per cent** [1][3]\n- _more_ [2]").split() == ["15", "per", "cent", "more"]


def test_main_prints_table_summary_and_failures(tmp_path: Path) -> None:
    answers = tmp_path / "answers.jsonl"
    case = next(case for case in read_cases(QUESTIONS / "report_dev.jsonl") if not case.answerable)
    answers.write_text(json.dumps({**told("Not covered.", abstained=True), "ref": case.id}), encoding="utf-8")
    result = CliRunner().invoke(main, [str(QUESTIONS / "report_dev.jsonl"), str(answers)])
    assert result.exit_code == 0, result.output
    assert re.search(r"near_miss +1/\d+", result.output)
    assert re.search(r"unanswerable refused +1/\d+", result.output)
    assert f"{case.id} [" not in result.output
    answers.write_text("{broken", encoding="utf-8")
    broken = CliRunner().invoke(main, [str(QUESTIONS / "report_dev.jsonl"), str(answers)])
    assert broken.exit_code == 2 and "answers.jsonl:1" in broken.output


def rows(split: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (QUESTIONS / f"report_{split}.jsonl").read_text("utf-8").splitlines()]


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
    for case in read_cases(QUESTIONS / f"report_{split}.jsonl"):
        for patterns in case.gold.nuggets:
            assert any(re.search(pattern, report, re.IGNORECASE) for pattern in patterns), (case.id, patterns)
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
