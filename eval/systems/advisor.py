"""Our advisor in this process, with the evidence that it searched beside each answer."""

from __future__ import annotations

import json
from typing import Any

from app.chain import Advisor
from app.types import Evidence, Turn
from app.work import Work
from eval.systems.protocol import Turns
from ingest.index import open_index
from ingest.settings import Settings

_EVIDENCE = 20


class AdvisorSystem:
    """The advisor over the index in the data folder; one question at a time."""

    def __init__(self, settings: Settings) -> None:
        """Open the index; raises an index error with its cure."""
        from app.chain import open_advisor

        open_advisor(settings)  # refuses what the advisor itself refuses
        self._advisor = Watched(open_index(settings), settings)
        self.corpus = self._advisor.corpus

    def ask(self, question: str, history: Turns = ()) -> dict[str, Any]:
        """See System."""
        turns = [Turn("user" if t["role"] == "user" else "assistant", t["content"]) for t in history]
        told = self._advisor.answer(question, turns).to_json()
        # As it leaves the program: lists, not tuples.
        plain: dict[str, Any] = json.loads(json.dumps(told))
        return {**plain, "evidence": self._advisor.evidence()}

    def close(self) -> None:
        """Nothing is held open."""


class Watched(Advisor):
    """The advisor as it is; its work on the last question is kept."""

    last: Work | None = None

    def _finish(self, work: Work) -> Work:
        self.last = work
        return super()._finish(work)

    def evidence(self) -> list[dict[str, Any]]:
        """What the last search ranked, the first part's first, each sentence once."""
        parts = self.last.parts if self.last else ()
        found: dict[tuple[str, int], Evidence] = {}
        for item in (e for part in parts if part.found for e in part.found.evidence[:_EVIDENCE]):
            found.setdefault((item.passage.id, item.sentence.start), item)
        return [_told(e) for e in list(found.values())[:_EVIDENCE]]


def _told(item: Evidence) -> dict[str, Any]:
    return {
        "passage_id": item.passage.id,
        "document_id": item.passage.document_id,
        "section": " › ".join(item.passage.section) or None,
        "quote": item.sentence.text,
        "score": round(item.score, 4),
    }
