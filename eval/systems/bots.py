"""Four bots that must always fail the gate; a gate that one of them passes measures nothing."""

from __future__ import annotations

import copy
import random
import re
from typing import Any

from eval.systems.advisor import AdvisorSystem
from eval.systems.nearest import NearestSentences
from eval.systems.protocol import System, Turns
from eval.systems.quoting import answer_of
from ingest.index import open_index
from ingest.settings import Settings

_NUMERAL = re.compile(r"(?<![\w.,])\d(?:[\d,]*\d)?(?:\.\d+)?(?![\w]|[.,]\d)(?!\])")
_FEWEST = 2


class _Bot:
    """A bot that looks at the corpus's fingerprint alone."""

    def __init__(self, settings: Settings) -> None:
        self.corpus = open_index(settings).manifest.fingerprint

    def close(self) -> None:
        """Nothing is held open."""


class Echo(_Bot):
    """Says the question again: it holds many of the words that a right answer holds."""

    def ask(self, question: str, history: Turns = ()) -> dict[str, Any]:
        """See System."""
        told = answer_of(question, [], [], self.corpus, "bot-echo")
        statement = {"text": question, "kind": "finding", "citations": [], "numbers": []}
        return {**told, "abstained": False, "answer": question, "statements": [statement]}


class Refuse(_Bot):
    """Always refuses: never wrong, and right on every question that has no answer."""

    def ask(self, question: str, history: Turns = ()) -> dict[str, Any]:
        """See System."""
        return answer_of(question, [], [], self.corpus, "bot-refuse")


class AlwaysAnswer:
    """The advisor's answer where it gives one, the nearest sentences where it refuses: right as often, never silent."""

    def __init__(self, settings: Settings) -> None:
        """Open the advisor and the nearest sentences over one index."""
        self._inner, self._nearest = AdvisorSystem(settings), NearestSentences(settings)
        self.corpus = self._inner.corpus

    def ask(self, question: str, history: Turns = ()) -> dict[str, Any]:
        """See System."""
        told = self._inner.ask(question, history)
        return self._nearest.ask(question, history) if told["abstained"] else told

    def close(self) -> None:
        """Nothing is held open."""


class SwapNumbers:
    """A right answer with its numbers changed for others that its own sources state."""

    def __init__(self, settings: Settings, inner: System | None = None, seed: int = 0) -> None:
        """Around `inner` (the advisor when None)."""
        self._inner = inner or AdvisorSystem(settings)
        self._seed = seed
        self.corpus = self._inner.corpus

    def ask(self, question: str, history: Turns = ()) -> dict[str, Any]:
        """See System."""
        told = copy.deepcopy(self._inner.ask(question, history))
        if told["abstained"]:
            return told
        # As many digits as are quoted near by: what a careless reader would take for the number.
        near = [c["quote"] for c in [*told["citations"], *told.get("evidence", [])]]
        others = sorted({n for quote in near for n in _NUMERAL.findall(quote)})
        rng = random.Random(f"{self._seed}\0{question}")
        if len(others) < _FEWEST:
            others = [str(n) for n in range(11, 90)]
        swaps: dict[str, str] = {}

        def swapped(match: re.Match[str]) -> str:
            was = match[0]
            return swaps.setdefault(was, rng.choice([n for n in others if n != was]))

        for statement in told["statements"]:
            statement["text"] = _NUMERAL.sub(swapped, statement["text"])
            for number in statement["numbers"]:
                number["text"] = _NUMERAL.sub(swapped, number["text"])
                number["value"] = _value(number["text"], number["value"])
        told["answer"] = _NUMERAL.sub(swapped, told["answer"])
        return told

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()


def _value(text: str, was: float) -> float:
    found = _NUMERAL.search(text)
    return float(found[0].replace(",", "")) if found else was
