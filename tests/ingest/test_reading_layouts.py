"""Printed pages as browsers and word processors set them: lines between rows only, raised marks, dots, chapters."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, Spacer, Table, TableStyle

from ingest.errors import DocumentRefused
from ingest.reading import pacing, read
from ingest.types import Document
from tests.ingest.printed import BODY, CAPTION, HEADING, TITLE, paragraphs, story
from tests.ingest.test_reading_files_refused import pdf_of_stream

UNDERLINED = TableStyle(
    [
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey),
        ("FONTSIZE", (0, 0), (-1, -1), 9),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
)


def printed(path: Path, *flow: Flowable, **options: Any) -> Document:
    story(path, [Paragraph("Maple Insurance register", TITLE), *flow], **options)
    return read(path)


def drawn(path: Path, rows: Sequence[tuple[float, float, float, str]]) -> Document:
    """A page of texts at x, y in a size."""
    canvas = Canvas(str(path), pagesize=A4)
    for x, y, size, text in rows:
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, y, text)
    canvas.showPage()
    canvas.save()
    return read(path)


def rows_in(document: Document) -> list[str]:
    return [block.text for block in document.blocks if block.kind == "row"]


def test_rows_between_lines_keep_their_wrapped_cells(tmp_path: Path) -> None:
    cells = [
        ["ID", "Risk", "Owner", "Provision"],
        ["R-07", "Pricing model drifts after\nthe storm season because\nclaims arrive late", "Pricing", "CAD 410,000"],
        ["R-12", "Vendor may change its\nmodel without notice", "Chief data\nofficer", "CAD 95,000"],
        ["R-19", "Assistant gives advice\non cover", "Head of\nclaims", "CAD 230,000"],
    ]
    table = Table(cells, style=UNDERLINED, colWidths=[45, 150, 80, 90])
    document = printed(tmp_path / "a.pdf", *paragraphs("The register is reviewed each quarter by the board."), table)
    assert rows_in(document)[1] == (
        "ID: R-12; Risk: Vendor may change its model without notice; Owner: Chief data officer; Provision: CAD 95,000"
    )
    assert len(rows_in(document)) == 3


def test_lines_around_paragraphs_make_no_table(tmp_path: Path) -> None:
    framed = [
        Table([[Paragraph("The board met every month and asked for the reasons of each proposal.", BODY)]])
        for _ in range(4)
    ]
    for table in framed:
        table.setStyle(TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey)]))
    assert rows_in(printed(tmp_path / "a.pdf", *framed)) == []


def test_a_cell_over_several_rows_is_told_in_each(tmp_path: Path) -> None:
    style = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("SPAN", (0, 1), (0, 2))])
    table = Table([["Berth", "Measure", "Cost"], ["East", "Cranes", "38.5"], ["", "Dredging", "12.2"]], style=style)
    assert rows_in(printed(tmp_path / "a.pdf", table))[1] == "Berth: East; Measure: Dredging; Cost: 12.2"


def test_three_rows_of_headers(tmp_path: Path) -> None:
    words = [(60, 700, 18, "Accounts of Quayside Ferries"), (60, 660, 10, "The amounts are audited.")]
    for x, y, text in [
        (300, 620, "2025"),
        (380, 620, "2024"),
        (240, 614, "Note"),
        (300, 606, "£000"),
        (380, 606, "£000"),
    ]:
        words.append((x, y, 10, text))
    for place, (name, note, first, second) in enumerate(
        [("Freight revenue", "3", "17,530", "18,002"), ("Fuel", "4", "(14,288)", "(15,940)"), ("Crew", "5", "9", "8")]
    ):
        y = 585 - 16 * place
        words += [(60, y, 10, name), (240, y, 10, note), (300, y, 10, first), (380, y, 10, second)]
    assert rows_in(drawn(tmp_path / "a.pdf", words))[1] == "Fuel; Note: 4; 2025 £000: (14,288); 2024 £000: (15,940)"


def test_raised_marks_do_not_part_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont("Helvetica", 11)
    start = "Net debt fell to 1.92 billion kronor at the year end."
    canvas.drawString(60, 700, start)
    at = 60 + canvas.stringWidth(start)
    canvas.drawString(at + 6, 700, "The office in Umea affirmed it.")
    canvas.setFont("Helvetica", 7)
    canvas.drawString(at, 705, "1")
    canvas.showPage()
    canvas.save()
    assert [b.text for b in read(path).blocks][-1] == f"{start}¹ The office in Umea affirmed it."


def test_dots_lead_to_amounts_or_to_pages(tmp_path: Path) -> None:
    told = drawn(
        tmp_path / "a.pdf",
        [
            (60, 700, 11, f"Hall rent {'.' * 40} 985"),
            (60, 682, 11, f"Legacy {'.' * 44} 2,500"),
            (60, 640, 11, "The treasurer presented the accounts in May."),
        ],
    )
    assert rows_in(told) == ["Hall rent: 985", "Legacy: 2,500"]
    contents = drawn(
        tmp_path / "b.pdf",
        [
            (60, 700, 11, f"Strategy {'.' * 40} 2"),
            (60, 682, 11, f"Results {'.' * 42} 4"),
            (60, 640, 11, "The report was approved in May by the board."),
        ],
    )
    assert "Strategy" not in contents.text


def test_captions_below_their_tables(tmp_path: Path) -> None:
    style = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey)])
    table = Table(
        [["Division", "2023", "2024"], ["Onshore", "98.0", "112.3"], ["Offshore", "187.4", "171.6"]], style=style
    )
    document = printed(
        tmp_path / "a.pdf",
        *paragraphs("Offshore fell."),
        table,
        Spacer(1, 6),
        Paragraph("Table 6: Results by division", CAPTION),
        *paragraphs("Winds were low in the spring of the year."),
    )
    assert {b.figure for b in document.blocks if b.kind == "row"} == {6}
    assert [(f.number, len(f.values)) for f in document.figures] == [(6, 4)]


def test_numbers_of_chapters_are_no_numbers_of_figures(tmp_path: Path) -> None:
    flow = [Paragraph(t, CAPTION) for t in ("Figure 2.3: Yield by region", "Table A1: Drivers by depot")]
    document = printed(tmp_path / "a.pdf", *flow, *paragraphs("Drivers are counted at the end of June each year."))
    assert not document.figures
    assert {"Figure 2.3: Yield by region", "Table A1: Drivers by depot"} <= {b.text for b in document.blocks}


def test_german_captions(tmp_path: Path) -> None:
    document = printed(
        tmp_path / "a.pdf",
        Paragraph("Abbildung 3: Absatz nach Sparten", CAPTION),
        *paragraphs("Der Absatz stieg um 4 Prozent."),
    )
    assert [(f.number, f.title) for f in document.figures] == [(3, "Absatz nach Sparten")]


def test_numbered_chapters_on_top_of_pages_stay(tmp_path: Path) -> None:
    flow = [
        part
        for number in range(1, 6)
        for part in (Paragraph(f"Chapter {number}", HEADING), *paragraphs(f"Plant {number} ran well."), PageBreak())
    ]
    document = printed(tmp_path / "a.pdf", *flow, running="Maple Insurance | Register")
    assert [b.text for b in document.blocks if b.kind == "heading" and b.text.startswith("Chapter")] == [
        f"Chapter {number}" for number in range(1, 6)
    ]
    assert "| Register" not in document.text


def test_a_page_that_takes_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_of_stream(zlib.compress(b"q Q " * 2_000_000)))
    monkeypatch.setattr(pacing, "MAX_PAGE_S", 0.2)
    with pytest.raises(DocumentRefused, match=r"a\.pdf: has a page that takes more than .* seconds"):
        read(path)


def test_countless_strokes_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "MAX_STROKES", 50)
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    for number in range(500):
        canvas.rect(number, number, 2, 2)
    canvas.drawString(60, 700, "A map lies behind these words.")
    canvas.showPage()
    canvas.save()
    assert [b.text for b in read(path).blocks][-1] == "A map lies behind these words."


def test_tiles_go_with_what_they_count(tmp_path: Path) -> None:
    words = [(60, 760, 24, "Swift Parcel profile"), (60, 600, 11, "Swift Parcel runs 212 depots in nine countries.")]
    for x, number, label in (
        (60, "4.2 million", "parcels a day"),
        (240, "38,500", "drivers"),
        (420, "€9.1 billion", "revenue"),
    ):
        words += [(x, 700, 18, number), (x, 682, 10, label)]
    assert rows_in(drawn(tmp_path / "a.pdf", words)) == [
        "parcels a day: 4.2 million",
        "drivers: 38,500",
        "revenue: €9.1 billion",
    ]
