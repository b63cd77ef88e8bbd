"""The words of leaders and of the field: which concepts a text speaks of, and which slots it fills.

The data is `vocabulary.toml`; matching is by stem, longest form first.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ingest.terms import STOPWORDS, WORD, stem, stems, words

_DOLLARS = re.compile(r"\$|ollar")
_CURRENCY = re.compile(r"\b(?:US|A|C|NZ|HK)\\?\$|\b(?:US|U\.S\.|American|Canadian|Australian) (?=dollars?\b)")
_US = re.compile(r"\bUS\b(?!\\?\$)")
_BODY = "body:"
_FILE = Path(__file__).with_name("vocabulary.toml")


@dataclass(frozen=True, slots=True)
class _Forms:
    """What forms stand for; `sizes`: how many words those have that begin with a word, most first."""

    names: Mapping[tuple[str, ...], frozenset[str]]
    sizes: Mapping[str, tuple[int, ...]]

    def at(self, words_: tuple[str, ...], start: int) -> Iterator[tuple[int, frozenset[str]]]:
        """The forms that begin at `start`, longest first, each as its size and what it stands for."""
        for size in self.sizes.get(words_[start], ()):
            names = self.names.get(words_[start : start + size])
            if names is not None and start + size <= len(words_):
                yield size, names


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
    canonical: Mapping[str, str]
    countries: Mapping[str, str]
    regions: Mapping[str, frozenset[str]]


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
    # "The American standards institute" is a name: it restricts no country.
    ignored = (*data["ignored"]["phrases"], *(form for forms in named.values() for form in forms))
    slots = {name: _by_form(values, _plain_words, ignored) for name, values in data["slot"].items()}
    patterns = {
        name: {value: re.compile(pattern, re.I) for value, pattern in values.items()}
        for name, values in data["pattern"].items()
    }
    canonical = {name: forms[0] for name, forms in (data["concept"] | named).items()}
    frame_words = frozenset(data["frame"]["words"].split())
    frame = frozenset(stem(w) for w in frame_words)
    countries = {_BODY + name: country for name, country in data["body_country"].items()}
    regions = {
        name: frozenset([*held, *(inner for region in held for inner in data["region"].get(region, ()))])
        for name, held in data["region"].items()
    }
    return Vocabulary(concepts, slots, patterns, frame, frame_words, canonical, countries, regions)


def _by_form(
    table: Mapping[str, list[str]], key: Callable[[str], tuple[str, ...]] = stems, ignored: Sequence[str] = ()
) -> _Forms:
    forms: dict[tuple[str, ...], set[str]] = {}
    for name, texts in table.items():
        for text in texts:
            forms.setdefault(key(text), set()).add(name)
    found = {form: frozenset(names) for form, names in forms.items()} | {key(p): frozenset() for p in ignored}
    sizes: dict[str, set[int]] = {}
    for form in found:
        sizes.setdefault(form[0], set()).add(len(form))
    return _Forms(found, {word: tuple(sorted(own, reverse=True)) for word, own in sizes.items()})


@lru_cache(maxsize=65_536)
def terms(text: str) -> tuple[Term, ...]:
    """Content terms of `text` in order: phrases of the vocabulary first, then single words."""
    vocab = vocabulary()
    plain, stemmed = words(text), stems(text)
    found: list[Term] = []
    i = 0
    while i < len(stemmed):
        size, names = _longest(vocab.concepts, stemmed, i)
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
        size, names = _longest(vocab.concepts, keys, i)
        form = keys[i : i + size]
        if len(names) == 1 and (size > 1 or words(text)[i] not in STOPWORDS) and form[0] not in vocab.frame:
            out.append(vocab.canonical[next(iter(names))])
        else:
            out.append(text[spans[i].start() : spans[i + size - 1].end()])
        i += size
    return " ".join(out)


def _longest(forms: _Forms, stemmed: tuple[str, ...], at: int) -> tuple[int, frozenset[str]]:
    if stemmed[at] not in forms.sizes:  # most words begin no form
        return 1, frozenset()
    return next(forms.at(stemmed, at), (1, frozenset()))


@lru_cache(maxsize=65_536)
def concepts(text: str) -> frozenset[str]:
    """Every concept that any form in `text` may stand for, overlapping forms included."""
    vocab = vocabulary()
    return frozenset(_all_matches(vocab.concepts, stems(text)))


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


def regions() -> frozenset[str]:
    """The values of the slot "country" that hold others."""
    return frozenset(vocabulary().regions)


def regions_of(countries: frozenset[str]) -> frozenset[str]:
    """The regions that hold any of these countries."""
    return frozenset(region for region, held in vocabulary().regions.items() if held & countries)


@lru_cache(maxsize=4096)
def without_bodies(text: str) -> str:
    """`text` with the names of bodies left out."""
    vocab, spans, keys = vocabulary(), list(WORD.finditer(text)), stems(text)
    out, at, i = [], 0, 0
    while i < len(spans):
        size, names = _longest(vocab.concepts, keys, i)
        if any(n.startswith(_BODY) for n in names):
            out.append(text[at : spans[i].start()])
            at = spans[i + size - 1].end()
        i += size
    return "".join((*out, text[at:]))


@lru_cache(maxsize=65_536)
def slots(text: str) -> Mapping[str, frozenset[str]]:
    """Slot values that `text` names, by namespace ("sector", "country", "role", "statistic" ...)."""
    vocab = vocabulary()
    # "US$5 billion" is a currency and names no country.
    text = _CURRENCY.sub("$", text) if _DOLLARS.search(text) else text
    # "US" is a country where a text is not shouted; "us" is not.
    text = _US.sub("usa", text) if "US" in text and not text.isupper() else text
    plain = _plain_words(text)
    found = {}
    for namespace, forms in vocab.slots.items():
        values = frozenset(_longest_matches(forms, plain))
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
    if namespace not in vocab.slots:
        return ""
    plain, spans = _plain_words(text), list(WORD.finditer(text))
    for i in range(len(plain)):
        size, names = _longest(vocab.slots[namespace], plain, i)
        if names:
            return text[spans[i].start() : spans[i + size - 1].end()]
    return ""


def _all_matches(forms: _Forms, stemmed: tuple[str, ...]) -> set[str]:
    begun = (i for i, word in enumerate(stemmed) if word in forms.sizes)
    return {name for i in begun for _, names in forms.at(stemmed, i) for name in names}


def _longest_matches(forms: _Forms, stemmed: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    sizes = forms.sizes
    if sizes.keys().isdisjoint(stemmed):
        return found
    i = 0
    while i < len(stemmed):
        if stemmed[i] in sizes:
            size, names = _longest(forms, stemmed, i)
            found |= names
            i += size
        else:
            i += 1
    return found
