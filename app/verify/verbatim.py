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
_CELLS_FROM = 2


@lru_cache(maxsize=8192)
def _normal(text: str) -> str:
    plain = _NOTES.sub(" ", text.translate(_DASHES))
    return re.sub(r"\s+([,.;:!?)])", r"\1", _SPACE.sub(" ", plain)).strip().lower()


def is_verbatim(text: str, quotes: Sequence[str]) -> bool:
    """True when one quote holds the statement and what was left out before it changes nothing."""
    wanted = _normal(text).strip(_EDGE)
    return bool(wanted) and any(_stands(wanted, _normal(q)) or is_of_one_row(wanted, _normal(q)) for q in quotes)


def is_of_one_row(text: str, row: str) -> bool:
    """True when `text` is some cells of a table's row ("Site: Gdansk; Staff: 913") in their order, the name of the
    row (its first cell without a number, or its first) among them."""
    cells = [c.strip(_EDGE) for c in row.split("; ")]
    wanted = [c.strip(_EDGE) for c in text.split("; ")]
    if len(cells) < _CELLS_FROM or len(wanted) < _CELLS_FROM or not all(": " in c for c in cells):
        return False
    kept = [c for c in cells if c in wanted]
    names = [c for c in cells if not any(sign.isdigit() for sign in c)] or cells[:1]
    return kept == wanted and any(n in kept for n in (*names, cells[0]))


def other_value(text: str, quotes: Sequence[str]) -> str:
    """Of a statement made of cells, a header under which the quoted row holds another value; "" when there is none."""
    claimed = _by_header(text)
    for row in map(_by_header, quotes):
        for header, value in claimed.items() if len(row) >= _CELLS_FROM else ():
            if header in row and row[header] != value:
                return f"the quoted row gives {row[header]} under {header}, not {value}"
    return ""


def _by_header(text: str) -> dict[str, str]:
    cells = [c.partition(": ") for c in _normal(text).split("; ")]
    return {h.strip(_EDGE): v.strip(_EDGE) for h, _, v in cells} if all(v for _, _, v in cells) else {}


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
