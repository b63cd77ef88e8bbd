"""Twenty documents as organisations have them: values in cells, captions and on pages keep their addresses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.chunker import passages
from ingest.reading import SUFFIXES, read
from ingest.types import Document
from tests.ingest.office import OFFICE
from tests.ingest.printed import FILLER, PDFS

MADE = {**PDFS, **OFFICE}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    folder = tmp_path_factory.mktemp("made")
    for name, make in MADE.items():
        make(folder / name)
    return {name: read(folder / name) for name in MADE}


def test_twenty_documents_of_seven_kinds(documents: dict[str, Document]) -> None:
    assert len(documents) == 20
    assert {Path(n).suffix for n in documents} == set(SUFFIXES) - {
        ".md",
        ".markdown",
        ".txt",
        ".text",
        ".xhtml",
        ".tsv",
    }
    for name, document in documents.items():
        assert not document.warnings, (name, document.warnings)
        for block in document.blocks:
            assert document.text[block.start : block.end] == block.text
        for passage in passages(document):
            assert document.text[passage.start : passage.end] == passage.text
            assert all(passage.text[s.start : s.end] == s.text for s in passage.sentences)


CELLS = [
    (
        "baltway-annual-report.pdf",
        3,
        "Segment: Customs services; Revenue 2023 (EUR m): 54.1; Revenue 2024 (EUR m): 61.3",
    ),
    ("baltway-annual-report.pdf", 4, "Site: Gdansk; Employees: 913; Apprentices: 37"),
    ("harbour-statements.pdf", 2, "Item: Claims paid; 2023: (861); 2024: (902)"),
    ("hospital-survey.pdf", 2, "Obstacle: Missing data engineers; Hospitals: 46%; Clinics: 58%"),
    ("kelder-register.pdf", 1, "Plant: P001; City: City 1; Downtime (hours): 3; Scrap rate: 0.7%"),
    ("kelder-register.pdf", 3, "Plant: P100; City: City 100; Downtime (hours): 9; Scrap rate: 0.0%"),
    ("ostrava-handbook.pdf", 2, "Role: Data steward; Duty: keeps the catalogue and names who may use a table"),
    ("tarn-policy.docx", None, "Grade: Grade 8; Desk allowance: £475; Days at home: 3"),
    ("meridian-costs.docx", None, "Cost block: Licences; Q1: $64,000; Q2: $64,000; Q3: $71,250"),
    ("lindau-tender.docx", None, "Bidder: Railwatch; Price: EUR 0.98 million; Delivery (weeks): 31"),
    ("velo-churn.pptx", 3, "Region: Coast; Calls made: 2,900; Customers kept: 522"),
    ("sommer-training.pptx", 2, "Shop: Graz; Trained staff: 86; Share: 71%"),
    ("quill-prices.html", None, "Kind: Texts; Standard: $22; Express: $35"),
    ("hollin-budget.xlsx", None, "Project: Turbine alarms; Budget: 730,000 EUR; Share spent: 87%; Start: 2022-11"),
    ("hollin-budget.xlsx", None, "Team: Wind; Engineers: 9; Analysts: 11"),
    ("service-levels.xlsx", None, "Service: Fraud scoring; Target availability: 99.9%; Reached availability: 99.74%"),
    ("sensor-outages.csv", None, "Messstelle: Ödenwald; Höhe (m): 386,0; Ausfälle 2024: 4"),
]


@pytest.mark.parametrize(("name", "page", "row"), CELLS)
def test_cells_with_their_headers_and_page(documents: dict[str, Document], name: str, page: int, row: str) -> None:
    found = [p for p in passages(documents[name]) if p.kind == "row" and row in p.text]
    assert [p.page for p in found] == [page]


SENTENCES = [
    ("baltway-annual-report.pdf", 2, "The order book stood at EUR 905 million", "Letter from the chief executive"),
    ("baltway-annual-report.pdf", 2, "The refrigeration plant in Tallinn", "Letter from the chief executive"),
    ("orchard-review.pdf", 1, "Drip lines steered by soil probes saved 2,300 cubic metres of water", "Water"),
    ("orchard-review.pdf", 2, "plans a second trial with nine growers", "Outlook"),
    ("fjordlight-brochure.pdf", 2, "pays its lenders 4.75 per cent a year until 2031.", None),
    ("ostrava-handbook.pdf", 1, "Each alert is answered within 40 minutes.", "2 Rules"),
    ("tarn-policy.docx", None, "Broadband is refunded up to 25 pounds a month.", "Allowances"),
    ("meridian-costs.docx", None, "capped at 1.9 million dollars a year.", "Cloud"),
    ("corvina-minutes.docx", None, "The vendor agreed to a price of 7,800 euros.", "Decisions"),
    ("brandt-maintenance.pptx", 3, "carries 212 vibration sensors.", "Sensors"),
    ("larkspur-blog.html", None, "Weather explains 13 per cent of the variation.", "The model"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "page", "text", "section"), SENTENCES)
def test_sentences_with_their_page_and_section(
    documents: dict[str, Document], name: str, page: int, text: str, section: str | None
) -> None:
    found = [p for p in passages(documents[name]) if text in p.text]
    assert [(p.page, p.section[-1] if p.section else None) for p in found] == [(page, section)]


CAPTIONS = [
    ("baltway-annual-report.pdf", 1, "Share of yard tractors that run on electricity, by terminal type, 2024"),
    ("harbour-statements.pdf", 3, "Income statement in GBP thousand"),
    ("hospital-survey.pdf", 4, "Obstacles to analytics by type of provider"),
    ("kelder-register.pdf", 5, "Downtime and scrap by plant"),
    ("meridian-costs.docx", 2, "Budget of the Meridian platform by quarter"),
    ("corvina-minutes.docx", 2, "Error rate of the Corvina invoice reader by week"),
    ("sommer-training.pptx", 1, "Attendance of the data literacy training by shop"),
    ("quill-prices.html", 4, "Price per thousand labels"),
    ("marne-study.htm", 3, "Humus content of the Marne fields before and after cover crops"),
]


@pytest.mark.parametrize(("name", "number", "title"), CAPTIONS)
def test_captions_are_addresses(documents: dict[str, Document], name: str, number: int, title: str) -> None:
    assert [(f.number, f.title) for f in documents[name].figures] == [(number, title)]


def test_a_table_keeps_its_number_on_the_next_page(documents: dict[str, Document]) -> None:
    rows = [p for p in passages(documents["kelder-register.pdf"]) if p.kind == "row"]
    assert len(rows) == 120 and {p.figures for p in rows} == {(5,)} and {p.page for p in rows} == {1, 2, 3, 4}


def test_furniture_is_dropped(documents: dict[str, Document]) -> None:
    for name in PDFS:
        assert not re.search(r"\bPage \d|Annual report 2024$|\| Downtime", documents[name].text, re.M), name
    assert "Home" not in documents["larkspur-blog.html"].text
    assert "4711" not in documents["larkspur-blog.html"].text


def test_columns_are_read_one_after_the_other(documents: dict[str, Document]) -> None:
    document = documents["orchard-review.pdf"]
    headings = [b.text for b in document.blocks if b.kind == "heading"]
    assert headings == [
        "Orchard automation review",
        "Pruning robots",
        "Frost alarms",
        "Harvest counts",
        "Water",
        "Labour",
        "Outlook",
    ]
    assert document.text.count(FILLER) == 18


def test_titles(documents: dict[str, Document]) -> None:
    assert documents["baltway-annual-report.pdf"].title == "Baltway Logistics annual report 2024"
    assert documents["fjordlight-brochure.pdf"].title == "Fjordlight battery storage"
    assert documents["velo-churn.pptx"].title == "Churn model of Velo Telecom"
    assert documents["quill-prices.html"].title == "Prices of Quill Annotation"
    assert documents["sensor-outages.csv"].title == "sensor outages"


def test_sheet_names_are_sections(documents: dict[str, Document]) -> None:
    found = {p.section for p in passages(documents["hollin-budget.xlsx"])}
    assert found == {("Projects", "Projects of Hollin Energy"), ("Staff",)}
