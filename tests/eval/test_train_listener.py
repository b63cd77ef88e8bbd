"""The listener: it learns to say of a message in a chat what the tuned embedder says of it told in full."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.heard import MOST_TOKENS, heard
from app.types import Turn
from eval.phrasings import Further, Phrasings
from eval.talks import Talk, talks, told_in_full
from eval.train_listener import Teacher, told, train
from eval.tune_embedder import Trainer
from ingest.embedder import SentenceTransformerEmbedder

THINGS = ("canteen", "library", "harbour", "museum", "pool", "market", "theatre", "garden")
PHRASINGS = Phrasings(
    tuple(f"The {t} opens at {i + 6} in the morning." for i, t in enumerate(THINGS)),
    (False,) * len(THINGS),
    tuple(f"When does the {t} open?" for t in THINGS),
    tuple(range(len(THINGS))),
)
ROWS = [
    Talk(
        (Turn("user", f"When does the {one} open?"), Turn("assistant", "Early.")),
        f"and the {other}?",
        f"When does the {other} open?",
        f"The {other} opens at {i + 6} in the morning.",
    )
    for one in THINGS
    for i, other in enumerate(THINGS)
    if one != other
]


def test_a_file_of_chats_is_read_turn_by_turn(tmp_path: Path) -> None:
    path = tmp_path / "talks.jsonl"
    row = {
        "before": [["Who sings?", "Ada."], ["Where?", "In Oslo."]],
        "asked": "why",
        "alone": "Why?",
        "statement": None,
    }
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert talks(path) == [
        Talk(
            (Turn("user", "Who sings?"), Turn("assistant", "Ada."), Turn("user", "Where?"),
             Turn("assistant", "In Oslo.")),
            "why", "Why?", None,
        )
    ]  # fmt: skip
    assert told_in_full(path) == [Further("Why?", None)]


def test_what_is_told_counts_the_statements_found(torch_tuned: SentenceTransformerEmbedder) -> None:
    teacher = Teacher(torch_tuned, PHRASINGS)
    right = torch_tuned.encode([row.alone for row in ROWS[:4]])
    assert told(right, teacher, ROWS[:4]) == (
        "cosine 1.000, finds the same 1.000, the right one 1.000 (told in full 1.000)"
    )
    assert "the right one 0.000" in told(-right, teacher, ROWS[:4])


@pytest.mark.slow
def test_it_learns_whom_a_short_message_means(torch_tuned: SentenceTransformerEmbedder) -> None:
    trainer = Trainer(SentenceTransformerEmbedder("minilm", 2), longest_tokens=MOST_TOKENS)
    teacher = Teacher(torch_tuned, PHRASINGS)
    texts, full = [heard(r.asked, r.before) for r in ROWS], torch_tuned.encode([r.alone for r in ROWS])

    def near() -> float:
        return float(np.mean(np.sum(trainer.encode(texts) * full, axis=1)))

    before = near()
    found = train(trainer, teacher, ROWS, minutes=0.4)
    assert near() > before + 0.05
    assert len(found.changes) == 36


def test_the_shipped_listener_hears_what_a_follow_up_asks(torch_tuned: SentenceTransformerEmbedder) -> None:
    listener = SentenceTransformerEmbedder("minilm-listener")
    chat = (
        Turn("user", "What share of government bodies say that their infrastructure falls short?"),
        Turn("assistant", "36 per cent."),
    )
    asked = listener.encode([heard("and the big banks?", chat)])[0]
    meant, before = torch_tuned.encode(
        ["What share of the largest financial firms say that their infrastructure falls short?", chat[0].content]
    )
    assert asked @ meant > asked @ before
