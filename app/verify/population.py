"""Of whom a number is told: sector, country, role, size, statistic.

One sector is not another, nor the whole sample.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.vocabulary import slots

# A claim may name a value of these only when its quote does.
_NAMED = ("country", "sector", "role")
# These contradict only when both sides name one and none is shared.
_OPPOSED = ("group", "size", "statistic", "grade", "technology")
# A quote about exactly one of these may not be told as if it were about all.
_RESTRICTS = ("country", "sector")
_POINTING = re.compile(r"\b(?:this|that) (?:sector|industry|country|group|market|region)\b", re.I)
_CURRENCY = re.compile(r"\bUS\\?\$|\bUSD\b")


def conflict(claim: str, sentence: str, quotes: str) -> str:
    """Why the claim speaks of another population than `sentence`, which stands in `quotes`; else empty."""
    said, near, around = _slots(claim), _slots(sentence), _slots(quotes)
    for space in _NAMED:
        strange = said.get(space, frozenset()) - around.get(space, frozenset())
        if strange:
            return f"the quote does not speak of {_told(min(strange))}"
        own = near.get(space, frozenset())
        if said.get(space) and own and said[space].isdisjoint(own):
            return f"the quote speaks of {_told(min(own))}, not of {_told(min(said[space]))}"
    for space in _OPPOSED:
        ours, theirs = said.get(space, frozenset()), near.get(space, frozenset())
        if ours and theirs and ours.isdisjoint(theirs):
            return f"the quote speaks of {_told(min(theirs))}, not of {_told(min(ours))}"
    if _POINTING.search(claim):
        return ""
    for space in _RESTRICTS:
        only = near.get(space, frozenset())
        if len(only) == 1 and not said.get(space):
            return f"the quote holds for {_told(min(only))} only"
    pointing = _POINTING.search(sentence)
    if pointing and not near.get("sector") and not said.get("sector") and not said.get("country"):
        return f"the quote holds for “{pointing[0]}” only"
    return ""


def points_back(sentence: str) -> bool:
    """Whether the sentence names its population by pointing at the one before it ("this sector")."""
    return bool(_POINTING.search(sentence))


def _slots(text: str) -> Mapping[str, frozenset[str]]:
    return slots(_CURRENCY.sub("$", text))


def _told(value: str) -> str:
    return value.replace("-", " ")
