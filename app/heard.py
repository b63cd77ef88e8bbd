"""A message together with what went before it, as one text for the listener, an embedder of its own.

It is trained by `python -m eval.train_listener` to say of such a text what the tuned embedder says of the same message
told in full (Yu and others 2021, "Few-shot conversational dense retrieval").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.question import Question
from app.types import Turn
from ingest.phrased import Search
from ingest.reranker import Reranker
from ingest.terms import content_stems

MOST_TOKENS = 160
_SEPARATOR = " [SEP] "
_MOST_TURNS = 6
_ANSWER_WORDS, _MESSAGE_WORDS = 40, 60
MARKER = re.compile(r"\s*\[\d+\]|\*+")


@dataclass(frozen=True, slots=True)
class Heard:
    """A message with what went before it, as text and as a unit vector (dimension).

    alone: its question, read by itself. reranker: who judges statements by the text. as_alone: cosine of what the
    listener hears and what the message says by itself. near: how near it is to statements with phrasings. said: stems
    of what the last answer said.
    """

    text: str
    vector: NDArray[np.float32]
    alone: Question
    reranker: Reranker
    as_alone: float
    near: Search
    said: frozenset[str] = frozenset()

    def share_said(self, text: str) -> float:
        """How much of a statement the last answer said already, 0 to 1."""
        stems = frozenset(content_stems(text))
        return len(stems & self.said) / len(stems) if stems else 0.0


def heard(message: str, history: Sequence[Turn]) -> str:
    """The message first, then what was said before it, the latest first, since what is too long is cut at its end."""
    before = [_shortened(turn) for turn in reversed(history[-_MOST_TURNS:]) if turn.content.strip()]
    return _SEPARATOR.join([_cut(message, _MESSAGE_WORDS), *before])


def last_said(history: Sequence[Turn]) -> frozenset[str]:
    """Stems of the last answer's words."""
    answer = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
    return frozenset(content_stems(MARKER.sub("", answer)))


def lowered(text: str) -> str:
    """What was heard, in small letters and without its last mark."""
    return _SEPARATOR.join(part.rstrip("?.").lower() for part in text.split(_SEPARATOR))


def _shortened(turn: Turn) -> str:
    most = _MESSAGE_WORDS if turn.role == "user" else _ANSWER_WORDS
    return _cut(MARKER.sub("", turn.content), most)


def _cut(text: str, words: int) -> str:
    return " ".join(text.split()[:words])
