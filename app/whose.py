"""Whose documents is a question about: somebody's own, or the bundled notes?

Both are searched, and each has its best answer or none; a logistic regression on how near the question is to each, on
how it is put ("we", "our") and on what was spoken of before tells which is meant. Fitted by `python -m eval.fit_own`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app import gate
from app.gate import Verdict
from app.logistic import model_in
from app.question import Question
from app.retrieve import Found
from app.types import Evidence

FILE = Path(__file__).with_name("whose.json")
# In doubt the notes are meant, which answer better: 97 in 100 questions on them keep to them so, and 94 of one's own.
_OWN_FROM = 0.65
# The other side answers where the likelier one does not, unless it is as unlikely as this.
UNLIKELY = 0.2
_OURSELVES = re.compile(r"\b(?:we|our|ours|my)\b|(?-i:\bus\b)|\bI(?!\s+(?:need|want|'d|would))\b", re.I)
_OF_OWN = "read dense cover uncovered back unit spoken conflicts scoped so_far last".split()
_OF_OURS = "known_often known judged dense cover back unit sounds gap_known_often conflicts guidance".split()


@dataclass(frozen=True, slots=True)
class Before:
    """What was said before a question, as far as it matters to documents of one's own.

    around: the question with those before it, as one text for the embedder; read_as: the same with the answers, for
    the reader. own: whether the last answer was quoted from a document of one's own, None where nothing was;
    quoted: the passages that it was quoted from.
    """

    around: str = ""
    read_as: str = ""
    own: bool | None = None
    quoted: tuple[str, ...] = ()


NOTHING = Before()


def parted(evidence: Sequence[Evidence]) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
    """What is from documents of one's own, and what from the bundled notes."""
    own = tuple(e for e in evidence if not e.features["bundled"])
    return own, tuple(e for e in evidence if e.features["bundled"])


def decided(question: Question, found: Found, before: Before = NOTHING) -> tuple[Found, Verdict, float]:
    """What was found in the documents that a question is about, the verdict, and how likely they are one's own."""
    own, ours = parted(found.evidence)
    # Without the reader nothing tells the sides apart, and all are ranked together.
    if not ours or not any(e.features["read"] for e in own):
        return found, gate.decide(question, found.evidence), float(bool(own) and not ours)
    verdicts = gate.decide(question, own), gate.decide(question, ours)
    likely = model_in(FILE)(signals(question, own, ours, verdicts, before))
    sides = [(replace(found, evidence=own, gaps=()), verdicts[0]), (replace(found, evidence=ours), verdicts[1])]
    first, other = sides if likely >= _OWN_FROM else reversed(sides)
    least = min(likely, 1.0 - likely)
    chosen = other if first[1].direct is None and other[1].direct and least >= UNLIKELY else first
    return (*chosen, likely)


def signals(
    question: Question,
    own: Sequence[Evidence],
    ours: Sequence[Evidence],
    verdicts: tuple[Verdict, Verdict],
    before: Before,
) -> dict[str, float]:
    """What tells whose documents are meant: the best of each side, and the question."""
    best, others = max(own, key=lambda e: e.score), max(ours, key=lambda e: e.score)
    return {
        **{f"own_{name}": float(best.features[name]) for name in _OF_OWN},
        **{f"ours_{name}": float(others.features[name]) for name in _OF_OURS},
        "own_sure": verdicts[0].confidence,
        "ours_sure": verdicts[1].confidence,
        "own_answers": float(verdicts[0].direct is not None),
        "ours_answers": float(verdicts[1].direct is not None),
        "nearer": best.features["dense"] - others.features["dense"],
        "covers_more": best.features["cover"] - others.features["cover"],
        "ourselves": float(_OURSELVES.search(question.text) is not None),
        "number": float(question.wants_number),
        "advise": float(question.kind == "advise"),
        "how": float(question.kind in ("how", "why", "define", "compare")),
        "whom": float(question.kind in ("who", "when", "where")),
        "figures": float(bool(question.figures) or question.kind == "which_figure"),
        "after_own": float(before.own is True),
        "after_ours": float(before.own is False),
    }
