"""Chats as material to train on: each ends with a message that needs what went before it.

`talks_train.jsonl` the listener and the reranker of chats have learnt, and told in full the reranker of single
questions and the kernel machine; on `talks_held.jsonl` ranking and gate are fitted. Each line holds what was said
before (pairs of message and answer), the last message, the same told in full, and the statement of the notes that
answers it; null: none does. By writers who saw the statements and no line of code.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.types import Turn
from eval.phrasings import Further


@dataclass(frozen=True, slots=True)
class Talk:
    """A chat that ends with a message, the same message in full, and the statement that answers it (None: none)."""

    before: tuple[Turn, ...]
    asked: str
    alone: str
    statement: str | None


def talks(path: Path) -> list[Talk]:
    """The chats of a file, one a line."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Talk(_turns(row["before"]), row["asked"], row["alone"], row["statement"]) for row in rows]


def told_in_full(path: Path) -> list[Further]:
    """The last messages of the chats of a file as questions that stand alone."""
    return [Further(talk.alone, talk.statement) for talk in talks(path)]


def _turns(before: Sequence[Sequence[str]]) -> tuple[Turn, ...]:
    return tuple(turn for asked, said in before for turn in (Turn("user", asked), Turn("assistant", said)))
