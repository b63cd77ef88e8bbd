"""Phrasings as material to train on: those that the notes carry, and further ones by other writers.

The further ones are in no index. The embedder was tuned on `phrasings_train.jsonl`, and the reranker on it and on
`phrasings_more.jsonl`; `phrasings_held.jsonl` nothing has learnt by heart, so ranking and gate are fitted on it. Each
line is a statement of the notes with questions that it answers, by writers who saw no line of code; under `null` stand
questions that sound right and that the notes do not answer, by others (`phrasings_more.jsonl` holds only those).

`natural_*.jsonl` were written the other way round: questions that people would type, by writers who had not opened the
notes, who then read all of them and judged which statements answer (`others`: as well as the first; `also`: may be
shown), and which questions none does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedder import Embedder
from ingest.reading import read
from ingest.shipped import shipped
from ingest.types import Block
from ingest.units import text_hash
from ingest.weights import TUNED


@dataclass(frozen=True, slots=True)
class Phrasings:
    """Statements (`gaps`: which of them only say what lacks) and questions, each `of` a statement."""

    statements: tuple[str, ...]
    gaps: tuple[bool, ...]
    questions: tuple[str, ...]
    of: tuple[int, ...]


def phrasings_of(notes: Path) -> Phrasings:
    """The statements of all notes in a folder that have phrasings."""
    statements: list[str] = []
    gaps: list[bool] = []
    questions: list[str] = []
    of: list[int] = []
    for block in _blocks(notes):
        kept = list(dict.fromkeys(block.asks))
        of += [len(statements)] * len(kept)
        questions += kept
        statements.append(block.text.split("\n", 1)[0])
        gaps.append(block.statement == "gap")
    return Phrasings(tuple(statements), tuple(gaps), tuple(questions), tuple(of))


@dataclass(frozen=True, slots=True)
class Further:
    """A question by another writer, and the statement that answers it; None: the notes do not.

    others: further statements that answer it as well. also: ones that may be shown, but do not answer it.
    """

    question: str
    statement: str | None
    others: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def answers(self) -> tuple[str, ...]:
        """All statements that answer."""
        return (self.statement, *self.others) if self.statement else ()


def further(path: Path) -> list[Further]:
    """The questions of a file of further phrasings."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Further(ask, row["statement"], tuple(row.get("others", ())), tuple(row.get("also", ())))
        for row in rows
        for ask in row["asks"]
    ]


def tuned_vectors(embedder: Embedder, texts: Sequence[str]) -> NDArray[np.float32]:
    """What the tuned embedder says of texts (n, dimension): as shipped where it is, since there are many."""
    hashes = [text_hash(text) for text in texts]
    found = dict(shipped(TUNED).find(hashes))
    missing = {own: text for own, text in zip(hashes, texts, strict=True) if own not in found}
    found.update(zip(missing, embedder.encode(list(missing.values())), strict=True))
    return np.stack([found[own] for own in hashes])


def _blocks(notes: Path) -> Iterator[Block]:
    for path in sorted(notes.rglob("*.md")):
        for block in read(path).blocks:
            if block.asks:
                yield block
