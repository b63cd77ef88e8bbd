"""Numbers in tables: a figure is supported only by the cell whose row and column the claim names."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from app.verify.cells import Cell, cells, is_table, tokens
from app.verify.readings import one_form
from ingest.quantities import Quantity

__all__ = ["holds", "is_table", "supports"]

_SHARES = re.compile(r"per ?cent|%", re.I)
_QUESTION = frozenset(
    one_form(w)
    for w in ("what how much many amount value number company did does show thousand million billion percent").split()
)
_LABEL_EXTRA, _SECTION_WEIGHT = 0.35, 0.5


def holds(number: Quantity, text: str) -> bool:
    """Whether any cell, or the head of a row or column for a year, is `number`."""
    if number.unit in ("year", "date"):
        return _heads(text, number)
    return any(_equal(c, number, text) for c in cells(text))


def supports(claim: str, number: Quantity, text: str) -> bool:
    """Whether the cell that the claim names best holds `number`."""
    if number.unit in ("year", "date"):
        return _heads(text, number)
    scaled = _has_scale(number.text)
    table = [c for c in cells(text) if not (scaled and c.percent)]
    matching = [c for c in table if _equal(c, number, text)]
    if not matching:
        return False
    words = tokens(claim[: number.start] + " " + claim[number.end :]) - _QUESTION
    rarity = _rarity(table)
    best = max(_fit(c, words, rarity) for c in table)
    fit = max(_fit(c, words, rarity) for c in matching)
    return fit > 0 and fit >= best - 1e-9


def _heads(text: str, number: Quantity) -> bool:
    """Whether a row, column or section of the table is headed by the year."""
    year = str(int(number.value))
    return any(year in c.row or year in c.column or year in c.section for c in cells(text))


def _equal(cell: Cell, number: Quantity, text: str) -> bool:
    value = abs(number.value)
    if number.unit == "percent":
        return (cell.percent or bool(_SHARES.search(text))) and _close(cell.value, value)
    if cell.percent and number.unit not in (None, "count", "points"):
        return False
    if _has_scale(number.text):
        return not cell.percent and cell.scale is not None and _close(cell.value * cell.scale, value)
    return _close(cell.value, value) or (cell.scale is not None and _close(cell.value * cell.scale, value))


def _has_scale(text: str) -> bool:
    return bool(re.search(r"thousand|million|billion|trillion|[0-9]\s?(?:k|m|mn|bn|tn|b|t)\b", text, re.I))


def _close(x: float, y: float) -> bool:
    return abs(x - y) <= 1e-9 * max(1.0, abs(x), abs(y))


def _rarity(table: Sequence[Cell]) -> dict[str, float]:
    counts = Counter(w for c in table for w in c.row | c.column | c.section)
    return {w: math.log(1 + len(table) / n) for w, n in counts.items()}


def _fit(cell: Cell, words: frozenset[str], rarity: dict[str, float]) -> float:
    named = cell.row | cell.column
    fit = sum(rarity[w] for w in words & named)
    fit += _SECTION_WEIGHT * sum(rarity[w] for w in (words & cell.section) - named)
    return fit - _LABEL_EXTRA * sum(rarity[w] for w in cell.row - words)
