"""Every number of a text altered, as a careless or a hostile chat model would: for tests of what readers are shown."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

from ingest.quantities import Quantity, quantities, same

_DIGITS = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
_WORDS = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty", "thirty",
    "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_WORD = re.compile(
    rf"\b(?:{'|'.join(_WORDS)}|one|half|thirds?|quarters?|twice|double|doubled|once|first|second|third)\b", re.I
)
_OTHER = {
    "one": "two", "half": "a third", "third": "quarter", "thirds": "quarters", "quarter": "third", "quarters": "fifths",
    "twice": "three times", "double": "triple", "doubled": "tripled", "once": "twice", "first": "second",
    "second": "third",
}  # fmt: skip
_SCALE = {"trillion": "billion", "billion": "million", "million": "billion", "thousand": "million"}


def alter_every_number(text: str, rivals: Sequence[str], rng: random.Random) -> tuple[str, int]:
    """`text` with each of its quantities replaced by one that is not the same, and how many were; `rivals` are
    other texts, whose numbers are put in place too."""
    offered = [q for rival in rivals for q in quantities(rival)]
    altered, count = text, 0
    for quantity in reversed(quantities(text)):
        new = next((n for n in _proposed(quantity, offered, rng) if not _same(n, quantity)), None)
        if new is not None:
            altered = altered[: quantity.start] + new + altered[quantity.end :]
            count += 1
    return altered, count


def _same(text: str, quantity: Quantity) -> bool:
    return text.strip().lower() == quantity.text.strip().lower() or any(same(q, quantity) for q in quantities(text))


def _proposed(quantity: Quantity, offered: Sequence[Quantity], rng: random.Random) -> Iterator[str]:
    """Other numbers in its place: swapped with another's, another value, another scale, another word."""
    told = quantity.text
    alike = [q.text for q in offered if q.unit == quantity.unit]
    ways: list[Callable[[], str]] = [lambda: _digits(told, rng), lambda: _scale(told), lambda: _word(told, rng)]
    if alike:
        ways.append(lambda: rng.choice(alike))
    rng.shuffle(ways)
    yield from (new for way in ways if (new := way()) and new != told)
    yield f"{rng.randint(3, 97)} per cent" if quantity.unit == "percent" else str(rng.randint(3, 9_999))


def _digits(told: str, rng: random.Random) -> str:
    found = _DIGITS.search(told)
    if not found:
        return ""
    value = float(found[0].replace(",", ""))
    turned = found[0][::-1] if found[0].isdigit() and found[0][-1] != "0" else found[0]
    other = rng.choice(
        (value + rng.choice((-3, -2, -1, 1, 2, 3)), value * rng.choice((10, 2, 0.1)), float(turned.replace(",", "")))
    )
    return told[: found.start()] + f"{other:,.6g}" + told[found.end() :]


def _scale(told: str) -> str:
    found = re.search(r"\b(?:tr|b|m)illion\b|\bthousand\b", told, re.I)
    return told[: found.start()] + _SCALE[found[0].lower()] + told[found.end() :] if found else ""


def _word(told: str, rng: random.Random) -> str:
    found = _WORD.search(told)
    if not found:
        return ""
    word = found[0].lower()
    other = _OTHER.get(word) or rng.choice([w for w in _WORDS if w != word])
    return told[: found.start()] + other + told[found.end() :]
