"""The report's original text: nine figures, headings, endnotes and authors, all by general rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.chunker import passages
from ingest.reading import read
from ingest.types import Document, Sentence

TITLES = {
    1: "High growth ambitions for AI maturity",
    2: "C-suite are the most ambitious about current AI maturity",
    3: "Effort spent on AI productionalisation",
    4: "There is a demand for a range of roles",
    5: "Implementation of all-in-one and serving platforms yet to be explored",
    6: "Plans to invest in a wide range of technologies",
    7: "Organisations need to ensure their infrastructure and MLOps practices can handle next-gen AI",
    8: "Industry breakdown for AI technology use",
    9: "Challenges organisations face are fairly distributed across technical, resource and business obstacles",
}
QUESTION_STARTS = {
    1: "How mature would you rate your organisation in terms of its AI maturity level",
    2: "How mature would you rate your organisation in terms of AI?",
    3: "Within the time selected above",
    4: "What skillsets are you currently missing",
    5: "What technologies are you using?",
    6: "What technologies are you looking to invest in",
    7: "Does your current infrastructure meet your MLOps technical requirements?",
    8: "What AI technologies are you currently using or planning to use?",
    9: "What are your obstacles",
}
LEGENDS = {2: 3, 3: 5, 6: 3, 8: 4}
VALUES: dict[int, list[tuple[float, str]]] = {
    1: [(15, "percent")],
    2: [],
    3: [],
    4: [(26, "percent"), (28, "percent")],
    5: [],
    6: [(14, "percent")],
    7: [(28, "percent")],
    8: [(51, "percent")],
    9: [(7, "rank")],
}


@pytest.fixture(scope="module", params=[".txt", ".md"])
def report(request: pytest.FixtureRequest, report_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("report") / f"report{request.param}"
    path.write_bytes(report_file.read_bytes())
    return read(path)


def test_nine_figures_with_title_question_and_legend(report: Document) -> None:
    assert {f.number: f.title for f in report.figures} == TITLES
    for figure in report.figures:
        assert figure.question.startswith(QUESTION_STARTS[figure.number])
        assert figure.question.endswith(("?", "."))
        assert len(figure.legend) == LEGENDS.get(figure.number, 0), figure.legend
    assert "Please rank from 1" in report.figures[2].question
    assert report.figures[6].question.count("?") == 2


def test_exactly_the_stated_values(report: Document) -> None:
    assert {f.number: [(v.value, v.unit) for v in f.values] for f in report.figures} == VALUES
    for figure in report.figures:
        assert ("no other value" if figure.values else "no value at all") in figure.not_stated


def test_values_name_what_they_count(report: Document) -> None:
    told = {f.number: [(v.label, v.population) for v in f.values] for f in report.figures}
    assert told[4] == [("are missing MLOps engineers", "organisations"), ("need more IT architects", "organisations")]
    assert told[1][0][1] == "organisations"
    assert told[7][0][1].startswith("respondents planning to use newer algorithms")
    assert told[8][0][1].startswith("technology, media and telecom")
    assert told[9][0][0].startswith("the regulatory environment was the seventh lowest")


def test_sentences_are_tied_to_their_figure_only(report: Document) -> None:
    tied = {n: {s.text for s in sentences(report) if n in s.figures} for n in TITLES}
    for told in tied.values():
        assert not any(
            share in text for share in ("73 per cent", "36 per cent", "41 per cent", "85 per cent") for text in told
        )
    assert any("26 per cent" in t for t in tied[4]) and any("14 per cent" in t for t in tied[6])
    assert any("least likely to view" in t for t in tied[2])


def sentences(document: Document) -> list[Sentence]:
    return [s for p in passages(document) for s in p.sentences]


def test_headings_authors_and_endnotes(report: Document) -> None:
    headings = [b.text for b in report.blocks if b.kind == "heading" and b.text]
    assert headings[0] == report.title == "Unlocking the power of AI"
    assert {"About this survey", "Mastering data transformation and management", "Conclusion", "Endnotes"} <= set(
        headings
    )
    assert not any(h.isupper() or "@" in h or "Soral" in h or "SHOW" in h for h in headings)
    (authors,) = (p for p in passages(report) if p.section == ("Authors",))
    assert "Sulabh Soral, United Kingdom; Subhadip Roy" in authors.text
    assert authors.sentences[0].asks
    notes = [b.text for b in report.blocks if b.kind == "endnote"]
    assert [n.split(".")[0] for n in notes] == ["1", "2", "3", "4", "5", "6"]
    assert "machine learning at scale requires" in notes[0]


def test_furniture_is_gone_and_seams_are_closed(report: Document) -> None:
    for furniture in ("Deloitte Insights | ", "SHOW LESS", "See more", "View in Article", "](#)", "\\$", "**"):
        assert furniture not in report.text
    assert "in highly technical roles to plan to invest" in report.text
    assert "safeguards for consumers, society and organisations." in report.text
    assert "US$4.4 trillion" in report.text and "efficiently.¹" in report.text


def test_the_folded_box_ends_where_it_ends(report: Document) -> None:
    by_text = {s.text[:30]: p.section for p in passages(report) for s in p.sentences}
    assert by_text["Deloitte surveyed 621 key deci"] == ("About this survey",)
    assert by_text["The survey identified specific"] == ()
