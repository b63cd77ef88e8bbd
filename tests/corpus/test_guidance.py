"""The guidance notes keep their promises: complete front matter, sentences that stand alone, sources named.

The notes are parsed plainly here, without the program's own reader, so that a fault in the reader
cannot hide a fault in a note.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / "corpus" / "guidance"
PATHS = sorted(FOLDER.glob("*.md"))
OURS = "MLOps Advisor"
THEMES = {"maturity", "practice", "organisation", "investment", "platforms", "regulation", "risk"}
SOURCE_KEYS = {"title", "publisher", "year", "url", "seen"}
KEYS = {"id", "title", "theme", "publisher", "source_title", "year", "url"} | {
    *("kind", "as_of", "rights", "verified", "sources"),
}
ASKED_WORDS_MAX = 30
WORDS_MIN, WORDS_MAX = 10, 36
LEADER_QUESTIONS = (
    "Which maturity level am I at?",
    "What should we do first?",
    "How much does it cost?",
    "Whom do I hire?",
    "Build or buy?",
    "What are the biggest risks?",
    "What does the law require of us?",
)
DANGLING = re.compile(
    r"^(This|That|These|Those|It|Its|They|Their|He|She|His|Her|Here|There|Such|Others|Both|However|But|And|So|"
    r"Also|Therefore|Thus|Hence|Moreover|Furthermore|Instead|Yet|Then|As a result|In addition|For example|"
    r"Similarly|Likewise|Meanwhile|The same|The latter|The former)\b"
)
ELSEWHERE = re.compile(r"\b(the same (survey|study|report|page)|(as|see) above|the (latter|former))\b", re.I)
YEAR = re.compile(r"\b(19|20)\d\d\b")
PROPER = re.compile(r"\b[A-Z][A-Za-z0-9&-]+")
# Words that begin titles and say nothing about who speaks.
GENERIC = set(
    re.findall(
        r"\w+",
        "AI ML MLOps Machine Learning Model Data Report State Guide Survey Article Level New "
        "The And For How Why What Who Our Is In On An",
    )
)
# Claims that research marked "do not use": they may appear only as a warning.
WARN_ONLY = re.compile(
    r"87 per cent|95 per cent of organisations|zero return|\b80\.3\b|2,400 projects|US\$401 billion|"
    r"53\.4 per cent|40\.1 per cent|failure rate such as"
)
# Claims that research could not verify: they appear nowhere.
NEVER = re.compile(
    r"Zillow|Knight Capital|Pathseekers|Well-Architected|2022/2554|17 January 2025|M-25-21|Rudin|1,684|14110|"
    r"Article 73\b|644 respondents|had not deployed|had deployed|73 per cent blew|Big Book of MLOps|"
    r"blue-green|4 to 8 times|by some estimates"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its tag ("caveat", "finding" or ""), its sentences and the questions it answers."""

    tag: str
    sentences: tuple[str, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    path: Path
    meta: dict[str, Any]
    headings: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]


def parse_paragraph(block: str) -> Paragraph:
    lines = block.splitlines()
    asks = tuple(line[2:] for line in lines if line.startswith("? "))
    text = " ".join(line for line in lines if not line.startswith("? "))
    tagged = re.match(r"\[(\w+)\] ", text)
    tag = tagged[1] if tagged else ""
    text = text[tagged.end() :] if tagged else text
    return Paragraph(tag, tuple(re.split(r"(?<=[.!?])\s+(?=[A-Z0-9])", text)), asks)


def parse(path: Path) -> Note:
    start, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert start == "", f"{path.name}: found text before the front matter"
    blocks = [b for b in re.split(r"\n\s*\n", body.strip("\n")) if b.strip()]
    headings = tuple(b[3:] for b in blocks if b.startswith("## "))
    paragraphs = tuple(parse_paragraph(b) for b in blocks if not b.startswith("## "))
    return Note(path, yaml.safe_load(front), headings, paragraphs)


NOTES = tuple(parse(path) for path in PATHS)
SENTENCES = [(n, p, s) for n in NOTES for p in n.paragraphs for s in p.sentences]
each_note = pytest.mark.parametrize("note", NOTES, ids=[n.path.stem for n in NOTES])


def source_names(note: Note) -> set[str]:
    """The proper names by which a sentence of this note can name a source of the note."""
    told = " ".join(f"{s['publisher']} {s['title']}" for s in note.meta["sources"])
    return {w.removesuffix("s") for w in PROPER.findall(told)} - GENERIC


def names_a_source(sentence: str, note: Note) -> bool:
    return any(w.removesuffix("s") in source_names(note) for w in PROPER.findall(sentence))


def is_our_own(sentence: str) -> bool:
    """Advice, view, rule or arithmetic that the sentence itself marks as ours."""
    return re.match(r"Our (advice|view|rule|arithmetic|reading)\b", sentence) is not None


def faults(found: list[str]) -> str:
    return "\n" + "\n".join(found)


def test_there_are_at_least_forty_notes_on_every_theme() -> None:
    assert len(NOTES) >= 40
    assert {n.meta["theme"] for n in NOTES} == THEMES


