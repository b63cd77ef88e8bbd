"""Exported graphs: the only module that knows ONNX Runtime and the tokenizer that goes with it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from ingest.errors import EmbedderError
from ingest.exports import GRAPH, TOKENIZER

# The exporter has optimised the graph but for products in integers, which are fused here with what puts them back into
# floating point: a quarter faster. The fusion named here takes longer than what it replaces.
_SLOWER = ["SkipLayerNormFusion"]


class Tokens(NamedTuple):
    """Of each token of a text or pair, its place in its text, and whether that is the first (0) or the second (1)."""

    offsets: Sequence[tuple[int, int]]
    kinds: Sequence[int]


class Graph:
    """A graph over the tokens of texts, or of pairs of texts."""

    def __init__(self, folder: Path, most_tokens: int, threads: int = 1, *, cut_second: bool = False) -> None:
        """Load graph and tokenizer from `folder`; raises EmbedderError when they cannot be read.

        `cut_second`: of a pair that is too long the second text is cut, else the longer.
        """
        import onnxruntime as ort
        from tokenizers import Tokenizer

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        try:
            self._session = ort.InferenceSession(
                str(folder / GRAPH), options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER
            )
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._uncut = Tokenizer.from_file(str(folder / TOKENIZER)) if cut_second else self._tokenizer
        except Exception as error:  # both libraries raise bare Exceptions of their own kinds
            raise EmbedderError(f"{folder} cannot be loaded ({error}); run `advisor ingest --rebuild`") from error
        self._tokenizer.enable_truncation(most_tokens, strategy="only_second" if cut_second else "longest_first")
        padding = self._tokenizer.padding or {}
        self._padding = {k: padding[k] for k in ("pad_id", "pad_type_id", "pad_token", "direction") if k in padding}
        self._tokenizer.no_padding()
        self._uncut.no_padding()
        if cut_second:
            self._uncut.no_truncation()
        self._inputs = [i.name for i in self._session.get_inputs()]

    def run(self, texts: Sequence[str] | Sequence[tuple[str, str]], output: str) -> NDArray[np.float32]:
        """The output of a name, one row for each text or pair."""
        return self.run_placed(texts, output)[0]

    def run_placed(
        self, texts: Sequence[str] | Sequence[tuple[str, str]], output: str
    ) -> tuple[NDArray[np.float32], list[Tokens]]:
        """The same, with the tokens of each text or pair: the output may be told of each."""
        # One by one: of a few texts, waking other threads for a batch takes longer than reading them.
        encoded = [self._tokenizer.encode(*(t if isinstance(t, tuple) else (t,))) for t in texts]
        longest = max(len(e) for e in encoded)
        for e in encoded:
            e.pad(longest, **self._padding)
        columns = {
            "input_ids": [e.ids for e in encoded],
            "attention_mask": [e.attention_mask for e in encoded],
            "token_type_ids": [e.type_ids for e in encoded],
        }
        fed = {name: np.asarray(columns[name], np.int64) for name in self._inputs}
        found = cast(NDArray[np.float32], self._session.run([output], fed)[0])
        return found, [Tokens(e.offsets, e.type_ids) for e in encoded]

    def places(self, text: str) -> Sequence[tuple[int, int]]:
        """The places of a text's tokens in it, all of them."""
        return cast(Sequence[tuple[int, int]], self._uncut.encode(text).offsets)

    def vocabulary(self) -> Mapping[str, int]:
        """The tokens that texts are made of, with their places."""
        return cast(Mapping[str, int], self._tokenizer.get_vocab(with_added_tokens=False))


def in_integers(path: Path) -> None:
    """Put the products of the graph at `path` in 8-bit integers; the last, that of a head, stays as it is."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    products = [n.name for n in onnx.load(path).graph.node if n.op_type == "MatMul"]
    made = path.with_suffix(".integers")
    quantize_dynamic(
        path,
        made,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=products[-1:],
    )
    os.replace(made, path)
