"""The reader: a question read together with a passage, and what it says of each sentence there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest.exporter import MOST_APART
from ingest.reader import UNREAD, OnnxReader, Page, TorchReader, by_sentence, page, page_of, places, reader, sheet
from ingest.settings import Settings
from ingest.types import Passage, Sentence
from ingest.units import units_of
from ingest.weights import READER

SENTENCES = (
    "The tram depot at Ilsen was rebuilt for 14 million euros.",
    "It reopened in March 2025.",
    "Its roof carries 3,100 solar panels.",
)


def joined(section: tuple[str, ...], sentences: tuple[str, ...]) -> Page:
    spans, at = [], 0
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    return page_of(section, " ".join(sentences), spans)


DEPOT = joined(("Depots", "Ilsen"), SENTENCES)
OTTERS = joined((), ("Otters sleep afloat.", "They hold each other by the paw."))


@pytest.fixture
def exported_reader(exported_data: Path) -> OnnxReader:
    """The reader as questions are read."""
    found = reader(Settings(data=exported_data))
    assert isinstance(found, OnnxReader)
    return found


def test_a_page_is_a_passage_under_its_headings() -> None:
    assert [DEPOT.text[a:b] for a, b in DEPOT.spans] == list(SENTENCES)
    assert DEPOT.text.startswith("Depots. Ilsen. The tram")
    text = "One. Two."
    sentences = (Sentence("One.", 0, 4, "finding"), Sentence("Two.", 5, 9, "finding"))
    told = page((Passage("p", "d", ("Head",), text, 0, 9, sentences),))
    assert [told.text[a:b] for a, b in told.spans] == ["One.", "Two."]


def row(number: int, *, section: str = "Sites", lead: str = "Costs by site:", words: int = 4) -> Passage:
    text = " ".join(["Site:", str(number), *["word"] * (words - 2)])
    return Passage(
        f"{section}{number}", "d", (section,), text, 0, len(text), (Sentence(text, 0, len(text), context=lead),), "row"
    )


def test_a_row_is_read_with_the_rows_around_it() -> None:
    told = [row(0, section="Years"), *(row(n) for n in range(3)), row(3, lead="Staff by site:")]
    assert sheet(told, 2) == tuple(told[1:4])
    read = page(sheet(told, 2))
    assert read.text.startswith("Sites. Costs by site. Site: 0")
    assert [read.text[a:b] for a, b in read.spans] == [p.text for p in told[1:4]]
    long = [row(n, words=40) for n in range(9)]
    assert sheet(long, 4) == tuple(long[4:6]) and sheet(long, 8) == tuple(long[7:])
    text = Passage("p", "d", ("Sites",), "One.", 0, 4, (Sentence("One.", 0, 4),))
    assert sheet([row(0), text, row(1)], 1) == (text,)


def test_words_count_for_the_sentence_that_they_stand_in() -> None:
    told = Page("Head. One two. Three.", ((6, 14), (15, 21)))
    offsets = [(0, 0), (0, 5), (0, 0), (0, 4), (6, 9), (10, 13), (15, 20), (20, 21), (0, 0)]
    kinds = [0, 0, 0, 1, 1, 1, 1, 1, 1]
    at = places(told, offsets, kinds)
    assert at.tolist() == [-1, -1, -1, -1, 0, 0, 1, 1, -1]
    words = np.array([9, 9, 9, 9, 1, 3, 4, 6, 9], np.float32)
    assert by_sentence(words, at, 3).tolist() == [2.0, 5.0, UNREAD]


def test_both_runtimes_say_nearly_the_same(torch_reader: TorchReader, exported_reader: OnnxReader) -> None:
    pages = [DEPOT, OTTERS, joined(("Long",), ("A sentence that is cut at the end. " * 60, "Behind what is read."))]
    for question in (
        "What did the depot at Ilsen cost?",
        "x",
        "When? [SEP] What did the depot cost? [SEP] 14 million.",
    ):
        one, other = torch_reader.read(question, pages), exported_reader.read(question, pages)
        assert [len(z) for z in one] == [len(z) for z in other] == [3, 2, 2]
        assert one[2][1] == other[2][1] == UNREAD
        told = [1 / (1 + np.exp(-np.concatenate(z[:2]))) for z in (one, other)]
        assert np.abs(told[0] - told[1]).mean() <= MOST_APART


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("What did we pay for the depot?", 0),
        ("When did the Ilsen depot open again?", 1),
        ("How many solar panels does the depot have?", 2),
        ("And when did it open again? [SEP] What did the depot cost? [SEP] It was rebuilt for 14 million euros.", 1),
    ],
)
def test_the_sentence_that_answers_comes_first(exported_reader: OnnxReader, question: str, answers: int) -> None:
    depot, otters = exported_reader.read(question, [DEPOT, OTTERS])
    assert depot.argmax() == answers and depot[answers] > otters.max()


def test_a_near_miss_is_told_from_a_question_that_is_answered(exported_reader: OnnxReader) -> None:
    asked = exported_reader.read("What did the rebuilding of the Ilsen depot cost?", [DEPOT])[0].max()
    for other in ("What does the Ilsen depot cost a year to run?", "Who built the depot?"):
        assert exported_reader.read(other, [DEPOT])[0].max() < asked - 1.0


@pytest.mark.parametrize("question", ["and what of it " * 140, "[SEP] ".join(["who leads it and since when " * 8] * 8)])
def test_a_long_question_leaves_room_for_the_page(
    torch_reader: TorchReader, exported_reader: OnnxReader, question: str
) -> None:
    long = joined(("Long",), ("A plain sentence of some words. " * 6, "Another one.", "The last of them."))
    for found in (torch_reader, exported_reader):
        (told,) = found.read(question, [long])
        assert (told > UNREAD).all()


def test_no_pages_need_no_reading(torch_reader: TorchReader, exported_reader: OnnxReader) -> None:
    assert torch_reader.read("What is MLOps?", ()) == exported_reader.read("What is MLOps?", ()) == []


def test_without_an_export_torch_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.reader.TorchReader", lambda threads: (READER, threads))
    assert reader(Settings(data=tmp_path)) == (READER, 1)


def test_units_of_ones_own_documents_stand_under_their_headings() -> None:
    text = "It was stopped. Why is not told."
    sentences = (
        Sentence("It was stopped.", 0, 15, "finding", asks=("Was it stopped?",)),
        Sentence("Why is not told.", 16, 32, "finding"),
    )
    passage = Passage("p", "d", ("Pilots", "Shelves"), text, 0, 32, sentences)
    plain, headed = ([u.text for u in units_of(passage, headed=one)] for one in (False, True))
    assert plain == ["It was stopped.", "Was it stopped?", "Why is not told.", text]
    above = "Pilots. Shelves. "
    assert headed == [above + plain[0], plain[1], above + plain[2], above + text]
