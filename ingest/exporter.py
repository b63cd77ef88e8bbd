"""Exporting an embedder, or the reranker, to ONNX, once, with torch: so that questions need none."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from ingest import reader, reranker
from ingest.embedder import OUTPUT, Embedder, OnnxEmbedder, SentenceTransformerEmbedder, quiet
from ingest.exports import GRAPH, RECORD, TOKENIZER, Export, folder_of
from ingest.graph import in_integers
from ingest.reader import OnnxReader, Page, Reader, TorchReader
from ingest.reranker import Logits, OnnxReranker, Reranker, TorchReranker
from ingest.weights import Stamp

LEAST_COSINE = 0.9999
# A reranker is exported in 8-bit integers, twice as fast, where its probabilities differ by no more on average; else as
# it is. Ranking and gate are fitted on what the integers say.
MOST_APART = 0.05
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_SAMPLES = (
    "What is MLOps?",
    "x",
    "Nearly a third of the organisations surveyed said that a lack of skilled people slows their work on AI.",
    "Résumé: 42 per cent, US$4.4 trillion – “very mature”",
    "a long text that is cut at the model's limit " * 60,
)


_ASKED = (
    "What is MLOps?",
    "x",
    "How many firms lack skilled people?",
    "What share of respondents call themselves very mature?",
    "Which teams have to work together before a model goes live, and who signs it off in the end?",
    "and over there? [SEP] How many large banks have outdated systems? [SEP] Two in three report such systems.",
)
_JUDGED = (
    *_SAMPLES[2:],
    "MLOps is a set of practices for building, releasing and maintaining models in live use, reliably and efficiently.",
    "In the survey, 15 per cent of organisations rate themselves as very mature.",
    "Business owners, data engineers, data scientists and IT work together; the model's owner approves its release.",
    "Two in three large banks report infrastructure that does not meet requirements.",
)

_PAGES = [
    Page(f"People. {text} That is all. {text}", ((8, 8 + len(text)), (22 + len(text), 22 + 2 * len(text))))
    for text in _JUDGED
]

Exportable = SentenceTransformerEmbedder | TorchReranker | TorchReader


def export_onnx(model: Exportable, data: Path) -> Export | None:
    """Write the graph of `model` under `data`/models, check it against torch, and put it in place.

    Returns None, and leaves nothing, when the model cannot be exported or what it says differs by more than
    1 - `LEAST_COSINE` (an embedder) or `MOST_APART` (a reranker): questions are then read by torch. An intact export
    is kept.
    """
    folder = folder_of(data, model.fingerprint)
    there = Export.read(folder)
    if there is not None and there.name == model.name and there.intact(folder):
        return there
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent) as made:
        export = _make(model, Path(made))
        if export is None:
            return None
        (Path(made) / RECORD).write_text(json.dumps(asdict(export), indent=1), encoding="utf-8")
        folder.mkdir(exist_ok=True, mode=0o700)
        # The record goes last: without it, or with another's, the files beside it are not used.
        for name in (TOKENIZER, GRAPH, RECORD):
            os.replace(Path(made) / name, folder / name)
    return export


def _make(model: Exportable, folder: Path) -> Export | None:
    tokenizer = model.folder / TOKENIZER
    if not tokenizer.is_file():
        return None
    shutil.copyfile(tokenizer, folder / TOKENIZER)
    try:
        with quiet():
            if isinstance(model, SentenceTransformerEmbedder):
                _trace_embedder(model, folder / GRAPH)
            else:
                output = reader.OUTPUT if isinstance(model, TorchReader) else reranker.OUTPUT
                _trace(model.graph, model.fed(_ASKED[:2], _JUDGED[:2]), output, folder / GRAPH)
                whole = (folder / GRAPH).read_bytes()
                in_integers(folder / GRAPH)
                if _apart_from_export(model, folder) > MOST_APART:
                    (folder / GRAPH).write_bytes(whole)
    except Exception:  # torch's exporter raises whatever the model's code meets
        return None
    weights = max(model.folder.glob("*.safetensors"), key=lambda f: f.stat().st_size)
    export = Export(
        name=model.name,
        fingerprint=model.fingerprint,
        dimension=model.dimension,
        max_tokens=model.max_tokens,
        least_cosine=1.0,
        weights=str(weights),
        source=Stamp.of(weights),
        files={name: Stamp.of(folder / name) for name in (GRAPH, TOKENIZER)},
    )
    if not isinstance(model, SentenceTransformerEmbedder):
        return export if _apart_from_export(model, folder) <= MOST_APART else None
    least = _agreement(model, OnnxEmbedder(folder, export))
    return replace(export, least_cosine=least) if least >= LEAST_COSINE else None


def _trace_embedder(embedder: SentenceTransformerEmbedder, path: Path) -> None:
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

    tokens = embedder.model.preprocess(["one two three", "a longer sentence, so that the first is padded"])
    names = [n for n in _INPUTS if n in tokens]
    _trace(Graph(embedder.model).eval(), {n: tokens[n] for n in names}, OUTPUT, path)


def _trace(graph: Any, inputs: Mapping[str, Any], output: str, path: Path) -> None:
    """`inputs` hold two texts of unlike length, so that neither axis is taken for a constant and the mask matters."""
    import torch

    free = torch.export.Dim.DYNAMIC
    sizes = tuple({0: free, 1: free} for _ in inputs)
    torch.onnx.export(
        graph,
        tuple(inputs.values()),
        str(path),
        input_names=list(inputs),
        output_names=[output],
        dynamo=True,
        # The embedder's graph takes its inputs as one sequence of arguments, the reranker's by name.
        dynamic_shapes=(sizes,) if output == OUTPUT else sizes,
        external_data=False,
        verbose=False,
    )


def _agreement(one: Embedder, other: Embedder) -> float:
    return float(np.min(np.sum(one.encode(_SAMPLES) * other.encode(_SAMPLES), axis=1)))


def _apart_from_export(model: TorchReranker | TorchReader, folder: Path) -> float:
    """The mean difference of two probabilities, by torch and by the graph in `folder`."""
    if isinstance(model, TorchReader):
        return _apart(_of_pages(model), _of_pages(OnnxReader(folder, model.max_tokens)))
    return _apart(_of_statements(model), _of_statements(OnnxReranker(folder, model.max_tokens)))


def _of_statements(judge: Reranker) -> Logits:
    return np.stack([judge.logits(asked, _JUDGED) for asked in _ASKED])


def _of_pages(judge: Reader) -> Logits:
    return np.stack([np.concatenate(judge.read(asked, _PAGES)) for asked in _ASKED])


def _apart(one: Logits, other: Logits) -> float:
    told = [1.0 / (1.0 + np.exp(-logits)) for logits in (one, other)]
    return float(np.abs(told[0] - told[1]).mean())
