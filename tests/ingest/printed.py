"""PDFs as organisations print them, made anew by each test run: reports, reviews, statements, long tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    ListFlowable,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10.5, leading=13, spaceAfter=7, alignment=TA_JUSTIFY)
TITLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=24, leading=29, spaceAfter=16)
HEADING = ParagraphStyle("heading", fontName="Helvetica-Bold", fontSize=15, leading=19, spaceBefore=8, spaceAfter=8)
SUBHEADING = ParagraphStyle("subheading", fontName="Helvetica-Bold", fontSize=11.5, leading=15, spaceAfter=5)
CAPTION = ParagraphStyle("caption", fontName="Helvetica-Oblique", fontSize=9, leading=12, spaceAfter=8)
SMALL = ParagraphStyle("small", fontName="Helvetica", fontSize=8.5, leading=10.5)
RULED = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#123456")),
        ("TEXTCOLOR", (0, 0), (-1, 0), colors.white),
        ("FONTSIZE", (0, 0), (-1, -1), 9),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
    ]
)
OPEN = TableStyle(
    [
        ("LINEBELOW", (0, 0), (-1, 0), 0.7, colors.black),
        ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"),
        ("FONTSIZE", (0, 0), (-1, -1), 9),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
    ]
)
FILLER = (
    "The board met every month and read the papers that management had prepared for it. "
    "Members asked for the reasons behind each proposal before they agreed to it. "
    "Suppliers, staff and customers were heard where a decision touched them."
)


class Bars(Flowable):
    """A bar chart drawn with rectangles, with labels inside."""

    def __init__(self) -> None:
        super().__init__()
        self.width, self.height = 300, 90

    def draw(self) -> None:
        for place, (label, share) in enumerate((("Dock", 62), ("Yard", 41), ("Rail", 27))):
            self.canv.setFillColor(colors.HexColor("#336699"))
            self.canv.rect(60, 10 + 26 * place, 3 * share, 16, stroke=0, fill=1)
            self.canv.setFillColor(colors.black)
            self.canv.setFont("Helvetica", 8)
            self.canv.drawString(20, 14 + 26 * place, label)


def story(path: Path, flow: Sequence[Flowable], running: str = "", columns: int = 1, **options: Any) -> None:
    """Set `flow` on A4 pages with a running header and "Page n" below."""

    def furniture(canvas: Canvas, told: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        if running:
            canvas.drawString(60, A4[1] - 40, running)
            canvas.drawRightString(A4[0] - 60, 34, f"Page {told.page}")

    width = (A4[0] - 120 - 20 * (columns - 1)) / columns
    frames = [
        Frame(60 + n * (width + 20), 60, width, A4[1] - 120, leftPadding=0, rightPadding=0) for n in range(columns)
    ]
    document = BaseDocTemplate(str(path), pagesize=A4, **options)
    document.addPageTemplates([PageTemplate(frames=frames, onPage=furniture)])
    document.build(list(flow))


def paragraphs(*texts: str) -> list[Flowable]:
    return [Paragraph(text, BODY) for text in texts]


def annual_report(path: Path) -> None:
    """Several pages, running header, page numbers, numbered ruled tables, a chart with its caption."""
    segments = [
        ["Segment", "Revenue 2023 (EUR m)", "Revenue 2024 (EUR m)", "Margin"],
        ["Cold storage", "212.4", "241.9", "14.2%"],
        ["Road freight", "388.0", "371.6", "6.8%"],
        ["Customs services", "54.1", "61.3", "21.5%"],
    ]
    people = [
        ["Site", "Employees", "Apprentices"],
        ["Rostock", "1,240", "48"],
        ["Gdansk", "913", "37"],
        ["Tallinn", "402", "19"],
    ]
    flow = [
        Paragraph("Baltway Logistics annual report 2024", TITLE),
        *paragraphs("Baltway Logistics moves chilled goods between eleven ports of the Baltic Sea.", FILLER),
        PageBreak(),
        Paragraph("Letter from the chief executive", HEADING),
        *paragraphs(
            "Baltway Logistics signed 17 new customers in 2024. The order book stood at EUR 905 million at the end of "
            "December. The refriger-<br/>ation plant in Tallinn opened in May after a delay of nine weeks.",
            FILLER,
        ),
        PageBreak(),
        Paragraph("Segment results", HEADING),
        *paragraphs("Cold storage grew in every quarter, while road freight lost two large contracts.", FILLER),
        Paragraph("Table 1: Revenue and margin by segment", CAPTION),
        Table(segments, style=RULED),
        Spacer(1, 12),
        PageBreak(),
        Paragraph("People", HEADING),
        *paragraphs("Staff turnover at Baltway Logistics fell to 8.3 per cent.", FILLER),
        Paragraph("Table 2: Employees by site", CAPTION),
        Table(people, style=RULED),
        PageBreak(),
        Paragraph("Energy use", HEADING),
        *paragraphs("The group bought 31 electric yard tractors.", FILLER),
        Bars(),
        Paragraph("Figure 1: Share of yard tractors that run on electricity, by terminal type, 2024", CAPTION),
        *paragraphs("Dock terminals lead because their tractors return to the same charger each night."),
    ]
    story(path, flow, "Baltway Logistics | Annual report 2024")


def columns_review(path: Path) -> None:
    """Prose in two columns under headings."""
    flow: list[Flowable] = [Paragraph("Orchard automation review", HEADING)]
    for name, told in (
        ("Pruning robots", "Pruning robots cut winter labour on the trial orchards by 38 per cent."),
        ("Frost alarms", "Frost alarms based on local sensors woke growers on 12 nights, four of them falsely."),
        ("Harvest counts", "Camera counts missed the weighed harvest by 5.6 per cent on average."),
        ("Water", "Drip lines steered by soil probes saved 2,300 cubic metres of water per hectare."),
        ("Labour", "Growers moved 14 seasonal workers from picking to grading."),
        ("Outlook", "The orchard cooperative plans a second trial with nine growers in the spring."),
    ):
        flow += [Paragraph(name, SUBHEADING), *paragraphs(told, FILLER, FILLER, FILLER)]
    story(path, flow, "Orchard cooperative review", columns=2)


def statement(path: Path) -> None:
    """A financial statement whose table has no lines but one below its header."""
    rows = [
        ["Item", "2023", "2024"],
        ["Net premiums", "1,204", "1,377"],
        ["Claims paid", "(861)", "(902)"],
        ["Operating expenses", "(214)", "(239)"],
        ["Investment income", "73", "88"],
        ["Profit before tax", "202", "324"],
    ]
    flow = [
        Paragraph("Harbour Mutual financial statements", TITLE),
        *paragraphs("Harbour Mutual insures fishing boats and small ports.", FILLER),
        PageBreak(),
        Paragraph("Income statement", HEADING),
        *paragraphs("The table gives the income statement in GBP thousand."),
        Paragraph("Table 3: Income statement in GBP thousand", CAPTION),
        Table(rows, style=OPEN, colWidths=[190, 80, 80]),
        Spacer(1, 12),
        *paragraphs("Claims paid include the storm of 14 November.", FILLER),
    ]
    story(path, flow, "Harbour Mutual")


def exhibits(path: Path) -> None:
    """A survey with exhibits: caption above, legend below, source line."""
    shares = [
        ["Obstacle", "Hospitals", "Clinics"],
        ["Missing data engineers", "46%", "58%"],
        ["Unclear ownership", "33%", "29%"],
        ["No monitoring", "27%", "35%"],
    ]
    flow = [
        Paragraph("Hospital analytics survey", TITLE),
        *paragraphs("We asked 614 hospital managers in four countries about their analytics.", FILLER),
        Paragraph("Who answered", HEADING),
        *paragraphs("Half of the managers run hospitals with more than 300 beds.", FILLER),
        PageBreak(),
        Paragraph("What holds hospitals back", HEADING),
        *paragraphs("Exhibit 4 lists the obstacles that managers named most often."),
        Paragraph("Exhibit 4. Obstacles to analytics by type of provider", CAPTION),
        Table(shares, style=RULED),
        Paragraph("Source: Hospital analytics survey, 614 managers.", SMALL),
        *paragraphs(FILLER),
    ]
    story(path, flow, "Hospital analytics survey 2024")


def long_table(path: Path) -> None:
    """A table over several pages that repeats its header."""
    rows = [["Plant", "City", "Downtime (hours)", "Scrap rate"]]
    rows += [[f"P{n:03d}", f"City {n}", f"{n * 3 % 97}", f"{(n * 7 % 50) / 10:.1f}%"] for n in range(1, 121)]
    flow = [
        Paragraph("Plant downtime register", TITLE),
        *paragraphs("The register lists all 120 plants of Kelder Glass.", FILLER),
        Paragraph("Table 5: Downtime and scrap by plant", CAPTION),
        Table(rows, style=RULED, repeatRows=1),
    ]
    story(path, flow, "Kelder Glass | Downtime register")


def handbook(path: Path) -> None:
    """Numbered headings, lists, and cells that wrap."""
    duties = [
        ["Role", "Duty", "Review"],
        ["Model owner", Paragraph("signs off each release and answers for its losses", SMALL), "every 90 days"],
        ["Data steward", Paragraph("keeps the catalogue and names who may use a table", SMALL), "every 180 days"],
    ]
    items = [
        Paragraph("Each model has a named owner.", BODY),
        Paragraph("Each alert is answered within 40 minutes.", BODY),
    ]
    flow = [
        Paragraph("Model risk handbook of Ostrava Savings Bank", TITLE),
        Paragraph("1 Purpose", HEADING),
        *paragraphs("The handbook says who answers for a model of Ostrava Savings Bank.", FILLER),
        Paragraph("2 Rules", HEADING),
        ListFlowable(items, bulletType="bullet"),
        PageBreak(),
        Paragraph("3 Roles", HEADING),
        Paragraph("Table 1: Roles, duties and reviews", CAPTION),
        Table(duties, style=RULED, colWidths=[90, 200, 90]),
        Spacer(1, 10),
        *paragraphs(FILLER),
    ]
    story(path, flow, "Ostrava Savings Bank")


def brochure(path: Path) -> None:
    """White letters on dark bands are meant to be read."""
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFillColor(colors.HexColor("#0b3d2e"))
    canvas.rect(0, 700, A4[0], 142, stroke=0, fill=1)
    canvas.setFillColor(colors.white)
    canvas.setFont("Helvetica-Bold", 26)
    canvas.drawString(60, 760, "Fjordlight battery storage")
    canvas.setFillColor(colors.black)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(60, 650, "Fjordlight stores 85 megawatt hours in nine mountain caverns.")
    canvas.drawString(60, 634, "A full charge takes six hours and lasts for five.")
    canvas.showPage()
    canvas.setFont("Helvetica", 11)
    canvas.drawString(60, 650, "Fjordlight pays its lenders 4.75 per cent a year until 2031.")
    canvas.showPage()
    canvas.save()


PDFS: dict[str, Callable[[Path], None]] = {
    "baltway-annual-report.pdf": annual_report,
    "orchard-review.pdf": columns_review,
    "harbour-statements.pdf": statement,
    "hospital-survey.pdf": exhibits,
    "kelder-register.pdf": long_table,
    "ostrava-handbook.pdf": handbook,
    "fjordlight-brochure.pdf": brochure,
}
