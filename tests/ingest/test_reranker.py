"""The reranker: a question read together with a statement."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest.exporter import MOST_APART, export_onnx
from ingest.exports import GRAPH, folder_of
from ingest.reranker import Logits, OnnxReranker, TorchReranker, reranker, trained, write
from ingest.settings import Settings
from ingest.weights import RERANKER

MISSING = "In the survey, 26 per cent of organisations say that they are missing MLOps engineers."
ARCHITECTS = "In the survey, 28 per cent of organisations need more IT architects."
OTTERS = "Otters sleep afloat, and hold each other by the paw."
STATEMENTS = (ARCHITECTS, MISSING, OTTERS, "A long text that is cut at the model's limit " * 40)


def apart(one: Logits, other: Logits) -> float:
    return float(np.abs(1 / (1 + np.exp(-one)) - 1 / (1 + np.exp(-other))).mean())


def test_both_runtimes_say_nearly_the_same(torch_reranker: TorchReranker, exported_data: Path) -> None:
    found = reranker(Settings(data=exported_data))
    assert isinstance(found, OnnxReranker)
    questions = ("What share of firms lack engineers for MLOps?", "How many need architects?", "x")
    one, other = (np.stack([r.logits(q, STATEMENTS) for q in questions]) for r in (torch_reranker, found))
    assert one.shape == other.shape == (len(questions), len(STATEMENTS))
    assert apart(one, other) <= MOST_APART


def test_the_statement_that_answers_comes_first(exported_data: Path) -> None:
    found = reranker(Settings(data=exported_data))
    assert found.logits("How many firms haven't got the people to run their pipelines?", STATEMENTS[:3]).argmax() == 1
    assert found.logits("How many want more architects for their IT?", STATEMENTS[:3]).argmax() == 0


def test_a_near_miss_is_told_from_a_question_that_is_answered(exported_data: Path) -> None:
    found = reranker(Settings(data=exported_data))
    asked = found.logits("What share of companies is short of MLOps engineers?", [MISSING])[0]
    for other in ("What do MLOps engineers earn?", "In which country are MLOps engineers scarcest?"):
        assert found.logits(other, [MISSING])[0] < asked - 1.0


def test_no_statements_need_no_reading(torch_reranker: TorchReranker, exported_data: Path) -> None:
    for found in (torch_reranker, reranker(Settings(data=exported_data))):
        assert found.logits("What is MLOps?", ()).shape == (0,)


def test_what_is_said_of_a_statement_stands_at_its_place(exported_data: Path) -> None:
    found = reranker(Settings(data=exported_data))
    question = "What share of firms lack engineers for MLOps?"
    told = found.logits(question, STATEMENTS)
    assert np.allclose(found.logits(question, STATEMENTS[::-1]), told[::-1], atol=0.05)
    alone = np.concatenate([found.logits(question, [statement]) for statement in STATEMENTS])
    # Integers are scaled by what is read together, so a statement read alone differs a little.
    assert apart(alone, told) <= MOST_APART


@pytest.mark.parametrize("most_apart", [1.0, 0.0])
def test_integers_are_kept_where_they_say_nearly_the_same(
    torch_reranker: TorchReranker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_apart: float
) -> None:
    monkeypatch.setattr("ingest.exporter.MOST_APART", most_apart)
    export = export_onnx(torch_reranker, tmp_path)
    if most_apart == 0.0:
        assert export is None, "nothing differs by nothing at all, so torch reads"
        return
    assert export is not None
    graph = (folder_of(tmp_path, torch_reranker.fingerprint) / GRAPH).read_bytes()
    assert b"MatMulInteger" in graph


def test_without_an_export_torch_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.reranker.TorchReranker", lambda threads, name: ("torch", threads, name))
    assert reranker(Settings(data=tmp_path)) == ("torch", 1, RERANKER)


def test_what_is_learnt_is_read_as_it_was_written(tmp_path: Path) -> None:
    tuning, head = trained()
    write(tuning, head, tmp_path / "again.npz")
    again, head_again = trained(tmp_path / "again.npz")
    assert again.changes.keys() == tuning.changes.keys() and len(again.changes) == 4 * 6
    assert head_again.bias == head.bias and np.array_equal(head_again.weight, head.weight)
