"""Changes of low rank: what a training begins with, what it learns, and where it goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from eval.low_rank import Changes
from ingest.tuning import Tuning, tuning

NAME = "encoder.layer.0.attention.self.query"


@pytest.fixture
def encoder() -> Any:
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48}
    return BertModel(BertConfig(vocab_size=50, **sizes)).eval()


def of(encoder: Any, name: str = NAME) -> np.ndarray:
    weight: np.ndarray = encoder.get_submodule(name).weight.detach().numpy().copy()
    return weight


def test_nothing_is_changed_before_anything_is_learnt(encoder: Any) -> None:
    before = of(encoder)
    changes = Changes(encoder, lambda name: name.startswith("encoder.layer.0."))
    assert np.array_equal(of(encoder), before)
    assert len(changes.tuning().changes) == 6 and f"{NAME}.weight" in changes.tuning().changes


def test_only_what_is_chosen_is_learnt(encoder: Any) -> None:
    changes = Changes(encoder, lambda name: name == NAME)
    optimiser = torch.optim.SGD(changes.parameters(), lr=0.1)
    kept = of(encoder, NAME.replace("query", "key"))
    tokens = torch.tensor([[1, 2, 3]])
    for _ in range(2):
        optimiser.zero_grad()
        encoder(input_ids=tokens).last_hidden_state[..., 0].sum().backward()
        optimiser.step()
    assert np.abs(changes.tuning().changes[f"{NAME}.weight"][0]).max() > 0
    assert np.array_equal(of(encoder, NAME.replace("query", "key")), kept)


def test_a_training_goes_on_where_an_earlier_one_ended(encoder: Any, tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    learnt = {f"{NAME}.weight": (draw.normal(size=(32, 32)), draw.normal(size=(32, 32)))}
    Tuning({n: (a.astype(np.float32), b.astype(np.float32)) for n, (a, b) in learnt.items()}).write(tmp_path / "t.npz")
    earlier = tuning(tmp_path / "t.npz")
    before, (out, into) = of(encoder), earlier.changes[f"{NAME}.weight"]
    changes = Changes(encoder, lambda name: name == NAME, begin=earlier)
    assert np.allclose(of(encoder), before + out @ into, atol=1e-4)
    again = changes.tuning().changes[f"{NAME}.weight"]
    assert np.allclose(again[0], out) and np.allclose(again[1], into)
