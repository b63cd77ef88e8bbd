"""The words of leaders and of the field: which concepts a text speaks of, and which slots it fills.

The data is `vocabulary.toml`; matching is by stem, longest form first.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ingest.terms import STOPWORDS, WORD, stem, stems, words

_CURRENCY = re.compile(r"\b(?:US|A|C|NZ|HK)\\?\$")
_US = re.compile(r"\bUS\b(?!\\?\$)")
_BODY = "body:"
_FILE = Path(__file__).with_name("vocabulary.toml")
_Forms = dict[tuple[str, ...], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Term:
    """One content term of a text: its stem (or phrase) and every concept it may stand for.

    `text` is what stands in the text; `frame` marks words that only frame a question.
    """

    text: str
    stem: str
    concepts: frozenset[str]
    frame: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Concept forms by stems, slot forms by singular words; `patterns` are slots read by regular expression."""

    concepts: _Forms
    slots: Mapping[str, _Forms]
    patterns: Mapping[str, Mapping[str, re.Pattern[str]]]
    frame: frozenset[str]
    frame_words: frozenset[str]
    longest: int
    canonical: Mapping[str, str]
    countries: Mapping[str, str]


@cache
def words_of_slots() -> frozenset[str]:
    """Every single word that stands in a slot's form ("british", "retailer"), as written."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return frozenset(w for table in data["slot"].values() for forms in table.values() for f in forms for w in words(f))


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary, read once."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    named = {_BODY + name: forms for name, forms in data["body"].items()}
    concepts = _by_form(data["concept"] | named)
    slots = {name: _by_form(values, _plain_words) for name, values in data["slot"].items()}
    # "The American standards institute" is a name: it restricts no country.
    ignored = (*data["ignored"]["phrases"], *(form for forms in named.values() for form in forms))
    for forms in slots.values():
        forms.update({_plain_words(p): frozenset() for p in ignored})
    patterns = {
        name: {value: re.compile(pattern, re.I) for value, pattern in values.items()}
        for name, values in data["pattern"].items()
    }
    canonical = {name: forms[0] for name, forms in (data["concept"] | named).items()}
    longest = max(len(form) for forms in (concepts, *slots.values()) for form in forms)
    frame_words = frozenset(data["frame"]["words"].split())
    frame = frozenset(stem(w) for w in frame_words)
    countries = {_BODY + name: country for name, country in data["body_country"].items()}
    return Vocabulary(concepts, slots, patterns, frame, frame_words, longest, canonical, countries)


def _by_form(table: Mapping[str, list[str]], key: Callable[[str], tuple[str, ...]] = stems) -> _Forms:
    forms: dict[tuple[str, ...], set[str]] = {}
    for name, texts in table.items():
        for text in texts:
            forms.setdefault(key(text), set()).add(name)
    return {form: frozenset(names) for form, names in forms.items()}


@lru_cache(maxsize=16_384)
def terms(text: str) -> tuple[Term, ...]:
    """Content terms of `text` in order: phrases of the vocabulary first, then single words."""
    vocab = vocabulary()
    plain, stemmed = words(text), stems(text)
    found: list[Term] = []
    i = 0
    while i < len(stemmed):
        size, names = _longest(vocab.concepts, stemmed, i, vocab.longest)
        if size > 1 or (names and plain[i] not in STOPWORDS):
            single = stemmed[i] in vocab.frame if size == 1 else False
            found.append(Term(" ".join(plain[i : i + size]), " ".join(stemmed[i : i + size]), names, single))
            i += size
            continue
        if plain[i] not in STOPWORDS:
            found.append(Term(plain[i], stemmed[i], frozenset(), stemmed[i] in vocab.frame))
        i += 1
    return tuple(found)


def _plain_words(text: str) -> tuple[str, ...]:
    """Words in the singular: slots are names, where a stem would take "industry" for "industrials"."""
    return tuple(_singular(w) for w in words(text))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=4096)
def in_the_fields_words(text: str) -> str:
    """`text` with each leader's word for a concept replaced by the field's own (the first form of the concept)."""
    vocab = vocabulary()
    spans = list(WORD.finditer(text))
    keys = stems(text)
    out: list[str] = []
    i = 0
    while i < len(spans):
        size, names = _longest(vocab.concepts, keys, i, vocab.longest)
        form = keys[i : i + size]
        if len(names) == 1 and (size > 1 or words(text)[i] not in STOPWORDS) and form[0] not in vocab.frame:
            out.append(vocab.canonical[next(iter(names))])
        else:
            out.append(text[spans[i].start() : spans[i + size - 1].end()])
        i += size
    return " ".join(out)


def _longest(forms: _Forms, stemmed: tuple[str, ...], at: int, longest: int) -> tuple[int, frozenset[str]]:
    for size in range(min(longest, len(stemmed) - at), 0, -1):
        names = forms.get(stemmed[at : at + size])
        if names is not None:
            return size, names
    return 1, frozenset()


@lru_cache(maxsize=16_384)
def concepts(text: str) -> frozenset[str]:
    """Every concept that any form in `text` may stand for, overlapping forms included."""
    vocab = vocabulary()
    return frozenset(_all_matches(vocab.concepts, stems(text), vocab.longest))


def bodies(text: str) -> frozenset[str]:
    """The bodies (publishers, regulators, standard setters) that `text` names, by any of their names."""
    return frozenset(name for name in concepts(text) if name.startswith(_BODY))


def name_of(body: str) -> str:
    """What a body of `bodies` is called."""
    return vocabulary().canonical[body]


def countries_of_bodies(text: str) -> frozenset[str]:
    """Countries for which the bodies that `text` names speak: NIST's words are about the US."""
    known = vocabulary().countries
    return frozenset(known[b] for b in bodies(text) if b in known)


