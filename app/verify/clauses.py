"""Which words of a sentence belong to which of its numbers.

Between two numbers the boundary is the last connector before the second; words before the first number are
shared when the second clause has no subject of its own ("is 28 per cent in all but can reach 149 per cent").
"""

from __future__ import annotations

import itertools
import re
from functools import lru_cache

from app.verify.readings import GENERIC, GENERIC_WEIGHT, Reading, Synonyms, Word, holds
from ingest.quantities import Quantity

_CONNECTOR = re.compile(
    r"[,;:]|\b(?:and|but|while|whereas|although|though|compared (?:with|to)|versus|vs|against|than|to|or"
    r"|from|rising|falling|plus)\b",
    re.I,
)
_JOINED = re.compile(r"\s*(?:against|versus|vs\.?|and|or|to|compared (?:with|to)|[–-])\s*", re.I)
_NO_SUBJECT = re.compile(
    r"\s*(?:can|could|may|might|will|would|is|are|was|were|has|have|had|do|does|did|to|then|rising|falling"
    r"|reach\w*|ris\w+|"
    r"fall\w*|just|only|about|around|some|over|nearly|almost|up|as|in|by|at|from|for)?\s*",
    re.I,
)
_STATISTIC = frozenset({"averag", "median", "high", "low", "least", "most"})
TIME_UNITS = frozenset({"year", "date"})


def kin(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities could be mistaken for each other: same unit, or both bare or counts."""
    plain = (None, "count", "rank", "level")
    return a.unit == b.unit or (a.unit in plain and b.unit in plain) or (a.unit in TIME_UNITS and b.unit in TIME_UNITS)


@lru_cache(maxsize=4096)
def owners(reading: Reading, number: Quantity) -> tuple[tuple[Quantity, frozenset[str]], ...]:
    """Every number of the sentence that is kin to `number`, with the words that belong to it alone."""
    rivals = [q for q in reading.numbers if q == number or (kin(q, number) and not _shares_unit(reading, q))]
    if len(rivals) < 2:
        return tuple((q, reading.stems | {w.stem for w in _strangers(reading, rivals)}) for q in rivals)
    cuts = [_cut(reading.text, a, b) for a, b in itertools.pairwise(rivals)]
    spans = list(zip([0, *cuts], [*cuts, _tail(reading, rivals)], strict=True))
    shared_until = rivals[0].start if _shares_subject(reading.text, cuts[0], rivals[1]) else 0
    return tuple(
        (
            q,
            frozenset(
                w.stem
                for w in (*reading.words, *_strangers(reading, rivals))
                if low <= w.start < high and (w.start >= shared_until or w.stem in _STATISTIC)
            ),
        )
        for q, (low, high) in zip(rivals, spans, strict=True)
    )


def _shares_unit(reading: Reading, bare: Quantity) -> bool:
    """Whether a bare number takes its unit from the next one ("26 against 28 per cent"): then it counts nothing."""
    after = next((q for q in reading.numbers if q.start >= bare.end), None)
    if bare.unit is not None or after is None or after.unit in (None, "count"):
        return False
    return _JOINED.fullmatch(reading.text, bare.end, after.start) is not None


def _tail(reading: Reading, rivals: list[Quantity]) -> int:
    """Where the last rival's own words end: at the clause of a later number of another kind, else at the very end."""
    last = rivals[-1]
    later = [q for q in reading.numbers if q.start >= last.end and q.unit not in (*TIME_UNITS, "figure")]
    found = _CONNECTOR.search(reading.text, last.end, later[0].start) if later else None
    return found.start() if found else len(reading.text)


def _strangers(reading: Reading, rivals: list[Quantity]) -> list[Word]:
    """Numbers of another kind, as words: they tell "eight in 2022" from "ten in 2024"."""
    return [
        Word(f"#{q.value:g} {q.unit or 'count'}", q.start, q.end)
        for q in reading.numbers
        if q not in rivals and q.unit != "figure"
    ]


def _cut(text: str, a: Quantity, b: Quantity) -> int:
    return max((m.start() for m in _CONNECTOR.finditer(text, a.end, b.start)), default=b.start)


def _shares_subject(text: str, cut: int, second: Quantity) -> bool:
    connector = _CONNECTOR.match(text, cut)
    rest = text[connector.end() if connector else cut : second.start]
    lead = _NO_SUBJECT.match(rest)
    return bool(lead and (lead[0].strip() or not rest.strip()))


def segment(reading: Reading, number: Quantity) -> frozenset[str]:
    """The words of a claim that speak of `number`: its clause when kin share the sentence, else all."""
    for q, words in owners(reading, number):
        if q == number:
            return words
    return reading.stems


def belongs(claim: frozenset[str], quote: Reading, stated: Quantity, synonyms: Synonyms | None = None) -> bool:
    """Whether the claim's words point to `stated` at least as much as to any other kin in the quote."""
    table = owners(quote, stated)
    if len(table) < 2:
        return True
    scores = []
    for q, mine in table:
        others = frozenset().union(*(words for other, words in table if other != q))
        own = [w for w in mine - others if w in claim or (synonyms and holds(claim, w, synonyms))]
        scores.append((q, sum(GENERIC_WEIGHT if w in GENERIC else 1.0 for w in own)))
    best = max(score for _, score in scores)
    return any(q == stated and score >= best for q, score in scores)
