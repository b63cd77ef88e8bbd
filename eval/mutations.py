"""Forgeries of true sentences: the verifier must accept each sentence and refuse each forgery.

Kinds: "true" (verbatim), "redressed" (the same number in another dress), "swap" (another number of the same
kind from the material cited), "random" (another value), "unit" (another unit), "negation" (turned round).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.quantities import Quantity, quantities, same

_SEED = 13
_CONNECTIVE = re.compile(
    r"^(?:However|Moreover|Indeed|Yet|In addition|Notably|Significantly|Therefore|Thus|Also),? ", re.I
)
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z“\"])")
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|can|could|will|would|should|must|has|have|may|might|do|does|did)\b(?! not\b|n't"
    r"|n’t)(?= [a-z])"
)
_REMOVABLE = re.compile(r"\b(?:not|no longer|never)\s|(?<=\w)n[’']t\b|\bno (?=[a-z])")
_TURNED = (
    ("more", "less"), ("less", "more"), ("most", "least"), ("least", "most"), ("higher", "lower"),
    ("lower", "higher"),
    ("highest", "lowest"), ("lowest", "highest"), ("increase", "decrease"), ("increasing", "decreasing"),
    ("improve", "worsen"),
    ("strengthened", "weakened"), ("enhanced", "reduced"), ("all", "no"), ("many", "few"),
    ("reduce", "increase"), ("growth", "decline"),
    ("without", "with"), ("majority", "minority"), ("large", "small"), ("essential", "inessential"),
    ("likely", "unlikely"),
    ("available", "unavailable"), ("important", "unimportant"), ("difficult", "easy"), ("lack", "abundance"),
)  # fmt: skip
_UNITS = (
    (r"per cent|percent|%", " percentage points"), (r"US\\?\$|\$", "£"), (r"trillion", "billion"),
    (r"billion", "million"),
    (r"million", "billion"), (r"years", "months"), (r"months", "years"), (r"\btwice\b", "two per cent"),
)  # fmt: skip
_REDRESSED = (
    (r"(\d+) per cent", r"\1%"), (r"(\d+)%", r"\1 per cent"), (r"US\\?\$([\d.]+) (m|b|tr)illion", r"$\1\2n"),
    (r"\btwo in three\b", "two-thirds of"), (r"\bseven\b", "7"), (r"\bSeven\b", "7"), (r"\beight\b", "8"),
    (r"\bten\b", "10"), (r"\bthree years\b", "3 years"), (r"\btwo years\b", "24 months"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A statement with the quotes it cites; `true` says whether they support it."""

    kind: str
    text: str
    quotes: tuple[str, ...]
    true: bool


def cases(passages: Sequence[str]) -> Iterator[Case]:
    """All cases of a document given as passages (paragraphs)."""
    rng = random.Random(_SEED)
    told = [(s, p) for p in passages for s in _sentences(p)]
    numbered = [(s, p, q) for s, p in told for q in quantities(s) if q.unit != "figure"]
    for sentence, passage in told:
        yield Case("true", sentence, (passage,), True)
        short = _CONNECTIVE.sub("", sentence, count=1)
        if short != sentence:
            yield Case("true", short[:1].upper() + short[1:], (passage,), True)
        yield from _negated(sentence, passage)
    for sentence, passage, quantity in numbered:
        yield from _altered(sentence, passage, quantity, rng)
        for other, elsewhere, rival in numbered:
            if rival.unit == quantity.unit and not same(rival, quantity) and (other, rival) != (sentence, quantity):
                forged = _put(sentence, quantity, rival.text)
                if not any(_is_told(forged, s) for s, _ in told):
                    kind = "swap, same passage" if passage == elsewhere else "swap, both cited"
                    yield Case(kind, forged, tuple(dict.fromkeys((passage, elsewhere))), False)


def _sentences(passage: str) -> list[str]:
    lines = [" ".join(line.split()) for line in passage.split("\n")]
    found = [s for line in lines for s in _SENTENCE_END.split(line)]
    return [s for s in found if len(s.split()) > 5 and s[-1:] in '.”"' and not re.search(r"[#|\]]", s)]


def _is_told(forged: str, sentence: str) -> bool:
    return forged.strip() == sentence.strip()


def _put(sentence: str, quantity: Quantity, text: str) -> str:
    if quantity.start == 0:
        text = text[:1].upper() + text[1:]
    return sentence[: quantity.start] + text + sentence[quantity.end :]


def _altered(sentence: str, passage: str, quantity: Quantity, rng: random.Random) -> Iterator[Case]:
    digits = re.search(r"\d[\d,]*(?:\.\d+)?", quantity.text)
    if digits:
        for _ in range(3):
            other = _other_value(digits[0], rng)
            text = quantity.text[: digits.start()] + other + quantity.text[digits.end() :]
            yield Case("random", _put(sentence, quantity, text), (passage,), False)
    for pattern, new in _UNITS:
        changed = re.sub(pattern, new, quantity.text)
        if changed != quantity.text:
            yield Case("unit", _put(sentence, quantity, re.sub(r"\s+", " ", changed)), (passage,), False)
            break
    for pattern, new in _REDRESSED:
        redressed = re.sub(pattern, new, quantity.text)
        if redressed != quantity.text:
            yield Case("redressed", _put(sentence, quantity, redressed), (passage,), True)


def _other_value(digits: str, rng: random.Random) -> str:
    if re.fullmatch(r"(?:19|20)\d\d", digits):
        return str(int(digits) + rng.choice((-3, -2, -1, 1, 2, 3)))
    value = float(digits.replace(",", ""))
    changed = value
    while changed == value:
        changed = max(1.0, round(value * rng.uniform(0.4, 1.8) + rng.choice((-2, -1, 1, 2)), 1 if "." in digits else 0))
    return f"{changed:g}"


def _negated(sentence: str, passage: str) -> Iterator[Case]:
    auxiliary = _AUXILIARY.search(sentence)
    if auxiliary:
        text = f"{sentence[: auxiliary.end()]} not{sentence[auxiliary.end() :]}"
        yield Case("negation", text, (passage,), False)
    removable = _REMOVABLE.search(sentence)
    if removable:
        text = sentence[: removable.start()] + sentence[removable.end() :]
        yield Case("negation", text, (passage,), False)
    for word, other in _TURNED:
        found = re.search(rf"\b{word}\b", sentence)
        if found:
            yield Case("negation", sentence[: found.start()] + other + sentence[found.end() :], (passage,), False)
            break
