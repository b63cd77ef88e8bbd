"""How sure is an answer? The share of answers like it that were right, 0 to 1.

A logistic regression on the signals of the statement that answers, fitted on the development questions and on natural
ones by `python -m eval.calibrate`, which also says how well it is calibrated. It decides nothing: refusing is the
gate's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from app.gate import fits
from app.logistic import model_in
from app.question import Question
from app.types import Evidence

FILE = Path(__file__).with_name("sureness.json")
_SUREST = 0.99
"""No answer is said to be certain."""
_NEAR = 0.8
_TOP, _LOOKED_AT = 5, 10
_LONG_WORDS = 30
_KINDS = ("which", "yes_no", "advise", "list", "tell", "how", "why")
_LEFT_OUT = frozenset({"conflicts", "absent", "label", "so_far", "read", "last", "bundled"})


def sureness(question: Question, direct: Evidence, evidence: Sequence[Evidence], gate: float) -> float:
    """The share of answers like this one that are right; `gate` is what the gate thinks of `direct`."""
    return min(_SUREST, model_in(FILE)(signals(question, direct, evidence, gate)))


def signals(question: Question, direct: Evidence, evidence: Sequence[Evidence], gate: float) -> dict[str, float]:
    """What tells a right answer from a wrong one: the statement's own signals, and how it stands among the others."""
    own = {name: float(value) for name, value in direct.features.items() if name not in _LEFT_OUT}
    others = [e for e in evidence if e.sentence is not direct.sentence]
    top = evidence[:_TOP]
    return {
        **own,
        "score": direct.score,
        "gate": gate,
        "margin": direct.score - max((e.score for e in others), default=0.0),
        "overshadowed": max((e.nearness for e in evidence), default=0.0) - direct.nearness,
        "rank": float(next((i for i, e in enumerate(evidence) if e.sentence is direct.sentence), len(evidence))),
        "near": sum(e.score > _NEAR * direct.score for e in others) / _LOOKED_AT,
        "fitting": sum(fits(question, e) for e in evidence[:_LOOKED_AT]) / _LOOKED_AT,
        "around": fmean([e.nearness for e in top] or [0.0]),
        "same_document": fmean([float(e.passage.document_id == direct.passage.document_id) for e in top] or [0.0]),
        "number": float(question.wants_number),
        "restrictions": float(len(question.slots)),
        "length": min(len(question.text.split()), _LONG_WORDS) / _LONG_WORDS,
        **{f"kind_{kind}": float(question.kind == kind) for kind in _KINDS},
    }
