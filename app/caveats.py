"""The caveat that a careful adviser adds: a limit, a date that has passed, what has replaced a dated statement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.drafts import Draft, alike, draft, quote_of, said
from app.match import sentence_quantities
from app.types import Evidence
from ingest.quantities import Quantity, same
from ingest.terms import content_stems
from ingest.types import Document, Passage, Sentence

_ASKED_FROM = 0.61
_SHARES_A_NUMBER_FROM = 0.5
_BESIDE_FROM = 0.62
_ELSEWHERE_FROM = 0.72
# A caveat on the very source that is quoted ("Deloitte's 2023 report calls the act proposed; ...") is close by itself.
_ON_THE_SOURCE_FROM = 0.55
_ON_THE_POINT_FROM = 0.45
_SECOND_FROM = 0.65
_ON_THE_SOURCE = 0.1
_ASKED_WEIGHT = 0.5
_SHARED_STEMS = 2


@dataclass(frozen=True, slots=True)
class Caveat:
    """A caveat near the direct answer: `similarity` is their cosine; `on_source`: it names the source quoted there."""

    sentence: Sentence
    passage: Passage
    similarity: float
    on_source: bool


def on_source(text: str, source: Document | None) -> bool:
    """Whether a text speaks of a document by publisher and year."""
    if source is None or source.publisher is None or source.year is None:
        return False
    return source.publisher.split()[0] in text and re.search(rf"\b{source.year}\b", text) is not None


def caveats_for(
    direct: Evidence, drafts: Sequence[Draft], near: Sequence[Caveat], evidence: Sequence[Evidence]
) -> list[Draft]:
    """Caveats to add to an answer: the nearest one, a second where both say what has become of the source."""
    told = [d.text for d in drafts]
    asked = {e.sentence.text: e.nearness for e in evidence}
    fitting = [c for c in near if c.similarity >= _least(direct, c) and not _repeated(c, direct, told)]
    fitting.sort(
        key=lambda c: (
            not _on_both_sides(c, drafts),
            -(
                c.similarity
                + _ASKED_WEIGHT * asked.get(c.sentence.text, 0.0)
                + (_ON_THE_SOURCE if c.on_source else 0.0)
            ),
        )
    )
    chosen = fitting[:1]
    if chosen and chosen[0].on_source:
        chosen += [c for c in fitting[1:] if c.on_source and c.similarity >= _SECOND_FROM][:1]
    if chosen:
        return [_draft(c) for c in chosen]
    return _asked_for(told, evidence)


def _on_both_sides(caveat: Caveat, drafts: Sequence[Draft]) -> bool:
    """Where a difference is worked out: whether the caveat speaks of both its numbers."""
    if not any(d.kind == "inference" for d in drafts):
        return False
    return all(any(_shares(q, caveat.sentence) for q in sentence_quantities(d.text)) for d in drafts[:2])


def _draft(caveat: Caveat) -> Draft:
    sentence, passage = caveat.sentence, caveat.passage
    quote = quote_of(passage, sentence.start, sentence.end, sentence, caveat.similarity)
    return Draft(said(sentence.text), "caveat", (quote,))


def _repeated(caveat: Caveat, direct: Evidence, told: Sequence[str]) -> bool:
    text = caveat.sentence.text
    return text == direct.sentence.text or any(alike(text, t) and said(text) == t for t in told)


def _asked_for(told: Sequence[str], evidence: Sequence[Evidence]) -> list[Draft]:
    """A caveat that the question itself comes close to, such as a date that has passed."""
    for e in evidence:
        near = e.sentence.kind == "caveat" and not e.features["conflicts"] and e.nearness >= _ASKED_FROM
        if near and said(e.sentence.text) not in told:
            return [draft(e)]
    return []


def _least(direct: Evidence, caveat: Caveat) -> float:
    """How near a caveat has to be: less near when it names the very number or source, or stands in the same section."""
    sentence, passage = caveat.sentence, caveat.passage
    stated = sentence_quantities(direct.sentence.text)
    if any(_shares(q, sentence) for q in stated) or set(sentence.figures) & set(direct.sentence.figures):
        return _SHARES_A_NUMBER_FROM
    common = set(content_stems(sentence.text)) & set(content_stems(direct.sentence.text))
    if caveat.on_source and len(common) >= _SHARED_STEMS:
        return _ON_THE_POINT_FROM if len(common) > _SHARED_STEMS else _ON_THE_SOURCE_FROM
    beside = (passage.document_id, passage.section) == (direct.passage.document_id, direct.passage.section)
    return _BESIDE_FROM if beside else _ELSEWHERE_FROM


def _shares(quantity: Quantity, sentence: Sentence) -> bool:
    return quantity.unit not in ("figure", "year", None) and any(
        same(quantity, q) for q in sentence_quantities(sentence.text)
    )