@each_note
def test_front_matter_is_complete_and_valid(note: Note) -> None:
    meta = note.meta
    assert set(meta) == KEYS
    assert meta["id"] == note.path.stem
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", meta["id"])
    assert meta["theme"] in THEMES
    assert (meta["kind"], meta["rights"]) == ("guidance", "quote")
    assert date.fromisoformat(meta["as_of"]) >= date(2026, 11, 23)
    assert meta["verified"] in {"V1", "V2", "judgement"}
    for key in ("title", "publisher", "source_title"):
        assert isinstance(meta[key], str) and meta[key].strip(), key
    assert meta["year"] is None or 1990 <= meta["year"] <= 2026
    assert (meta["url"] is None) == (meta["publisher"] == OURS), "only our own notes have no address"


@each_note
def test_sources_are_complete_and_agree_with_the_flag(note: Note) -> None:
    sources = note.meta["sources"]
    assert sources, "a note without sources"
    for source in sources:
        assert set(source) == SOURCE_KEYS
        assert source["seen"] in {"V1", "V2"}
        assert source["title"] and source["publisher"]
        assert source["year"] is None or 1990 <= source["year"] <= 2026
        assert source["url"] is None or re.match(r"https?://\S+$", source["url"])
    lowest = "V2" if any(s["seen"] == "V2" for s in sources) else "V1"
    assert note.meta["verified"] in {lowest, "judgement"}
    if note.meta["verified"] == "judgement":
        assert note.meta["publisher"] == OURS


@each_note
def test_body_keeps_the_format(note: Note) -> None:
    assert note.headings and note.paragraphs
    for paragraph in note.paragraphs:
        assert paragraph.tag in {"", "caveat", "finding"}
        assert 1 <= len(paragraph.sentences) <= 3, paragraph.sentences
        assert 1 <= len(paragraph.asks) <= 40, paragraph.sentences[0]
    text = note.path.read_text(encoding="utf-8").split("---\n", 2)[2]
    assert not re.search(r"\]\(|<!--|^\||^[-*] ", text, re.M), "links, tables and lists have no place"
    assert not re.search(r"\d ?%", re.sub(r"(?m)^\? .*$", "", text)), "write per cent"


def test_every_sentence_has_the_length_of_a_quotation() -> None:
    found = [
        f"{n.path.stem}: {len(s.split())} words: {s}"
        for n, _, s in SENTENCES
        if not WORDS_MIN <= len(s.split()) <= WORDS_MAX or not s.endswith(".")
    ]
    assert not found, faults(found)


def test_every_sentence_stands_alone() -> None:
    found = [f"{n.path.stem}: {s}" for n, _, s in SENTENCES if DANGLING.search(s) or ELSEWHERE.search(s)]
    assert not found, faults(found)


def test_every_sentence_with_a_digit_names_a_source_or_a_year() -> None:
    found = [
        f"{n.path.stem}: {s}"
        for n, _, s in SENTENCES
        if re.search(r"\d", s) and not (YEAR.search(s) or names_a_source(s, n) or is_our_own(s))
    ]
    assert not found, faults(found)


def test_every_finding_names_its_source_and_its_year() -> None:
    found = [
        f"{n.path.stem}: {s}"
        for n, p, s in SENTENCES
        if p.tag == "finding" and not (names_a_source(s, n) and YEAR.search(s))
    ]
    assert not found, faults(found)


def test_every_percentage_of_a_finding_names_whom_it_counts() -> None:
    counted = re.compile(
        r"respondents|organisations|firms|enterprises|businesses|companies|leaders|executives|employers|workers|"
        r"staff|teams|projects|initiatives|experiments|systems|clusters|adopters|pairs|spending|prices?\b|skills"
    )
    found = [
        f"{n.path.stem}: {s}"
        for n, p, s in SENTENCES
        if p.tag == "finding" and "per cent" in s and not counted.search(s)
    ]
    assert not found, faults(found)


def test_a_question_is_short_and_asked_once() -> None:
    asks = [a for n in NOTES for p in n.paragraphs for a in p.asks]
    counts = Counter(" ".join(re.findall(r"[a-z0-9]+", a.lower())) for a in asks)
    twice = [a for a, count in counts.items() if count > 1]
    assert not twice, faults(twice)
    # People also type "payback of MLOps, average": neither a question mark nor a verb is asked of them.
    long = [a for a in asks if not 2 <= len(a.split()) <= ASKED_WORDS_MAX]
    assert not long, faults(long)


def test_the_questions_of_leaders_have_direct_answers() -> None:
    asked = {a for n in NOTES for p in n.paragraphs for a in p.asks}
    assert [q for q in LEADER_QUESTIONS if q not in asked] == []


def test_unverified_claims_are_not_stated() -> None:
    found = [f"{n.path.stem}: {s}" for n, _, s in SENTENCES if NEVER.search(s)]
    assert not found, faults(found)


def test_discredited_claims_appear_only_as_warnings() -> None:
    found = [f"{n.path.stem}: {s}" for n, p, s in SENTENCES if p.tag != "caveat" and WARN_ONLY.search(s)]
    assert not found, faults(found)
    warned = [s for _, p, s in SENTENCES if p.tag == "caveat" and "87 per cent" in s]
    assert warned, "the warning itself is missing"


def test_forecasts_of_gartner_are_called_forecasts() -> None:
    forecast = re.compile(r"Gartner.*\b(will be|would be|by the end of 20(25|27)|through 2026)\b")
    found = [f"{n.path.stem}: {s}" for n, _, s in SENTENCES if forecast.search(s) and "forecast" not in s]
    assert not found, faults(found)
