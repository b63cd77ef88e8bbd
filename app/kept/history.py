"""Conversations as they were held: every question with its answer, its sources and its checks, private to its owner."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.kept.database import Database
from app.types import Answer, Turn

TITLE_MAX_CHARS = 90
_LISTED_MAX = 200
_ID_BYTES = 12


@dataclass(frozen=True, slots=True)
class Receipt:
    """One exchange with all that is needed to make it again: what was asked after which turns, and what was answered.

    answer: None when the answer was stopped or failed, as `note` tells; `sentences` are those shown by then.
    settings: fingerprint of the settings. at: ISO 8601, UTC.
    """

    id: str
    question: str
    history: tuple[Turn, ...]
    answer: Answer | None
    sentences: tuple[str, ...] = ()
    note: str = ""
    settings: str = ""
    at: str = ""

    def to_json(self) -> str:
        """The receipt as one line of JSON."""
        told = asdict(self) | {"answer": self.answer.to_json() if self.answer else None}
        return json.dumps(told, ensure_ascii=False)

    @classmethod
    def of_json(cls, text: str) -> Receipt:
        """The receipt that `to_json` told."""
        told = json.loads(text)
        answer = Answer.of_json(told["answer"]) if told["answer"] else None
        history = tuple(Turn(**t) for t in told["history"])
        return cls(**{**told, "answer": answer, "history": history, "sentences": tuple(told["sentences"])})


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation in a list. questions: how many were asked. at: of the last of them, ISO 8601, UTC."""

    id: str
    title: str
    questions: int
    at: str


def new_id() -> str:
    """A name that nobody can guess: who has a link was given it."""
    return secrets.token_urlsafe(_ID_BYTES).replace("-", "x").replace("_", "y")


def now() -> str:
    """The time, ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class History:
    """The conversations of a data folder."""

    def __init__(self, data: Path) -> None:
        self._database = Database(data)

    def keep(self, conversation: str, owner: str, receipts: Sequence[Receipt]) -> None:
        """Store a conversation as it stands now; what it no longer holds is dropped. Another owner's is left alone."""
        with self._database.open() as store:
            held = store.execute("select owner from conversation where id = ?", (conversation,)).fetchone()
            if held and held["owner"] != owner:
                return
            if not receipts:
                store.execute("delete from conversation where id = ?", (conversation,))
                return
            title = " ".join(receipts[0].question.split())[:TITLE_MAX_CHARS]
            store.execute(
                "insert into conversation values (?, ?, ?, ?) "
                "on conflict (id) do update set title = excluded.title, at = excluded.at",
                (conversation, owner, title, receipts[-1].at),
            )
            store.execute("delete from exchange where conversation = ?", (conversation,))
            store.executemany(
                "insert into exchange values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_row(conversation, place, r) for place, r in enumerate(receipts)],
            )

    def listed(self, owner: str, words: str = "") -> list[Kept]:
        """The owner's conversations, the last first; with `words`, those that hold each in question or answer."""
        query = (
            "select c.id, c.title, c.at, count(e.id) as questions from conversation c "
            "join exchange e on e.conversation = c.id where c.owner = ?"
        )
        values: list[str] = [owner]
        for word in words.split()[:8]:
            query += (
                " and exists (select 1 from exchange x where x.conversation = c.id and "
                "(x.question like ? escape '\\' or json_extract(x.answer, '$.answer') like ? escape '\\'))"
            )
            values += [_containing(word)] * 2
        with self._database.open() as store:
            rows = store.execute(f"{query} group by c.id order by c.at desc limit {_LISTED_MAX}", values).fetchall()
        return [Kept(r["id"], r["title"], r["questions"], r["at"]) for r in rows]

    def conversation(self, conversation: str, owner: str) -> tuple[Receipt, ...]:
        """A conversation's exchanges, the oldest first; none when it is not there or another's."""
        with self._database.open() as store:
            rows = store.execute(
                "select e.* from exchange e join conversation c on c.id = e.conversation "
                "where c.id = ? and c.owner = ? order by e.place",
                (conversation, owner),
            ).fetchall()
        return tuple(_receipt(row) for row in rows)

    def receipt(self, exchange: str) -> Receipt | None:
        """One exchange by its id, which is as good as a key; None when it was deleted or never was."""
        with self._database.open() as store:
            row = store.execute("select * from exchange where id = ?", (exchange,)).fetchone()
        return _receipt(row) if row else None

    def delete(self, conversation: str, owner: str) -> bool:
        """Forget a conversation and the links to its answers; False when it is not there or another's."""
        with self._database.open() as store:
            done = store.execute("delete from conversation where id = ? and owner = ?", (conversation, owner))
            return done.rowcount > 0

    def delete_all(self, owner: str) -> int:
        """Forget all of an owner's conversations; how many there were."""
        with self._database.open() as store:
            return store.execute("delete from conversation where owner = ?", (owner,)).rowcount


def _containing(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _row(conversation: str, place: int, receipt: Receipt) -> tuple[object, ...]:
    history = json.dumps([asdict(t) for t in receipt.history], ensure_ascii=False)
    answer = json.dumps(receipt.answer.to_json(), ensure_ascii=False) if receipt.answer else None
    sentences = json.dumps(receipt.sentences, ensure_ascii=False)
    told = (receipt.id, conversation, place, receipt.question, history, sentences, answer, receipt.note)
    return (*told, receipt.settings, receipt.at)


def _receipt(row: sqlite3.Row) -> Receipt:
    return Receipt(
        id=row["id"],
        question=row["question"],
        history=tuple(Turn(**t) for t in json.loads(row["history"])),
        answer=Answer.of_json(json.loads(row["answer"])) if row["answer"] else None,
        sentences=tuple(json.loads(row["sentences"])),
        note=row["note"],
        settings=row["settings"],
        at=row["at"],
    )
