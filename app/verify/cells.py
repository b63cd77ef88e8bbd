"""Reading tables: every numeric cell with the labels of its row, column and section, and its scale.

Reads pipe tables with header rows, section rows and a scale in the caption ("in millions"), and single rows
written as "header: cell | header: cell".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from app.verify.readings import one_form
from ingest.terms import STOPWORDS

_WORD = re.compile(r"[A-Za-z]+(?:[’'][A-Za-z]+)?|[0-9]+(?:\.[0-9]+)?")
_NUMBER = re.compile(
    r"^\(?\s*[-–−]?\s*(?:[A-Z]{0,3}\\?[$£€¥₹])?\s*\(?\s*([0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)\s*\)?\s*(%"
    r"|per ?cent|x)?\s*\)?\s*(?:\([0-9a-z]\))?$",
    re.I,
)
_YEARLIKE = re.compile(r"^(?:fy\s?)?(?:1[89]|20)[0-9]{2}[a-z*]?(?:\s?\([0-9a-z]\))?$", re.I)
_SCALE_WORDS = {
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3, "m": 1e6, "mn": 1e6,
    "bn": 1e9, "tn": 1e12,
}  # fmt: skip
_SCALE = re.compile(
    r"(?<!shares )\bin (?:[A-Za-z.]+ )?(?:U\.?S\.? )?(?:dollars? |\S{0,3}[$£€¥] ?)?(thousand|million"
    r"|billion|trillion)s?\b|[$£€¥]\s?['’]?(m|mn|bn|million|billion|thousand)s?\b"
    r"|\b(thousand|million|billion)s? of (?:[A-Z][A-Za-z.]+ )*(?:dollars|euros?|pounds|yen|[$£€])"
    r"|[(,]\s*(?:[A-Z]{2,4}\W{0,2}|[A-Za-z]+ )?(thousand|million|billion)s?\b\s*[),]"
    r"|(['’]000s?|000['’]s|\b000s\b|[$£€]\s?000)|\b(?:RMB|USD|EUR|GBP|US)[ $'’]*(thousand|million"
    r"|billion)s?\b",
    re.I,
)
_PER_UNIT = re.compile(
    r"\bper[- ](?:[a-z]+ )?(?:share|unit|ads|employee|ordinary|common|diluted)\b|%|\bper ?cent"
    r"|\bpercentage|\bratio\b|\brate\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a table with what names it; `scale` is None when nothing states it."""

    value: float
    percent: bool
    row: frozenset[str]
    column: frozenset[str]
    section: frozenset[str]
    scale: float | None


def is_table(text: str) -> bool:
    """Whether any line has cells."""
    return "|" in text


def tokens(text: str) -> frozenset[str]:
    """Stems of the words and numbers that can name a row or a column."""
    found = (w.lower() for w in _WORD.findall(text.replace("’", "'")))
    return frozenset(one_form(w.removesuffix("'s")) for w in found if w not in STOPWORDS)


@lru_cache(maxsize=512)
def cells(text: str) -> tuple[Cell, ...]:
    """Every numeric cell of the tables in `text`."""
    found: list[Cell] = []
    headers: list[list[str]] = []
    section, in_body, caption = "", False, ""
    for line in text.splitlines():
        if "|" not in line:
            caption += "\n" + line
            if in_body:
                headers, section, in_body = [], "", False
            continue
        row = _split(line)
        kind = _kind(row, in_body)
        if kind == "named":
            found += _named_row(row, _scale(caption))
        elif kind == "body":
            in_body = True
            found += _body_row(row, headers, section, caption)
        elif kind == "section":
            section = next(c for c in row if c)
            headers += [] if in_body else [row]
        elif kind == "header":
            headers = [row] if in_body else [*headers, row]
            section, in_body = ("" if in_body else section), False
    return tuple(found)


def _kind(row: list[str], in_body: bool) -> str:
    """ "rule", "named" (header: cell), "body", "section" (one label) or "header"."""
    filled = [c for c in row if c]
    if not filled or _is_rule(row):
        return "rule"
    if _is_named(row):
        return "named"
    numeric = [c for c in row[1:] if _is_number(c)]
    if numeric and not row[0] and len(numeric) == len(filled) and (in_body or len(numeric) > 1):
        row[0] = "Total"  # accountants leave the label of a sum out
    if numeric and row[0]:
        return "body"
    return "section" if len(filled) == 1 else "header"


def _split(line: str) -> list[str]:
    line = line.strip() if line.strip().endswith("|") and line.strip().startswith("|") else line
    if line.startswith("|") and line.endswith("|"):
        line = line[1:-1]
    return [c.strip() for c in line.split("|")]


def _is_rule(row: list[str]) -> bool:
    return all(not c.strip(":- ") for c in row) and any("-" in c for c in row)


def _is_named(row: list[str]) -> bool:
    return len(row) > 1 and sum(bool(re.match(r"[^:|]{1,60}:\s*\S", c)) for c in row) >= max(2, len(row) - 1)


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.match(cell)) and not _YEARLIKE.match(cell)


def _value(cell: str) -> tuple[float, bool]:
    found = _NUMBER.match(cell)
    assert found
    return float(found[1].replace(",", "")), bool(found[2]) and found[2] != "x"


def _scale(text: str) -> float | None:
    found = list(_SCALE.finditer(text))
    if not found:
        return None
    word = next(g for g in found[-1].groups() if g).lower()
    return 1e3 if "000" in word else _SCALE_WORDS[word]


def _named_row(row: list[str], caption_scale: float | None) -> list[Cell]:
    pairs = [c.split(":", 1) if ":" in c else ["", c] for c in row]
    label = tokens(" ".join(v for _, v in pairs if not _is_number(v.strip())))
    found = []
    for header, cell in pairs:
        if _is_number(cell.strip()):
            value, percent = _value(cell.strip())
            scale = _scale(header) or caption_scale
            found.append(
                Cell(
                    value,
                    percent or "%" in header or "cent" in header,
                    label,
                    tokens(header),
                    frozenset(),
                    scale,
                )
            )
    return found


def _body_row(row: list[str], headers: list[list[str]], section: str, caption: str) -> list[Cell]:
    label = row[0]
    scale = _scale(label) or _scale(section) or _scale(" ".join(c for h in headers for c in h)) or _scale(caption)
    if _PER_UNIT.search(label) and not _scale(label):
        scale = 1.0
    found = []
    for j, cell in enumerate(row[1:], 1):
        if not _is_number(cell):
            continue
        value, percent = _value(cell)
        over = " ".join(_above(h, j, len(row)) for h in headers)
        column = tokens(over)
        percent = percent or "%" in over or "%" in label
        found.append(Cell(value, percent, tokens(label), column, tokens(section), _scale(over) or scale))
    return found


def _above(header: list[str], j: int, width: int) -> str:
    """The header over column `j`; a header that spans columns stands over those to its right."""
    at = j - (width - len(header))
    if not 0 <= at < len(header):
        return ""
    if header[at]:
        return header[at] if at else ""
    left = [c for c in header[1:at] if c]
    right = [c for c in header[at + 1 :] if c]
    return left[-1] if left else (right[0] if right else "")
