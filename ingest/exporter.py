"""Exporting an embedder to ONNX, once, with torch: so that questions need none."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from ingest.embedder import OUTPUT, Embedder, OnnxEmbedder, SentenceTransformerEmbedder, quiet
from ingest.exports import GRAPH, RECORD, TOKENIZER, Export, folder_of
from ingest.weights import Stamp

LEAST_COSINE = 0.9999
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_SAMPLES = (
    "What is MLOps?",
    "x",
    "Nearly a third of the organisations surveyed said that a lack of skilled people slows their work on AI.",
    "Résumé: 42 per cent, US$4.4 trillion – “very mature”",
    "a long text that is cut at the model's limit " * 60,
)


def export_onnx(embedder: SentenceTransformerEmbedder, data: Path) -> Export | None:
    """Write the graph of `embedder` under `data`/models, check it against torch, and put it in place.

    Returns None, and leaves nothing, when the model cannot be exported or the vectors differ by more than
    1 - `LEAST_COSINE`: questions are then embedded by sentence-transformers. An intact export is kept.
    """
    folder = folder_of(data, embedder.fingerprint)
    there = Export.read(folder)
    if there is not None and there.name == embedder.name and there.intact(folder):
        return there
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent) as made:
        export = _make(embedder, Path(made))
        if export is None:
            return None
        (Path(made) / RECORD).write_text(json.dumps(asdict(export), indent=1), encoding="utf-8")
        folder.mkdir(exist_ok=True, mode=0o700)
        # The record goes last: without it, or with another's, the files beside it are not used.
        for name in (TOKENIZER, GRAPH, RECORD):
            os.replace(Path(made) / name, folder / name)
    return export


def _make(embedder: SentenceTransformerEmbedder, folder: Path) -> Export | None:
    tokenizer = embedder.folder / TOKENIZER
    if not tokenizer.is_file():
        return None
    shutil.copyfile(tokenizer, folder / TOKENIZER)
    try:
        with quiet():
            _trace(embedder, folder / GRAPH)
    except Exception:  # torch's exporter raises whatever the model's code meets
        return None
    weights = max(embedder.folder.glob("*.safetensors"), key=lambda f: f.stat().st_size)
    export = Export(
        name=embedder.name,
        fingerprint=embedder.fingerprint,
        dimension=embedder.dimension,
        max_tokens=embedder.max_tokens,
        least_cosine=1.0,
        weights=str(weights),
        source=Stamp.of(weights),
        files={name: Stamp.of(folder / name) for name in (GRAPH, TOKENIZER)},
    )
    least = _agreement(embedder, OnnxEmbedder(folder, export))
    return replace(export, least_cosine=least) if least >= LEAST_COSINE else None


def _trace(embedder: SentenceTransformerEmbedder, path: Path) -> None:
    import torch

    class Graph(torch.nn.Module):
        """All modules of the model as one function of its inputs."""

        def __init__(self, modules: Any) -> None:
            super().__init__()
            self.steps = modules

        def forward(self, *inputs: Any) -> Any:
            features: dict[str, Any] = dict(zip(names, inputs, strict=True))
            for step in self.steps:
                features = step(features)
            return features[OUTPUT]

    # Two texts of unlike length, so that neither axis is taken for a constant and the mask matters.
    tokens = embedder.model.preprocess(["one two three", "a longer sentence, so that the first is padded"])
    names = [n for n in _INPUTS if n in tokens]
    free = torch.export.Dim.DYNAMIC
    torch.onnx.export(
        Graph(embedder.model).eval(),
        tuple(tokens[n] for n in names),
        str(path),
        input_names=names,
        output_names=[OUTPUT],
        dynamo=True,
        dynamic_shapes=(tuple({0: free, 1: free} for _ in names),),
        external_data=False,
        verbose=False,
    )


def _agreement(one: Embedder, other: Embedder) -> float:
    return float(np.min(np.sum(one.encode(_SAMPLES) * other.encode(_SAMPLES), axis=1)))
