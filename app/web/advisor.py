"""What the web layer needs of an engine, and the desk where requests wait for it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from app.types import Answer, Step, Turn
from ingest.errors import AdvisorError
from ingest.types import Document, Figure, Passage

_log = logging.getLogger(__name__)
LOOK_EACH_S = 2.0
"""So often it is looked whether the index was changed, at most."""


class Advisor(Protocol):
    """An engine that answers from an open index; its methods may be called from several threads at once."""

    @property
    def corpus(self) -> str:
        """Fingerprint of the index."""

    @property
    def composer(self) -> str:
        """'extractive' or 'provider:model'."""

    @property
    def statements(self) -> int:
        """How many sentences can be quoted."""

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The whole answer; raises QuestionRefused."""

    def steps(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Step]:
        """Stages and verified sentences as they come, then the answer; raises QuestionRefused."""

    def figure(self, number: int) -> Figure | None:
        """The figure printed with this number."""

    def figures(self) -> Sequence[Figure]:
        """All figures, in the order of their numbers."""

    def passage(self, passage_id: str) -> Passage | None:
        """The stored passage with this id."""

    def documents(self) -> Sequence[Document]:
        """The documents of the corpus."""

    def passages_of(self, document_id: str) -> Iterable[Passage]:
        """The passages of a document, in order."""

    def is_current(self) -> bool:
        """Whether no newer index has taken the place of the one that answers."""


class NotReady(AdvisorError):
    """The engine is still being opened."""


class Desk:
    """Opens the engine in the background and hands it out once it is there.

    When `advisor ingest` has changed the index meanwhile, whoever asks next has the engine opened once more, in the
    background too. `on_failure` is called, from the opening thread, when the engine cannot be opened.
    """

    def __init__(self, opening: Callable[[], Advisor], on_failure: Callable[[], None] | None = None) -> None:
        self._opening = opening
        self._on_failure = on_failure
        self._settled = threading.Event()
        self._advisor: Advisor | None = None
        self._looked_s = 0.0
        self._renewing = threading.Lock()
        self.failure: Exception | None = None

    def start(self) -> None:
        """Begin to open the engine; returns at once."""
        threading.Thread(target=self._open, name="opening", daemon=True).start()

    def _open(self) -> None:
        try:
            self._advisor = self._opening()
        except Exception as failure:  # told to whoever waits: `serve` raises it again
            self.failure = failure
            if not isinstance(failure, AdvisorError):
                _log.exception("the engine could not be opened")
        self._settled.set()
        if self.failure and self._on_failure:
            self._on_failure()

    def renew(self) -> None:
        """Open the engine once more, after the index was changed; the old one answers until the new one can.

        Raises what opening raises; the old one then stays.
        """
        with self._renewing:
            self._advisor = self._opening()

    def _try_to_renew(self) -> None:
        with self._renewing:
            advisor = self._advisor
            if advisor is None or advisor.is_current():  # somebody else was first
                return
            try:
                self._advisor = self._opening()
            except Exception:
                _log.exception("the index was changed, and the new one could not be opened")

    def _renew_behind(self) -> None:
        """Have the engine opened once more where its index is not the one in use; one that cannot be opened leaves the
        old one, and is tried again."""
        advisor, now = self._advisor, time.monotonic()
        if advisor is None or now - self._looked_s < LOOK_EACH_S or self._renewing.locked():
            return
        self._looked_s = now
        if not advisor.is_current():
            threading.Thread(target=self._try_to_renew, name="renewing", daemon=True).start()

    @property
    def ready(self) -> bool:
        """Whether a question can be answered now."""
        return self._advisor is not None

    def advisor(self, wait_s: float = 0) -> Advisor:
        """The engine, after waiting for it at most `wait_s` seconds; raises NotReady."""
        self._settled.wait(wait_s)
        if self._advisor is None:
            raise NotReady("the advisor is getting ready; try again in a moment (GET /readyz tells when)")
        self._renew_behind()
        return self._advisor
