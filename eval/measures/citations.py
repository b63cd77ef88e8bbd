"""Do the citations hold up?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.verify import check
from eval.cases import Case
from eval.measures.measure import Answer, Measure, answered


def _recall(case: Case, answer: Answer) -> float | None:
    told = _statements(answer)
    return sum(bool(q) and check(s["text"], q).supported for s, q in told) / len(told) if told else None


def _precision(case: Case, answer: Answer) -> float | None:
    needed: list[bool] = []
    for statement, quotes in _statements(answer):
        whole = bool(quotes) and check(statement["text"], quotes).supported
        for at, quote in enumerate(quotes):
            rest = [*quotes[:at], *quotes[at + 1 :]]
            alone = check(statement["text"], [quote]).supported
            idle = bool(rest) and check(statement["text"], rest).supported
            needed.append(whole and (alone or not idle))
    return sum(needed) / len(needed) if needed else None


def _statements(answer: Answer) -> list[tuple[Any, Sequence[str]]]:
    """Statements that claim something of a source, each with the quotes that it cites."""
    if answer is None or not answered(answer):
        return []
    quotes = {c["marker"]: c["quote"] for c in answer.get("citations", ())}
    claims = [s for s in answer.get("statements", ()) if s["kind"] != "inference"]
    return [(s, [quotes[m] for m in s["citations"] if m in quotes]) for s in claims]


def _source(case: Case, answer: Answer) -> float | None:
    if not case.answerable or not case.gold.sources or answer is None or not answered(answer):
        return None
    return float(any(c.get("document_id") in case.gold.documents for c in answer.get("citations", ())))


RECALL = Measure(
    "citation_recall",
    "Sentences that their citations support",
    "share",
    "higher",
    "Sentences, inferences left out, that the quotes they cite support, by our verifier; an uncited one counts as not.",
    "ALCE citation recall (Gao and others 2023); support assessment of TREC RAG 2024.",
    _recall,
)
PRECISION = Measure(
    "citation_precision",
    "Citations that are needed",
    "share",
    "higher",
    "Citations without which, or by which alone, their sentence is supported, among all citations of such sentences.",
    "ALCE citation precision (Gao and others 2023).",
    _precision,
)
SOURCE = Measure(
    "right_source",
    "Right source cited",
    "share",
    "higher",
    "1 when an answer cites one of the documents in which the answer stands; refusals are left out.",
    "Our own.",
    _source,
)
