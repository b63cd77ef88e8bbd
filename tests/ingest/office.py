"""Office files, web pages and tables as organisations send them round, made anew by each test run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import docx
import openpyxl
from pptx import Presentation
from pptx.util import Inches


def docx_table(document: Any, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]))
    table.style = "Table Grid"
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def policy(path: Path) -> None:
    """Headings, a list, a captioned table."""
    document = docx.Document()
    document.add_heading("Remote work policy of Tarn Valley Council", 0)
    document.add_paragraph("The policy binds all departments of Tarn Valley Council from 1 March 2024.")
    document.add_heading("Allowances", 1)
    document.add_paragraph("Home desks are paid for once. The council also pays for screens.")
    document.add_paragraph("A headset costs the council 64 pounds.", style="List Bullet")
    document.add_paragraph("Broadband is refunded up to 25 pounds a month.", style="List Number")
    document.add_paragraph("Table 1: Home office allowance by grade", style="Caption")
    docx_table(
        document,
        [["Grade", "Desk allowance", "Days at home"], ["Grade 5", "£310", "2"], ["Grade 8", "£475", "3"]],
    )
    document.add_heading("Security", 1)
    document.add_paragraph("Laptops of Tarn Valley Council lock after six minutes.")
    document.save(str(path))


def cost_plan(path: Path) -> None:
    """Merged cells, a nested heading, a caption below."""
    document = docx.Document()
    document.add_heading("Cost plan for the Meridian data platform", 0)
    document.add_heading("Budget", 1)
    document.add_heading("Cloud", 2)
    document.add_paragraph("Cloud spending of the Meridian platform is capped at 1.9 million dollars a year.")
    document.add_paragraph("Table 2: Budget of the Meridian platform by quarter", style="Caption")
    table = document.add_table(rows=4, cols=4)
    for row, texts in enumerate(
        [
            ["Cost block", "Q1", "Q2", "Q3"],
            ["Storage", "$112,000", "$118,500", "$121,000"],
            ["Licences", "$64,000", "$64,000", "$71,250"],
            ["People", "$410,000", "", ""],
        ]
    ):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(3, 1).merge(table.cell(3, 3))
    document.add_paragraph("People are charged once for all quarters.")
    document.save(str(path))


def minutes(path: Path) -> None:
    """Running text in sections, with a bold line as heading."""
    document = docx.Document()
    document.add_heading("Minutes of the Corvina steering group", 0)
    document.add_heading("Decisions", 1)
    document.add_paragraph("The Corvina pilot is extended by 11 weeks. The vendor agreed to a price of 7,800 euros.")
    document.add_heading("Figures seen", 1)
    document.add_paragraph("Figure 2: Error rate of the Corvina invoice reader by week", style="Caption")
    document.add_paragraph("The error rate of the Corvina invoice reader fell from 9.4 to 3.1 per cent.")
    document.save(str(path))


def tender(path: Path) -> None:
    """A table only."""
    document = docx.Document()
    document.add_heading("Tender evaluation for the Lindau tram sensors", 0)
    document.add_paragraph("Four bidders offered sensors for the Lindau trams.")
    docx_table(
        document,
        [
            ["Bidder", "Price", "Delivery (weeks)"],
            ["Ferrotec", "EUR 1.24 million", "18"],
            ["Sensa", "EUR 1.31 million", "12"],
            ["Railwatch", "EUR 0.98 million", "31"],
        ],
    )
    document.save(str(path))


def slides(
    path: Path,
    title: str,
    pages: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]],
) -> None:
    """A title slide and one slide for each of `pages`: its title, bullets and table."""
    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text = title
    first.placeholders[1].text = "Board meeting, autumn 2024"
    for name, bullets, rows in pages:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = name
        frame = slide.placeholders[1].text_frame
        for place, bullet in enumerate(bullets):
            (frame.paragraphs[0] if place == 0 else frame.add_paragraph()).text = bullet
        if rows:
            shape = slide.shapes.add_table(len(rows), len(rows[0]), Inches(1), Inches(4), Inches(8), Inches(2))
            for r, row in enumerate(rows):
                for c, text in enumerate(row):
                    shape.table.cell(r, c).text = text
    deck.save(str(path))


def churn_deck(path: Path) -> None:
    slides(
        path,
        "Churn model of Velo Telecom",
        [
            ("Why customers leave", ["Velo Telecom loses 2.7 per cent of its customers a month."], []),
            (
                "Pilot results",
                ["The churn pilot ran in three regions."],
                [["Region", "Calls made", "Customers kept"], ["North", "4,100", "615"], ["Coast", "2,900", "522"]],
            ),
            ("Next steps", ["Velo Telecom hires four machine learning engineers by June."], []),
        ],
    )


def plant_deck(path: Path) -> None:
    slides(
        path,
        "Predictive maintenance at Brandt Paper",
        [
            ("Savings", ["Brandt Paper saved 640,000 euros in the first year of predictive maintenance."], []),
            ("Sensors", ["Each paper machine of Brandt Paper carries 212 vibration sensors."], []),
        ],
    )


def training_deck(path: Path) -> None:
    slides(
        path,
        "Data literacy training at Sommer Retail",
        [
            (
                "Attendance",
                ["Figure 1: Attendance of the data literacy training by shop"],
                [["Shop", "Trained staff", "Share"], ["Graz", "86", "71%"], ["Linz", "54", "49%"]],
            ),
            ("Cost", ["One day of training at Sommer Retail costs 190 euros a head."], []),
        ],
    )


PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body {{ color: black }} .x {{ color: red }}</style><script>var secret = "tracking 4711";</script></head>
<body><nav><a href="/">Home</a> <a href="/about">About us</a></nav><header>Site menu</header>
<main><h1>{title}</h1>{body}</main><footer>Copyright 2024 Example</footer></body></html>"""


