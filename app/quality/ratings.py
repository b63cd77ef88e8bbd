"""What people say of answers, in SQLite in the data folder; one verdict for each rater and answer, the last counts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FILE = "ratings.sqlite3"
VERDICTS = ("right", "partly right", "wrong")
GOOD = VERDICTS[0]
REASONS = (
    "a number is wrong",
    "beside the question",
    "the quotes do not say so",
    "something is missing",
    "should have refused",
    "should have answered",
    "hard to read",
)
_TABLE = """
create table if not exists rating (
    rater text not null, answer text not null, "case" text not null, verdict text not null,
    reasons text not null, comment text not null, at text not null,
    primary key (rater, answer)
)"""


@dataclass(frozen=True, slots=True)
class Rating:
    """One verdict of one person on one answer. verdict: of VERDICTS; reasons: of REASONS; at: ISO 8601, UTC.

    answer: `Asked.id`; case: the question's name, for whoever reads the file.
    """

    rater: str
    answer: str
    case: str
    verdict: str
    reasons: tuple[str, ...] = ()
    comment: str = ""
    at: str = ""


class Ratings:
    """The ratings of a data folder; may be used from several threads and processes at once."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE

    def keep(self, rating: Rating) -> None:
        """Store a rating in the place of the rater's earlier one of the same answer; raises ValueError."""
        if rating.verdict not in VERDICTS or not set(rating.reasons) <= set(REASONS) or not rating.rater:
            raise ValueError(f"{rating} is no rating; expected a rater, a verdict of {VERDICTS}, reasons of {REASONS}")
        at = rating.at or datetime.now(UTC).isoformat(timespec="seconds")
        row = (rating.rater, rating.answer, rating.case, rating.verdict, json.dumps(rating.reasons), rating.comment, at)
        with self._open() as store:
            store.execute("insert or replace into rating values (?, ?, ?, ?, ?, ?, ?)", row)

    def all(self) -> Sequence[Rating]:
        """All ratings, the oldest first."""
        if not self._path.is_file():
            return ()
        with self._open() as store:
            rows = store.execute("select * from rating order by at, rowid").fetchall()
        return [
            Rating(rater, answer, case, verdict, tuple(json.loads(reasons)), comment, at)
            for rater, answer, case, verdict, reasons, comment, at in rows
        ]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=10)) as store, store:
            store.execute(_TABLE)
            yield store
