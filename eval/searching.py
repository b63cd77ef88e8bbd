"""The advisor with its search laid open, for what is fitted on what a search brings."""

from __future__ import annotations

from app.finding import Finder
from app.listening import read_as
from app.question import Question, read
from app.resolve import resolve
from app.types import Evidence
from eval.talks import Talk
from ingest.index import open_index
from ingest.settings import load


class Searching(Finder):
    """A finder that is asked for evidence alone."""

    def evidence(self, question: Question) -> tuple[Evidence, ...]:
        """What is found for a question, best first."""
        return self.search(question).evidence

    def of_talk(self, talk: Talk) -> tuple[Question, tuple[Evidence, ...]] | None:
        """What the last message of a chat is most likely to ask, and what is found for it, best first; None for one
        that stands alone, and so is not heard."""
        by_rule = resolve(talk.asked, talk.before)
        if by_rule[0].alone:
            return None
        assert self.listening is not None
        message = self.listening.hear(talk.asked, talk.before, read(talk.asked))
        if self.listening.stands_alone(message):
            return None
        reading = self.listening.readings(message, by_rule)[0]
        question = read_as(reading, message)
        return question, self.search(question, talk.before[-1].content if reading.fresh else "", message).evidence


def searching() -> Searching:
    """A finder over the index in the data folder, with its search laid open."""
    settings = load()
    return Searching(open_index(settings), settings)
