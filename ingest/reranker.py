"""Reads a question together with a statement, and tells how likely the one is answered by the other.

A cross-encoder (Nogueira and Cho 2019, "Passage re-ranking with BERT"): the encoder of the tuned embedder, changed once
more by low rank, and a linear head over the mean and the first of its states. Trained by
`python -m eval.train_reranker` on phrasings and near misses of the bundled notes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from ingest.embedder import SentenceTransformerEmbedder
from ingest.exports import exported
from ingest.graph import Graph
from ingest.settings import Settings
from ingest.tuning import Tuning, tuning
from ingest.weights import RERANKER, RERANKERS, RERANKING, TALK_RERANKER, TUNED, fingerprint_of

OUTPUT = "logits"
MOST_TOKENS = {RERANKER: 112, TALK_RERANKER: 192}
Logits = NDArray[np.float32]


class Reranker(Protocol):
    """Judges pairs."""

    def logits(self, question: str, statements: Sequence[str]) -> Logits:
        """For each statement the log odds, shape (len(statements),), that it answers the question."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """A linear function of the mean of an encoder's states and of the first: `weight` (2 d), `bias`."""

    weight: NDArray[np.float32]
    bias: float


def trained(path: Path = RERANKING) -> tuple[Tuning, Head]:
    """What makes the tuned embedder's encoder a reranker, read from its file."""
    with np.load(path) as told:
        head = Head(told["head"].astype(np.float32), float(told["bias"]))
    return tuning(path), head


def write(changes: Tuning, head: Head, path: Path) -> None:
    """Write both into one file."""
    changes.write(path, head=head.weight, bias=np.float32(head.bias))


class TorchReranker:
    """The reranker on the processor, by torch."""

    dimension = 1

    def __init__(self, threads: int = 1, name: str = RERANKER) -> None:
        """Load the bundled weights and change them; raises EmbedderError when they are not as pinned."""
        embedder = SentenceTransformerEmbedder(TUNED, threads)
        changes, head = trained(RERANKERS[name])
        self.folder, self.name, self.max_tokens = embedder.folder, name, MOST_TOKENS[name]
        self.fingerprint = fingerprint_of(name)
        self.encoder = embedder.model[0].auto_model
        self.tokenizer = embedder.model.tokenizer
        changes.merge(self.encoder)
        self.graph = judging(self.encoder, head)

    def logits(self, question: str, statements: Sequence[str]) -> Logits:
        """See Reranker."""
        import torch

        if not statements:
            return np.zeros(0, np.float32)
        with torch.inference_mode():
            found = self.graph(*self.fed([question] * len(statements), statements).values())
        return cast(Logits, found.numpy().astype(np.float32))

    def fed(self, questions: Sequence[str], statements: Sequence[str]) -> dict[str, Any]:
        """The inputs of the graph, by name."""
        told = self.tokenizer(
            list(questions),
            list(statements),
            padding=True,
            truncation=True,
            max_length=self.max_tokens,
            return_tensors="pt",
        )
        return {name: told[name] for name in ("input_ids", "attention_mask", "token_type_ids")}


def judging(encoder: Any, head: Head) -> Any:
    """Encoder and head as one torch module: from token ids, mask and types, each (n, t), to log odds (n)."""
    import torch

    class Judging(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder
            self.weight = torch.nn.Parameter(torch.from_numpy(head.weight), requires_grad=False)

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            states = self.encoder(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state
            mask = attention_mask[..., None].to(states.dtype)
            mean = (states * mask).sum(1) / mask.sum(1)
            return torch.cat([mean, states[:, 0]], 1) @ self.weight + head.bias

    return Judging().eval()


class OnnxReranker:
    """The same by ONNX Runtime, from an exported graph; imports no torch."""

    def __init__(self, folder: Path, most_tokens: int, threads: int = 1) -> None:
        """Load graph and tokenizer from `folder`; raises EmbedderError when they cannot be read."""
        self._graph = Graph(folder, most_tokens, threads)
        self._beside = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="reranking")

    def logits(self, question: str, statements: Sequence[str]) -> Logits:
        """See Reranker; the shorter half and the longer are read side by side, neither padded to the other."""
        found = np.zeros(len(statements), np.float32)
        order = sorted(range(len(statements)), key=lambda i: len(statements[i]))
        cut = len(order) // 2
        halves = [half for half in (order[cut:], order[:cut]) if half]
        read = [[(question, statements[i]) for i in half] for half in halves]
        others = [self._beside.submit(self._graph.run, pairs, OUTPUT) for pairs in read[1:]]
        told = [self._graph.run(pairs, OUTPUT) for pairs in read[:1]]
        for half, logits in zip(halves, [*told, *(other.result() for other in others)], strict=True):
            found[half] = logits
        return found


def reranker(settings: Settings, name: str = RERANKER) -> Reranker:
    """The fastest at hand: the exported graph when it is untouched, else torch."""
    found = exported(settings, name)
    if found is None:
        return TorchReranker(settings.threads, name)
    folder, export = found
    return OnnxReranker(folder, export.max_tokens, settings.threads)
