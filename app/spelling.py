"""Typing slips in a question, mended before it is searched.

A word is left alone when the embedder's own word list, the corpus or the vocabulary knows it, so that a real
word ("Spain", "salary") is never bent into a covered topic. Distance is optimal string alignment (Damerau 1964).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.vocabulary import vocabulary, words_of_slots
from ingest.terms import STOPWORDS, stem

_TOKEN = re.compile(r"[A-Za-z][A-Za-z’'-]*")
_MIN_CHARS = 4
_ENDINGS = re.compile(r"(?:ing|ings|ers?|ors?|ed|ly|ness|less|able|ish|s)$")
# "Revalidated", "overblown": a word that begins so is as well known as what follows.
_BEGINNINGS = re.compile(
    r"^(?:re|un|non|de|dis|in|pre|post|mis|out|over|under|inter|micro|multi|semi|cyber)(?=[a-z]{4})"
)
_IS_ACRONYM = re.compile(r"[A-Z].*[A-Z]")
_FUNCTION_WORDS = tuple(sorted(w for w in STOPWORDS if len(w) >= 3 and w.isalpha()))
_AN_ACRONYM_OR_TWO = 2
_BARE_CONTRACTIONS = {
    w.replace("'", ""): w
    for w in "don't doesn't didn't isn't aren't wasn't weren't hasn't haven't hadn't can't couldn't wouldn't shouldn't "
    "what's that's who's where's there's they're you're we've they've i've i'm".split()
}
_TWO_SLIPS_FROM_CHARS = 8


@dataclass(frozen=True)
class Speller:
    """Mends words against `corpus` (words of the corpus, preferred) and `english` (a common word list)."""

    corpus: frozenset[str]
    english: frozenset[str]

    @cached_property
    def _known_stems(self) -> frozenset[str]:
        vocab = vocabulary()
        forms = {s for table in (vocab.concepts, *vocab.slots.values()) for form in table.names for s in form}
        return frozenset(forms | {stem(w) for w in self.corpus} | vocab.frame | {stem(w) for w in STOPWORDS})

    @cached_property
    def _wanted(self) -> tuple[str, ...]:
        common = {w for w in (*STOPWORDS, *vocabulary().frame_words) if len(w) >= 3 and w.isalpha()}
        return tuple(sorted(w for w in self.corpus | common | words_of_slots() if len(w) >= 3 and w.isalpha()))

    @cached_property
    def _other(self) -> tuple[str, ...]:
        return tuple(sorted(w for w in self.english if len(w) >= _MIN_CHARS and w.isalpha()))

    def mend(self, text: str, said: Iterable[str] = ()) -> str:
        """`text` with unknown words replaced by the nearest known one, where one is near enough; a word that stands in
        the texts `said` before is none of them."""
        shouting = text.isupper() and len(text.split()) > _AN_ACRONYM_OR_TWO
        told = frozenset(word.lower() for before in said for word in _TOKEN.findall(before))

        def mended(found: re.Match[str]) -> str:
            word = found.group(0)
            kept = (word.isupper() and not shouting) or word.lower() in told
            return word if kept else self._word(word)

        return _TOKEN.sub(mended, text)

    def _word(self, word: str) -> str:
        plain = word.lower().replace("’", "'")
        if plain in _BARE_CONTRACTIONS:
            return _BARE_CONTRACTIONS[plain]
        if len(plain) < 3 or self._known(plain) or not plain.isalpha():
            return word
        if _IS_ACRONYM.search(word) and not word.isupper():
            return word
        if len(plain) == 3:
            return self._best(plain, _FUNCTION_WORDS) or word
        if word[:1].isupper() and word[1:].islower() and len(word) > 3 and self._best(plain, self._wanted) is None:
            return word
        if wanted := self._best(plain, self._wanted):
            return wanted
        # "Fluff" is a word that no list here holds; a slip seldom hits the first letter.
        other = self._best(plain, self._other) or word
        return other if other[0] == plain[0] else word

    def _known(self, plain: str) -> bool:
        if plain in self.english or plain in self.corpus or plain in STOPWORDS or stem(plain) in self._known_stems:
            return True
        if any(self._is_base(plain[: m.start()]) for m in _ENDINGS.finditer(plain)):
            return True
        if (begins := _BEGINNINGS.match(plain)) and self._is_word(plain[begins.end() :]):
            return True
        return all(p in self.english or stem(p) in self._known_stems for p in re.split(r"['-]", plain) if p)

    def _is_word(self, rest: str) -> bool:
        if rest in self.english or stem(rest) in self._known_stems:
            return True
        return any(self._is_base(rest[: m.start()]) for m in _ENDINGS.finditer(rest))

    def _is_base(self, base: str) -> bool:
        """True when a word without its ending is known, with a silent e or a doubled letter allowed for."""
        doubled = base[:-1] if base[-1:] == base[-2:-1] else base
        return len(base) >= _MIN_CHARS and bool({base, f"{base}e", doubled} & self.english)

    def _best(self, plain: str, among: Sequence[str]) -> str | None:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        most = 2 if len(plain) >= _TWO_SLIPS_FROM_CHARS else 1
        near = process.extract(plain, among, scorer=OSA.distance, score_cutoff=most, limit=8)
        # Swapped letters are the commonest slip, then a dropped one, then a wrong one; the first is rarely wrong.
        letters = sorted(plain)
        ranked = sorted(
            near,
            key=lambda n: (n[1], sorted(n[0]) != letters, n[0][0] != plain[0], len(plain) - len(n[0]), n[0]),
        )
        return ranked[0][0] if ranked else None
