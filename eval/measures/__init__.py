"""What is measured: deterministic, offline, each measure in a small file with its definition and source."""

from __future__ import annotations

from eval.measures import abstention, citations, cost, figures, nuggets, numeric, retrieval, right, robustness
from eval.measures.measure import Measure

MEASURES: tuple[Measure, ...] = (
    right.RIGHT,
    abstention.CRAG,
    nuggets.RECALL,
    nuggets.PRECISION,
    numeric.FIRST,
    numeric.FAITHFUL,
    citations.RECALL,
    citations.PRECISION,
    citations.SOURCE,
    figures.FIGURE,
    abstention.ABSTENTION,
    abstention.OVER_REFUSAL,
    right.DIALOGUE,
    right.ROBUST,
    robustness.ORIGINALS,
    robustness.KEPT,
    retrieval.RECALL_5,
    retrieval.MRR,
    retrieval.NDCG,
    retrieval.SPAN_5,
    retrieval.SPAN_MRR,
    cost.LATENCY,
    cost.LENGTH,
)

__all__ = ["MEASURES", "Measure"]
