"""The SQLite file of all that is kept, one connection for each piece of work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ingest.errors import AdvisorError

FILE = "kept.sqlite3"
VERSION = 1
_TABLES = """
create table if not exists conversation (
    id text primary key, owner text not null, title text not null, at text not null
);
create index if not exists conversation_of on conversation (owner, at);
create table if not exists exchange (
    id text primary key, conversation text not null references conversation (id) on delete cascade,
    place integer not null, question text not null, history text not null, sentences text not null,
    answer text, note text not null, settings text not null, at text not null, unique (conversation, place)
);
create table if not exists feedback (
    id integer primary key, owner text not null, exchange text not null, verdict text not null, reason text not null,
    comment text not null, receipt text not null, at text not null, state text not null default 'new',
    unique (owner, exchange)
);
create table if not exists session (
    token text primary key, owner text not null, until real not null
);
"""


class Database:
    """The file in the data folder; may be used from several threads and processes at once."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection whose work is kept whole or not at all; raises AdvisorError on a file of another version."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not self._path.exists()
        if fresh:
            self._path.touch(mode=0o600)  # what people asked is theirs alone
        with closing(sqlite3.connect(self._path, timeout=20)) as store:
            store.row_factory = sqlite3.Row
            store.execute("pragma foreign_keys = on")
            version = store.execute("pragma user_version").fetchone()[0]
            if version == 0:
                store.execute("pragma journal_mode = wal")
                store.executescript(_TABLES + f"pragma user_version = {VERSION};")
            elif version != VERSION:
                raise AdvisorError(
                    f"{self._path} is of version {version}, expected {VERSION}; "
                    "run the program that wrote it, or move the file away"
                )
            with store:
                yield store
