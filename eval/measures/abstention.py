"""Does it refuse what it should, and only that?"""

from __future__ import annotations

from eval.cases import Case
from eval.measures.measure import Answer, Measure, refused
from eval.measures.right import flaw


def _crag(case: Case, answer: Answer) -> float:
    if not flaw(case, answer):
        return 1.0
    return 0.0 if answer is None or refused(answer) else -1.0


ABSTENTION = Measure(
    "abstention",
    "Unanswerable questions refused",
    "share",
    "higher",
    "1 when a question that the corpus does not answer is refused; no answer at all is no refusal.",
    "Unanswerable recall, SQuAD 2.0 (Rajpurkar and others 2018).",
    lambda case, answer: None if case.answerable else float(refused(answer)),
)
OVER_REFUSAL = Measure(
    "over_refusal",
    "Answerable questions refused",
    "share",
    "lower",
    "1 when a question that the corpus answers is refused.",
    "Over-abstention, after AbstentionBench (Kirichenko and others 2025).",
    lambda case, answer: float(refused(answer)) if case.answerable else None,
)
CRAG = Measure(
    "crag_score",
    "Truthfulness",
    "score from -1 to 1",
    "higher",
    "1 for a right answer or a rightful refusal, 0 for a needless refusal or no answer, -1 for a wrong answer.",
    "CRAG (Yang and others 2024), without its half point for acceptable answers.",
    _crag,
)
