"""The bundled digest of the report: complete, in our own words, and quotable sentence by sentence."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / "corpus" / "report"
LONGEST_SHARED_RUN = 7
_MARK = re.compile(r"^\[(caveat|guidance)\] ")
_SENTENCE_END = re.compile(r"(?<=[.!?]) +(?=[\"“A-Z])")
_DANGLING = re.compile(
    r"(?:This|That|These|Those|They|Them|Their|It|Its|He|She|We|However|Also|Moreover|Such|Thus|Therefore|Hence|Indeed|"
    r"Notably|Significantly|Furthermore|Additionally|Besides|Yet|But|And|Or|So|Nevertheless|"
    r"In addition|As a result|For example|The (?:former|latter|same))\b"
)


@dataclass
class Paragraph:
    """One paragraph of the digest with the questions that it answers."""

    kind: str
    text: str
    section: str
    asks: list[str] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """The sentences of the paragraph, in order."""
        return _SENTENCE_END.split(self.text)


@cache
def digest() -> tuple[dict[str, Any], tuple[Paragraph, ...]]:
    """Front matter and paragraphs of report.md."""
    _, front, body = (FOLDER / "report.md").read_text(encoding="utf-8").split("---\n", 2)
    paragraphs: list[Paragraph] = []
    section = ""
    for line in body.splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif line.startswith("? "):
            paragraphs[-1].asks.append(line[2:])
        elif line:
            mark = _MARK.match(line)
            kind = mark[1] if mark else "finding"
            paragraphs.append(Paragraph(kind, _MARK.sub("", line), section))
    return yaml.safe_load(front), tuple(paragraphs)


@cache
def figures() -> tuple[dict[str, Any], ...]:
    """The tables of figures.toml."""
    return tuple(tomllib.loads((FOLDER / "figures.toml").read_text(encoding="utf-8"))["figure"])


def sentences() -> Iterator[str]:
    """Every sentence that may be quoted, of the digest and of the figures."""
    for paragraph in digest()[1]:
        yield from paragraph.sentences()
    for figure in figures():
        yield from _SENTENCE_END.split(figure["says"])
        yield from _SENTENCE_END.split(figure["not_stated"])


def test_front_matter_is_complete() -> None:
    front, _ = digest()
    assert front["id"] == "deloitte-2023-unlocking-the-power-of-ai"
    assert front["title"].startswith("Unlocking the power of AI")
    assert front["publisher"] == "Deloitte"
    assert front["authors"] == ["Sulabh Soral", "Subhadip Roy", "Amrita Ranchhod", "Jennifer Holland"]
    assert (front["year"], front["url"]) == (2023, None)
    assert (front["kind"], front["rights"]) == ("report-digest", "quote")
    assert str(front["as_of"]) == "2026-11-23"
    assert front["note"] == "Written in our own words from the report"


# What the report states with a number (or a rank), and the words that must stand in the same finding.
NUMBERS = {
    "N1 ambition": ("92 per cent", "industry-leading or market-leading", "three years"),
    "N2 activities": ("eight AI activities", "ten AI activities", "2024"),
    "N3 initiatives": ("31 per cent", "more than 11"),
    "N4 very mature": ("15 per cent", "very mature", "figure 1"),
    "N5 generative": ("41 per cent", "generative models"),
    "N6 reinforcement": ("42 per cent", "reinforcement learning"),
    "N7 engineers": ("26 per cent", "MLOps engineers", "figure 4"),
    "N8 architects": ("28 per cent", "IT architects", "figure 4"),
    "N9 buy-in": ("85 per cent", "business buy-in", "budget"),
    "N10 hardware": ("14 per cent more likely", "C-suite", "MLOps hardware", "figure 6"),
    "N11 newer algorithms": ("28 per cent", "newer algorithms", "infrastructure", "figure 7"),
    "N12 next-gen": ("51 per cent", "echnology, media and telecommunications", "figure 8"),
    "N13 failure": ("73 per cent", "failure", "important"),
    "N14 infrastructure": ("27 per cent", "infrastructure does not meet"),
    "N15 government": ("36 per cent", "government and public services"),
    "N16 finance": ("Two in three", "large financial services", "US$5 billion"),
    "N17 regulation": ("seventh lowest", "weighted average", "figure 9"),
    "N18 legacy": ("top three", "Legacy technology infrastructure", "high investment costs"),
    "N19 productivity": ("69 per cent", "productive"),
    "N20 customers": ("66 per cent", "clients and customers"),
    "N21 products": ("70 per cent", "products and services"),
    "N22 return": ("28 per cent", "average return on investment"),
    "N22 highest return": ("149 per cent", "eturns"),
    "N23 payback": ("Almost half of the responses", "US$250 million or less", "two years"),
    "N24 business value": ("US$4.4 trillion", "2025"),
    "N25 market": ("US$4 billion", "MLOps market"),
    "N26 goals": ("twice as likely", "goals"),
}
SURVEY = (
    "621", "May to September 2022",
    "Australia", "Canada", "Germany", "Japan", "South Africa", "United Kingdom", "United States",
    "consumer", "energy, resources and industrials", "financial services", "life sciences and health care",
    "government and public services", "technology, media and telecommunications",
    "C-suite", "directors", "vice presidents", "data architects", "ML engineers",
)  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_is_stated_in_a_finding_that_people_can_ask_for(name: str) -> None:
    stating = [p for p in digest()[1] if p.kind != "caveat" and all(w in p.text for w in NUMBERS[name])]
    assert stating, f"{name}: no finding says {NUMBERS[name]}"
    assert any(len(p.asks) >= 3 for p in stating), f"{name}: fewer than three phrasings"


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_has_a_caveat_that_names_it(name: str) -> None:
    value = NUMBERS[name][0].split(" AI ")[0].split(" more ")[0].split(" of the ")[0]
    caveats = [p.text for p in digest()[1] if p.kind == "caveat"]
    assert any(value.lower() in text.lower() for text in caveats), f"{name}: no caveat on {value!r}"


def test_the_survey_is_described() -> None:
    told = " ".join(p.text for p in digest()[1] if p.section == "Who was surveyed")
    assert not [fact for fact in SURVEY if fact not in told]


def test_the_three_results_of_28_per_cent_are_told_apart() -> None:
    caveats = [p.text for p in digest()[1] if p.kind == "caveat"]
    told = [text for text in caveats if "28 per cent" in text and "Three" in text]
    assert told and all(word in told[0] for word in ("architects", "infrastructure", "return"))


def test_nothing_but_the_reports_numbers_stands_in_findings() -> None:
    stated = {str(n) for n in (92, 31, 15, 41, 42, 26, 28, 85, 14, 51, 73, 27, 36, 69, 66, 70, 149)}
    told = {
        n for p in digest()[1] if p.kind != "caveat" for n in re.findall(r"(\d+(?:\.\d+)?) per cent", p.text)
    }  # fmt: skip
    assert told == stated


def test_sections_follow_one_another_and_none_is_empty() -> None:
    counts = Counter(p.section for p in digest()[1])
    assert len(counts) >= 15 and min(counts.values()) >= 3
    assert {f["section"] for f in figures()} <= set(counts)


def test_every_paragraph_is_one_to_three_full_sentences() -> None:
    for paragraph in digest()[1]:
        told = paragraph.sentences()
        assert 1 <= len(told) <= 3, paragraph.text
        assert all(s.endswith(".") for s in told), paragraph.text


def test_sentences_are_short_and_stand_alone() -> None:
    for sentence in sentences():
        assert 10 <= len(sentence.split()) <= 36, sentence
        assert sentence[0].isupper() and not _DANGLING.match(sentence), sentence


def test_no_sentence_is_said_twice() -> None:
    twice = [s for s, n in Counter(sentences()).items() if n > 1]
    assert not twice


def test_phrasings_are_questions_and_each_belongs_to_one_paragraph() -> None:
    asks = [a for p in digest()[1] for a in p.asks] + [a for f in figures() for a in f["asks"]]
    assert not [a for p in digest()[1] for a in p.asks if not 2 <= len(a.split()) <= 30]
    assert not [a for a, n in Counter(re.sub(r"\W+", " ", a.lower()).strip() for a in asks).items() if n > 1]
    assert all(len(f["asks"]) >= 4 for f in figures())


def test_nine_figures_with_exactly_the_values_that_are_stated() -> None:
    stated = {
        n: sorted((v["value"], v["unit"]) for v in f.get("value", []))
        for n, f in ((f["number"], f) for f in figures())
    }  # fmt: skip
    assert stated == {
        1: [(15, "percent"), (92, "percent")], 2: [], 3: [], 4: [(26, "percent"), (28, "percent")], 5: [],
        6: [(14, "percent")], 7: [(28, "percent")], 8: [(51, "percent")], 9: [(3, "rank"), (7, "rank")],
    }  # fmt: skip


def test_figures_say_what_they_show_and_what_is_not_stated() -> None:
    for figure in figures():
        name = f"igure {figure['number']}"
        assert name in figure["says"] and name in figure["not_stated"]
        assert "not stated" in figure["not_stated"] and figure["question"].strip()
        assert all(v["label"] and v["population"] for v in figure.get("value", []))
        assert any(name in p.text for p in digest()[1])
    assert "basis not stated" in next(f for f in figures() if f["number"] == 6)["value"][0]["label"]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", ""))


def _ours() -> Iterator[str]:
    """Every text that is claimed to be in our own words; figures' titles, questions and legends are not."""
    for paragraph in digest()[1]:
        yield paragraph.text
        yield from paragraph.asks
    for figure in figures():
        yield from (figure["says"], figure["not_stated"], *figure["asks"])
        yield from (v[k] for v in figure.get("value", []) for k in ("label", "population"))


NAMES = re.compile(
    r"Eddy Webb, Karen Tsang, Richard Horton, Shubham Gupta and Sara Sikora|"
    r"Sulabh Soral, Subhadip Roy, Amrita Ranchhod and Jennifer Holland|\"[A-Z][^\"]+\""
)


def test_no_run_of_eight_words_is_shared_with_the_report(report_file: Path) -> None:
    words = _words(report_file.read_text(encoding="utf-8"))
    size = LONGEST_SHARED_RUN + 1
    runs = {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}
    for text in _ours():
        for part in NAMES.split(text):
            told = _words(part)
            found = [tuple(told[i : i + size]) for i in range(len(told) - size + 1)]
            assert not runs.intersection(found), part


def test_figure_titles_questions_and_legends_are_printed_in_the_report(report_file: Path) -> None:
    printed = " ".join(_words(report_file.read_text(encoding="utf-8")))
    for figure in figures():
        for address in (figure["title"], figure["question"], *figure["legend"]):
            assert " ".join(_words(address)) in printed, address
