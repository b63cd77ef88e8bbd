"""Words, stems and content terms: one notion of a "word" for searching, reading and checking.

The stemmer is Porter's (Porter 1980, "An algorithm for suffix stripping"), the one that the lexical
index uses too, so that a stem here is a term there.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import Any

WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:[’'][A-Za-z]+)?|\d+(?:[.,]\d+)*")

STOPWORDS = frozenset(
    """a an and are as at be been being but by can cannot did do does doing done each either for from had has have
    having he her him his how i if in is it its itself may me might more most must my neither no nor not of off on
    once one only or other our ours out over own shall she so some such than that the their theirs them then there
    these they this those through to too under until up upon us very via was we were what when where whether which
    while who whom whose why will with within without you your yours would should could don doesn didn isn aren
    wasn weren won hasn haven hadn ll re ve s t d m what's that's it's there's who's here""".split()
)


# A stemmer keeps the word it works on: two threads in one would mix theirs up, and the mixture would be remembered.
_of_thread = threading.local()


def _stemmer() -> Any:
    if not hasattr(_of_thread, "stemmer"):
        import snowballstemmer

        _of_thread.stemmer = snowballstemmer.stemmer("porter")
    return _of_thread.stemmer


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Porter stem of one lower-case word; numbers come back unchanged."""
    return word if word[:1].isdigit() else str(_stemmer().stemWord(word))


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[str, ...]:
    """Lower-case words and numbers of `text` in order; hyphens split, possessives are cut."""
    found = (w.lower().replace("’", "'") for w in WORD.findall(text))
    return tuple(w.removesuffix("'s").rstrip("'") for w in found)


@lru_cache(maxsize=65_536)
def stems(text: str) -> tuple[str, ...]:
    """Stems of all words of `text`, in order, stop words included."""
    return tuple(stem(w) for w in words(text))


@lru_cache(maxsize=65_536)
def content_stems(text: str) -> tuple[str, ...]:
    """Stems of the words of `text` that carry content (no stop words), in order, each once."""
    return tuple(dict.fromkeys(stem(w) for w in words(text) if w not in STOPWORDS))
