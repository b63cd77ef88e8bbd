"""Office files and web pages beyond plain paragraphs: notes, merged and nested cells, charts, tiles, menus."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingest.reading import read
from ingest.reading.formats import shown
from ingest.types import Document
from tests.ingest.office import docx_table, web


def rows_in(document: Document) -> list[str]:
    return [block.text for block in document.blocks if block.kind == "row"]


def noted(path: Path) -> None:
    """A Word document with a footnote and a tracked deletion."""
    document = docx.Document()
    document.add_heading("Quarry Bay review", 0)
    paragraph = document.add_paragraph("The hotline answered 81 per cent of calls in a minute.")
    paragraph._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="7"/></w:r>'))
    paragraph = document.add_paragraph("The desk is open until ten")
    paragraph._p.append(
        parse_xml(f'<w:del {nsdecls("w")} w:id="1" w:author="A"><w:r><w:delText> or nine</w:delText></w:r></w:del>')
    )
    paragraph.add_run(" in the evening.")
    _add_part(
        document,
        "footnotes",
        '<w:footnote w:id="7"><w:p><w:r><w:t>With the lunch break it is 74 per cent.</w:t></w:r></w:p></w:footnote>',
    )
    document.save(str(path))


def _add_part(document: Any, kind: str, body: str) -> None:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    raw = f"<w:{kind} {nsdecls('w')}>{body}</w:{kind}>".encode()
    content = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
    part = Part(PackURI(f"/word/{kind}.xml"), content, raw, document.part.package)
    document.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}")


def test_footnotes_and_deletions(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    noted(path)
    document = read(path)
    assert "in a minute.¹" in document.text and "until ten in the evening." in document.text
    assert [b.text for b in document.blocks if b.kind == "endnote"] == ["1 With the lunch break it is 74 per cent."]
    assert document.warnings == ("6 characters deleted in tracked changes removed",)


def test_merged_and_nested_cells(tmp_path: Path) -> None:
    book = docx.Document()
    book.add_heading("Harbour plan", 0)
    docx_table(book, [["Berth", "Measure", "Cost"], ["East", "Cranes", "38.5"], ["", "Dredging", "12.2"]])
    book.tables[0].cell(1, 0).merge(book.tables[0].cell(2, 0))
    book.add_paragraph("The plan is paid from cash flow.")
    outer = book.add_table(1, 2)
    outer.cell(0, 0).text = "Annex: tariff"
    inner = outer.cell(0, 1).add_table(2, 2)
    for place, text in enumerate(("Service", "Fee", "Towage", "$2,640")):
        inner.cell(place // 2, place % 2).text = text
    path = tmp_path / "a.docx"
    book.save(str(path))
    assert rows_in(read(path))[1:] == ["Berth: East; Measure: Dredging; Cost: 12.2", "Service: Towage; Fee: $2,640"]


def test_charts_tiles_and_notes_of_slides(tmp_path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Delays"
    data = CategoryChartData(number_format="0%")
    data.categories = ["Weather", "Security"]
    data.add_series("2023", (0.31, 0.18))
    data.add_series("2024", (0.28, 0.31))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(6), Inches(4), data)
    slide.notes_slide.notes_text_frame.text = "In July 140 posts stood open."
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "At a glance"
    for place, (number, label) in enumerate((("27.4 million", "passengers"), ("312", "data products"))):
        for row, text in enumerate((number, label)):
            box = slide.shapes.add_textbox(Inches(1 + 3 * place), Inches(2 + row), Inches(2), Inches(0.6))
            box.text_frame.text = text
    path = tmp_path / "a.pptx"
    deck.save(str(path))
    document = read(path)
    assert rows_in(document)[1] == "Security; 2023: 18%; 2024: 31%"
    told = [(b.page, b.text) for b in document.blocks]
    assert (2, "27.4 million passengers") in told and (2, "312 data products") in told
    assert told.index((1, "Speaker notes")) + 1 == told.index((1, "In July 140 posts stood open."))


def test_columns_of_a_slide_are_read_downwards(tmp_path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[4])
    slide.shapes.title.text = "What members say"
    for place, text in enumerate(("Likes", "Sign-in is quick", "Dislikes", "No dark mode"), 1):
        slide.placeholders[place].text = text
    path = tmp_path / "a.pptx"
    deck.save(str(path))
    assert [b.text for b in read(path).blocks][1:] == ["Likes", "Sign-in is quick", "Dislikes", "No dark mode"]


def test_tables_beside_each_other_on_a_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["Staff of Tundra Telecom"],
        ["Status: June 2025"],
        [],
        ["Team", "Heads", None, "Grade", "Rate"],
        ["Radio", 41, None, "Junior", 44],
        ["Billing", 26, None, "Senior", 77],
    ):
        sheet.append(row)
    path = tmp_path / "a.xlsx"
    book.save(str(path))
    document = read(path)
    assert rows_in(document) == [
        "Team: Radio; Heads: 41",
        "Team: Billing; Heads: 26",
        "Grade: Junior; Rate: 44",
        "Grade: Senior; Rate: 77",
    ]
    assert "Staff of Tundra Telecom" in [b.text for b in document.blocks if b.kind == "heading"]


def test_a_total_below_an_empty_row_keeps_its_headers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Programme", "Lead", "Budget"], ["Lake", "Ana", 42], ["Depot", "Leo", 27], [], ["Total", None, 69]):
        book.active.append(row)
    path = tmp_path / "a.xlsx"
    book.save(str(path))
    assert rows_in(read(path))[-1] == "Programme: Total; Budget: 69"


def test_a_spacer_column_parts_no_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Item", None, "2023", "2024"], ["Fuel", None, 12, 15], ["Crew", None, 20, 21]):
        book.active.append(row)
    path = tmp_path / "a.xlsx"
    book.save(str(path))
    assert rows_in(read(path)) == ["Item: Fuel; 2023: 12; 2024: 15", "Item: Crew; 2023: 20; 2024: 21"]


@pytest.mark.parametrize(
    ("value", "number_format", "told"),
    [
        (18450.5, "#,##0.00 [$€-407]", "18,450.50 €"),
        (1250000, '#,##0.0,,"M"', "1.2M"),
        (0.075, "0.0%", "7.5%"),
        (77, "$#,##0", "$77"),
        (2750000, '€#,##0.0,,"m"', "€2.8m"),
        (datetime.datetime(2024, 12, 1), "mmm-yy", "December 2024"),
        (datetime.datetime(2024, 12, 1), "dd.mm.yyyy", "2024-12-01"),
        (datetime.time(6, 30), "hh:mm", "06:30"),
    ],
)
def test_values_as_the_sheet_shows_them(value: object, number_format: str, told: str) -> None:
    assert shown(value, number_format) == told


def test_web_clutter_marks_and_named_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    web(
        path,
        "Lumen Grid",
        '<div class="cookie-consent"><p>We use cookies of 134 partners.</p></div>'
        '<div id="mw-navigation"><div>Main page</div></div>'
        "<table><tr><td><a href=a>Start</a></td></tr><tr><td><a href=b>Prices</a></td></tr></table>"
        "<table><tr><th colspan=2>Lumen Grid AG</th></tr><tr><th>Founded</th><td>1987</td></tr>"
        "<tr><th>Staff</th><td>2,915</td></tr></table>"
        "<p>It runs 3,480 kilometres of lines.<sup><a href=#f>1</a></sup></p><pre>GET /load?zone=7</pre>",
    )
    document = read(path)
    assert rows_in(document) == ["Founded: 1987", "Staff: 2,915"]
    assert "lines.¹" in document.text
    assert not any(word in document.text for word in ("cookies", "Main page", "Start", "Prices"))
    assert "GET /load?zone=7" not in [b.text for b in document.blocks if b.kind == "heading"]
