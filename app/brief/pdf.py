"""A brief as a PDF, by ReportLab; every font is embedded, so that any language of a source can be printed."""

from __future__ import annotations

import io
import threading
from html import escape
from pathlib import Path
from typing import Any

from app.brief.brief import Brief, Line
from app.brief.pictures import figure_png, levels_png
from app.brief.wording import NOT_STATED, closing, sections, value_rows

_ACCENT, _MUTED, _RULE = "#17505a", "#565c5c", "#cfd0c9"
_SANS, _BOLD = "AdvisorSans", "AdvisorSans-Bold"
# ReportLab's fonts belong to the process.
_one_at_a_time = threading.Lock()


def to_pdf(brief: Brief) -> bytes:
    """The brief as the bytes of a PDF, A4."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import cm
    from reportlab.platypus import SimpleDocTemplate

    out = io.BytesIO()
    with _one_at_a_time:
        _register_fonts()
        frame = {"leftMargin": 2.2 * cm, "rightMargin": 2.2 * cm, "topMargin": 2 * cm, "bottomMargin": 2 * cm}
        document = SimpleDocTemplate(
            out, pagesize=A4, title=brief.title[:250], author="MLOps Advisor", lang="en", **frame
        )
        document.build(_story(brief, _styles()), onFirstPage=_foot, onLaterPages=_foot)
    return out.getvalue()


def _register_fonts() -> None:
    import matplotlib
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    if _SANS in pdfmetrics.getRegisteredFontNames():
        return
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"  # DejaVu Sans, free to embed
    pdfmetrics.registerFont(TTFont(_SANS, fonts / "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont(_BOLD, fonts / "DejaVuSans-Bold.ttf"))
    pdfmetrics.registerFontFamily(_SANS, normal=_SANS, bold=_BOLD, italic=_SANS, boldItalic=_BOLD)


def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle

    body = ParagraphStyle("body", fontName=_SANS, fontSize=9.5, leading=14, spaceAfter=4)
    return {
        "body": body,
        "title": ParagraphStyle("title", body, fontName=_BOLD, fontSize=17, leading=22, textColor=_ACCENT),
        "headline": ParagraphStyle("headline", body, fontName=_BOLD, fontSize=11.5, leading=16, spaceAfter=6),
        "heading": ParagraphStyle(
            "heading", body, fontName=_BOLD, fontSize=12, leading=16, textColor=_ACCENT, spaceBefore=10, keepWithNext=1
        ),
        "item": ParagraphStyle("item", body, leftIndent=14, bulletIndent=0),
        "small": ParagraphStyle("small", body, fontSize=8, leading=11, spaceAfter=3),
        "muted": ParagraphStyle("muted", body, fontSize=8, leading=11, textColor=_MUTED, spaceBefore=10),
    }


def _story(brief: Brief, styles: dict[str, Any]) -> list[Any]:
    from reportlab.platypus import Paragraph

    told = [Paragraph(escape(brief.title), styles["title"])]
    if brief.headline:
        told.append(Paragraph(_line(brief.headline), styles["headline"]))
    if brief.note:
        told.append(Paragraph(escape(brief.note), styles["body"]))
    if brief.levels:
        told.append(_picture(levels_png(brief.levels), 330))
    for heading, lines, numbered in sections(brief):
        told.append(Paragraph(heading, styles["heading"]))
        told += [
            Paragraph(_line(line), styles["item"], bulletText=f"{n}." if numbered else "•")
            for n, line in enumerate(lines, 1)
        ]
    told += _figures(brief, styles)
    if brief.open_questions:
        told.append(Paragraph("Not answered by the sources", styles["heading"]))
        told += [Paragraph(escape(q), styles["item"], bulletText="•") for q in brief.open_questions]
    if brief.references:
        told.append(Paragraph("References", styles["heading"]))
        told += [
            Paragraph(
                escape(f"[{n}] {r.source}: “{r.quote}”") + (f"<br/>{escape(r.url)}" if r.url else ""), styles["small"]
            )
            for n, r in enumerate(brief.references, 1)
        ]
    told.append(Paragraph(escape(closing(brief)), styles["muted"]))
    return told


def _figures(brief: Brief, styles: dict[str, Any]) -> list[Any]:
    from reportlab.platypus import KeepTogether, Paragraph, Table

    told: list[Any] = []
    for figure in brief.figures:
        parts: list[Any] = [Paragraph(escape(f"Figure {figure.number}: {figure.title}"), styles["heading"])]
        if picture := figure_png(figure):
            parts.append(_picture(picture, 300))
        if rows := value_rows(figure):
            cells = [[Paragraph(escape(c), styles["small"]) for c in row] for row in (("What", "Value stated"), *rows)]
            parts.append(Table(cells, colWidths=[330, 130], style=[("LINEBELOW", (0, 0), (-1, -1), 0.5, _RULE)]))
        if figure.not_stated:
            parts.append(Paragraph(f"<b>{NOT_STATED}:</b> {escape(figure.not_stated)}", styles["small"]))
        told.append(KeepTogether(parts))
    return told


def _picture(png: bytes, width_pt: float) -> Any:
    from reportlab.platypus import Image

    picture = Image(io.BytesIO(png))
    picture.drawHeight *= width_pt / picture.drawWidth
    picture.drawWidth = width_pt
    picture.hAlign = "LEFT"
    return picture


def _line(line: Line) -> str:
    label = f"<i>{escape(line.label)}:</i> " if line.label else ""
    return label + escape(line.text) + "".join(f" [{n}]" for n in line.references)


def _foot(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont(_SANS, 8)
    canvas.setFillColor(_MUTED)
    canvas.drawRightString(document.pagesize[0] - document.rightMargin, 30, f"{document.page}")
    canvas.restoreState()
