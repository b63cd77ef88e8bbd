"""PDF files, page by page (pdfplumber, MIT): what can be seen on each page, its words and its ruled tables."""

from __future__ import annotations

import hashlib
import io
import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.errors import DocumentRefused
from ingest.reading.archives import looks_like_html
from ingest.reading.cleaning import clean
from ingest.reading.decoding import signature
from ingest.reading.grid import told
from ingest.reading.inflating import TooMuch, inflating
from ingest.reading.letters import UNNAMED, overprinted, with_marks, words_of
from ingest.reading.lined import lined_tables
from ingest.reading.outline import document_of
from ingest.reading.pacing import TooSlow, check, next_page, timed
from ingest.reading.printed import RuledTable, Sheet, Word, rows_of
from ingest.reading.tiles import with_tiles
from ingest.reading.transparent import Area, transparent_areas
from ingest.reading.typesetting import parts_of_sheets, title_of
from ingest.reading.visible import Looks, hidden_by
from ingest.types import Document

MAX_PAGES = 3_000
_PROBE_BYTES = 1_024
_MOST_CROSSINGS = 4_000_000
_NO_TITLE = re.compile(
    r"\(?untitled\)?(?: document)?|(?:document|presentation|book)\s*\d*|powerpoint presentation|microsoft word - .*|"
    r".*\.(?:docx?|pptx?|xlsx?|indd|pdf|qxd|html?|tex)",
    re.I,
)
"""What programs write where nobody gave a title."""
_MOST_UNNAMED = 0.3
_LEAST_LETTERS = 25
"""A document with fewer letters than this beside pictures is taken for a scan."""


def read_pdf(path: Path, raw: bytes) -> Document:
    """A PDF with text; raises DocumentRefused for one that is locked, damaged, too large inside, or a mere picture."""
    if b"%PDF-" not in raw[:_PROBE_BYTES]:
        found = "a web page" if looks_like_html(raw) else signature(raw) or "another kind of file"
        raise DocumentRefused(f"{path}: has the content of {found}; expected a PDF: give the file its right name")
    with _quiet(), inflating(), timed():
        try:
            sheets, extractable, title = _read(path, raw)
        except DocumentRefused:
            raise
        except Exception as error:  # whatever a damaged file brings out in the parser
            raise _refusal(path, error) from None
    if sum(s.unnamed for s in sheets) > _MOST_UNNAMED * max(1, sum(s.letters for s in sheets)):
        raise DocumentRefused(
            f"{path}: has fonts that do not say which letters they hold; expected a PDF whose text can be copied: "
            "print it anew, or run text recognition over it"
        )
    letters = sum(c.isalpha() for sheet in sheets for row in sheet.rows for c in _all_text(row))
    if letters < _LEAST_LETTERS and any(s.pictured for s in sheets):
        raise DocumentRefused(
            f"{path}: is a scan, pictures of {len(sheets)} pages without text; expected a PDF with text: run text "
            "recognition over it first (ocrmypdf does)"
        )
    if not letters:
        raise DocumentRefused(f"{path}: holds no words on its {len(sheets)} pages; expected text")
    parts = list(parts_of_sheets(sheets))
    warnings = tuple(_warnings(sheets))
    title = title_of(sheets) or title
    document = document_of(path, hashlib.sha256(raw).hexdigest(), parts, {"title": title} if title else None, warnings)
    if extractable:
        return document
    locked = "the publisher does not allow copying: cited only, not quoted"
    return replace(document, rights="cite-only", warnings=(*document.warnings, locked))


def _read(path: Path, raw: bytes) -> tuple[list[Sheet], bool, str | None]:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(raw)) as pdf:
        count = len(pdf.pages)
        if not count:
            raise DocumentRefused(f"{path}: has no pages; expected a PDF with text")
        if count > MAX_PAGES:
            raise DocumentRefused(f"{path}: has {count} pages; expected at most {MAX_PAGES}: split the file")
        invisible = transparent_areas(raw)
        sheets = [_sheet(page, invisible) for page in _closing(pdf.pages)]
        stated = (pdf.metadata or {}).get("Title")
        title = (
            " ".join(stated.split()) if isinstance(stated, str) and not _NO_TITLE.fullmatch(stated.strip()) else None
        )
        return sheets, bool(pdf.doc.is_extractable), title


def _closing(pages: list[Any]) -> Iterator[Any]:
    """Each page, whose layout is let go of before the next one is read."""
    for page in pages:
        next_page()
        yield page
        page.close()


def _sheet(page: Any, invisible: Iterator[list[Area]]) -> Sheet:
    chars = page.chars  # laid out under the clock, before anything else looks at the page
    looks = Looks.of(page, next(invisible, []))
    hidden: Counter[str] = Counter()
    seen = set()
    for char in chars:
        check()
        reason = hidden_by(char, looks)
        if reason is None:
            seen.add(id(char))
        elif char["text"].strip():
            hidden[reason] += 1
    seen -= overprinted(page.chars)
    shown = page.filter(lambda o: o["object_type"] != "char" or id(o) in seen)
    words = words_of(shown)
    tables = _tables(shown, words)
    words = [w for w in words if not any(_inside(w, t) for t in tables)]
    return Sheet(
        page.page_number,
        float(page.width),
        float(page.height),
        tuple(with_tiles(with_marks(rows_of(words, tables)))),
        dict(hidden),
        _is_pictured(page),
        len(page.chars),
        sum(1 for c in page.chars if UNNAMED.fullmatch(c["text"])),
    )