@lru_cache(maxsize=4096)
def without_bodies(text: str) -> str:
    """`text` with the names of bodies left out."""
    vocab, spans, keys = vocabulary(), list(WORD.finditer(text)), stems(text)
    out, at, i = [], 0, 0
    while i < len(spans):
        size, names = _longest(vocab.concepts, keys, i, vocab.longest)
        if any(n.startswith(_BODY) for n in names):
            out.append(text[at : spans[i].start()])
            at = spans[i + size - 1].end()
        i += size
    return "".join((*out, text[at:]))


@lru_cache(maxsize=16_384)
def slots(text: str) -> Mapping[str, frozenset[str]]:
    """Slot values that `text` names, by namespace ("sector", "country", "role", "statistic" ...)."""
    vocab = vocabulary()
    # "US$5 billion" is a currency and names no country.
    text = _CURRENCY.sub("$", text)
    # "US" is a country where a text is not shouted; "us" is not.
    text = text if text.isupper() else _US.sub("usa", text)
    plain = _plain_words(text)
    found = {}
    for namespace, forms in vocab.slots.items():
        values = frozenset(_longest_matches(forms, plain, vocab.longest))
        if values:
            found[namespace] = values
    for namespace, patterns in vocab.patterns.items():
        values = frozenset(value for value, pattern in patterns.items() if pattern.search(text))
        if values:
            found[namespace] = values
    return found


def slot_phrase(text: str, namespace: str) -> str:
    """The words of `text` that fill a slot, as they stand there; empty when none do."""
    vocab = vocabulary()
    for pattern in vocab.patterns.get(namespace, {}).values():
        found = pattern.search(text)
        if found:
            return found.group(0)
    plain, spans = _plain_words(text), list(WORD.finditer(text))
    for i in range(len(plain)):
        size, names = _longest(vocab.slots.get(namespace, {}), plain, i, vocab.longest)
        if names:
            return text[spans[i].start() : spans[i + size - 1].end()]
    return ""


def _all_matches(forms: _Forms, stemmed: tuple[str, ...], longest: int) -> set[str]:
    found: set[str] = set()
    for i in range(len(stemmed)):
        for size in range(1, min(longest, len(stemmed) - i) + 1):
            found |= forms.get(stemmed[i : i + size], frozenset())
    return found


def _longest_matches(forms: _Forms, stemmed: tuple[str, ...], longest: int) -> set[str]:
    found: set[str] = set()
    i = 0
    while i < len(stemmed):
        size, names = _longest(forms, stemmed, i, longest)
        found |= names
        i += size
    return found
