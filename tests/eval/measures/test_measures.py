"""Every measure against answers judged by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from eval.cases import Case, Gold, GoldNumber, GoldSource, Nugget
from eval.measures import MEASURES
from eval.measures.matching import first_sentence, plain
from eval.measures.right import flaw
from eval.measures.robustness import pairs

GOLD = Gold(
    nuggets=(Nugget(("matur",)), Nugget(("deloitte",), vital=False)),
    numbers=(GoldNumber(15, "percent"),),
    number_first=True,
    figures=(1,),
    forbidden=(r"^\W*yes\b",),
)
CASE = Case("q1", "dev", "f", "number", "t", "How many are very mature?", gold=GOLD)
UNANSWERABLE = replace(CASE, answerable=False, gold=Gold())
QUOTE = "15 per cent of organisations call their use of AI very mature."


def told(text: str, **fields: Any) -> dict[str, Any]:
    answer: dict[str, Any] = {"ref": "q1", "answer": text, "abstained": False, "figures": []}
    return {**answer, "statements": [], "citations": [], **fields}


def stated(*statements: tuple[str, list[int]], quotes: tuple[str, ...] = (QUOTE,), **fields: Any) -> dict[str, Any]:
    """An answer of findings with their markers, over quotes of documents d1, d2, ..."""
    cited = [{"marker": n, "quote": q, "document_id": f"d{n}", "figure": None} for n, q in enumerate(quotes, 1)]
    listed = [{"text": t, "kind": "finding", "citations": m, "numbers": [{}]} for t, m in statements]
    return told(" ".join(t for t, _ in statements), citations=cited, statements=listed, **fields)


def score(name: str, case: Case, answer: dict[str, Any] | None) -> float | None:
    return next(m for m in MEASURES if m.name == name).score(case, answer)


def test_each_measure_has_a_name_of_its_own_a_definition_and_a_source() -> None:
    assert len({m.name for m in MEASURES}) == len(MEASURES)
    assert all(m.definition.endswith(".") and m.source.endswith(".") and m.better in ("higher", "lower")
               for m in MEASURES)  # fmt: skip


@pytest.mark.parametrize("case", [CASE, UNANSWERABLE, replace(CASE, gold=Gold())])
def test_no_answer_is_scored_without_error_and_never_as_right(case: Case) -> None:
    scores = {m.name: m.score(case, None) for m in MEASURES}
    assert scores["right"] == 0.0 and scores["crag_score"] == 0.0
    assert all(v is None or math.isfinite(v) for v in scores.values())


# Right as a whole ------------------------------------------------------------------------------------------------


def test_right_answer() -> None:
    assert score("right", CASE, told("**15 per cent** call it very mature [1]. More follows [2].")) == 1.0


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
    assert why in flaw(CASE, told(text)) and score("right", CASE, told(text)) == 0.0


def test_a_number_may_be_given_by_a_statement_with_value_and_unit() -> None:
    number = {"text": "Fifteen in a hundred", "value": 15.0, "unit": "percent", "supported": True}
    text = "Fifteen in a hundred call it very mature."
    assert not flaw(CASE, told(text, statements=[{"numbers": [number]}]))
    assert flaw(CASE, told(text, statements=[{"numbers": [{**number, "unit": "count"}]}]))


def test_a_gold_with_documents_needs_one_of_them_cited() -> None:
    case = replace(CASE, gold=replace(GOLD, sources=(GoldSource("note-a"), GoldSource("note-b"))))
    text = "15 per cent call it very mature [1]."
    elsewhere = told(text, citations=[{"document_id": "note-c"}, {"document_id": None}])
    assert flaw(case, elsewhere) == "cites none of: note-a | note-b"
    assert score("right_source", case, elsewhere) == 0.0
    there = told(text, citations=[{"document_id": x} for x in ("note-c", "note-b")])
    assert not flaw(case, there) and score("right_source", case, there) == 1.0
    assert score("right_source", case, told("", abstained=True)) is None


def test_a_refused_item_says_why() -> None:
    assert "empty question" in flaw(CASE, {"ref": "q1", "error": "empty question"})
    assert flaw(CASE, None) == "no answer"


def test_dialogue_and_robustness_look_only_at_their_own_cases() -> None:
    right = told("15 per cent call it very mature.")
    assert score("dialogue_accuracy", CASE, right) is None and score("robustness", CASE, right) is None
    follow_up = replace(CASE, history=({"role": "user", "content": "x"},), variant_of="q0")
    assert score("dialogue_accuracy", follow_up, right) == score("robustness", follow_up, right) == 1.0


# Facts -----------------------------------------------------------------------------------------------------------


def test_nugget_recall_counts_vital_facts_and_numbers() -> None:
    assert score("nugget_recall", CASE, told("15% very mature")) == 1.0
    assert score("nugget_recall", CASE, told("They are mature.")) == 0.5
    assert score("nugget_recall", CASE, told("Mature: 15%.", abstained=True)) == 0.0
    assert score("nugget_recall", UNANSWERABLE, told("15%")) is None


def test_nugget_precision_counts_sentences_that_say_a_fact_asked_for() -> None:
    four = stated((QUOTE, [1]), ("Deloitte asked 621 people.", [1]), ("Costs rise.", [1]), ("Rain falls.", [1]))
    assert score("nugget_precision", CASE, four) == 0.5
    four["statements"][2]["kind"] = four["statements"][3]["kind"] = "caveat"
    assert score("nugget_precision", CASE, four) == 1.0


def test_number_first_looks_at_the_first_sentence_alone() -> None:
    assert score("number_first", CASE, told("15 per cent do. More.")) == 1.0
    assert score("number_first", CASE, told("Firms see themselves as maturing. Only 15 % are at the top.")) == 0.0
    assert score("number_first", replace(CASE, gold=replace(GOLD, number_first=False)), told("15%")) is None
    assert first_sentence("No. Only 15 per cent do. The rest do not.") == "No. Only 15 per cent do."
    assert first_sentence("US$4.4 trillion by 2025. Then more.") == "US$4.4 trillion by 2025."


def test_markers_and_markdown_are_not_words() -> None:
    assert plain("- **15 per cent** [1][3]\n- _more_ [2]").split() == ["15", "per", "cent", "more"]
    assert score("words", CASE, told("- **15 per cent** [1][3]\n- _more_ [2]")) == 4


# Numbers and citations -------------------------------------------------------------------------------------------


def test_numeric_faithfulness_is_worked_out_from_quotes_whatever_the_system_says() -> None:
    assert score("numeric_faithfulness", CASE, stated((QUOTE, [1]))) == 1.0
    assert score("numeric_faithfulness", CASE, stated((QUOTE.replace("15", "17"), [1]))) == 0.0
    half = stated((QUOTE, [1]), (QUOTE.replace("15", "17"), [1]))
    assert score("numeric_faithfulness", CASE, half) == 0.5
    assert score("numeric_faithfulness", CASE, stated((QUOTE, []))) == 0.0
    assert score("numeric_faithfulness", CASE, stated(("AI matters.", [1]))) is None


def test_a_number_swapped_for_one_of_the_same_quote_is_not_bound() -> None:
    both = "15 per cent of organisations are very mature and 61 per cent of them lack skills."
    assert score("numeric_faithfulness", CASE, stated((both, [1]), quotes=(both,))) == 1.0
    forged = "61 per cent of organisations are very mature."
    assert score("numeric_faithfulness", CASE, stated((forged, [1]), quotes=(both,))) == 0.0


def test_an_inference_must_show_its_sum() -> None:
    quotes = ("41 per cent of leaders use it.", "28 per cent of others use it.")
    answer = stated(("The difference is 13 percentage points (41 − 28 = 13).", [1, 2]), quotes=quotes)
    answer["statements"][0]["kind"] = "inference"
    assert score("numeric_faithfulness", CASE, answer) == 1.0
    assert score("citation_recall", CASE, answer) is None
    answer["statements"][0]["text"] = "The difference is 14 percentage points (41 − 28 = 14)."
    assert score("numeric_faithfulness", CASE, answer) == 0.0


def test_citation_recall_and_precision() -> None:
    other = "Governments are writing rules about artificial intelligence."
    answer = stated((QUOTE, [1, 2]), (other, [1]), quotes=(QUOTE, other))
    assert score("citation_recall", CASE, answer) == 0.5
    # Of three citations only the first proves its sentence.
    assert score("citation_precision", CASE, answer) == pytest.approx(1 / 3)
    assert score("citation_recall", CASE, stated((QUOTE, []))) == 0.0
    assert score("citation_recall", CASE, told("No.", abstained=True)) is None


# Figures, refusals -----------------------------------------------------------------------------------------------


def test_figure_may_be_shown_or_cited_and_is_needed_only_where_it_was_asked_for() -> None:
    text = "15 per cent call it very mature [1]."
    assert score("figure_accuracy", CASE, told(text, citations=[{"figure": 1}])) == 1.0
    assert score("figure_accuracy", CASE, told(text, figures=[1])) == 1.0
    other = told(text, figures=[2], citations=[{"figure": None}])
    assert (score("figure_accuracy", CASE, other), score("right", CASE, other)) == (0.0, 1.0)
    asked = replace(CASE, gold=replace(GOLD, figure_required=True))
    assert "figure 1 neither" in flaw(asked, other)
    assert score("figure_accuracy", UNANSWERABLE, other) is None


def test_refusals() -> None:
    refusal, answer = told("The corpus does not give this.", abstained=True), told("It is 12 per cent [1].")
    names = ("abstention", "over_refusal", "crag_score", "right")
    assert [score(n, CASE, refusal) for n in names] == [None, 1.0, 0.0, 0.0]
    assert [score(n, CASE, answer) for n in names] == [None, 0.0, -1.0, 0.0]
    assert [score(n, UNANSWERABLE, refusal) for n in names] == [1.0, None, 1.0, 1.0]
    assert [score(n, UNANSWERABLE, answer) for n in names] == [0.0, None, -1.0, 0.0]
    assert score("abstention", UNANSWERABLE, None) == 0.0


# Retrieval, cost -------------------------------------------------------------------------------------------------


def ranked(*documents: str) -> dict[str, Any]:
    return told("x", evidence=[{"document_id": d, "quote": d} for d in documents])


def test_retrieval_by_hand() -> None:
    case = replace(CASE, gold=replace(GOLD, sources=(GoldSource("g"),)))
    third = ranked("a", "a", "b", "g", "c")
    assert score("mrr", case, third) == pytest.approx(1 / 3)
    assert score("ndcg_at_10", case, third) == pytest.approx(1 / math.log2(4))
    assert score("recall_at_5", case, third) == 1.0
    sixth = ranked("a", "b", "c", "d", "e", "g")
    assert score("recall_at_5", case, sixth) == 0.0
    assert score("mrr", case, ranked("a")) == score("mrr", case, told("x")) == 0.0
    assert score("mrr", CASE, third) is None


def test_the_very_words_by_hand() -> None:
    case = replace(CASE, gold=replace(GOLD, sources=(GoldSource("g", span="Two in  three GROWERS prune"),)))

    def found(*items: tuple[str, str]) -> list[float | None]:
        answer = told("x", evidence=[{"document_id": d, "quote": q} for d, q in items])
        return [score("span_at_5", case, answer), score("span_mrr", case, answer)]

    beside, elsewhere = ("g", "One in three grafts."), ("h", "Two in three growers prune.")
    assert found(beside, elsewhere, ("g", "Of 90, two in three growers prune.")) == [1.0, pytest.approx(1 / 3)]
    assert found(beside, ("g", "three growers prune")) == [1.0, 0.5]
    assert found(beside, elsewhere) == [0.0, 0.0]
    assert found(*[("g", f"{n}.") for n in range(5)], ("g", "two in three growers prune"))[0] == 0.0
    assert score("span_mrr", CASE, ranked("g")) is None
    assert score("span_mrr", replace(case, gold=replace(GOLD, sources=(GoldSource("g"),))), ranked("g")) is None


def test_copies_are_set_beside_their_originals_by_hand() -> None:
    cases = [replace(CASE, id=i, variant_of=of) for i, of in
             (("a", None), ("a1", "a"), ("a2", "a"), ("b", None), ("b1", "b"), ("c1", "gone"))]  # fmt: skip
    told = pairs(cases, {"a": 1.0, "a1": 1.0, "a2": 0.0, "b": 0.0, "b1": 1.0, "c1": 1.0})
    assert {i: t["robustness_originals"] for i, t in told.items()} == {"a1": 1.0, "a2": 1.0, "b1": 0.0}
    assert {i: t["robustness_kept"] for i, t in told.items()} == {"a1": 1.0, "a2": 0.0, "b1": None}


def test_either_of_two_gold_documents_will_do() -> None:
    case = replace(CASE, gold=replace(GOLD, sources=(GoldSource("g"), GoldSource("h"))))
    assert score("ndcg_at_10", case, ranked("h", "a")) == 1.0


def test_citations_are_ranked_where_no_evidence_is_told() -> None:
    case = replace(CASE, gold=replace(GOLD, sources=(GoldSource("d2"),)))
    assert score("mrr", case, stated((QUOTE, [1]), quotes=(QUOTE, "b"))) == 0.5


def test_latency_is_the_harness_own() -> None:
    assert score("latency_ms", CASE, told("x", timings_ms={"total": 3.0, "harness": 5.0})) == 5.0
    assert score("latency_ms", CASE, told("x")) is None
