"""The vectors of the bundled notes that are carried along."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from ingest.shipped import ShippedVectors, bundled_texts, shipped, write_shipped
from ingest.units import text_hash
from ingest.weights import BUNDLED, TUNED


@pytest.mark.parametrize(("embedder", "loaded"), [(BUNDLED, "torch_embedder"), (TUNED, "torch_tuned")])
def test_every_text_of_the_notes_is_there_with_its_own_vector(
    embedder: str, loaded: str, request: pytest.FixtureRequest
) -> None:
    texts = bundled_texts(embedder)
    found = shipped(embedder).find(list(texts))
    lost = [texts[h] for h in texts if h not in found]
    assert not lost, f"{len(lost)} texts lack a vector ({lost[:2]}); run `python -m ingest.shipped`"
    some = random.Random(5).sample(sorted(texts), 64)
    own = request.getfixturevalue(loaded).encode([texts[h] for h in some])
    cosines = [float(found[h] @ vector) for h, vector in zip(some, own, strict=True)]
    assert min(cosines) > 0.9999


def test_only_what_is_known_is_found(tmp_path: Path) -> None:
    texts = {text_hash(t): t for t in ("one", "two")}
    vectors = np.array([[0.6, -0.8], [1.0, 0.0]], np.float32)
    write_shipped(texts, vectors, tmp_path / "some.npz")
    found = ShippedVectors(BUNDLED, tmp_path / "some.npz").find(
        [text_hash("two"), text_hash("three"), text_hash("one")]
    )
    assert found.keys() == texts.keys()
    assert found[text_hash("one")] == pytest.approx(vectors[0], abs=0.01)


def test_vectors_of_another_model_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {text_hash("one"): "one"}
    with monkeypatch.context() as older:
        older.setattr("ingest.shipped.pinned_digest", lambda: "another")
        write_shipped(texts, np.array([[0.6, 0.8]], np.float32), tmp_path / "some.npz")
    assert ShippedVectors(BUNDLED, tmp_path / "some.npz").find(list(texts)) == {}
