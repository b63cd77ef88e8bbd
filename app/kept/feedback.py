"""What readers say of answers, each with the whole receipt, so that it can be judged after the conversation is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.kept.database import Database
from app.kept.history import Receipt, now

UP, DOWN = "up", "down"
REASONS = (
    "a number is wrong",
    "beside the question",
    "the quotes do not say so",
    "something is missing",
    "it should have answered",
    "hard to read",
    "other",
)
STATES = ("new", "accepted", "dismissed")
COMMENT_MAX_CHARS = 1_000


@dataclass(frozen=True, slots=True)
class Said:
    """One reader's verdict. verdict: UP or DOWN; reason: one of REASONS or ""; state: of STATES, a reviewer's."""

    id: int
    owner: str
    verdict: str
    reason: str
    comment: str
    receipt: Receipt
    at: str
    state: str = STATES[0]


class Feedback:
    """The feedback of a data folder; the last verdict of a reader on an answer counts."""

    def __init__(self, data: Path) -> None:
        self._database = Database(data)

    def keep(self, owner: str, receipt: Receipt, verdict: str, reason: str = "", comment: str = "") -> None:
        """Store a verdict in the place of the reader's earlier one; raises ValueError."""
        if verdict not in (UP, DOWN) or reason not in ("", *REASONS) or len(comment) > COMMENT_MAX_CHARS:
            raise ValueError(
                f"expected a verdict of {UP} or {DOWN}, a reason of {', '.join(REASONS)} or none, "
                f"and a comment of at most {COMMENT_MAX_CHARS} characters"
            )
        with self._database.open() as store:
            store.execute(
                "insert into feedback (owner, exchange, verdict, reason, comment, receipt, at) values (?,?,?,?,?,?,?) "
                "on conflict (owner, exchange) do update set verdict = excluded.verdict, reason = excluded.reason, "
                "comment = excluded.comment, receipt = excluded.receipt, at = excluded.at, state = 'new'",
                (owner, receipt.id, verdict, reason, comment, receipt.to_json(), now()),
            )

    def all(self, state: str = "") -> Sequence[Said]:
        """What was said, the last first; with `state`, only what a reviewer left in it."""
        with self._database.open() as store:
            rows = store.execute(
                "select * from feedback where ? in ('', state) order by at desc, id desc", (state,)
            ).fetchall()
        return [_said(row) for row in rows]

    def one(self, number: int) -> Said | None:
        """What was said under an id, None when nothing was."""
        with self._database.open() as store:
            row = store.execute("select * from feedback where id = ?", (number,)).fetchone()
        return _said(row) if row else None

    def judge(self, number: int, state: str) -> bool:
        """Set a reviewer's state; False when there is no such feedback. Raises ValueError on an unknown state."""
        if state not in STATES:
            raise ValueError(f"the state is {state!r}; expected one of {', '.join(STATES)}")
        with self._database.open() as store:
            return store.execute("update feedback set state = ? where id = ?", (state, number)).rowcount > 0


def _said(row: sqlite3.Row) -> Said:
    receipt = Receipt.of_json(row["receipt"])
    told = (row["id"], row["owner"], row["verdict"], row["reason"], row["comment"])
    return Said(*told, receipt, row["at"], row["state"])
