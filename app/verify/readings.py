"""Reading a sentence for checking: content words with their places, quantities, clauses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.quantities import Quantity, quantities
from ingest.terms import STOPWORDS, stem

Synonyms = Mapping[str, frozenset[str]]

_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)?|[0-9]+(?:[.,][0-9]+)*")
_FIGURE = re.compile(r"\s*\((?:see )?(?:figures?|figs?\.?)\s[^)]{1,20}\)", re.I)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’')\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9])|\n+")
_ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|etc|vs|cf|no|fig|approx|dr|mr|ms|prof|inc|ltd|u\.s|u\.k|[A-Z])\.$", re.I)
_MARKERS = re.compile(r"\s*\[[0-9]{1,3}\]")
# British and American spellings, superlatives and words for one statistic, brought to one form.
_ONE_FORM = {
    "highest": "high", "greater": "high", "greatest": "high", "sang": "sing", "higher": "high", "maximum": "high",
    "max": "high", "peak": "high", "lowest": "low", "lower": "low", "minimum": "low", "largest": "larg",
    "larger": "larg", "biggest": "larg", "big": "larg", "bigger": "larg", "smallest": "small", "smaller": "small",
    "mean": "averag", "avg": "averag", "firm": "organis", "compani": "organis", "busi": "busi", "growth": "grow",
    "productivity": "productivity", "productive": "productivity", "university": "university",
    "universal": "universal", "policy": "policy", "met": "meet", "said": "sai", "say": "sai", "saw": "see",
    "rose": "rise", "fell": "fall", "grew": "grow", "made": "make", "telecom": "telecommun", "healthcar": "health",
    "found": "find", "built": "build", "held": "hold", "kept": "keep", "lost": "lose", "paid": "pay", "sold": "sell",
    "bought": "buy", "chose": "choos", "chosen": "choos", "gave": "give", "given": "give", "taken": "take",
    "written": "write", "shown": "show", "known": "know", "driven": "drive", "spent": "spend", "sent": "send",
    "led": "lead", "meant": "mean", "felt": "feel", "thought": "think", "brought": "bring", "sought": "seek",
    "began": "begin", "begun": "begin", "becam": "becom", "came": "come", "grown": "grow", "risen": "rise",
    "fallen": "fall", "arisen": "aris", "aros": "aris", "told": "tell", "understood": "understand", "bias": "bias",
}  # fmt: skip
# Words that many statements share: they tell one number of a sentence from another only weakly.
GENERIC = frozenset(
    stem(w)
    for w in (
        "year years next current currently present organisation organisations respondent respondents "
        "survey surveyed report reported say said state stated data show shows sample per cent "
        "percent people share number plan planning average total amount ai mlops ml new according "
        "figure finding findings study cited quoted estimate estimated expect expected forecast run "
        "ran take took put give given make made come came get got reach call called hold tell told "
        "mention mentioned name named time way case rather since because during thus moreover so "
    ).split()
)
GENERIC_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Word:
    """A content word's stem and where it stands."""

    stem: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence as the checks see it; `words` leave out stop words and the words of numbers."""

    text: str
    words: tuple[Word, ...]
    stems: frozenset[str]
    numbers: tuple[Quantity, ...]


def one_form(word: str) -> str:
    """The stem of `word`, with spellings of one word brought together."""
    found = _ONE_FORM.get(word) or stem(word)
    found = _ONE_FORM.get(found, found)
    return found[:-2] + "is" if found.endswith("iz") and len(found) > 4 else found


def without_markers(text: str) -> str:
    """`text` without citation markers ("[1][3]")."""
    return _MARKERS.sub("", text)


@lru_cache(maxsize=8192)
def read(text: str) -> Reading:
    """Read one sentence; citation markers and "(figure 4)" are left out."""
    clean = _FIGURE.sub("", without_markers(text))
    found = quantities(clean)
    words = tuple(
        Word(one_form(plain), m.start(), m.end())
        for m in _WORD.finditer(clean)
        if (plain := m[0].lower().replace("’", "'").removesuffix("'s")) not in STOPWORDS
        and not any(q.start <= m.start() < q.end for q in found)
        and len(plain) > 1
    )
    return Reading(clean, words, frozenset(w.stem for w in words), found)


@lru_cache(maxsize=8192)
def sentences(text: str) -> tuple[str, ...]:
    """Sentences of a quote; lines are sentences too."""
    kept: list[str] = []
    for piece in _SENTENCE_END.split(text):
        if kept and _ABBREVIATED.search(kept[-1]):
            kept[-1] = f"{kept[-1]} {piece}"
        elif piece and piece.strip():
            kept.append(piece.strip())
    return tuple(kept)


@lru_cache(maxsize=1)
def lexicon() -> Synonyms:
    """Stems that may stand for each other, by stem (`synonyms.txt`)."""
    found: dict[str, set[str]] = {}
    for line in Path(__file__).with_name("synonyms.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        alike = {one_form(word) for word in line.split()}
        for word in alike:
            found.setdefault(word, set()).update(alike)
    return {word: frozenset(alike) for word, alike in found.items()}


def holds(stems: frozenset[str], word: str, synonyms: Synonyms | None = None) -> bool:
    """Whether `stems` contain `word` or, by the lexicon, a synonym of it."""
    return word in stems or bool(synonyms and not stems.isdisjoint(synonyms.get(word, frozenset())))


def coverage(words: frozenset[str], stems: frozenset[str], synonyms: Synonyms | None = None) -> float:
    """Share of `words` that `stems` hold, generic words counting less; 1 when there are none."""
    total = sum(_weight(w) for w in words)
    return sum(_weight(w) for w in words if holds(stems, w, synonyms)) / total if total else 1.0


def _weight(word: str) -> float:
    return GENERIC_WEIGHT if word in GENERIC else 1.0
