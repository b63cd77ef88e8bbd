"""Excel workbooks (openpyxl, MIT): the name of a sheet is a section; formulas count with their stored values."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from ingest.errors import DocumentRefused
from ingest.reading.archives import check_office
from ingest.reading.captions import is_caption
from ingest.reading.cleaning import clean
from ingest.reading.formats import shown
from ingest.reading.grid import is_number, looks_headed, told
from ingest.reading.hidden import Hidden
from ingest.reading.outline import document_of
from ingest.reading.parts import Part, ends
from ingest.types import Document

MAX_SHEET_BYTES = 64 * 1024 * 1024
"""Sheets are read whole; each byte of them costs some ten of memory."""

_TALLEST_MERGE = 2_000
_LEAST_COLUMN = 4
_TITLE_LINES = 3
_EMPTY_FORMULA = re.compile(rb"</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>|<f[^<>]*/>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_UNSEEN = re.compile(r"\s*;\s*;\s*;\s*")


def read_xlsx(path: Path, raw: bytes) -> Document:
    """A workbook; hidden sheets, rows and columns stay out. Raises DocumentRefused."""
    import openpyxl

    check_office(path, raw)
    hidden = Hidden()
    try:
        _weigh(path, raw, hidden)
        book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True, keep_links=False)
        parts = [part for sheet in book.worksheets for part in _sheet(sheet, hidden)]
        stated = book.properties.title
    except DocumentRefused:
        raise
    except Exception as error:  # whatever a damaged file brings out in the parser
        told_as = " ".join(str(error).split())[:120] or type(error).__name__
        raise DocumentRefused(
            f"{path}: is a damaged workbook ({told_as}); expected a whole one: save it again"
        ) from None
    if not any(part.kind != "heading" for part in parts):
        raise DocumentRefused(f"{path}: has no values on its visible sheets; expected cells with text or numbers")
    title = " ".join(stated.split()) if isinstance(stated, str) else ""
    front = {"title": title or re.sub(r"[-_]+", " ", path.stem)}
    return document_of(path, hashlib.sha256(raw).hexdigest(), parts, front, hidden.warnings())


def _weigh(path: Path, raw: bytes, hidden: Hidden) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        sheets = [e for e in archive.infolist() if e.filename.startswith("xl/worksheets/")]
        size = sum(e.file_size for e in sheets)
        if size > MAX_SHEET_BYTES:
            raise DocumentRefused(
                f"{path}: has sheets of {size // 2**20} MB; expected at most {MAX_SHEET_BYTES // 2**20} MB: "
                "save them as CSV files"
            )
        unknown = sum(len(_EMPTY_FORMULA.findall(archive.read(e))) for e in sheets if e.filename.endswith(".xml"))
    if unknown:
        hidden.add(
            [f"{unknown} formulas have no stored value and were left out: save the file in a spreadsheet program"]
        )


def _sheet(sheet: Any, hidden: Hidden) -> Iterator[Part]:
    if sheet.sheet_state != "visible":
        values = (str(c) for row in sheet.iter_rows(values_only=True) for c in row if c is not None)
        hidden.take(f"on hidden sheet {sheet.title!r}", " ".join(values))
        return
    unseen = _hidden_columns(sheet)
    spanned = _spanned(sheet)
    block: list[list[str]] = []
    table: list[list[str]] = []
    headed = False
    for row in sheet.iter_rows():
        cells = []
        for cell in row:
            text = _text(cell, hidden)
            if text and (sheet.row_dimensions[cell.row].hidden or cell.column in unseen):
                hidden.take("in hidden rows or columns", text)
                text = ""
            cells.append(text)
        if block and any(cells):
            cells = [c or (block[-1][n] if (row[0].row, n) in spanned else "") for n, c in enumerate(cells)]
        if any(cells) and not headed:
            yield Part((sheet.title,), kind="heading", level=2)
            headed = True
        if any(cells):
            block.append(cells)
        elif block:
            block = _under(block, table)
            yield from _block(block)
            table, block = (block if len(block) > 1 else table), []
    yield from _block(_under(block, table))


def _under(block: list[list[str]], table: list[list[str]]) -> list[list[str]]:
    """A lone row of amounts below a table, such as its total, with the table's headers above it."""
    if len(block) != 1 or len(table) < 2 or len(block[0]) != len(table[0]):
        return block
    headers = next((row for row in table if sum(1 for cell in row if cell) > 1), [])
    places = [n for n, cell in enumerate(block[0]) if cell]
    amounts = [n for n in places if is_number(block[0][n])]
    fits = bool(amounts) and len(places) > 1 and all(headers[n : n + 1] not in ([], [""]) for n in amounts)
    return [headers, *block] if fits and all(is_number(table[-1][n]) for n in amounts) else block


