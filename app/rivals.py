"""Sources that disagree: where another source gives another number for what sounds the same, both are told.

A reader who is told one of two numbers takes it for the only one (88 per cent of McKinsey's respondents "use AI", and
20 per cent of all EU enterprises); each statement names its own population, so that both stand side by side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.gate import answers_from, confidence
from app.match import sentence_quantities
from app.question import Question
from app.types import Evidence
from ingest.quantities import Quantity, same

_AS_NEAR = 0.12
_COMPARABLE = frozenset({"percent", "times", "USD", "EUR", "GBP"})
_DISPUTED = re.compile(
    r"\b(?:disagree\w*|conflict\w*|contradict\w*|differ(?:s|ent|ing|ence)?|inconsistent|mismatch|vary|varies|"
    r"who(?:'s| is) right|which (?:one )?(?:is right|holds|should i (?:trust|believe|quote|use))|how can both|"
    r"another (?:says|one|claims|puts)|two (?:different )?(?:answers|figures|numbers|percentages|shares)|"
    r"all over the (?:place|map|shop)|lower and a higher|higher and a lower|both (?:right|true|correct)|"
    r"(?:don't|doesn't|do not|does not) (?:match|agree|add up|tally)|i(?:'ve| have) (?:seen|heard) both)\b",
    re.I,
)


def disputed(question: Question) -> bool:
    """True when the question itself says that sources disagree."""
    return _DISPUTED.search(question.text) is not None


def rivals(question: Question, direct: Evidence, evidence: Sequence[Evidence], most: int = 1) -> list[Evidence]:
    """Up to `most` statements of other documents that answer as surely and state another number of the same unit.

    None when the question names the source it asks of: then only that one was asked for.
    """
    if (question.bodies or question.names) and not disputed(question):
        return []
    if not (question.wants_number or disputed(question)):
        return []
    own = _shares(direct)
    found: list[Evidence] = []
    taken = {direct.passage.document_id}
    for e in evidence:
        if len(found) >= most:
            break
        stated = _shares(e)
        if e.passage.document_id in taken or e.features["conflicts"] or e.features["label"] or e.features["absent"]:
            continue
        if not any(a.unit == b.unit for a in own for b in stated) or any(same(a, b) for a in own for b in stated):
            continue
        if e.nearness < direct.nearness - _AS_NEAR:
            continue
        if confidence(question, e, evidence) >= answers_from(e):
            found.append(e)
            taken.add(e.passage.document_id)
    return found


def _shares(evidence: Evidence) -> tuple[Quantity, ...]:
    return tuple(q for q in sentence_quantities(evidence.sentence.text) if q.unit in _COMPARABLE)
