"""From drafts to checked statements: what no cited quote supports is struck, not softened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.drafts import Draft, Quote
from app.types import Checks, Number, Statement
from app.verify import Verdict, check, check_inference


@dataclass(frozen=True, slots=True)
class Checked:
    """Statements that passed, the quotes in the order of their markers (marker 1 first), and the counts."""

    statements: tuple[Statement, ...]
    quotes: tuple[Quote, ...]
    steps: tuple[bool, ...]
    checks: Checks


def checked(drafts: Sequence[Draft]) -> Checked:
    """Verify each draft against its own quotes; markers are given to quotes as they are first used."""
    statements: list[Statement] = []
    steps: list[bool] = []
    markers: dict[tuple[str, str], int] = {}
    quotes: list[Quote] = []
    struck = 0
    for draft in drafts:
        verdict = _verdict(draft)
        if not verdict.supported:
            struck += 1
            continue
        for quote in draft.quotes:
            key = (quote.passage.id, quote.text)
            if key not in markers:
                quotes.append(quote)
                markers[key] = len(quotes)
        used = tuple(dict.fromkeys(markers[q.passage.id, q.text] for q in draft.quotes))
        statements.append(Statement(draft.text, draft.kind, used, verdict.numbers))
        steps.append(draft.step)
    numbers: list[Number] = [n for s in statements for n in s.numbers]
    counts = Checks(len(statements), len(statements), len(numbers), sum(n.supported for n in numbers), struck)
    return Checked(tuple(statements), tuple(quotes), tuple(steps), counts)


def _verdict(draft: Draft) -> Verdict:
    quotes = [q.text for q in draft.quotes]
    if draft.states:
        return replace(check(draft.states, quotes), supported=all(q in draft.states for q in quotes))
    return check_inference(draft.text, quotes) if draft.kind == "inference" else check(draft.text, quotes)
