"""Text to vectors: the only module that knows sentence-transformers.

The index is made with sentence-transformers. Questions are embedded by ONNX Runtime from a graph that ingest
exports once: it loads in a tenth of the time, imports no torch, and gives the same vectors (checked then).
"""

from __future__ import annotations

import contextlib
import io
import logging
import math
import os
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import EmbedderError
from ingest.exports import Export, exported
from ingest.graph import Graph
from ingest.settings import Settings
from ingest.tuning import tuning
from ingest.weights import BUNDLED, CHANGES, LISTENER, OURS, TUNED, check_pinned, fingerprint_of, model_folder

Vectors = NDArray[np.float32]

OUTPUT = "sentence_embedding"
_BATCH = 32
_SILENCE = threading.RLock()
_COMMONEST = 100  # words that common carry nothing, whatever their place


class Embedder(Protocol):
    """Turns texts into unit vectors.

    fingerprint: SHA-256 over the files that decide a vector; two embedders with one fingerprint agree to
    a cosine of 0.9999.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def fingerprint(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, each of length 1."""
        ...

    def vocabulary(self) -> Mapping[str, float]:
        """Whole lower-case words that the tokenizer knows, with their rarity in general English.

        Rarity is 0 (the commonest) to 1: tokenizers list words by falling frequency, so it is the scaled
        logarithm of a word's place (Zipf 1949).
        """
        ...


class SentenceTransformerEmbedder:
    """sentence-transformers on the processor, from local safetensors weights only."""

    def __init__(self, embedder: str, threads: int = 1) -> None:
        """Load the model that the setting names; raises EmbedderError when its files are not as pinned."""
        folder = model_folder(embedder)
        if embedder in OURS:
            check_pinned(folder)
        self.name = embedder
        self.folder = folder
        self.fingerprint = fingerprint_of(embedder)
        self.model = _load(folder, threads)
        if embedder in CHANGES:
            tuning(CHANGES[embedder]).merge(self.model[0].auto_model)
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self._tiles = _multiplies_in_tiles()

    @property
    def max_tokens(self) -> int:
        """Texts are cut after so many tokens."""
        return int(self.model.max_seq_length or 512)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Embedder; batches are sorted by length, so that padding is small."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        import torch

        with torch.autocast("cpu", torch.bfloat16, enabled=self._tiles):
            found = self.model.encode(
                list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.ascontiguousarray(found, dtype=np.float32)

    def vocabulary(self) -> Mapping[str, float]:
        """See Embedder."""
        return _whole_words(self.model.tokenizer.get_vocab())


class OnnxEmbedder:
    """ONNX Runtime in float32 over an exported graph that pools and normalises; imports no torch."""

    def __init__(self, folder: Path, export: Export, threads: int = 1) -> None:
        """Load graph and tokenizer from `folder`; raises EmbedderError when they cannot be read."""
        self.name, self.dimension, self.fingerprint = export.name, export.dimension, export.fingerprint
        self._graph = Graph(folder, export.max_tokens, threads)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Embedder; batches are sorted by length, so that padding is small."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            vectors[rows] = self._graph.run([texts[i] for i in rows], OUTPUT)
        return vectors

    def vocabulary(self) -> Mapping[str, float]:
        """See Embedder."""
        return _whole_words(self._graph.vocabulary())


def question_embedder(settings: Settings) -> Embedder:
    """The fastest embedder at hand: the exported graph when it is untouched, else sentence-transformers."""
    return _fastest(settings, settings.embedder)


def tuned_embedder(settings: Settings) -> Embedder:
    """The bundled embedder as `ingest.tuning` changes it, the fastest at hand."""
    return _fastest(settings, TUNED)


def listener(settings: Settings) -> Embedder:
    """The embedder of messages in chats, the fastest at hand."""
    return _fastest(settings, LISTENER)


def _fastest(settings: Settings, embedder: str) -> Embedder:
    found = exported(settings, embedder)
    if found is not None:
        folder, export = found
        with contextlib.suppress(EmbedderError):
            return OnnxEmbedder(folder, export, settings.threads)
    return SentenceTransformerEmbedder(embedder, settings.threads)


def _load(folder: Path, threads: int) -> Any:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    with quiet():
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as chatter

        chatter.disable_progress_bar()  # type: ignore[no-untyped-call]
        torch.set_num_threads(threads)
        try:
            return SentenceTransformer(
                str(folder),
                device="cpu",
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, ValueError, ImportError, RuntimeError) as error:
            told = " ".join(str(error).split())[:200]
            raise EmbedderError(
                f"{folder} cannot be loaded as a sentence-transformers model ({told}); "
                "set ADVISOR_EMBEDDER to one that can, or to 'minilm'"
            ) from error


def _multiplies_in_tiles() -> bool:
    """Whether the processor multiplies matrices of 16-bit numbers in hardware (Intel AMX).

    There products are taken in bfloat16 and summed in float32, which is over twice as fast; cosines with the vectors of
    float32 stay above 0.9999, the bound that `Embedder.fingerprint` promises. Without it bfloat16 would be slower.
    """
    import torch

    told: Mapping[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(told.get("amx_bf16"))


def check_weights(settings: Settings) -> str:
    """What was found of the embedder's files, all hashed; raises EmbedderError on one that was changed."""
    folder = model_folder(settings.embedder)
    if settings.embedder == BUNDLED:
        check_pinned(folder)
    told = "the pinned weights" if settings.embedder == BUNDLED else f"weights in {folder}"
    exports = [exported(settings, e) for e in ((BUNDLED, *CHANGES) if settings.embedder == BUNDLED else ("",))]
    found = [export for export in exports if export]
    for place, export in found:
        if not export.intact(place):
            raise EmbedderError(f"{place} was changed since it was exported; delete it, run `advisor ingest`")
    if len(found) < len(exports):
        return f"{told}, not exported (questions start slower until the next `advisor ingest`)"
    return f"{told}, exported (least cosine with them {min(export.least_cosine for _, export in found):.6f})"


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the exporter's and loader's remarks from the reader; errors still come as exceptions.

    One thread at a time: what is turned off belongs to the process, and of two that overlap the later one would put
    back the silence of the earlier for good.
    """
    nowhere = io.StringIO()
    with _SILENCE:
        before = logging.root.manager.disable
        logging.disable(logging.WARNING)
        try:
            with (
                warnings.catch_warnings(),
                contextlib.redirect_stderr(nowhere),
            ):
                warnings.simplefilter("ignore")
                yield
        finally:
            logging.disable(before)


def _whole_words(vocabulary: Mapping[str, int]) -> dict[str, float]:
    plain: dict[str, None] = {}
    for word in sorted(vocabulary, key=lambda w: vocabulary[w]):
        whole = word.removeprefix("▁").removeprefix("Ġ").lower()
        if not word.startswith("##") and whole.isalpha() and len(whole) > 1:
            plain.setdefault(whole)
    most = math.log(max(2, len(plain)) / _COMMONEST)
    return {w: max(0.0, min(1.0, math.log(max(n, 1) / _COMMONEST) / most)) for n, w in enumerate(plain, 1)}
