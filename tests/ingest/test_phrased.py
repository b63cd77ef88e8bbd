"""Statements with phrasings, as the tuned embedder sees them: written with an index, beside all other vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest.embedder import SentenceTransformerEmbedder
from ingest.errors import IndexBroken
from ingest.index import build, open_index
from ingest.manifest import PHRASED
from ingest.settings import Settings

NOTE = """---
id: canteen
title: The canteen
---

## Food

The canteen serves 312 meals a day.
? How many meals does the canteen serve?
? How many people eat there every day?

The canteen closes at three in the afternoon.
? Until when can one eat?

[gap] The note does not say what a meal costs.
? What is the price of lunch?

Its tables are made of oak.
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    note = tmp_path / "canteen.md"
    note.write_text(NOTE, encoding="utf-8")
    found = Settings(data=tmp_path / "data")
    build([note], found)
    return found


def test_the_nearest_phrasing_of_a_statement_finds_it(
    settings: Settings, torch_tuned: SentenceTransformerEmbedder
) -> None:
    index = open_index(settings)
    found = index.phrased(torch_tuned.encode(["At what time do they stop serving food?", "When does it close?"]))
    best = [index.store.passages([p])[p].sentences[s].text for p, s in found.best(9)]
    assert best[0] == "The canteen closes at three in the afternoon."
    assert len(best) == 3 and "Its tables are made of oak." not in best
    known = found.of(found.best(1)[0], 2)
    texts = [index.store.units([u])[u].text for u, _ in known.nearest]
    assert set(texts) <= {"Until when can one eat?", "Food. The canteen closes at three in the afternoon."}
    assert known.best == pytest.approx(known.nearest[0][1]) and 0.2 < known.best <= 1.001


def test_a_statement_without_phrasings_is_not_known(
    settings: Settings, torch_tuned: SentenceTransformerEmbedder
) -> None:
    index = open_index(settings)
    found = index.phrased(torch_tuned.encode(["What are the tables made of?"]))
    (passage,) = [p for p in index.store.passages_of_document("canteen") if "oak" in p.text]
    assert found.of((passage.id, 0), 3).best == 0.0


def test_a_damaged_file_is_refused_with_its_cure(settings: Settings) -> None:
    index = open_index(settings)
    (index.folder / PHRASED).write_bytes(b"\0" * (index.folder / PHRASED).stat().st_size)
    with pytest.raises(IndexBroken, match="advisor ingest --rebuild"):
        index.phrased(np.zeros((1, 384), np.float32))
