"""Which of a sentence's clauses a question is about: one may state the share that is asked for, another its base, or
another number, of those who do not."""

from __future__ import annotations

import re

from app.match import BASE_CLAUSE, claim, figures_in, held
from app.question import Question
from app.vocabulary import concepts
from ingest.terms import content_stems
from ingest.types import Sentence

_DENIES = re.compile(r"\b(?:do|does|did) not\b|n['’]t\b", re.I)
_APART = re.compile(r"[,;:] ")


def asks_of_the_base(question: Question, sentence: Sentence) -> bool:
    """True when all that a question shares with "Of those who X, N per cent Y" is X: it asks for the share of X."""
    base = BASE_CLAUSE.match(sentence.text)
    if not base:
        return False
    left = [i for i, share in enumerate(_held_by(question, base.group(0))) if not share]
    told = _held_by(question, claim(sentence.text))
    return not any(told[i] for i in left)


def denies(question: Question, sentence: Sentence) -> bool:
    """Whether a sentence states the number of those who do not, and none that is nearer to what is asked."""
    said = claim(sentence.text)
    if not _DENIES.search(said):
        return False
    counted = [clause for clause in _APART.split(said) if _counts(sentence, clause)]
    nearness = {True: -1.0, False: -1.0}
    for clause in counted:
        denied = _DENIES.search(clause) is not None
        nearness[denied] = max(nearness[denied], sum(_held_by(question, clause)))
    return nearness[False] < 0 or nearness[True] > nearness[False]


def _counts(sentence: Sentence, clause: str) -> bool:
    return any(q.text in clause for q in figures_in(sentence))


def _held_by(question: Question, text: str) -> list[float]:
    """How much a text holds of each of the question's terms."""
    stems, known = frozenset(content_stems(text)), concepts(text)
    return [held(t, stems, known) for t in question.terms if not t.frame]
