"""Sources that may be cited and not reproduced: the answer points at the place and states the number, no more.

A fact is free and its wording is not, so a pointer quotes the number alone, or the few words by which a reader
finds the place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.drafts import Draft
from app.match import sentence_quantities
from app.question import Question
from ingest.types import Document

_NUMBERS = 3
_PLACE_WORDS = 6


def respecting_rights(
    drafts: Sequence[Draft], question: Question, document: Callable[[str], Document | None]
) -> tuple[Draft, ...]:
    """`drafts` with each one that quotes a `cite-only` document replaced by a pointer; one pointer a passage."""
    found: dict[object, Draft] = {}
    for number, draft in enumerate(drafts):
        bound = next((d for q in draft.quotes if (d := document(q.passage.document_id)) and d.rights != "quote"), None)
        if bound is None:
            found[number] = draft
        elif draft.kind != "inference":
            found.setdefault((bound.id, draft.quotes[0].passage.id), _pointer(draft, question, bound))
    return tuple(found.values())


def _pointer(draft: Draft, question: Question, document: Document) -> Draft:
    quote = draft.quotes[0]
    place = ", ".join(
        part
        for part in (
            f"page {quote.passage.page}" if quote.passage.page else "",
            f"“{quote.passage.section[-1]}”" if quote.passage.section else "",
        )
        if part
    )
    where = f" ({place})" if place else ""
    told = tuple(dict.fromkeys(q.text for q in sentence_quantities(quote.text) if q.unit in question.units))[:_NUMBERS]
    told = tuple(text for text in told if text in quote.text)
    if told:
        text = f"“{document.title}” gives {_listed(told)} for this{where}; it may be cited and not quoted."
        return replace(draft, text=text, quotes=tuple(replace(quote, text=t) for t in told), states="; ".join(told))
    opening = " ".join(quote.text.split(" ")[:_PLACE_WORDS])
    text = f"“{document.title}” speaks of this{where}; it may be cited and not quoted."
    return replace(draft, text=text, quotes=(replace(quote, text=opening),), states=opening)


def _listed(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
