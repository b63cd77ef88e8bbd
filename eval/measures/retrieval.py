"""Is the right source found, and how far up? By document, and by the very words that hold the answer.

Judged by `ir_measures` over the evidence that a system says it ranked; where it tells none, over its citations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from eval.cases import Case
from eval.measures.matching import folded
from eval.measures.measure import Answer, Measure


def _judged(name: str) -> Callable[[Case, Answer], float | None]:
    def score(case: Case, answer: Answer) -> float | None:
        if not case.answerable or not case.gold.sources:
            return None
        ranked = _documents(answer)
        found = case.gold.documents.intersection(ranked)
        if not found:
            return 0.0
        return _worked_out(name, ranked, sorted(found))

    return score


def _judged_by_span(name: str) -> Callable[[Case, Answer], float | None]:
    def score(case: Case, answer: Answer) -> float | None:
        spans = [(s.document, folded(s.span)) for s in case.gold.sources if s.span]
        if not case.answerable or not spans:
            return None
        told = list(dict.fromkeys((str(e["document_id"]), folded(str(e["quote"]))) for e in _ranked(answer)))
        hits = [str(place) for place, item in enumerate(told) if any(_holds(item, span) for span in spans)]
        return _worked_out(name, [str(place) for place in range(len(told))], hits) if hits else 0.0

    return score


def _worked_out(name: str, ranked: Sequence[str], relevant: Sequence[str]) -> float:
    import ir_measures

    measure = ir_measures.parse_measure(name)
    qrels = [ir_measures.Qrel("q", one, 1) for one in relevant]
    run = [ir_measures.ScoredDoc("q", one, float(len(ranked) - place)) for place, one in enumerate(ranked)]
    told: float = ir_measures.calc_aggregate([measure], qrels, run)[measure]
    return told


def _holds(item: tuple[str, str], span: tuple[str, str]) -> bool:
    """Whether a piece of evidence holds the span; a sentence that is shorter than the span may lie within it."""
    return item[0] == span[0] and bool(item[1]) and (span[1] in item[1] or item[1] in span[1])


def _documents(answer: Answer) -> list[str]:
    """Documents in the order of their best evidence, each once."""
    return list(dict.fromkeys(str(e["document_id"]) for e in _ranked(answer)))


def _ranked(answer: Answer) -> Any:
    return (answer or {}).get("evidence") or (answer or {}).get("citations") or ()


_MEANING = (
    "over the documents of the ranked evidence, each at its best place; gold documents are alternatives, so those not "
    "found are not asked for where one is"
)
RECALL_5 = Measure(
    "recall_at_5",
    "Source among the first 5",
    "share",
    "higher",
    f"Success at 5 {_MEANING}.",
    "Success@5, ir_measures (MacAvaney and others 2022).",
    _judged("Success@5"),
)
MRR = Measure(
    "mrr",
    "Place of the first right source",
    "share",
    "higher",
    f"Reciprocal rank {_MEANING}.",
    "RR, ir_measures; Voorhees 1999.",
    _judged("RR"),
)
NDCG = Measure(
    "ndcg_at_10",
    "Order of the sources",
    "share",
    "higher",
    f"Normalised discounted cumulative gain at 10, binary, {_MEANING}.",
    "nDCG@10, ir_measures; Järvelin and Kekäläinen 2002.",
    _judged("nDCG@10"),
)
_BY_SPAN = (
    "over the ranked evidence, where a piece counts that is of the gold document and holds the gold words (or is a "
    "sentence within them); for cases whose gold names the words"
)
SPAN_5 = Measure(
    "span_at_5",
    "The very words among the first 5",
    "share",
    "higher",
    f"Success at 5 {_BY_SPAN}.",
    "Success@5, ir_measures (MacAvaney and others 2022).",
    _judged_by_span("Success@5"),
)
SPAN_MRR = Measure(
    "span_mrr",
    "Place of the very words",
    "share",
    "higher",
    f"Reciprocal rank {_BY_SPAN}.",
    "RR, ir_measures; Voorhees 1999.",
    _judged_by_span("RR"),
)
