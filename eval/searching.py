"""The advisor with its search laid open, for what is fitted on what a search brings."""

from __future__ import annotations

from app.finding import Finder
from app.question import Question
from app.types import Evidence
from app.work import Part
from eval.talks import Talk
from ingest.index import open_index
from ingest.settings import load


class Searching(Finder):
    """A finder that is asked for evidence alone."""

    def evidence(self, question: Question) -> tuple[Evidence, ...]:
        """What is found for a question, best first."""
        return _of(self.found(question))

    def of_talk(self, talk: Talk) -> tuple[Question, tuple[Evidence, ...]]:
        """What the last message of a chat is read as, and what is found for it, best first."""
        part = self.heard(talk.asked, talk.before, talk.before[-1].content)
        return part.question, _of(part)


def _of(part: Part) -> tuple[Evidence, ...]:
    return part.found.evidence if part.found else ()


def searching() -> Searching:
    """A finder over the index in the data folder, with its search laid open."""
    settings = load()
    return Searching(open_index(settings), settings)
