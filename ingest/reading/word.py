"""Word documents (python-docx, MIT). They have no pages of their own: a printer makes them."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.errors import DocumentRefused
from ingest.reading.archives import check_office
from ingest.reading.captions import is_caption
from ingest.reading.charts import chart_parts, parsed
from ingest.reading.cleaning import RAISED, clean
from ingest.reading.grid import titled, told
from ingest.reading.hidden import Hidden
from ingest.reading.outline import document_of
from ingest.reading.parts import Part, ends
from ingest.types import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"(?:heading|überschrift|titre)\s*(\d)", re.I)
_MARKS = {f"{_W}footnoteReference": "footnote", f"{_W}endnoteReference": "endnote"}
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_REFERENCE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_OFF = ("0", "false", "off", "none")
_LEAST_HALF_POINTS = 4
_BOLD_WORDS = 14


def read_docx(path: Path, raw: bytes) -> Document:
    """A Word document; raises DocumentRefused for a locked, damaged or empty one."""
    import docx

    check_office(path, raw)
    hidden = Hidden()
    try:
        document = docx.Document(io.BytesIO(raw))
        parts = list(_Reading(document, hidden).parts())
    except Exception as error:  # whatever a damaged file brings out in the parser
        told_as = " ".join(str(error).split())[:120] or type(error).__name__
        raise DocumentRefused(
            f"{path}: is a damaged Word document ({told_as}); expected a whole one: save it again"
        ) from None
    if not parts:
        raise DocumentRefused(f"{path}: holds no text that can be seen; expected paragraphs or tables")
    return document_of(path, hashlib.sha256(raw).hexdigest(), parts, warnings=hidden.warnings())


class _Reading:
    """The walk over a document's body."""

    def __init__(self, document: Any, hidden: Hidden) -> None:
        self._document = document
        self._hidden = hidden
        self._marks: dict[tuple[str, str], int] = {}
        self._styles = {style.style_id: style for style in document.styles}

    def parts(self) -> Iterator[Part]:
        """The parts in the order of the document."""
        yield from self._body(self._document.element.body)
        yield from self._notes()
        if remarks := sum(1 for p in _related(self._document, "comments") for _ in p.iter(f"{_W}comment")):
            self._hidden.add([f"{remarks} comment{'s' if remarks > 1 else ''} of reviewers left out"])

    def _notes(self) -> Iterator[Part]:
        """Footnotes and endnotes, under the numbers that their marks carry in the text."""
        told_notes = []
        for kind in ("footnote", "endnote"):
            for root in _related(self._document, f"{kind}s"):
                for note in root.iterchildren(f"{_W}{kind}"):
                    number = self._marks.get((kind, note.get(f"{_W}id", "")))
                    text = " ".join(" ".join(self._text(p).split()) for p in note.iter(f"{_W}p")).strip()
                    if number and text:
                        told_notes.append((number, text))
        if told_notes:
            yield Part(("Notes",), kind="heading", level=2)
            yield from (Part((f"{number} {text}",)) for number, text in sorted(told_notes))

    def _body(self, parent: Any) -> Iterator[Part]:
        for element in parent.iterchildren():
            if element.tag == f"{_W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                yield from self._table(element)
            elif element.tag == f"{_W}sdt":
                for content in element.iterchildren(f"{_W}sdtContent"):
                    yield from self._body(content)

    def _paragraph(self, element: Any) -> Iterator[Part]:
        style = self._style(element)
        lines = [line for line in (" ".join(t.split()) for t in self._text(element).split("\n")) if line]
        for box in element.iter(f"{_W}txbxContent"):
            if not any(parent.tag == _FALLBACK for parent in box.iterancestors()):
                yield from self._body(box)
        yield from self._with_charts(element, lines, style)

    def _with_charts(self, element: Any, lines: list[str], style: Any) -> Iterator[Part]:
        yield from self._lines(element, lines, style)
        for chart in element.iter(_CHART):
            relation = self._document.part.rels.get(chart.get(_REFERENCE, ""))
            if relation is not None and not relation.is_external:
                yield from chart_parts(parsed(relation.target_part.blob))

    def _lines(self, element: Any, lines: list[str], style: Any) -> Iterator[Part]:
        if not lines:
            return
        text = " ".join(lines)
        level = self._level(element, style)
        if is_caption(text):
            yield Part((text,))
        elif level:
            yield Part((text,), kind="heading", level=level)
        elif self._is_item(element, style):
            yield Part((text,), kind="item")
        else:
            yield Part(tuple(lines))

    def _table(self, element: Any) -> Iterator[Part]:
        rows: list[list[str]] = []
        headers = 0
        for row in element.iterchildren(f"{_W}tr"):
            marks = row.find(f"{_W}trPr")
            if marks is not None and marks.find(f"{_W}hidden") is not None:
                self._hidden.take("in hidden rows", "".join(row.itertext()))
                continue
            if marks is not None and marks.find(f"{_W}tblHeader") is not None and headers == len(rows):
                headers += 1
            cells = list(self._cells(row, rows[-1] if rows else []))
            rows.append(cells)
        titles, body = titled(rows)
        yield from (Part((title,)) for title in titles)
        grid = told(body, max(0, headers - len(titles)) or None)
        if len(grid) == 1 or (grid and len(grid[0]) == 1):  # a frame around text
            yield from (Part((cell,)) for row in grid for cell in row if cell)
        elif grid:
            yield Part((), kind="table", rows=grid)
        for nested in element.iter(f"{_W}tbl"):
            if nested is not element and next(nested.iterancestors(f"{_W}tbl")) is element:
                yield from self._table(nested)

    def _cells(self, row: Any, above: list[str]) -> Iterator[str]:
        """The cells of a row; one that a cell above reaches into has its words, a nested table comes later."""
        place = 0
        for cell in row.iter(f"{_W}tc"):
            if next(cell.iterancestors(f"{_W}tr")) is not row:
                continue
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            width = int(span.get(f"{_W}val", "1")) if span is not None else 1
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merge is not None and merge.get(f"{_W}val", "continue") == "continue":
                yield above[place] if place < len(above) else ""
            else:
                own = (p for p in cell.iter(f"{_W}p") if next(p.iterancestors(f"{_W}tc")) is cell)
                yield " ".join(text for p in own if (text := " ".join(self._text(p).split())))
            yield from [""] * (width - 1)
            place += width

    def _text(self, paragraph: Any) -> str:
        """The visible words of a paragraph; deleted and hidden ones are left out."""
        told_so_far: list[str] = []
        for run in paragraph.iter(f"{_W}r"):
            owner = next(run.iterancestors(f"{_W}p"), None)
            if owner is not paragraph:
                continue  # of a text box that hangs on the paragraph
            text = "".join(self._mark(child) or _piece(child) for child in run.iterchildren())
            reason = self._why_hidden(run, paragraph)
            if reason is None:
                told_so_far.append(text)
            else:
                self._hidden.take(reason, text)
        cleaned = clean("".join(told_so_far))
        self._hidden.add(cleaned.warnings)
        return cleaned.text

    def _mark(self, child: Any) -> str:
        """The raised number of a footnote or endnote, counted through the document."""
        kind = _MARKS.get(child.tag)
        if kind is None:
            return ""
        number = self._marks.setdefault((kind, child.get(f"{_W}id", "")), len(self._marks) + 1)
        return str(number).translate(RAISED)

    def _why_hidden(self, run: Any, paragraph: Any) -> str | None:
        if any(parent.tag in (f"{_W}del", f"{_W}moveFrom") for parent in run.iterancestors()):
            return "deleted in tracked changes"
        own = run.find(f"{_W}rPr")
        sources = [own, *self._inherited(run, paragraph)]
        if _is_on(_first(sources, "vanish")) or _is_on(_first(sources, "webHidden")):
            return "of hidden text"
        colour = _first(sources, "color")
        shade = _first([*sources, paragraph.find(f"{_W}pPr")], "shd")
        lit = _first(sources, "highlight")
        white = colour is not None and colour.get(f"{_W}val", "").upper() == "FFFFFF"
        if white and lit is None and _is_white(shade) and not self._in_shaded_cell(paragraph):
            return "in white on white"
        size = _first(sources, "sz")
        if size is not None and size.get(f"{_W}val", "").isdigit() and int(size.get(f"{_W}val")) < _LEAST_HALF_POINTS:
            return "smaller than 2 points"
        return None

    def _in_shaded_cell(self, paragraph: Any) -> bool:
        for cell in paragraph.iterancestors(f"{_W}tc"):
            if not _is_white(cell.find(f"{_W}tcPr/{_W}shd")):
                return True
            return next(cell.iterancestors(f"{_W}tbl")).find(f"{_W}tblPr/{_W}tblStyle") is not None
        return False

    def _inherited(self, run: Any, paragraph: Any) -> Iterator[Any]:
        """The run properties of the styles that the run and its paragraph have."""
        for properties, tag in ((run.find(f"{_W}rPr"), "rStyle"), (paragraph.find(f"{_W}pPr"), "pStyle")):
            named = properties.find(f"{_W}{tag}") if properties is not None else None
            style = self._styles.get(named.get(f"{_W}val")) if named is not None else None
            while style is not None:
                yield style.element.find(f"{_W}rPr")
                style = style.base_style

    def _style(self, paragraph: Any) -> Any:
        named = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return self._styles.get(named.get(f"{_W}val")) if named is not None else None

    def _level(self, paragraph: Any, style: Any) -> int:
        """A heading's level: by its style or outline level, else 5 for a short bold line."""
        if style is not None:
            if style.name.lower() in ("title", "titel", "titre"):
                return 1
            if found := _HEADING.match(style.name):
                return 1 + int(found[1])
        outline = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
        if outline is not None and outline.get(f"{_W}val", "9").isdigit() and int(outline.get(f"{_W}val")) < 9:
            return 2 + int(outline.get(f"{_W}val"))
        runs = [r for r in paragraph.iter(f"{_W}r") if "".join(t.text or "" for t in r.iter(f"{_W}t")).strip()]
        text = "".join(t.text or "" for r in runs for t in r.iter(f"{_W}t"))
        bold = runs and all(_is_on(r.find(f"{_W}rPr/{_W}b")) for r in runs)
        return 5 if bold and len(text.split()) <= _BOLD_WORDS and not ends(text) else 0

    def _is_item(self, paragraph: Any, style: Any) -> bool:
        listed = paragraph.find(f"{_W}pPr/{_W}numPr") is not None
        return listed or (style is not None and style.name.lower().startswith("list"))


def _piece(child: Any) -> str:
    if child.tag == f"{_W}t":
        return child.text or ""
    if child.tag == f"{_W}br" and child.get(f"{_W}type") is None:
        return "\n"
    if child.tag == f"{_W}delText":
        return child.text or ""
    return {f"{_W}tab": " ", f"{_W}noBreakHyphen": "-", f"{_W}cr": "\n"}.get(child.tag, "")


def _related(document: Any, kind: str) -> Iterator[Any]:
    """The roots of the parts of this kind that hang on the document."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            yield parsed(relation.target_part.blob)


def _first(sources: list[Any], name: str) -> Any:
    found = (s.find(f"{_W}{name}") for s in sources if s is not None)
    return next((f for f in found if f is not None), None)


def _is_on(mark: Any) -> bool:
    return mark is not None and mark.get(f"{_W}val", "1").lower() not in _OFF


def _is_white(shade: Any) -> bool:
    return shade is None or shade.get(f"{_W}fill", "auto").upper() in ("AUTO", "FFFFFF")
