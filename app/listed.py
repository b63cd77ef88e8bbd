"""Lists in documents of one's own: what leads a list in ("Five use cases are small:") is said with all of its items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.types import Evidence
from ingest.types import Passage, Sentence

_NUMBERED = re.compile(r"^(?:\d{1,2}[.)]|[-*•–])\s+(?=\S)")
_FEWEST = 2
_BREAK = "\n\n"


def list_around(direct: Evidence) -> list[Evidence]:
    """The list that a statement leads in or is an item of, what leads it in first; nothing where it is neither."""
    if not direct.features["read"]:
        return []
    sentences = direct.passage.sentences
    at = next(n for n, s in enumerate(sentences) if s.start == direct.sentence.start)
    lead = next((n for n in range(at, -1, -1) if _leads(sentences[n])), None)
    if lead is not None:
        last = lead + 1
        while last < len(sentences) and (_is_item(sentences[last]) or _stands_alone(direct.passage, last)):
            last += 1
        if at < last and last - lead > _FEWEST:
            return [_at(direct, sentences, n) for n in range(lead, last)]
    first = last = at
    while first > 0 and _is_item(sentences[first - 1]):
        first -= 1
    while last < len(sentences) and _is_item(sentences[last]):
        last += 1
    whole = _is_item(sentences[at]) and last - first >= _FEWEST
    return [_at(direct, sentences, n) for n in range(first, last)] if whole else []


def leads_in(evidence: Evidence) -> bool:
    """Whether a statement leads in a list."""
    return _leads(evidence.sentence)


def _leads(sentence: Sentence) -> bool:
    return sentence.text.rstrip().endswith(":")


def _is_item(sentence: Sentence) -> bool:
    return bool(_NUMBERED.match(sentence.text)) or sentence.text[:1].islower()


def _stands_alone(passage: Passage, place: int) -> bool:
    """Whether a sentence is a block of its own, as the items of a list are."""
    sentences = passage.sentences
    before = passage.text[sentences[place - 1].end : sentences[place].start] if place else _BREAK
    after = passage.text[sentences[place].end : sentences[place + 1].start] if place + 1 < len(sentences) else _BREAK
    return _BREAK in before and _BREAK in after


def _at(direct: Evidence, sentences: Sequence[Sentence], place: int) -> Evidence:
    if sentences[place].start == direct.sentence.start:
        return direct
    return replace(direct, sentence=replace(sentences[place], context=""))
