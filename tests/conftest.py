"""What every test may rely on: no network names, own data folders, and where the shared material lies."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.embedder import SentenceTransformerEmbedder
from ingest.reader import TorchReader
from ingest.reranker import TorchReranker
from ingest.weights import BUNDLED, LISTENER, TALK_RERANKER, TUNED

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser test that fails is run once more, and told as RERUN: a busy machine now and then loses an event."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of material that is never committed (the report's text, external data)."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("NOT RUN: no ../shared folder beside the repository (report text and external data)")
    return folder


@pytest.fixture(scope="session")
def report_file(shared: Path) -> Path:
    """The report's original text."""
    files = sorted((shared / "report").glob("*.txt"))
    if not files:
        pytest.skip("NOT RUN: no report text in ../shared/report")
    return files[0]


class _Remembering(SentenceTransformerEmbedder):
    """MiniLM by sentence-transformers that embeds a text once, however many tests index it."""

    def __init__(self, embedder: str = BUNDLED) -> None:
        super().__init__(embedder)
        self._known: dict[str, NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        missing = [t for t in dict.fromkeys(texts) if t not in self._known]
        self._known.update(zip(missing, super().encode(missing), strict=True))
        return np.stack([self._known[t] for t in texts]) if texts else super().encode(texts)


@pytest.fixture(scope="session")
def torch_embedder() -> SentenceTransformerEmbedder:
    """MiniLM by sentence-transformers, loaded once."""
    return _Remembering()


@pytest.fixture(scope="session")
def torch_tuned() -> SentenceTransformerEmbedder:
    """MiniLM tuned to the phrasings of the notes, loaded once."""
    return _Remembering(TUNED)


@pytest.fixture(scope="session")
def torch_reranker() -> TorchReranker:
    """The reranker by torch, loaded once."""
    return TorchReranker()


@pytest.fixture(scope="session")
def torch_reader() -> TorchReader:
    """The reader by torch, loaded once."""
    return TorchReader()


@pytest.fixture(scope="session")
def judging(
    torch_reranker: TorchReranker, torch_reader: TorchReader
) -> tuple[TorchReranker, TorchReranker, TorchReader]:
    """Both rerankers and the reader, by torch."""
    return torch_reranker, TorchReranker(name=TALK_RERANKER), torch_reader


@pytest.fixture(scope="session")
def torch_listener() -> SentenceTransformerEmbedder:
    """MiniLM changed to hear messages in chats, loaded once."""
    return _Remembering(LISTENER)


@pytest.fixture(scope="session")
def exported_data(
    tmp_path_factory: pytest.TempPathFactory,
    torch_embedder: SentenceTransformerEmbedder,
    torch_tuned: SentenceTransformerEmbedder,
    torch_listener: SentenceTransformerEmbedder,
    judging: tuple[TorchReranker, TorchReranker, TorchReader],
) -> Path:
    """A data folder that holds nothing but the exported graphs: MiniLM as it comes, tuned, hearing; what judges."""
    from ingest.exporter import export_onnx

    data = tmp_path_factory.mktemp("exported")
    models = (torch_embedder, torch_tuned, torch_listener, *judging)
    for model in models:
        assert export_onnx(model, data) is not None, f"{model.name} was not exported"
    return data


@pytest.fixture(scope="session")
def prepared(exported_data: Path) -> Callable[[Path], Path]:
    """Makes a data folder in which the exported graph lies already (linked)."""

    def link(data: Path) -> Path:
        for source in exported_data.rglob("*"):
            if source.is_file():
                target = data / source.relative_to(exported_data)
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                os.link(source, target)
        return data

    return link