def web(path: Path, title: str, body: str) -> None:
    path.write_text(PAGE.format(title=title, body=body), encoding="utf-8")


def blog(path: Path) -> None:
    web(
        path,
        "How Larkspur Bakery forecasts demand",
        "<p>Larkspur Bakery throws away 6.2 per cent of its bread, half of what it did in 2021.</p>"
        "<h2>The model</h2><p>The forecast is trained every night on 400 days of sales.</p>"
        "<ul><li>Weather explains 13 per cent of the variation.</li><li>Holidays are entered by hand.</li></ul>",
    )


def price_page(path: Path) -> None:
    web(
        path,
        "Prices of Quill Annotation",
        "<p>Quill Annotation labels pictures and texts.</p><table><caption>Table 4: Price per thousand labels</caption>"
        "<thead><tr><th>Kind</th><th>Standard</th><th>Express</th></tr></thead><tbody>"
        "<tr><th>Pictures</th><td>$38</td><td>$61</td></tr><tr><td>Texts</td><td>$22</td><td>$35</td></tr>"
        "</tbody></table><p>Prices hold until the end of the year.</p>",
    )


def study_page(path: Path) -> None:
    web(
        path,
        "Soil study of the Marne growers",
        "<p>The growers sampled 73 fields.</p><figure><img src='a.png' alt='A chart'><figcaption>Figure 3: Humus "
        "content of the Marne fields before and after cover crops</figcaption></figure>"
        "<p>Cover crops raised the humus content of the Marne fields from 1.8 to 2.4 per cent.</p>",
    )


def budget_book(path: Path) -> None:
    """Two sheets, a title row above the table, numbers with formats, a formula with its value."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Projects"
    sheet.append(["Projects of Hollin Energy"])
    sheet.append([])
    sheet.append(["Project", "Budget", "Share spent", "Start"])
    for row in (["Grid forecast", 1250000, 0.42, "2023-04"], ["Turbine alarms", 730000, 0.87, "2022-11"]):
        sheet.append(row)
    for row in sheet.iter_rows(min_row=4, min_col=2, max_col=2):
        row[0].number_format = '#,##0 "EUR"'
    for row in sheet.iter_rows(min_row=4, min_col=3, max_col=3):
        row[0].number_format = "0%"
    people = book.create_sheet("Staff")
    people.append(["Team", "Engineers", "Analysts"])
    people.append(["Grid", 14, 6])
    people.append(["Wind", 9, 11])
    book.save(str(path))


def kpi_book(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Service levels"
    sheet.append(["Service", "Target availability", "Reached availability", "Owner"])
    sheet.append(["Fraud scoring", "99.9%", "99.74%", "Payments team"])
    sheet.append(["Address check", "99.5%", "99.61%", "Onboarding team"])
    book.save(str(path))


def sensor_table(path: Path) -> None:
    """Semicolons, decimal commas, cp1252."""
    path.write_bytes(
        "Messstelle;Höhe (m);Ausfälle 2024\nKäfertal;112,5;17\nÖdenwald;386,0;4\nBrüel;48,2;29\n".encode("cp1252")
    )


OFFICE: dict[str, Callable[[Path], None]] = {
    "tarn-policy.docx": policy,
    "meridian-costs.docx": cost_plan,
    "corvina-minutes.docx": minutes,
    "lindau-tender.docx": tender,
    "velo-churn.pptx": churn_deck,
    "brandt-maintenance.pptx": plant_deck,
    "sommer-training.pptx": training_deck,
    "larkspur-blog.html": blog,
    "quill-prices.html": price_page,
    "marne-study.htm": study_page,
    "hollin-budget.xlsx": budget_book,
    "service-levels.xlsx": kpi_book,
    "sensor-outages.csv": sensor_table,
}
