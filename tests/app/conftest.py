"""An index that tests of answers may share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.embedder import SentenceTransformerEmbedder
from ingest.index import build
from ingest.settings import load
from ingest.weights import TUNED

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def indexed(
    tmp_path_factory: pytest.TempPathFactory,
    prepared: Callable[[Path], Path],
    torch_embedder: SentenceTransformerEmbedder,
    torch_tuned: SentenceTransformerEmbedder,
) -> Callable[..., Path]:
    """Makes a data folder with an index over the files given."""

    def loaded(embedder: str, *_: object) -> SentenceTransformerEmbedder:
        return torch_tuned if embedder == TUNED else torch_embedder

    def index(*files: Path) -> Path:
        data = prepared(tmp_path_factory.mktemp("data"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("ingest.build.SentenceTransformerEmbedder", loaded)
            build(list(files), load({"ADVISOR_DATA": str(data)}))
        return data

    return index


@pytest.fixture(scope="session")
def digest_data(indexed: Callable[..., Path]) -> Path:
    """A data folder with an index over the bundled digest of the report."""
    return indexed(ROOT / "corpus" / "report" / "report.md")
