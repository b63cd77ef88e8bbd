"""One model by two runtimes: the same vectors, pinned weights, and no torch on the way of a question."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from ingest import weights
from ingest.embedder import (
    OnnxEmbedder,
    SentenceTransformerEmbedder,
    check_weights,
    question_embedder,
    quiet,
    tuned_embedder,
)
from ingest.errors import EmbedderError
from ingest.exports import GRAPH, RECORD, exported, known_fingerprint
from ingest.settings import Settings
from ingest.tuning import tuning
from ingest.weights import TUNED

TEXTS = [
    "What share of leaders say that they are very mature?",
    "x",
    "",
    "Ünïcode – naïve café, 42 % and US$4.4 trillion 🙂",
    "a sentence that is far longer than what the model reads " * 80,
    "NUL \0 and tab \t and a new\nline",
]


def onnx(data: Path) -> OnnxEmbedder:
    found = question_embedder(Settings(data=data))
    assert isinstance(found, OnnxEmbedder)
    return found


def test_both_runtimes_give_the_same_unit_vectors(
    torch_embedder: SentenceTransformerEmbedder, exported_data: Path
) -> None:
    one, other = torch_embedder.encode(TEXTS), onnx(exported_data).encode(TEXTS)
    assert one.shape == other.shape == (len(TEXTS), 384)
    assert one.dtype == other.dtype == np.float32
    assert np.sum(one * other, axis=1).min() >= 0.9999
    np.testing.assert_allclose(np.linalg.norm(other, axis=1), 1.0, atol=1e-5)


def test_the_tuned_model_is_another_and_both_runtimes_agree_on_it(
    torch_embedder: SentenceTransformerEmbedder, torch_tuned: SentenceTransformerEmbedder, exported_data: Path
) -> None:
    found = tuned_embedder(Settings(data=exported_data))
    assert isinstance(found, OnnxEmbedder) and found.fingerprint == torch_tuned.fingerprint
    one, other = torch_tuned.encode(TEXTS), found.encode(TEXTS)
    assert np.sum(one * other, axis=1).min() >= 0.9999
    assert np.sum(one * torch_embedder.encode(TEXTS), axis=1).max() < 0.99
    assert torch_tuned.fingerprint != torch_embedder.fingerprint


def test_a_tuning_is_read_as_it_was_written(tmp_path: Path) -> None:
    tuning().write(tmp_path / "again.npz")
    again = tuning(tmp_path / "again.npz").changes
    assert again.keys() == tuning().changes.keys() and len(again) == 6 * 6
    for name, (out, into) in tuning().changes.items():
        assert np.array_equal(again[name][0], out) and np.array_equal(again[name][1], into)


def test_batching_and_order_do_not_change_a_vector(exported_data: Path) -> None:
    embedder = onnx(exported_data)
    texts = [f"{'word ' * (i % 17)}text number {i}" for i in range(70)]
    together = embedder.encode(texts)
    for i in (0, 16, 33, 69):
        assert float(together[i] @ embedder.encode([texts[i]])[0]) > 0.99999
    assert embedder.encode([]).shape == (0, 384)


def test_both_runtimes_know_the_same_words(torch_embedder: SentenceTransformerEmbedder, exported_data: Path) -> None:
    words = onnx(exported_data).vocabulary()
    assert words == torch_embedder.vocabulary()
    assert {"machine", "learning", "salary"} <= words.keys()
    assert "##ing" not in words


def test_a_question_needs_no_torch(exported_data: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ingest.settings import Settings; "
        "from ingest.index import open_index; from ingest.embedder import question_embedder; "
        f"e = question_embedder(Settings(data=Path({str(exported_data)!r}))); "
        "assert e.encode(['What is MLOps?']).shape == (1, 384); "
        "print(sorted({m.split('.')[0] for m in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"torch", "sentence_transformers", "transformers", "chromadb", "gradio", "langchain", "onnx"}
    assert not heavy & set(json.loads(done.stdout.replace("'", '"')))
    assert "onnxruntime" in done.stdout


def test_a_changed_export_is_not_used(exported_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(exported_data, data)
    settings = Settings(data=data)
    for embedder in ("minilm", TUNED):
        found = exported(settings, embedder)
        assert found is not None
        with (found[0] / GRAPH).open("r+b") as file:
            file.truncate(1000)
        assert exported(settings, embedder) is None
        (found[0] / RECORD).write_text("{")
        assert exported(settings, embedder) is None


def test_a_copied_export_is_used(exported_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "restored"
    shutil.copytree(exported_data, data, copy_function=shutil.copyfile)  # as a backup gives it back: with new times
    found = exported(Settings(data=data), TUNED)
    assert found is not None and not found[1].untouched(found[0])


def test_models_that_load_side_by_side_leave_the_output_alone(capfd: pytest.CaptureFixture[str]) -> None:
    entered = threading.Barrier(2)

    def load(seconds: float) -> None:
        entered.wait()
        with quiet():
            time.sleep(seconds)

    threads = [threading.Thread(target=load, args=(s,)) for s in (0.05, 0.1)]
    told = sys.stdout, sys.stderr, logging.root.manager.disable
    for thread in threads:
        thread.start()
    print("said meanwhile", flush=True)
    for thread in threads:
        thread.join()
    assert (sys.stdout, sys.stderr, logging.root.manager.disable) == told
    assert "said meanwhile" in capfd.readouterr().out


@pytest.mark.parametrize("embedder", ["minilm", TUNED])
def test_a_changed_export_is_found_by_its_hash(embedder: str, exported_data: Path, tmp_path: Path) -> None:
    import os

    data = tmp_path / "data"
    shutil.copytree(exported_data, data)
    graph = data / "models" / weights.fingerprint_of(embedder)[:12] / GRAPH
    before = graph.stat()
    with graph.open("r+b") as file:
        file.seek(before.st_size // 2)
        byte = file.read(1)
        file.seek(before.st_size // 2)
        file.write(bytes([byte[0] ^ 1]))
    os.utime(graph, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert exported(Settings(data=data)) is not None, "the cheap check sees size and time alone"
    with pytest.raises(EmbedderError, match="was changed since it was exported"):
        check_weights(Settings(data=data))
    assert "pinned weights, exported" in check_weights(Settings(data=exported_data))


def test_tampered_weights_are_refused_before_they_are_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "model"
    shutil.copytree(weights.model_folder("minilm"), folder)
    path = folder / "model.safetensors"
    with path.open("r+b") as file:
        file.seek(50_000_000)
        file.write(b"\x01")
    monkeypatch.setattr("ingest.embedder.model_folder", lambda embedder: folder)
    monkeypatch.setattr("ingest.embedder._load", lambda *a: pytest.fail("tampered weights were loaded"))
    with pytest.raises(EmbedderError, match=r"model\.safetensors has SHA-256 .* expected 53aa51172d142c89"):
        SentenceTransformerEmbedder("minilm")


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json", "1_Pooling/config.json"])
def test_a_tampered_small_file_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(weights.model_folder("minilm"), folder)
    (folder / name).write_text((folder / name).read_text() + " ")
    with pytest.raises(EmbedderError, match=name):
        weights.check_pinned(folder)


def test_a_model_of_ones_own_has_its_own_fingerprint(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(weights.model_folder("minilm"), folder)
    settings = Settings(data=tmp_path / "data", embedder=str(folder))
    first = known_fingerprint(settings)
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 64, "do_lower_case": false}')
    assert known_fingerprint(settings) != first != known_fingerprint(Settings(data=tmp_path))
    assert SentenceTransformerEmbedder(str(folder)).max_tokens == 64


def test_what_is_no_model_is_refused_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match="ADVISOR_EMBEDDER"):
        SentenceTransformerEmbedder(str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(EmbedderError, match="safetensors"):
        SentenceTransformerEmbedder(str(tmp_path))
