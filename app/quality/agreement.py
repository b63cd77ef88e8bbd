"""How far people agree with the measures, and with each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from app.quality.published import Asked
from app.quality.ratings import GOOD, Rating


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two verdicts on the same answers. share: both said right, or both not; None when there is no pair.

    kappa: Cohen's, agreement beyond chance (1960); None when chance alone would agree always.
    """

    pairs: int
    share: float | None
    kappa: float | None

    @property
    def told(self) -> str:
        """The agreement in words."""
        if self.share is None:
            return "nothing to compare yet"
        beyond = "not defined, one of the two never varies" if self.kappa is None else f"{self.kappa:.2f}"
        return f"the same verdict in {self.share:.0%} of {self.pairs} (Cohen's kappa {beyond})"


def kappa(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    """Cohen's kappa of two yes-or-no verdicts; None when chance alone would agree always, or there is no pair."""
    n = len(pairs)
    if not n:
        return None
    a, b = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    by_chance = a * b + (1 - a) * (1 - b)
    same = sum(x == y for x, y in pairs) / n
    return None if by_chance == 1 else (same - by_chance) / (1 - by_chance)


def agreement(ratings: Sequence[Rating], asked: Sequence[Asked]) -> tuple[Agreement, Agreement]:
    """Raters against the measures, every rating a pair; and raters against each other, every two on one answer.

    Ratings of answers that are not among `asked` are left out.
    """
    measured = {a.id: a.right for a in asked}
    by_answer: dict[str, list[bool]] = {}
    for rating in ratings:
        if rating.answer in measured:
            by_answer.setdefault(rating.answer, []).append(rating.verdict == GOOD)
    with_measures = [(good, measured[answer]) for answer, said in by_answer.items() for good in said]
    both_ways = _agreement(_both_ways(by_answer))
    return _agreement(with_measures), replace(both_ways, pairs=both_ways.pairs // 2)


def _both_ways(by_answer: Mapping[str, Sequence[bool]]) -> list[tuple[bool, bool]]:
    """Every two raters of an answer in both orders, since neither is the first (Scott's symmetric reading)."""
    return [pair for said in by_answer.values() for a, b in combinations(said, 2) for pair in ((a, b), (b, a))]


def _agreement(pairs: Sequence[tuple[bool, bool]]) -> Agreement:
    if not pairs:
        return Agreement(0, None, None)
    return Agreement(len(pairs), sum(a == b for a, b in pairs) / len(pairs), kappa(pairs))
