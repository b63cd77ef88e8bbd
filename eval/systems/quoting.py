"""From ranked quotes to a contract answer: the reader that all baselines share.

A baseline differs from another in what it finds, not in how it writes: each answer is quotes as they stand, each with
its marker, so that no chat model's skill is mixed into the comparison.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingest.index import Index
from ingest.quantities import quantities
from ingest.types import Document


@dataclass(frozen=True, slots=True)
class Source:
    """A document with its text, and where each of its sections begins: (offset, section, figure), in order."""

    document: Document
    places: tuple[tuple[int, str | None, int | None], ...]

    def at(self, offset: int) -> tuple[str | None, int | None]:
        """Section and figure at an offset of the text: what the frameworks' splitters forget."""
        before = bisect_right(self.places, offset, key=lambda place: place[0]) - 1
        return self.places[before][1:] if before >= 0 else (None, None)


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document as they stand; `start` points into its text; `score` is a cosine."""

    source: Source
    text: str
    start: int
    score: float


def sources(index: Index) -> tuple[Source, ...]:
    """All documents of an index."""
    found = []
    for listed in index.store.documents():
        document = index.store.document(listed.id)
        assert document is not None, f"{listed.id} is listed and not stored"
        passages = index.store.passages_of_document(listed.id)
        places = ((p.start, " › ".join(p.section) or None, p.figures[0] if p.figures else None) for p in passages)
        found.append(Source(document, tuple(sorted(places, key=lambda place: place[0]))))
    return tuple(found)


def answer_of(
    question: str, quotes: Sequence[Quote], evidence: Sequence[Quote], corpus: str, composer: str
) -> dict[str, Any]:
    """The contract's object that says `quotes`, or abstains when there are none."""
    statements = [_statement(n, q) for n, q in enumerate(quotes, 1)]
    cited = [{"marker": n, **_cited(q)} for n, q in enumerate(quotes, 1)]
    numbers = sum(len(s["numbers"]) for s in statements)
    return {
        "id": hashlib.sha256(f"{composer}\0{corpus}\0{question}".encode()).hexdigest()[:16],
        "question": question,
        "resolved_question": question,
        "abstained": not quotes,
        "answer": " ".join(f"{q.text} [{n}]" for n, q in enumerate(quotes, 1)) or "The sources do not answer this.",
        "statements": statements,
        "citations": cited,
        "figures": list(dict.fromkeys(c["figure"] for c in cited if c["figure"] is not None)),
        "follow_ups": [],
        "checks": {
            "statements": len(statements),
            "supported": len(statements),
            "numbers": numbers,
            "numbers_supported": numbers,
            "struck": 0,
        },
        "composer": composer,
        "corpus": corpus,
        "timings_ms": {},
        "evidence": [_cited(q) for q in evidence],
    }


def _statement(marker: int, quote: Quote) -> dict[str, Any]:
    told = [
        {"text": q.text, "value": q.value, "unit": q.unit, "supported": True}
        for q in quantities(quote.text)
        if q.unit is not None
    ]
    return {"text": quote.text, "kind": "finding", "citations": [marker], "numbers": told}


def _cited(quote: Quote) -> dict[str, Any]:
    document = quote.source.document
    section, figure = quote.source.at(quote.start)
    return {
        "passage_id": f"{document.id}:{quote.start}",
        "document_id": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "year": document.year,
        "section": section,
        "page": None,
        "figure": figure,
        "quote": quote.text,
        "url": document.url,
        "score": round(quote.score, 4),
    }
