"""Chats as material to train on: each ends with a message that needs what went before it.

`talks_train.jsonl` the listener and the reranker of chats have learnt, and told in full the reranker of single
questions and the kernel machine; on `talks_held.jsonl` ranking and gate are fitted. Each line holds what was said
before (pairs of message and answer), the last message, the same told in full, and the statement of the notes that
answers it; null: none does. By writers who saw the statements and no line of code.

`natural_chats_*.jsonl` were written the other way round, as natural questions were (see `eval.phrasings`): by writers
who read a natural question and what the advisor answered to it, wrote what its reader would type next, and then judged
by all notes which statements answer that (`others`, `also`: as there).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.types import Turn
from eval.phrasings import Further, further


@dataclass(frozen=True, slots=True)
class Talk:
    """A chat that ends with a message, the same message in full, and the statement that answers it (None: none).

    others: further statements that answer it as well. also: ones that may be shown, but do not answer it.
    """

    before: tuple[Turn, ...]
    asked: str
    alone: str
    statement: str | None
    others: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def in_full(self) -> Further:
        """The last message as a question that stands alone."""
        return Further(self.alone, self.statement, self.others, self.also)


def talks(path: Path) -> list[Talk]:
    """The chats of a file, one a line."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Talk(
            _turns(row["before"]),
            row["asked"],
            row["alone"],
            row["statement"],
            tuple(row.get("others", ())),
            tuple(row.get("also", ())),
        )
        for row in rows
    ]


def holds_chats(path: Path) -> bool:
    """Whether a file holds chats, and not questions that stand alone."""
    with path.open(encoding="utf-8") as lines:
        return "before" in json.loads(next(lines))


def told_in_full(path: Path) -> list[Further]:
    """The questions of a file; of chats the last messages as questions that stand alone."""
    return [talk.in_full for talk in talks(path)] if holds_chats(path) else further(path)


def _turns(before: Sequence[Sequence[str]]) -> tuple[Turn, ...]:
    return tuple(turn for asked, said in before for turn in (Turn("user", asked), Turn("assistant", said)))
