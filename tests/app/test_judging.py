"""What the reader adds to what was found, with a reader and a reranker at our own seams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from app.judging import GAP_SIGNALS, Judges, Shelf
from app.nearness import Key, Looking
from app.question import read
from app.scope import EVERYTHING
from app.types import Evidence
from ingest.reader import Logits, Page
from ingest.types import Passage, Sentence

SENTENCES = ("The depot cost 14 million.", "It opened in March.", "Its roof is red.")
TEXT = " ".join(SENTENCES)
TOLD = tuple(Sentence(t, TEXT.index(t), TEXT.index(t) + len(t), "finding") for t in SENTENCES)
PAPER = Passage("paper", "d", ("Depots",), TEXT, 0, len(TEXT), TOLD)
FEATURES: Mapping[str, float] = dict.fromkeys(
    "dense own asked known known_often many fused scoped judged read talk told so_far last figure cover uncovered "
    "topical spoken unit agree premise conflicts restricted caveat back head type label bare guidance taught bundled "
    "absent numeric cell".split(),
    0.0,
)


@dataclass
class Scripted:
    """Says what it is told of sentences and statements."""

    of: Mapping[str, float]
    asked: list[str] = field(default_factory=list)
    pages: int = 0

    def read(self, question: str, pages: Sequence[Page]) -> list[Logits]:
        self.asked.append(question)
        self.pages += len(pages)
        return [np.array([self.of.get(p.text[a:b], -5.0) for a, b in p.spans], np.float32) for p in pages]

    def logits(self, question: str, statements: Sequence[str]) -> Logits:
        self.asked.append(question)
        return np.zeros(len(statements), np.float32)


def looking(*, in_chat: bool = False) -> Looking:
    question = read("What did it cost?")
    read_as = "What did it cost? [SEP] Where is the depot?" if in_chat else question.text
    return Looking(question, EVERYTHING, None, {}, {}, {}, {}, 1.0, {}, {}, read_as, in_chat, {})


def at(place: int, **features: float) -> Evidence:
    return Evidence(
        PAPER.sentences[place], PAPER, 0.5, {**FEATURES, **dict.fromkeys(("sounds", *GAP_SIGNALS), 0.0), **features}
    )


def look(key: Key, passage: Passage) -> Evidence:
    return Evidence(passage.sentences[key[1]], passage, 0.1, FEATURES)


SHELF = Shelf(look, lambda passage: (passage,), lambda _: "Works")


def test_the_sentence_that_the_reader_names_comes_first_though_it_was_not_found() -> None:
    reader = Scripted({SENTENCES[0]: 4.0})
    judges = Judges(Scripted({}), lambda: reader)
    first, second = judges.judged(looking(), [at(1)], SHELF)
    assert (first.sentence.text, second.sentence.text) == (SENTENCES[0], SENTENCES[1])
    assert first.features["read"] == 0.5 and second.features["read"] == pytest.approx(-5 / 8)
    assert {"sounds", *GAP_SIGNALS} <= first.features.keys()


def test_rows_of_one_table_are_read_once_and_together() -> None:
    def row(number: int) -> Passage:
        text = f"Site: {number}; Cost: 1{number}"
        return Passage(f"row{number}", "d", ("Sites",), text, 0, len(text), (Sentence(text, 0, len(text)),), kind="row")

    rows = tuple(row(n) for n in range(3))
    reader = Scripted({rows[2].text: 4.0})
    found = [
        Evidence(r.sentences[0], r, 0.5, {**FEATURES, **dict.fromkeys(("sounds", *GAP_SIGNALS), 0.0)}) for r in rows[:2]
    ]
    told = Judges(Scripted({}), lambda: reader).judged(looking(), found, Shelf(look, lambda _: rows, lambda _: ""))
    assert told[0].passage.id == "row2" and len(told) == 3
    assert len(reader.asked) == 1 and reader.pages == 1


def test_what_is_there_already_is_not_looked_at_again() -> None:
    reader = Scripted(dict.fromkeys(SENTENCES, 4.0))
    borrowed = at(0, taught=1.0)
    told = Judges(Scripted({}), lambda: reader).judged(looking(), [borrowed, at(1)], SHELF)
    assert sorted(e.sentence.text for e in told) == sorted(SENTENCES)
    assert next(e for e in told if e.sentence.text == SENTENCES[0]).features["read"] == 0.0


def test_what_says_what_a_note_says_is_not_read_as_ones_own() -> None:
    reader, taught = Scripted(dict.fromkeys(SENTENCES, 4.0)), {**FEATURES, "taught": 1.0}
    told = Judges(Scripted({}), lambda: reader).judged(
        looking(),
        [at(1)],
        replace(SHELF, look=lambda key, passage: Evidence(passage.sentences[key[1]], passage, 0.1, taught)),
    )
    assert [e.sentence.text for e in told] == [SENTENCES[1]]


def test_the_notes_alone_open_no_reader() -> None:
    def never() -> Scripted:
        raise AssertionError("opened")

    (told,) = Judges(Scripted({}), never).judged(looking(), [at(0, taught=1.0)], SHELF)
    assert told.features["read"] == 0.0


def test_in_a_chat_both_hear_what_went_before() -> None:
    reader, single, talk = Scripted({}), Scripted({}), Scripted({})
    Judges(single, lambda: reader, lambda: talk).judged(looking(in_chat=True), [at(1)], SHELF)
    heard = looking(in_chat=True).read_as
    assert reader.asked == talk.asked == [heard] and heard not in single.asked


def test_without_judges_all_is_as_it_was() -> None:
    assert Judges().judged(looking(), [at(1), at(0)], SHELF) == (at(0), at(1))
