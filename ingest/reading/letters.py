"""From the letters of a printed page to its words; note marks are raised, overprinted blanks part nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from ingest.reading.cleaning import RAISED, clean
from ingest.reading.printed import Row, Word, row_of

UNNAMED = re.compile(r"\(cid:\d+\)")
"""A sign whose font does not say which letter it is; alone, it is a bullet."""
_SMALLER = 0.86
_RISE = 0.12
_BESIDE = 0.5
_BOLD = ("bold", "black", "heavy")


def words_of(page: Any) -> list[Word]:
    """The words of a pdfplumber page."""
    found = []
    for word in page.extract_words(return_chars=True, x_tolerance_ratio=0.2):
        chars = word["chars"]
        text = clean(UNNAMED.sub("", _with_raised(chars)) or "•").text.strip()
        if text:
            size = max(c["size"] for c in chars)
            bold = all(any(sign in c["fontname"].lower() for sign in _BOLD) for c in chars)
            found.append(Word(text, word["x0"], word["x1"], word["top"], word["bottom"], size, bold))
    return found


def overprinted(chars: Sequence[Any]) -> set[int]:
    """Ids of blanks that lie under the letter after them: what is left of a soft hyphen."""
    return {
        id(blank)
        for blank, letter in pairwise(chars)
        if blank["text"] == " "
        and letter["text"].strip()
        and abs(blank["x0"] - letter["x0"]) < 0.1 * blank["size"]
        and abs(blank["top"] - letter["top"]) < blank["size"]
    }


def with_marks(rows: Sequence[Row]) -> list[Row]:
    """The rows, with note marks that stand a little higher than their row brought into it."""
    kept = list(rows)
    for mark in [row for row in rows if row.words and _is_mark(row)]:
        host = next((row for row in kept if row is not mark and _holds(row, mark)), None)
        if host is not None:
            kept.remove(mark)
            kept[kept.index(host)] = _marked(host, mark)
    return kept


def _with_raised(chars: Sequence[Any]) -> str:
    """The letters of a word; digits that are small and raised behind it become superscripts."""
    base = chars[0]
    told = ""
    for char in chars:
        small = char["size"] <= _SMALLER * base["size"]
        raised = small and base["bottom"] - char["bottom"] > _RISE * base["size"]
        told += char["text"].translate(RAISED) if raised and base["text"].isalpha() else char["text"]
    return told


def _is_mark(row: Row) -> bool:
    return all((word.text.isdecimal() and len(word.text) <= 2) or word.text in "*†‡" for word in row.words)


def _holds(row: Row, mark: Row) -> bool:
    """Whether each mark stands at the upper edge of a row of larger letters, right behind or before a word."""
    if not row.words or mark.size > _SMALLER * row.size:
        return False
    height = mark.bottom - mark.top
    if mark.bottom - row.top < 0.4 * height or row.bottom - mark.bottom < _RISE * row.size or mark.top > row.bottom:
        return False
    return all(_before(row, m) is not None or _after(row, m) is not None for m in mark.words)


def _before(row: Row, mark: Word) -> Word | None:
    reach = _BESIDE * row.size
    return next((w for w in row.words if abs(mark.x0 - w.x1) <= reach), None)


def _after(row: Row, mark: Word) -> Word | None:
    return row.words[0] if 0 <= row.words[0].x0 - mark.x1 <= 2 * row.size else None


def _marked(row: Row, mark: Row) -> Row:
    words = list(row.words)
    for sign in mark.words:
        text = sign.text.translate(RAISED)
        host = _before(row, sign)
        if host is None or host.text[-1:].isdigit():
            words.append(replace(sign, text=text, bottom=row.bottom, size=row.size))
        else:
            words[words.index(host)] = replace(host, text=f"{host.text}{text}", x1=max(host.x1, sign.x1))
            row = row_of(words)
    return row_of(words)
