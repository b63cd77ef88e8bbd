"""Tuning the embedder: misspelling on purpose, and that what is trained together comes together."""

from __future__ import annotations

import numpy as np
import pytest

from eval.phrasings import Further
from eval.tune_embedder import Trainer, first_and_third, misspelt
from ingest.embedder import SentenceTransformerEmbedder


def test_a_misspelt_text_has_the_same_words_but_for_two_slips() -> None:
    text = "Which hurdles keep the companies from their goals?"
    changed = 0
    for seed in range(50):
        words = misspelt(text, np.random.default_rng(seed)).split()
        wrong = [(one, other) for one, other in zip(text.split(), words, strict=True) if one != other]
        assert len(wrong) <= 2
        assert all(abs(len(one) - len(other)) <= 1 and one[0] == other[0] for one, other in wrong)
        changed += bool(wrong)
    assert changed > 40
    assert misspelt("It is so.", np.random.default_rng(0)) == "It is so."


def test_first_and_third_count_statements_by_their_nearest_vector() -> None:
    known = np.eye(4, dtype=np.float32)
    asked = np.asarray([[0.9, 0.1, 0, 0], [0.5, 0.6, 0.4, 0.45]], np.float32)
    first, third = first_and_third(asked, [0, 0], known, np.asarray([0, 1, 2, 3]))
    assert (first, third) == (0.5, 1.0)


def test_a_statement_without_vectors_of_its_own_is_never_first() -> None:
    known, asked = np.eye(2, dtype=np.float32), np.asarray([[0.9, 0.1]], np.float32)
    assert first_and_third(asked, [2], known, np.asarray([0, 2])) == (0.0, 1.0)


def test_what_also_answers_a_natural_question_or_may_be_shown_is_not_held_apart_from_it() -> None:
    trainer = Trainer(SentenceTransformerEmbedder("minilm", 2))
    statements = [f"Statement {i}." for i in range(6)]
    asks = [[f"first of {i}", f"second of {i}"] for i in range(6)]
    natural = Further("how is it then", statements[0], (statements[1],), (statements[2], "A statement of no note."))
    near = np.asarray([[j for j in range(6) if j != i] for i in range(6)])
    begun = set()
    for _ in range(20):
        one, other, spared = trainer._batch(statements, asks, near, [natural])
        assert len(one) == len(other) == 6 and spared.shape == (6, 6)
        (row,) = [i for i, text in enumerate(one) if not any(c.isdigit() for c in text)]
        assert [i for i in range(6) if spared[i].any()] == [row] and not spared[row, row]
        told = {next(c for c in other[i] if c.isdigit()) for i in np.flatnonzero(spared[row])}
        own = next(c for c in other[row] if c.isdigit())
        assert own in {"0", "1"} and told == {"0", "1", "2"} - {own}
        begun.add(own)
    assert begun == {"0", "1"}


@pytest.mark.slow
def test_what_is_trained_together_comes_together() -> None:
    trainer = Trainer(SentenceTransformerEmbedder("minilm", 2))
    statements = ["The canteen serves 312 meals.", "Otters sleep afloat.", "Rye bread keeps for a week."] * 6
    statements = [f"{s} Case {i}." for i, s in enumerate(statements)]
    asks = [[f"What of number {i}?", f"Tell me about {i}", f"And the {i}th?"] for i in range(len(statements))]

    def together() -> float:
        vectors = trainer.encode([a for own in asks for a in own]).reshape(len(asks), 3, -1)
        return float(np.mean(np.sum(vectors[:, 0] * vectors[:, 1], axis=1)))

    before = together()
    tuned = trainer.train(statements, asks, minutes=0.2)
    assert together() > before + 0.02
    assert len(tuned.changes) == 36 and all(out.shape[1] == into.shape[0] for out, into in tuned.changes.values())
