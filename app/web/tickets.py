"""One answer at a time for each page that is open: two at once would overwrite each other."""

from __future__ import annotations

import threading
import uuid


class Tickets:
    """Which browser sessions have an answer in the making."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tickets: dict[str, str] = {}

    def enter(self, session: str) -> str | None:
        """A ticket, or None while the session has another answer in the making."""
        with self._lock:
            if session in self._tickets:
                return None
            ticket = self._tickets[session] = uuid.uuid4().hex
            return ticket

    def leave(self, session: str, ticket: str) -> None:
        """Give the ticket back; a session that was stopped in between may hold a newer one, which stays."""
        with self._lock:
            if self._tickets.get(session) == ticket:
                del self._tickets[session]

    def forget(self, session: str | None) -> None:
        """The session's answer was stopped."""
        with self._lock:
            self._tickets.pop(session or "", None)
