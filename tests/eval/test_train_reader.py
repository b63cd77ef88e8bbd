"""Training the reader: what a question is set before, and that it learns which sentence answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.reading_sets import Set, joined, of_paragraphs, own_documents, paragraph_set
from eval.train_reader import Trainer, told_apart
from ingest.embedder import SentenceTransformerEmbedder
from ingest.reranker import Head, trained
from ingest.weights import TUNED

PAPER = """# Depots

## Ilsen

The depot at Ilsen was rebuilt for 14 million euros. It reopened in March 2025.

| Year | Cost |
|---|---|
| 2024 | 9 |
| 2025 | 5 |

## Brann

The depot at Brann is to close. Its 40 drivers move to Ilsen.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A document with four questions."""
    (tmp_path / "depots.md").write_text(PAPER, encoding="utf-8")
    chat = [{"role": "user", "content": "What did it cost?"}, {"role": "assistant", "content": "14 million euros."}]
    rows = [
        {"question": "cost of ilsen?", "in_full": "", "history": [], "sentences": [
            "The depot at Ilsen was rebuilt for 14 million euros."]},
        {"question": "and when was it done?", "in_full": "When did Ilsen reopen?", "history": chat, "sentences": [
            "It reopened in March 2025."]},
        {"question": "what was spent in 2025", "in_full": "", "history": [], "sentences": ["| 2025 | 5 |"]},
        {"question": "who rebuilt it?", "in_full": "", "history": [], "sentences": []},
        {"question": "is this read?", "in_full": "", "history": [], "sentences": ["No such sentence stands there."]},
    ]  # fmt: skip
    (tmp_path / "depots.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return tmp_path


def test_sentences_that_are_told_are_found_as_they_are_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (document,) = own_documents(folder)
    assert document.name == "depots"
    assert "1 of 5 questions name no sentence" in capsys.readouterr().out
    cost, when, row, who = document.asked
    assert cost.answers == {"The depot at Ilsen was rebuilt for 14 million euros."}
    assert when.answers == {"It reopened in March 2025."} and len(when.history) == 2
    assert len(row.answers) == 1 and "2025" in next(iter(row.answers)) and not who.answers


def test_a_question_is_set_before_what_answers_it_and_what_lies_near(folder: Path) -> None:
    (document,) = own_documents(folder)
    order = np.arange(len(document.passages))
    draw = np.random.default_rng(0)
    cost = document.set(document.asked[0], draw, lambda _: order)
    ((passage, sentence),) = cost.right
    start, end = cost.pages[passage].spans[sentence]
    assert cost.pages[passage].text[start:end] in document.asked[0].answers
    assert len({p.text for p in cost.pages}) == len(cost.pages) == 3
    assert not document.set(document.asked[3], draw, lambda _: order).right
    told = {document.asked[1].told(draw) for _ in range(40)}
    assert told == {
        "When did Ilsen reopen?",
        "and when was it done? [SEP] 14 million euros. [SEP] What did it cost?",
    }


def test_of_paragraphs_a_stretch_holds_the_answer(tmp_path: Path) -> None:
    text = "Otters swim. Lemurs leap far. Rye keeps well. Clocks tick on."
    rows = [{"id": f"{t}{n}", "title": t, "text": text} for t in ("Ants", "Bees") for n in (1, 2)]
    asked = [
        {"query": "Who leap?", "doc_id": "Ants1", "answerable": True, "answers": ["Lemurs"]},
        {"query": "Who runs?", "doc_id": "Ants1", "answerable": False, "answers": []},
        {"query": "Who swim?", "doc_id": "Bees1", "answerable": True, "answers": ["Otters"]},
        {"query": "What ends?", "doc_id": "Ants1", "answerable": True, "answers": ["s"]},
    ]
    for name, told in (("docs", rows), ("queries_all", asked)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in told), encoding="utf-8")
    learnt = of_paragraphs(tmp_path)
    assert [p.question for p in learnt] == ["Who leap?", "Who runs?"]
    assert [p.question for p in of_paragraphs(tmp_path, learnt=False)] == ["Who swim?"]
    draw = np.random.default_rng(0)
    for _ in range(10):
        found = paragraph_set(learnt[0], draw)
        ((passage, sentence),) = found.right
        start, end = found.pages[passage].spans[sentence]
        assert found.pages[passage].text[start:end] == "Lemurs leap far."
    assert not paragraph_set(learnt[1], draw).right


def test_it_learns_which_sentence_answers() -> None:
    things = ("canteen", "library", "garage", "chapel", "stable", "cellar")
    pages = [joined((thing,), (f"The {thing} opens at {n}.", f"It is run by {who}.")) for n, (thing, who) in
             enumerate(zip(things, ("Ada", "Bo", "Cy", "Di", "Ed", "Flo"), strict=True), 1)]  # fmt: skip

    def sets() -> list[Set]:
        found = []
        for i, thing in enumerate(things):
            beside = (pages[i], pages[(i + 1) % len(pages)])
            found.append(Set(f"From when is the {thing} open?", beside, frozenset({(0, 0)})))
            found.append(Set(f"Who is in charge of the {thing}?", beside, frozenset({(0, 1)})))
            found.append(Set(f"What does the {thing} cost?", beside, frozenset()))
        return found

    embedder = SentenceTransformerEmbedder(TUNED)
    tuning, head = trained()
    trainer = Trainer(embedder, (tuning, Head(head.weight * 0, 0.0)))
    steps: list[int] = []
    trainer.train(sets, 0.12, steps.append)
    assert "a right sentence first in 1.000" in told_apart(trainer, sets())
    learnt, _ = trainer.learnt()
    assert learnt.changes.keys() == tuning.changes.keys()
