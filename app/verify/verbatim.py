"""Whether a statement stands in a quote word for word, up to spaces, note marks and a dropped connective."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from app.vocabulary import slots
from ingest.quantities import quantities

_DASHES = str.maketrans(
    {
        "–": "-",
        "−": "-",
        "‑": "-",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "\u00a0": " ",
        "\u2009": " ",
        "\\": "",
    }
)
_NOTES = re.compile(r"[¹²³⁰⁴-⁹]+|\[[0-9]{1,3}\](?:\([^)]*\))?|\((?:see )?(?:figures?|figs?\.?)\s[^)]{1,20}\)", re.I)
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"[.!?][\"')\]]*\s")
_NEGATION = re.compile(
    r"\b(?:not?|never|none|without|nor|neither|cannot|hardly|if|unless|whether)\b|n't\b|\bfalse\b|\bwrong\b",
    re.I,
)
_EDGE = " .!?;:,\"'"
_PREFIX_CHARS = 240


@lru_cache(maxsize=8192)
def _normal(text: str) -> str:
    plain = _NOTES.sub(" ", text.translate(_DASHES))
    return re.sub(r"\s+([,.;:!?)])", r"\1", _SPACE.sub(" ", plain)).strip().lower()


def is_verbatim(text: str, quotes: Sequence[str]) -> bool:
    """True when one quote holds the statement and what was left out before it changes nothing."""
    wanted = _normal(text).strip(_EDGE)
    return bool(wanted) and any(_stands(wanted, _normal(q)) for q in quotes)


def _stands(wanted: str, quote: str) -> bool:
    at = quote.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        whole = not quote[at - 1 : at].isalnum() and not quote[end : end + 1].isalnum()
        if whole and _unchanged(quote, at, end):
            return True
        at = quote.find(wanted, at + 1)
    return False


def _unchanged(quote: str, at: int, end: int) -> bool:
    """Nothing dropped from the sentence denies or restricts, and no number is cut in two."""
    ends = [m.end() for m in _SENTENCE_END.finditer(quote, max(0, at - _PREFIX_CHARS), at)]
    begin = ends[-1] if ends else max(0, at - _PREFIX_CHARS)
    dropped = quote[begin:at]
    if any(q.start < edge < q.end for edge in (at - begin, end - begin) for q in quantities(quote[begin : end + 40])):
        return False
    return not _NEGATION.search(dropped) and not _restricts(dropped)


def _restricts(dropped: str) -> bool:
    return bool(dropped.strip()) and any(space in slots(dropped) for space in ("country", "sector", "size", "role"))
