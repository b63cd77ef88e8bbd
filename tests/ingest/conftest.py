"""Small real indexes: real reader, real MiniLM, real SQLite and Chroma; the exported graph is made once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.settings import Settings
from ingest.units import text_hash
from ingest.verify import verify
from ingest.weights import TUNED, fingerprint_of

LEMURS = """Lemurs of the island

Lemurs live on the island of Madagascar. About 31 per cent of the species are critically endangered.
The ring-tailed lemur is the best known of them. It spends more time on the ground than the others do.
"""
BREAD = """Bread in the city

Bakers in the city sell 4,200 loaves of rye bread a day. Most bakers start work at three in the morning.
Sourdough needs no yeast from a packet. Two in five customers ask for sourdough.
"""
CLOCKS = """Clocks and towers

The tower clock strikes every quarter of an hour. Its pendulum is four metres long.
A clockmaker winds it by hand on Mondays. In 1874 the clock stopped for nine days.
"""


@pytest.fixture
def settings(tmp_path: Path, prepared: Callable[[Path], Path]) -> Settings:
    """Settings with a data folder of the test's own, in which the exported graph lies already."""
    return Settings(data=prepared(tmp_path / "data"))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of three short documents."""
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in (("lemurs", LEMURS), ("bread", BREAD), ("clocks", CLOCKS)):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def one_load(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Builds take the embedder that is loaded already: loading it is tested in test_embedder."""
    if "settings" in request.fixturenames:
        fixtures = {"minilm": "torch_embedder", TUNED: "torch_tuned"}
        loaded = {name: request.getfixturevalue(fixture) for name, fixture in fixtures.items()}
        take: Callable[..., object] = lambda embedder, threads=1: loaded.get(embedder, loaded["minilm"])  # noqa: E731
        monkeypatch.setattr("ingest.build.SentenceTransformerEmbedder", take)


class HashedVectors:
    """An embedder at our own seam whose vectors are noise that hangs on the text alone: for large builds."""

    name, dimension, fingerprint = "minilm", 384, fingerprint_of("minilm")

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector for each text."""
        seeds = [int.from_bytes(text_hash(text)[:8], "big") for text in texts]
        rows = np.stack([np.random.default_rng(seed).normal(size=384) for seed in seeds]).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def hashed_vectors(one_load: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds embed with HashedVectors."""
    monkeypatch.setattr("ingest.build.SentenceTransformerEmbedder", lambda *a: HashedVectors())


@pytest.fixture
def real_proof() -> None:
    """Ask for this to have builds verified in a process of their own, as they are outside of tests."""


@pytest.fixture(autouse=True)
def quick_proof(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Builds are verified in this process, which saves each a second, unless `real_proof` is asked for."""
    if "real_proof" not in request.fixturenames:
        for user in ("ingest.finishing.problem_of", "ingest.index.problem_of"):
            monkeypatch.setattr(user, verify)