def _hidden_columns(sheet: Any) -> set[int]:
    from openpyxl.utils import column_index_from_string

    found: set[int] = set()
    for letter, dimension in sheet.column_dimensions.items():
        if dimension.hidden:
            first = dimension.min or column_index_from_string(letter)
            found.update(range(first, min((dimension.max or first), sheet.max_column) + 1))
    return found


def _spanned(sheet: Any) -> set[tuple[int, int]]:
    """Row (from 1) and place (from 0) of cells that a cell above reaches into."""
    ranges = [r for r in sheet.merged_cells.ranges if r.max_row > r.min_row and r.max_row - r.min_row < _TALLEST_MERGE]
    return {(row, r.min_col - 1) for r in ranges for row in range(r.min_row + 1, r.max_row + 1)}


def _block(rows: Sequence[Sequence[str]]) -> Iterator[Part]:
    """Rows without an empty one between them; tables that stand beside each other are told one after the other."""
    cut = _gap(rows)
    if cut is None:
        yield from _lines_and_table(rows)
        return
    for side in ([row[:cut] for row in rows], [row[cut:] for row in rows]):
        for is_filled, group in groupby(side, key=any):
            if is_filled:
                yield from _block(list(group))


def _gap(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of an empty column that parts two tables: what stands on its right has names of its own."""
    width = len(rows[0]) if rows else 0
    for place in range(1, width - 2):
        if any(row[place] for row in rows) or not any(row[place - 1] for row in rows):
            continue
        start = next((n for n in range(place, width) if any(row[n] for row in rows)), width)
        right = [tuple(row[start:]) for row in rows if any(row[start:])]
        names = [row[0] for row in right[1:]]
        own = len(right) > 1 and sum(1 for name in names if name and not is_number(name)) * 2 > len(names)
        several = all(sum(1 for cell in row if cell) > 1 for row in right[:2])
        if own and several and looks_headed(right):
            return place
    return None


def _lines_and_table(rows: Sequence[Sequence[str]]) -> Iterator[Part]:
    """Lines of text on top, then a table."""
    at = 0
    while at < len(rows) and sum(1 for cell in rows[at] if cell) == 1:
        at += 1
    lines = [next(cell for cell in row if cell) for row in rows[:at]]
    if at == len(rows) and len(lines) >= _LEAST_COLUMN and all(row[0] for row in rows):
        yield Part((), kind="table", rows=told(rows))  # one column of values
        return
    headed = False
    for line in lines:
        if is_caption(line) or ends(line):
            yield Part((line,))
        elif not headed and (at < len(rows) or len(lines) <= _TITLE_LINES):
            headed = True
            yield Part((line,), kind="heading", level=3)
        else:
            yield Part((line,), kind="item")
    if at < len(rows):
        yield Part((), kind="table", rows=told(rows[at:]))


def _text(cell: Any, hidden: Hidden) -> str:
    if cell.value is None:
        return ""
    cleaned = clean(shown(cell.value, cell.number_format or "General"))
    hidden.add(cleaned.warnings)
    text = " ".join(cleaned.text.split())
    if text and _is_unseen(cell):
        hidden.take("in white on white or in an unseen format", text)
        return ""
    return text


def _is_unseen(cell: Any) -> bool:
    if _UNSEEN.fullmatch(cell.number_format or ""):
        return True
    colour = cell.font.color
    white = colour is not None and colour.type == "rgb" and str(colour.rgb).upper().endswith("FFFFFF")
    white = white or (colour is not None and colour.type == "theme" and colour.theme == 0 and not colour.tint)
    return bool(white and cell.fill.fill_type is None and not cell.parent.tables)
