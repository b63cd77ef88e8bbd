"""From drafts to checked statements: what no cited quote supports is struck, not softened."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from app.drafts import Draft, Quote, said
from app.types import Checks, Number, Statement
from app.verify import Verdict, check, check_inference


@dataclass(frozen=True, slots=True)
class Checked:
    """Statements that passed, the quotes in the order of their markers (marker 1 first), and the counts."""

    statements: tuple[Statement, ...]
    quotes: tuple[Quote, ...]
    steps: tuple[bool, ...]
    checks: Checks


class Checking:
    """Verifies drafts one by one, for composers that stream; markers are given to quotes as they are first used."""

    def __init__(self) -> None:
        self._statements: list[Statement] = []
        self._steps: list[bool] = []
        self._markers: dict[tuple[str, str], int] = {}
        self._quotes: list[Quote] = []
        self.struck = 0

    def take(self, draft: Draft) -> bool:
        """Whether its own quotes support `draft`; if not, it is struck."""
        verdict = _verdict(draft)
        if not verdict.supported:
            self.struck += 1
            return False
        for quote in draft.quotes:
            key = (quote.passage.id, quote.text)
            if key not in self._markers:
                self._quotes.append(quote)
                self._markers[key] = len(self._quotes)
        used = tuple(dict.fromkeys(self._markers[q.passage.id, q.text] for q in draft.quotes))
        self._statements.append(Statement(draft.text, draft.kind, used, verdict.numbers))
        self._steps.append(draft.step)
        return True

    def quoted(self, quote: Quote) -> bool:
        """Whether a statement that passed cites these words already."""
        return (quote.passage.id, quote.text) in self._markers

    def done(self) -> Checked:
        """What has passed so far."""
        numbers: list[Number] = [n for s in self._statements for n in s.numbers]
        passed = len(self._statements)
        counts = Checks(passed, passed, len(numbers), sum(n.supported for n in numbers), self.struck)
        return Checked(tuple(self._statements), tuple(self._quotes), tuple(self._steps), counts)


def checked(drafts: Sequence[Draft]) -> Checked:
    """Verify each draft against its own quotes."""
    checking = Checking()
    for draft in drafts:
        checking.take(draft)
    return checking.done()


def _verdict(draft: Draft) -> Verdict:
    quotes = [q.text for q in draft.quotes]
    if draft.states:
        return replace(check(draft.states, quotes), supported=all(q in draft.states for q in quotes))
    if draft.kind == "inference":
        return check_inference(draft.text, quotes)
    figures = " ".join(f"figure {q.figure}" for q in draft.quotes if q.figure is not None)
    return check(draft.text, quotes, about=f"{draft.about} {figures}")


def each_said_once(parts: Sequence[Sequence[Draft]]) -> list[Draft]:
    """The drafts of all parts in order; what answers a part is said there, and not before as support of another."""
    answers = {said(drafts[0].text) for drafts in parts if drafts}
    kept: dict[str, Draft] = {}
    for place, d in ((place, d) for drafts in parts for place, d in enumerate(drafts)):
        if place == 0 or said(d.text) not in answers:
            kept.setdefault(said(d.text), d)
    return list(kept.values())


def readable(drafts: Sequence[Draft], first: Container[int], most: int) -> list[Draft]:
    """Drafts of at most so many words together: what comes after the answer to a part gives way, caveats first."""
    kept = list(drafts)
    for spare in (True, False):
        for d in reversed(drafts):
            if sum(len(k.text.split()) + 1 for k in kept) <= most:
                return kept
            if id(d) not in first and (d.kind == "caveat") is spare:
                kept.remove(d)
    return kept
