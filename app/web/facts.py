"""What was read from a document, counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.tables import Table, tables_of
from app.web.language import ENGLISH, Words
from ingest.types import Document, Passage


@dataclass(frozen=True, slots=True)
class Facts:
    """pages: the last page that has a passage, 0 where there are none. figures: those with a number of their own."""

    pages: int
    sentences: int
    tables: Sequence[Table]
    figures: int

    def told(self, _: Words = ENGLISH) -> str:
        """The counts in one line."""
        pages = [_.count(self.pages, "1 page", "{count} pages")] if self.pages else []
        rest = (
            _.count(self.sentences, "1 sentence", "{count} sentences"),
            _.count(len(self.tables), "1 table", "{count} tables"),
            _.count(self.figures, "1 figure", "{count} figures"),
        )
        return " · ".join((*pages, *rest))


def facts_of(document: Document, passages: Sequence[Passage]) -> Facts:
    """The counts of a document and its passages."""
    pages = max((p.page or 0 for p in passages), default=0)
    return Facts(pages, sum(len(p.sentences) for p in passages), tables_of(passages), len(document.figures))
