"""Right as a whole: what a leader would call a right answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from eval.cases import Case, Gold
from eval.measures.matching import holds, plain, shows_figure, states
from eval.measures.measure import Answer, Measure

LONGEST_ANSWER_WORDS = 170


def flaw(case: Case, answer: Answer) -> str:
    """The first thing that makes an answer wrong; empty when it is right."""
    if answer is None or "answer" not in answer:
        return "no answer" if answer is None else f"refused: {answer.get('error')}"
    text, abstained = plain(str(answer["answer"])), bool(answer.get("abstained"))
    words = len(text.split())
    long = f"{words} words, at most {LONGEST_ANSWER_WORDS}" if words > LONGEST_ANSWER_WORDS else ""
    if not case.answerable:
        return long if abstained else "should have abstained"
    return "abstained" if abstained else _lacks(case.gold, text, answer) or long or _figure(case.gold, answer)


def _lacks(gold: Gold, text: str, answer: Mapping[str, Any]) -> str:
    for nugget in gold.nuggets:
        if nugget.vital and not holds(nugget, text):
            return f"missing: {' | '.join(nugget.any)}"
    for number in gold.numbers:
        if not states(number, text, answer):
            return f"missing number: {number.value:g} {number.unit}"
    for pattern in gold.forbidden:
        if found := re.search(pattern, text, re.IGNORECASE):
            return f"must not say: {found.group().strip()!r}"
    cited = {item.get("document_id") for item in answer.get("citations", ())}
    if gold.documents and cited.isdisjoint(gold.documents):
        return f"cites none of: {' | '.join(sorted(gold.documents))}"
    return ""


def _figure(gold: Gold, answer: Mapping[str, Any]) -> str:
    lacking = gold.figure_required and not shows_figure(gold.figures, answer)
    return f"figure {' or '.join(map(str, gold.figures))} neither shown nor cited" if lacking else ""


RIGHT = Measure(
    "right",
    "Right answers",
    "share",
    "higher",
    "1 when every vital fact and every gold number is said, nothing forbidden is, a gold source is cited, the required "
    f"figure is shown, and it is at most {LONGEST_ANSWER_WORDS} words; for an unanswerable question, 1 when refused.",
    "Our own; all-vital strictness after TREC 2003 QA (Voorhees 2003).",
    lambda case, answer: float(not flaw(case, answer)),
)
DIALOGUE = Measure(
    "dialogue_accuracy",
    "Dialogues, right",
    "share",
    "higher",
    "Right answers among questions that need the history before them.",
    "Per-turn accuracy, after TREC CAsT (Dalton and others 2020).",
    lambda case, answer: float(not flaw(case, answer)) if case.history else None,
)
ROBUST = Measure(
    "robustness",
    "Reworded questions, right",
    "share",
    "higher",
    "Right answers among typo, rambling and paraphrase copies of other cases.",
    "Invariance tests, after CheckList (Ribeiro and others 2020).",
    lambda case, answer: float(not flaw(case, answer)) if case.variant_of else None,
)
