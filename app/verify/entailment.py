"""How much of a claim the quotes hold, without a language model."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from app.verify.readings import Reading, Synonyms, coverage

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]+")
_WINDOW_SENTENCES = 3


def entailment(claim: Reading, readings: Sequence[Reading], synonyms: Synonyms | None = None) -> float:
    """How far the quotes hold the claim: content words of three neighbouring sentences, word pairs, names.

    Weighted half, a quarter, a quarter; chosen on the first half of the faithfulness sets (word containment
    alone, the K-precision of Adlakha et al. 2024, ranked claims worse there).
    """
    windows = [frozenset().union(*(r.stems for r in readings[i : i + _WINDOW_SENTENCES])) for i in range(len(readings))]
    words = max(coverage(claim.stems, w, synonyms) for w in windows)
    pairs = _pairs(claim)
    held = frozenset().union(*(_pairs(r) for r in readings))
    paired = sum(_paired(p, held, synonyms) for p in pairs) / len(pairs) if pairs else words
    names = frozenset(_NAME.findall(claim.text))
    text = " ".join(r.text for r in readings)
    named = sum(n in text for n in names) / len(names) if names else 1.0
    return 0.5 * words + 0.25 * paired + 0.25 * named


def _pairs(reading: Reading) -> frozenset[tuple[str, str]]:
    stems = [w.stem for w in reading.words]
    return frozenset(itertools.pairwise(stems))


def _paired(pair: tuple[str, str], held: frozenset[tuple[str, str]], synonyms: Synonyms | None) -> bool:
    """Whether two neighbouring words stand side by side in a quote too, themselves or words for the same."""
    if pair in held or not synonyms:
        return pair in held
    first, second = (synonyms.get(w, frozenset((w,))) for w in pair)
    return any((a, b) in held for a in first for b in second)
