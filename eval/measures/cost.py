"""What an answer costs its reader: time and words."""

from __future__ import annotations

from eval.cases import Case
from eval.measures.matching import plain
from eval.measures.measure import Answer, Measure


def _latency(case: Case, answer: Answer) -> float | None:
    total = ((answer or {}).get("timings_ms") or {}).get("harness")
    return None if total is None else float(total)


LATENCY = Measure(
    "latency_ms",
    "Time to the whole answer",
    "ms",
    "lower",
    "Wall time of one answer as the harness saw it; the report gives the percentiles.",
    "Our own.",
    _latency,
)
LENGTH = Measure(
    "words",
    "Length",
    "words",
    "lower",
    "Words of the answer without markers and Markdown signs.",
    "Our own.",
    lambda case, answer: float(len(plain(str(answer.get("answer", ""))).split())) if answer else None,
)
