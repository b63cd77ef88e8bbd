"""Training the reranker: what a question is set before, and that it learns which statement answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.phrasings import Phrasings
from eval.train_reranker import Asked, Set, Sets, Trainer, nearest, of_paragraphs, told_apart
from ingest.embedder import SentenceTransformerEmbedder
from ingest.weights import TUNED

THINGS = ("canteen", "library", "garage", "chapel", "stable", "cellar", "attic", "dairy")
PHRASINGS = Phrasings(
    statements=(
        *(f"The {thing} opens at {hour}." for hour, thing in enumerate(THINGS, 1)),
        "Nothing is said of the roof.",
    ),
    gaps=(*(False for _ in THINGS), True),
    questions=(
        *(ask for t in THINGS for ask in (f"When does the {t} open?", f"The {t}: from when?")),
        "Who owns the roof?",
    ),
    of=(*(i for i, _ in enumerate(THINGS) for _ in range(2)), len(THINGS)),
)


ASKED = [Asked(q, q, of) for q, of in zip(PHRASINGS.questions, PHRASINGS.of, strict=True)]


def test_the_nearest_are_other_statements_than_the_right_one_and_no_gaps() -> None:
    vectors = np.eye(len(PHRASINGS.questions), dtype=np.float32)
    vectors[0, 2] = 0.9  # the first question lies near to the second statement's
    found = nearest(PHRASINGS, vectors, ASKED, most=7)
    assert found[0, 0] == 1
    assert all(PHRASINGS.of[i] not in row and len(THINGS) not in row for i, row in enumerate(found))


def test_what_answers_as_well_is_not_among_the_nearest() -> None:
    vectors = np.eye(len(PHRASINGS.questions), dtype=np.float32)
    vectors[0, 2] = 0.9
    asked = [Asked(ASKED[0].text, ASKED[0].alone, 0, beside=(1,)), *ASKED[1:]]
    assert 1 not in nearest(PHRASINGS, vectors, asked, most=6)[0]
    assert 1 in nearest(PHRASINGS, vectors, ASKED, most=6)[0]


def test_a_question_is_set_before_the_right_statement_first_or_before_none_that_is_right() -> None:
    near = nearest(PHRASINGS, np.eye(len(PHRASINGS.questions), dtype=np.float32), ASKED, most=7)
    told = Sets(PHRASINGS, PHRASINGS.questions, PHRASINGS.of, near).draw(np.random.default_rng(0))
    assert len(told) == len(PHRASINGS.questions)
    for s in told:
        assert len(s.statements) == 4
        assert s.right in (0, None)
    missed = [s for s in told if "roof" in s.question.lower()]
    assert len(missed) == 1 and missed[0].right is None


def test_of_paragraphs_every_other_article_is_read_and_doubtful_answers_are_left_out(tmp_path: Path) -> None:
    text = "Otters swim. Lemurs leap far. Rye keeps well. Clocks tick on."
    documents = [{"id": t, "title": t, "text": text} for t in ("Ants", "Bees", "Cats")]
    asked = [
        {"query": "Who leap?", "doc_id": "Ants", "answerable": True, "answers": ["Lemurs"]},
        {"query": "Who runs?", "doc_id": "Cats", "answerable": False, "answers": []},
        {"query": "Who swim?", "doc_id": "Bees", "answerable": True, "answers": ["Otters"]},
        {"query": "Who ends?", "doc_id": "Ants", "answerable": True, "answers": ["s"]},
    ]
    for name, rows in (("docs", documents), ("queries_all", asked)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    found = of_paragraphs(tmp_path)
    assert [(s.question, s.right) for s in found] == [("Who leap?", 1), ("Who runs?", None)]


@pytest.mark.slow
def test_it_learns_which_statement_answers() -> None:
    embedder = SentenceTransformerEmbedder(TUNED, 2)
    near = nearest(PHRASINGS, embedder.encode(PHRASINGS.questions), ASKED, most=7)
    trainer = Trainer(embedder)
    tuning, head = trainer.train(Sets(PHRASINGS, PHRASINGS.questions, PHRASINGS.of, near), (), minutes=0.4)
    assert len(tuning.changes) == 24 and head.weight.shape == (768,)
    asked = [
        Set(f"At what hour can I enter the {t}?", PHRASINGS.statements[i : i + 4], 0) for i, t in enumerate(THINGS[:4])
    ]
    assert "first in 1.000" in told_apart(trainer, [*asked, Set("Who owns the moon?", PHRASINGS.statements[:4], None)])
