"""Lists in documents of one's own: what leads a list in ("Five use cases are small:") is said with all of its items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.types import Evidence
from ingest.types import Sentence

_NUMBERED = re.compile(r"^(?:\d{1,2}[.)]|[-*•–])\s+(?=\S)")
_FEWEST = 2


def list_around(direct: Evidence) -> list[Evidence]:
    """The list that a statement leads in or is an item of, what leads it in first; nothing where it is neither."""
    if not direct.features["read"]:
        return []
    sentences = direct.passage.sentences
    at = next(n for n, s in enumerate(sentences) if s.start == direct.sentence.start)
    first = at
    while first > 0 and _is_item(sentences[first]):
        first -= 1
    leads = not _is_item(sentences[first])
    last = first + leads
    while last < len(sentences) and _is_item(sentences[last]):
        last += 1
    if leads and not leads_in(replace(direct, sentence=sentences[first])):
        first += 1
    if not first <= at < last or last - first < _FEWEST + leads:
        return []
    return [_at(direct, sentences, n) for n in range(first, last)]


def leads_in(evidence: Evidence) -> bool:
    """Whether a statement leads in a list."""
    return evidence.sentence.text.rstrip().endswith(":")


def is_item(evidence: Evidence) -> bool:
    """Whether a statement is an item of a list."""
    return _is_item(evidence.sentence)


def _is_item(sentence: Sentence) -> bool:
    return bool(_NUMBERED.match(sentence.text)) or sentence.text[:1].islower()


def _at(direct: Evidence, sentences: Sequence[Sentence], place: int) -> Evidence:
    if sentences[place].start == direct.sentence.start:
        return direct
    return replace(direct, sentence=replace(sentences[place], context=""))
