"""Joining rows of print: a word that was parted at a row's end is made whole again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PARTED = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
_BEGINS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Joiner:
    """Knows the words of the document, in lower case."""

    words: frozenset[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Joiner:
        """A joiner for a document with these rows."""
        words: set[str] = set()
        for text in texts:
            found = _WORD.findall(text.lower())
            if found and text.rstrip().endswith(("-", "\u2010", "\u00ad")):
                found.pop()
            words.update(found)
        return cls(frozenset(words))

    def joined(self, rows: Sequence[str]) -> str:
        """The rows as one text."""
        text = ""
        for row in rows:
            parted = _PARTED.search(text)
            begins = _BEGINS.match(row)
            if parted and begins:
                keeps = self._keeps_hyphen(parted[1], begins[0])
                text = f"{text}{row}" if keeps else f"{text[:-1]}{row}"
            elif text and text.endswith("-") and row[:1].isdigit():
                text = f"{text}{row}"
            else:
                text = f"{text} {row}".strip()
        return text

    def _keeps_hyphen(self, first: str, second: str) -> bool:
        """Whether the hyphen belongs to the word ("long-term"): by its other occurrences, else by its halves."""
        low, high = first.lower(), second.lower()
        if f"{low}{high}" in self.words:
            return False
        if f"{low}-{high}" in self.words or not second[0].islower():
            return True
        return min(len(low), len(high)) > 2 and low in self.words and high in self.words
