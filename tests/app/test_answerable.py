"""Whether a question sounds like those that the bundled notes answer: a signal, trained on their phrasings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.answerable import Answerable, answerable
from eval.train_answerable import train
from ingest.embedder import SentenceTransformerEmbedder


@pytest.mark.parametrize(
    ("answered", "lacking"),
    [
        ("What portion of companies call themselves very mature in AI?", "What portion of Brazilian bakeries use AI?"),
        ("Which hurdles keep firms from their AI goals?", "What does a machine learning engineer earn in Leeds?"),
        ("How large is the mean payback of MLOps?", "How large is the standard deviation of the payback of MLOps?"),
    ],
)
def test_what_is_answered_sounds_more_answered_than_what_is_not(
    answered: str, lacking: str, torch_tuned: SentenceTransformerEmbedder
) -> None:
    one, other = torch_tuned.encode([answered, lacking])
    assert answerable()(one) > answerable()(other)


def test_votes_fade_with_distance_and_are_bounded(tmp_path: Path) -> None:
    kept = np.eye(3, dtype=np.float32)[:2]
    machine = Answerable(kept, np.asarray([1.0, -1.0], np.float32), 0.0, 2.0)
    assert machine(kept[0]) == pytest.approx(1.0 - np.exp(-4.0))
    # Between the two, and near to none: where nothing is known, nothing sounds answered.
    assert machine(np.asarray([0.6, 0.6, 0.529], np.float32)) == pytest.approx(0.0, abs=1e-3)
    assert machine(np.asarray([0.0, 0.0, 1.0], np.float32)) < -1.0
    assert Answerable(kept, np.asarray([50.0, 0.0], np.float32), 0.0, 2.0)(kept[0]) == 3.0


def test_it_learns_which_side_a_question_is_on_and_keeps_only_a_part() -> None:
    chance = np.random.default_rng(1)
    sides = np.repeat(np.eye(8, dtype=np.float32)[:2], 60, axis=0)
    questions = sides + 0.15 * chance.standard_normal(sides.shape).astype(np.float32)
    questions /= np.linalg.norm(questions, axis=1, keepdims=True)
    answered = np.repeat([True, False], 60)
    machine = train(questions, answered, most=40)
    said = np.asarray([machine(question) for question in questions])
    assert len(machine.votes) == 40
    assert said[answered].min() > said[~answered].max()
