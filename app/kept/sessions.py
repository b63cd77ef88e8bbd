"""Who is signed in: a random token in the browser, its hash here, so that the file is no key to anything."""

from __future__ import annotations

import hashlib
import secrets
import time
from pathlib import Path

from app.kept.database import Database

LASTS_S = 14 * 24 * 3600.0


class Sessions:
    """The sign-ins of a data folder."""

    def __init__(self, data: Path) -> None:
        self._database = Database(data)

    def begin(self, owner: str) -> str:
        """A token for a reader who gave the right password; it holds for `LASTS_S` seconds."""
        token = secrets.token_urlsafe(32)
        with self._database.open() as store:
            store.execute("delete from session where until < ?", (time.time(),))
            store.execute("insert into session values (?, ?, ?)", (_hash(token), owner, time.time() + LASTS_S))
        return token

    def owner(self, token: str) -> str | None:
        """Whose token it is; None when it was never given, has ended or was ended."""
        with self._database.open() as store:
            row = store.execute(
                "select owner from session where token = ? and until > ?", (_hash(token), time.time())
            ).fetchone()
        return row["owner"] if row else None

    def end(self, token: str) -> None:
        """Sign out."""
        with self._database.open() as store:
            store.execute("delete from session where token = ?", (_hash(token),))

    def end_all(self, owner: str) -> None:
        """Sign a reader out everywhere."""
        with self._database.open() as store:
            store.execute("delete from session where owner = ?", (owner,))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
