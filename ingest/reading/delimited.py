"""Delimited tables (CSV, TSV): the delimiter and the encoding are found by what the file holds."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from pathlib import Path

from ingest.errors import DocumentRefused
from ingest.reading.archives import looks_like_html
from ingest.reading.cleaning import clean
from ingest.reading.decoding import decode
from ingest.reading.grid import told
from ingest.reading.outline import document_of
from ingest.reading.parts import Part
from ingest.types import Document

_DELIMITERS = ",;\t|"
_PROBE_ROWS = 200
_PROBE_CHARS = 200_000


def read_csv(path: Path, raw: bytes) -> Document:
    """A table whose first row names its columns, if it does; raises DocumentRefused."""
    if looks_like_html(raw):
        raise DocumentRefused(f"{path}: has the content of a web page; expected a table: name it .html")
    cleaned = clean(decode(path, raw))
    delimiter = _delimiter(cleaned.text)
    try:
        rows = [row for row in csv.reader(io.StringIO(cleaned.text), delimiter=delimiter, strict=False) if row]
    except csv.Error as error:
        raise DocumentRefused(f"{path}: is no readable table ({error}); expected rows of cells") from None
    lead, rows = _lead(rows)
    grid = told(rows)
    parts = [Part((line,)) for line in lead]
    if grid:
        parts.append(Part((), kind="table", rows=grid))
    front = {"title": re.sub(r"[-_]+", " ", path.stem)}
    return document_of(path, hashlib.sha256(raw).hexdigest(), parts, front, cleaned.warnings)


def _lead(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Lines of text above the table: rows of one cell, when the table has more."""
    at = 0
    while at < len(rows) and sum(1 for cell in rows[at] if cell.strip()) <= 1:
        at += 1
    if at == len(rows):
        return [], rows
    return [line for row in rows[:at] if (line := " ".join(c.strip() for c in row if c.strip()))], rows[at:]


def _delimiter(text: str) -> str:
    """The sign that cuts the most rows into the same number of cells, at least two."""
    probe = text[:_PROBE_CHARS]
    best, best_score = ",", (0.0, 0)
    for sign in _DELIMITERS:
        try:
            rows = list(csv.reader(io.StringIO(probe), delimiter=sign))[:_PROBE_ROWS]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if row)
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        score = (count / max(1, sum(widths.values())), width) if width > 1 else (0.0, 0)
        if score > best_score:
            best, best_score = sign, score
    return best
