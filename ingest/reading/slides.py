"""PowerPoint presentations (python-pptx, MIT): the number of a slide is its page."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.errors import DocumentRefused
from ingest.reading.archives import check_office
from ingest.reading.arranged import arranged, belongs_above
from ingest.reading.captions import is_caption
from ingest.reading.charts import chart_parts
from ingest.reading.cleaning import clean
from ingest.reading.grid import titled, told
from ingest.reading.hidden import Hidden
from ingest.reading.outline import document_of
from ingest.reading.parts import Part, ends
from ingest.types import Document

_LEAST_POINTS = 2.0
_FURNITURE = ("SLIDE_NUMBER", "FOOTER", "DATE", "HEADER")


def read_pptx(path: Path, raw: bytes) -> Document:
    """A presentation; hidden slides and what lies beside a slide stay out. Raises DocumentRefused."""
    import pptx

    check_office(path, raw)
    hidden = Hidden()
    try:
        deck = pptx.Presentation(io.BytesIO(raw))
        parts = [part for number, slide in enumerate(deck.slides, 1) for part in _slide(deck, slide, number, hidden)]
        first = next((t for t in (_title(slide) for slide in deck.slides if not _is_hidden(slide)) if t), None)
    except Exception as error:  # whatever a damaged file brings out in the parser
        told_as = " ".join(str(error).split())[:120] or type(error).__name__
        raise DocumentRefused(
            f"{path}: is a damaged presentation ({told_as}); expected a whole one: save it again"
        ) from None
    if not parts:
        raise DocumentRefused(f"{path}: holds no text on its slides; expected titles, text or tables")
    front = {"title": first} if first else None
    return document_of(path, hashlib.sha256(raw).hexdigest(), parts, front, hidden.warnings())


def _is_hidden(slide: Any) -> bool:
    return slide.element.get("show") in ("0", "false")


def _title(slide: Any) -> str | None:
    shape = slide.shapes.title
    text = " ".join(shape.text_frame.text.split()) if shape is not None and shape.has_text_frame else ""
    return text or None


def _slide(deck: Any, slide: Any, number: int, hidden: Hidden) -> Iterator[Part]:
    if _is_hidden(slide):
        texts = [s.text_frame.text for s in slide.shapes if s.has_text_frame]
        hidden.take(f"on hidden slide {number}", " ".join(texts))
        return
    title = _title(slide)
    if title:
        yield Part((clean(title).text,), number, "heading", 1 if number == 1 else 2)
    title_id = slide.shapes.title.shape_id if slide.shapes.title is not None else None
    figure: list[Part] = []
    for shape in arranged(slide.shapes):
        if title and shape.shape_id == title_id:
            continue
        told_parts = list(_shape(deck, shape, number, hidden))
        is_box = len(told_parts) == 1 and told_parts[0].kind == "item"
        if figure and is_box and belongs_above(figure[0].text, told_parts[0].text):
            told_parts = [Part((f"{figure[0].text} {told_parts[0].text}",), number, "item")]
            figure = []
        yield from figure
        figure = told_parts if is_box else []
        yield from () if is_box else told_parts
    yield from figure
    yield from _notes(slide, number, hidden)


def _shape(deck: Any, shape: Any, number: int, hidden: Hidden) -> Iterator[Part]:
    reason = _why_hidden(shape, deck)
    if reason:
        hidden.take(reason, shape.text_frame.text if shape.has_text_frame else "")
    elif getattr(shape, "has_table", False) and shape.has_table:
        titles, rows = titled(_cells(shape.table, hidden))
        yield from (Part((title,), number) for title in titles)
        if grid := told(rows):
            yield Part((), number, "table", rows=grid)
    elif getattr(shape, "has_chart", False) and shape.has_chart:
        yield from chart_parts(shape.chart.part._element, number)
    elif shape.has_text_frame and not _is_furniture(shape):
        yield from _text(shape.text_frame, number, hidden)


def _cells(table: Any, hidden: Hidden) -> list[list[str]]:
    """A table's rows; what spans rows is told in each of them."""
    rows: list[list[str]] = []
    for row in table.rows:
        cells = []
        for place, cell in enumerate(row.cells):
            reaches = cell._tc.get("vMerge") in ("1", "true") and rows
            cells.append(rows[-1][place] if reaches else _clean(cell.text, hidden))
        rows.append(cells)
    return rows


def _notes(slide: Any, number: int, hidden: Hidden) -> Iterator[Part]:
    """What the speaker is to say, under a heading that says so."""
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    parts = list(_text(frame, number, hidden)) if frame is not None else []
    if parts:
        yield Part(("Speaker notes",), number, "heading", 3)
        yield from parts


def _is_furniture(shape: Any) -> bool:
    return bool(shape.is_placeholder and shape.placeholder_format.type.name in _FURNITURE)


def _why_hidden(shape: Any, deck: Any) -> str | None:
    own = shape.element.xpath(".//*[local-name()='cNvPr']")
    if own and own[0].get("hidden") in ("1", "true"):
        return "in hidden shapes"
    if None in (shape.left, shape.top, shape.width, shape.height):
        return None
    beside = shape.left >= deck.slide_width or shape.top >= deck.slide_height
    before = shape.left + shape.width <= 0 or shape.top + shape.height <= 0
    return "in shapes off the slide" if beside or before else None


def _text(frame: Any, number: int, hidden: Hidden) -> Iterator[Part]:
    for paragraph in frame.paragraphs:
        words = []
        for run in paragraph.runs:
            reason = _why_run_hidden(run, frame)
            if reason:
                hidden.take(reason, run.text)
            else:
                words.append(run.text)
        text = _clean("".join(words), hidden)
        if text:
            whole = is_caption(text) or ends(text)
            yield Part((text,), number, "text" if whole else "item")


def _why_run_hidden(run: Any, frame: Any) -> str | None:
    if run.font.size is not None and run.font.size.pt < _LEAST_POINTS:
        return f"smaller than {_LEAST_POINTS:g} points"
    colours = run._r.xpath("./a:rPr/a:solidFill/a:srgbClr/@val")
    white = bool(colours) and colours[0].upper() == "FFFFFF"
    shape = frame._element.getparent()
    filled = shape.xpath("./*[local-name()='spPr']/*[local-name()='solidFill' or local-name()='gradFill']")
    styled = shape.xpath("./*[local-name()='style']")
    slide = frame.part.element if hasattr(frame.part, "element") else None
    backed = slide is not None and bool(slide.xpath("//*[local-name()='bg' or local-name()='pic']"))
    if white and not filled and not styled and not backed and not _layout_backed(frame.part):
        return "in white on white"
    return None


def _layout_backed(part: Any) -> bool:
    """Whether the slide's layout or master paints something behind."""
    layout = part.slide_layout if hasattr(part, "slide_layout") else None
    if layout is None:
        return False
    masters = (layout.element, layout.slide_master.element)
    dark = "//*[local-name()='pic'] | //*[local-name()='bgPr'] | //*[local-name()='bgRef'][not(*[@val='bg1'])]"
    return any(bool(element.xpath(dark)) for element in masters)


def _clean(text: str, hidden: Hidden) -> str:
    cleaned = clean(text.replace("\x0b", " "))
    hidden.add(cleaned.warnings)
    return " ".join(cleaned.text.split())
