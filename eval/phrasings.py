"""The phrasings of notes, as material to train on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.reading import read
from ingest.types import Block


@dataclass(frozen=True, slots=True)
class Phrasings:
    """Statements (`gaps`: which of them only say what lacks) and questions, each `of` a statement."""

    statements: tuple[str, ...]
    gaps: tuple[bool, ...]
    questions: tuple[str, ...]
    of: tuple[int, ...]


def phrasings_of(notes: Path, without: frozenset[str] = frozenset()) -> Phrasings:
    """The statements of all notes in a folder that have phrasings, those in `without` left out."""
    statements: list[str] = []
    gaps: list[bool] = []
    questions: list[str] = []
    of: list[int] = []
    for block in _blocks(notes):
        kept = [a for a in dict.fromkeys(block.asks) if a not in without]
        if not kept:
            continue
        of += [len(statements)] * len(kept)
        questions += kept
        statements.append(block.text.split("\n", 1)[0])
        gaps.append(block.statement == "gap")
    return Phrasings(tuple(statements), tuple(gaps), tuple(questions), tuple(of))


def _blocks(notes: Path) -> Iterator[Block]:
    for path in sorted(notes.rglob("*.md")):
        for block in read(path).blocks:
            if block.asks:
                yield block
