"""Does every number said stand in a quote, of the same thing in the same unit; and is it the number asked for?"""

from __future__ import annotations

import re

from app.verify import check, check_inference
from eval.cases import Case
from eval.measures.matching import first_sentence, plain
from eval.measures.measure import Answer, Measure, answered


def _faithful(case: Case, answer: Answer) -> float | None:
    if answer is None or not answered(answer):
        return None
    quotes = {c["marker"]: c["quote"] for c in answer.get("citations", ())}
    bound: list[bool] = []
    for statement in answer.get("statements", ()):
        cited = [quotes[m] for m in statement["citations"] if m in quotes]
        # The words around the number count too: a number of the same passage about another thing is no support.
        verdict = (check_inference if statement["kind"] == "inference" else check)(statement["text"], cited)
        bound += [n.supported and verdict.supported for n in verdict.numbers]
    return sum(bound) / len(bound) if bound else None


def _first(case: Case, answer: Answer) -> float | None:
    if not case.answerable or not case.gold.number_first or not case.gold.numbers:
        return None
    if answer is None or not answered(answer):
        return 0.0
    lead = first_sentence(plain(str(answer.get("answer", ""))))
    return float(bool(re.search(case.gold.numbers[0].pattern, lead, re.IGNORECASE)))


FAITHFUL = Measure(
    "numeric_faithfulness",
    "Numbers bound to their quotes",
    "share",
    "higher",
    "Numbers of the statements that a quote cited for that statement states, in the same unit, in a sentence that "
    "supports the whole statement; worked out anew from text and quotes, whatever the system says of itself.",
    "Attribution to identified sources (Rashkin and others 2023), at the level of numbers.",
    _faithful,
)
FIRST = Measure(
    "number_first",
    "Number asked for in the first sentence",
    "share",
    "higher",
    "1 when the first gold number is written in the answer's first sentence, where the question asks for a number.",
    "Our own: a board reads the first sentence.",
    _first,
)
