"""Is the right source found, and how far up?

Judged by `ir_measures` over the evidence that a system says it ranked; where it tells none, over its citations.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eval.cases import Case
from eval.measures.measure import Answer, Measure


def _judged(name: str) -> Callable[[Case, Answer], float | None]:
    def score(case: Case, answer: Answer) -> float | None:
        if not case.answerable or not case.gold.sources:
            return None
        ranked = _documents(answer)
        found = case.gold.documents.intersection(ranked)
        if not found:
            return 0.0
        import ir_measures

        measure = ir_measures.parse_measure(name)
        qrels = [ir_measures.Qrel("q", d, 1) for d in sorted(found)]
        run = [ir_measures.ScoredDoc("q", d, float(len(ranked) - place)) for place, d in enumerate(ranked)]
        told: float = ir_measures.calc_aggregate([measure], qrels, run)[measure]
        return told

    return score


def _documents(answer: Answer) -> list[str]:
    """Documents in the order of their best evidence, each once."""
    told: Any = (answer or {}).get("evidence") or (answer or {}).get("citations") or ()
    return list(dict.fromkeys(str(e["document_id"]) for e in told))


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
