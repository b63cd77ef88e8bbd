"""Are the facts there, and is there anything else?"""

from __future__ import annotations

import re

from eval.cases import Case
from eval.measures.matching import holds, plain, states
from eval.measures.measure import Answer, Measure, answered


def _recall(case: Case, answer: Answer) -> float | None:
    vital = [n for n in case.gold.nuggets if n.vital]
    asked = len(vital) + len(case.gold.numbers)
    if not case.answerable or not asked:
        return None
    if answer is None or not answered(answer):
        return 0.0
    text = plain(str(answer.get("answer", "")))
    said = sum(holds(n, text) for n in vital) + sum(states(n, text, answer) for n in case.gold.numbers)
    return said / asked


def _precision(case: Case, answer: Answer) -> float | None:
    gold = case.gold
    if not case.answerable or not (gold.nuggets or gold.numbers) or answer is None or not answered(answer):
        return None
    said = [s["text"] for s in answer.get("statements", ()) if s["kind"] != "caveat"]
    useful = sum(any(holds(n, s) for n in gold.nuggets) or any(_in(n.pattern, s) for n in gold.numbers) for s in said)
    return useful / len(said) if said else None


def _in(pattern: str, text: str) -> bool:
    return bool(re.search(pattern, text, re.IGNORECASE))


RECALL = Measure(
    "nugget_recall",
    "Vital facts said",
    "share",
    "higher",
    "Vital facts and gold numbers that the answer says, of all that a right answer holds; a refusal says none.",
    "Vital-strict nugget recall, TREC QA (Voorhees 2003); AutoNuggetizer (Pradeep and others 2025).",
    _recall,
)
PRECISION = Measure(
    "nugget_precision",
    "Sentences that say a fact asked for",
    "share",
    "higher",
    "Sentences, caveats left out, that hold a vital or welcome fact or a gold number, of all sentences of an answer.",
    "Nugget precision, by sentence instead of by length (Lin and Demner-Fushman 2006).",
    _precision,
)
