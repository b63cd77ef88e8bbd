"""May a further statement stand beside the one that answers? The share of such that readers would not mind, 0 to 1.

A logistic regression, fitted by `python -m eval.fit_beside` on natural questions whose writers judged which statements
may be shown. It speaks for the bundled notes' statements with phrasings. Another, fitted by `python -m eval.fit_own`,
tells of statements that the reader has read how likely each answers as well, or in place of the direct answer. All else
is chosen by rule (`app.compose`).
"""

from __future__ import annotations

from pathlib import Path

from app.logistic import model_in
from app.types import Evidence

FILE = Path(__file__).with_name("beside.json")
READ_FILE = Path(__file__).with_name("beside_own.json")
_OF_READ = "read judged dense cover back spoken unit type cell so_far last".split()
_OWN = "known_often known judged fused cover back unit guidance sounds".split()


def stands_beside(further: Evidence, direct: Evidence) -> float:
    """How likely `further` is to the point where `direct` answers."""
    return model_in(FILE)(signals(further, direct))


def answers_beside(further: Evidence, direct: Evidence) -> float:
    """How likely `further` answers too, where both were read."""
    return model_in(READ_FILE)(read_signals(further, direct))


def is_read(*evidence: Evidence) -> bool:
    """Whether all were read by the reader."""
    return all(e.features["read"] for e in evidence)


def read_signals(further: Evidence, direct: Evidence) -> dict[str, float]:
    """What tells that a statement answers beside another, or in its place."""
    places = [s.start for s in direct.passage.sentences]
    same = further.passage.id == direct.passage.id
    after = same and places.index(further.sentence.start) == places.index(direct.sentence.start) + 1
    return {
        **{name: float(further.features[name]) for name in _OF_READ},
        "direct_read": float(direct.features["read"]),
        "as_good": further.score / (direct.score or 1.0),
        "same_passage": float(same),
        "next": float(after),
        "same_section": float(same_section(further, direct)),
    }


def signals(further: Evidence, direct: Evidence) -> dict[str, float]:
    """What tells that a statement is to the point: its own signals, and how it stands to the one that answers."""
    own = {name: float(further.features[name]) for name in _OWN}
    return {
        **own,
        "as_good": further.score / (direct.score or 1.0),
        "same_passage": float(further.passage.id == direct.passage.id),
        "same_section": float(same_section(further, direct)),
        "same_document": float(further.passage.document_id == direct.passage.document_id),
    }


def same_section(one: Evidence, other: Evidence) -> bool:
    """Whether two statements stand under the same heading of one document."""
    same = one.passage.document_id == other.passage.document_id
    return same and tuple(one.passage.section) == tuple(other.passage.section)
