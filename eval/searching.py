"""The advisor with its search laid open, for what is fitted on what a search brings."""

from __future__ import annotations

from app.chain import Advisor
from app.question import Question
from app.types import Evidence
from ingest.index import open_index
from ingest.settings import load


class Searching(Advisor):
    """An advisor that is asked for evidence alone."""

    def evidence(self, question: Question) -> tuple[Evidence, ...]:
        """What is found for a question, best first."""
        found = self._found(question).found
        return found.evidence if found else ()


def searching() -> Searching:
    """The advisor over the index in the data folder, with its search laid open."""
    settings = load()
    return Searching(open_index(settings), settings)
