"""What a message in a chat asks: heard as a whole, and told in full by the reading that is nearest to that.

Readings are made by rule (`app.resolve`), and taken from the phrasings of the statements that are nearest to what was
heard. How near a statement is, and whether it answers, is told by what was heard, not by the reading: a phrasing fits
its own statement whatever was asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from app.cues import depends
from app.heard import Heard, heard, last_said
from app.question import Question, read
from app.resolve import Reading
from app.types import Turn
from ingest.index import Index

if TYPE_CHECKING:
    from ingest.embedder import Embedder
    from ingest.reranker import Reranker

_NEAREST, _ASKS_OF_EACH = 4, 2
# A reading by rule holds the message itself, so it is nearer to what was heard than its meaning is.
_ITS_OWN_WORDS = 0.15
# So much of what the message says by itself is heard beside what the listener makes of it. Chosen on chats held out.
_ALONE_SHARE = 0.2
# What is heard of a message that stands alone is what it says by itself. Chosen on chats held out (`eval/LOG.md`).
_STANDS_ALONE = 0.75
_NUMBER = re.compile(r"\d[\d.,]*(?<![.,])")
_LED_BY = re.compile(r"\s*\([^()]*\)\W*$")
_ABOUT_FIGURES = frozenset({"figure", "which_figure"})


class Listening:
    """Hears messages in chats over one index; safe to share between threads."""

    def __init__(self, listener: Embedder, reranker: Reranker, tuned: Embedder, index: Index) -> None:
        self._listener, self._reranker, self._tuned, self._index = listener, reranker, tuned, index

    def hear(self, message: str, history: Sequence[Turn], asked: Question) -> Heard:
        """A message after what was said before it; `asked` is its question, read by itself."""
        text = heard(message, history)
        told, alone = self._listener.encode([text])[0], self._tuned.encode([asked.text])[0]
        mixed = told + _ALONE_SHARE * alone
        vector = mixed / np.linalg.norm(mixed)
        near = self._index.phrased(vector[None, :])
        return Heard(text, vector, asked, self._reranker, float(told @ alone), near, last_said(history))

    def stands_alone(self, message: Heard) -> bool:
        """Whether what went before a message changes nothing in what it asks."""
        return not depends(message.alone.text) and message.as_alone >= _STANDS_ALONE

    def readings(self, message: Heard, by_rule: Sequence[Reading]) -> list[Reading]:
        """Readings, nearest to what was heard first; those by rule that are exact, or ask about a figure, in front."""
        near = message.near
        nearest = [hit for key in near.best(_NEAREST) for hit in near.of(key, _ASKS_OF_EACH).nearest]
        units = {n: unit for n, unit in self._index.store.units([n for n, _ in nearest]).items() if unit.kind == "ask"}
        cosines = self._tuned.encode([reading.text for reading in by_rule]) @ message.vector
        told = [(float(cosine) - _ITS_OWN_WORDS, reading) for cosine, reading in zip(cosines, by_rule, strict=True)]
        first = [reading for reading in by_rule if reading.exact or asks_of_a_figure(reading.text)]
        said = [(cosine, units[n].text) for n, cosine in nearest if n in units]
        told += [(cosine, Reading(text, fresh=True)) for cosine, text in said if _names_nothing_new(text, message)]
        order = sorted(told, key=lambda one: -one[0])
        return list(dict.fromkeys([*first, *(reading for _, reading in order)]))


def asks_of_a_figure(reading: str) -> bool:
    """Whether a reading asks about a figure itself: "which one is top (show me a chart of ...)?" only follows one."""
    return read(_LED_BY.sub("", reading)).kind in _ABOUT_FIGURES


def _names_nothing_new(phrasing: str, message: Heard) -> bool:
    """Whether a phrasing states no number that was not spoken of: a reader who said 4,000 did not ask about 400."""
    return set(_NUMBER.findall(phrasing)) <= set(_NUMBER.findall(message.text))


def read_as(reading: Reading, message: Heard) -> Question:
    """What a message asks in one reading of it."""
    return restricted_alike(read(reading.text), message.alone)


def restricted_alike(reading: Question, message: Question) -> Question:
    """A reading with what the message itself restricts, and the unit that it asks for: a phrasing of some statement
    says nothing of the country that was named."""
    named = tuple(name for name in message.names if name not in reading.names)
    asking = message if message.wants_number else reading
    return replace(
        reading,
        kind=asking.kind,
        units=asking.units,
        head=asking.head,
        slots={**reading.slots, **message.slots},
        years=message.years or reading.years,
        levels=message.levels or reading.levels,
        bodies=message.bodies or reading.bodies,
        figures=message.figures or reading.figures,
        names=(*reading.names, *named),
    )
