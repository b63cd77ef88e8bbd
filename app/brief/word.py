"""A brief as a Word document, by python-docx."""

from __future__ import annotations

import io
from typing import Any

from app.brief.brief import Brief, Line
from app.brief.pictures import figure_png, levels_png
from app.brief.wording import NOT_STATED, closing, sections, value_rows

_ACCENT = (0x17, 0x50, 0x5A)
_MUTED = (0x56, 0x5C, 0x5C)


def to_docx(brief: Brief) -> bytes:
    """The brief as the bytes of a .docx file."""
    import docx
    from docx.shared import Cm, Pt, RGBColor

    document = _styled(docx.Document(), brief)
    title = document.add_heading(brief.title, 0)
    title.runs[0].font.size = Pt(22)
    if brief.headline:
        _line(document.add_paragraph(), brief.headline, size=Pt(14), bold=True)
    if brief.note:
        document.add_paragraph(brief.note)
    if brief.levels:
        document.add_picture(io.BytesIO(levels_png(brief.levels)), width=Cm(13))
    for heading, lines, numbered in sections(brief):
        document.add_heading(heading, 1)
        for line in lines:
            _line(document.add_paragraph(style="List Number" if numbered else "List Bullet"), line)
    _figures(document, brief, Cm(12))
    if brief.open_questions:
        document.add_heading("Not answered by the sources", 1)
        for question in brief.open_questions:
            document.add_paragraph(question, style="List Bullet")
    _references(document, brief, Pt(9.5))
    end = document.add_paragraph(closing(brief)).runs[0]
    end.font.size, end.font.color.rgb = Pt(9), RGBColor(*_MUTED)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _styled(document: Any, brief: Brief) -> Any:
    from docx.shared import Cm, Pt, RGBColor

    for section in document.sections:
        section.left_margin = section.right_margin = Cm(2.4)
        section.top_margin = section.bottom_margin = Cm(2.2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    for name in ("Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name, style.font.color.rgb = "Calibri", RGBColor(*_ACCENT)
    document.core_properties.title = brief.title[:250]
    document.core_properties.author = "MLOps Advisor"
    return document


def _references(document: Any, brief: Brief, size: Any) -> None:
    if brief.references:
        document.add_heading("References", 1)
    for number, reference in enumerate(brief.references, 1):
        told = f"[{number}] {reference.source}: “{reference.quote}”"
        document.add_paragraph(told + (f" {reference.url}" if reference.url else "")).runs[0].font.size = size


def _line(paragraph: Any, line: Line, size: Any = None, bold: bool = False) -> None:
    if line.label:
        paragraph.add_run(f"{line.label}: ").italic = True
    run = paragraph.add_run(line.text)
    run.bold, run.font.size = bold, size
    marks = paragraph.add_run("".join(f" [{n}]" for n in line.references))
    marks.font.size = size


def _figures(document: Any, brief: Brief, width: Any) -> None:
    for figure in brief.figures:
        document.add_heading(f"Figure {figure.number}: {figure.title}", 1)
        if picture := figure_png(figure):
            document.add_picture(io.BytesIO(picture), width=width)
        if rows := value_rows(figure):
            table = document.add_table(rows=1, cols=2, style="Light Grid Accent 1")
            table.rows[0].cells[0].text, table.rows[0].cells[1].text = "What", "Value stated"
            for label, value in rows:
                cells = table.add_row().cells
                cells[0].text, cells[1].text = label, value
        if figure.not_stated:
            paragraph = document.add_paragraph()
            paragraph.add_run(f"{NOT_STATED}: ").italic = True
            paragraph.add_run(figure.not_stated)