def _tables(page: Any, words: list[Word]) -> list[RuledTable]:
    """Tables with lines on both ways, then those with horizontal lines only where there are none of the first."""
    if len(page.horizontal_edges) * len(page.vertical_edges) > _MOST_CROSSINGS:
        return []  # a drawing
    ruled = list(_ruled(page))
    for table in lined_tables(page.horizontal_edges, words):
        beneath = [t for t in ruled if t.top < table.bottom and t.bottom > table.top and t.x0 < table.x1]
        if sum(len(t.rows) for t in beneath) * 2 < len(table.rows):
            ruled = [t for t in ruled if t not in beneath]
            ruled.append(table)
    return ruled


def _ruled(page: Any) -> Iterator[RuledTable]:
    """Tables with lines on both ways; frames of one row or column, and charts, are none."""
    for table in page.find_tables():
        rows = _filled(table)
        grid = told(rows)
        cells = [cell for row in grid[1:] for cell in row]
        if len(rows) < 2 or len(rows[0]) < 2 or sum(1 for c in cells if c) * 2 < len(cells):
            continue
        x0, top, x1, bottom = table.bbox
        yield RuledTable(x0, x1, top, bottom, rows)


def _filled(table: Any) -> tuple[tuple[str, ...], ...]:
    """A table's rows that hold anything; what spans rows is told in each of them."""
    texts = table.extract()
    rows: list[tuple[str, ...]] = []
    above: list[tuple[str, float]] = []
    for row, told_row in zip(table.rows, texts, strict=True):
        cells = []
        for place, (box, text) in enumerate(zip(row.cells, told_row, strict=True)):
            if box is not None:
                cells.append((_cell(text), box[3]))
            else:
                held = above[place] if place < len(above) else ("", 0.0)
                cells.append(held if held[1] >= row.bbox[3] - 1 else ("", 0.0))
        above = cells
        rows.append(tuple(text for text, _ in cells))
    return tuple(row for row in rows if any(row))


def _cell(text: str | None) -> str:
    return " ".join(clean(UNNAMED.sub("", text or "")).text.split())


def _inside(word: Word, table: RuledTable) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return table.x0 <= x <= table.x1 and table.top <= y <= table.bottom


def _is_pictured(page: Any) -> bool:
    """Whether pictures cover at least half of the page."""
    area = sum(max(0.0, i["x1"] - i["x0"]) * max(0.0, i["bottom"] - i["top"]) for i in page.images)
    return bool(area >= 0.5 * float(page.width) * float(page.height))


def _all_text(row: Any) -> str:
    return row.text if row.table is None else "".join(cell for cells in row.table.rows for cell in cells)


def _warnings(sheets: list[Sheet]) -> Iterator[str]:
    reasons: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        for reason in sheet.hidden:
            reasons.setdefault(reason, []).append(sheet)
    for reason, where in reasons.items():
        count = sum(sheet.hidden[reason] for sheet in where)
        yield f"{count} characters {reason} removed ({_pages(where)})"
    bare = [s for s in sheets if s.pictured and not s.rows]
    if bare:
        yield f"pictures without text were left out ({_pages(bare)})"


def _pages(sheets: list[Sheet]) -> str:
    numbers = [str(s.number) for s in sheets]
    listed = ", ".join(numbers[:8]) + (" …" if len(numbers) > 8 else "")
    return f"page{'s' if len(numbers) > 1 else ''} {listed}"


def _refusal(path: Path, error: Exception) -> DocumentRefused:
    chain = (error, error.__cause__, error.__context__, *error.args)
    if flood := next((e for e in chain if isinstance(e, TooMuch)), None):
        return DocumentRefused(
            f"{path}: unpacks to more than {flood.limit // 2**20} MB of text and drawing; expected an ordinary PDF, "
            "not one that floods memory: split it or print it anew"
        )
    if slow := next((e for e in chain if isinstance(e, TooSlow)), None):
        return DocumentRefused(
            f"{path}: {slow.told}; expected an ordinary PDF, not a drawing of countless strokes: print it anew, or "
            "take such pages out"
        )
    causes = {type(e).__name__ for e in chain}
    if causes & {"PDFPasswordIncorrect", "PDFEncryptionError"}:
        return DocumentRefused(f"{path}: is a password-protected PDF; expected one that opens without a password")
    told_as = " ".join(str(error).split())[:120] or type(error).__name__
    return DocumentRefused(f"{path}: is a damaged PDF ({told_as}); expected a whole one: fetch or print it again")


@contextmanager
def _quiet() -> Iterator[None]:
    """The parser's remarks on fonts and colours are of no use to a reader."""
    log = logging.getLogger("pdfminer")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
