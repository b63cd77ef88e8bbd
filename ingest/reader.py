"""Reads a question together with a passage, and tells of each of its sentences how likely that one answers.

The encoder of the tuned embedder, changed once more by low rank, and a linear head over the states of a passage's words
and the first state: the log odds of a sentence are the mean over its words (as extractive readers score spans; Devlin
and others 2019, "BERT"). It reads sentences where they stand, under their heading, so that "It was stopped after two
months." is known to be about the pilot. Trained by `python -m eval.train_reader`; what answers nothing is below 0.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.embedder import SentenceTransformerEmbedder
from ingest.exports import exported
from ingest.graph import Graph
from ingest.reranker import Head, trained
from ingest.settings import Settings
from ingest.types import Passage
from ingest.weights import READER, READERS, TUNED, fingerprint_of

OUTPUT = "word_logits"
MOST_TOKENS = 256
_MOST_ASKED = 112
"""Tokens of a question, or of a chat, that are read at most; the rest of a page's tokens are the passage's."""
_SHEET_WORDS = 110
UNREAD = -8.0
"""The log odds of a sentence that lies behind what can be read."""
Logits = NDArray[np.float32]


class Reader(Protocol):
    """Reads passages."""

    def read(self, question: str, pages: Sequence[Page]) -> list[Logits]:
        """For each page the log odds of its sentences, shape (sentences,), that they answer the question."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """A passage as it is read: its text under its heading, and where in it each sentence stands."""

    text: str
    spans: tuple[tuple[int, int], ...]


def page_of(section: Sequence[str], text: str, spans: Sequence[tuple[int, int]]) -> Page:
    """A text under its headings; `spans` are places of sentences in it."""
    above = "".join(f"{heading}. " for heading in section)
    return Page(above + text, tuple((start + len(above), end + len(above)) for start, end in spans))


def sheet(neighbours: Sequence[Passage], at: int) -> tuple[Passage, ...]:
    """What is read at once of neighbouring passages, around one of them: that alone, or around a row the rows of its
    table, up to so many words: among others it is told better which row is asked for."""
    first = last = at
    size = len(neighbours[at].text.split())
    while True:
        beside = [i for i in (last + 1, first - 1) if 0 <= i < len(neighbours) and _of_one_table(neighbours, at, i)]
        fitting = [i for i in beside if size + len(neighbours[i].text.split()) <= _SHEET_WORDS]
        if not fitting:
            return tuple(neighbours[first : last + 1])
        size += len(neighbours[fitting[0]].text.split())
        first, last = min(first, fitting[0]), max(last, fitting[0])


def _of_one_table(neighbours: Sequence[Passage], one: int, other: int) -> bool:
    told, beside = neighbours[one], neighbours[other]
    alike = (told.document_id, told.section) == (beside.document_id, beside.section)
    return alike and told.kind == beside.kind == "row" and told.sentences[0].context == beside.sentences[0].context


def page(sheet: Sequence[Passage], title: str = "") -> Page:
    """Passages that are read at once under the document's title and their headings, after what leads to the first."""
    spans, at = [], 0
    for passage in sheet:
        spans += [(at + s.start, at + s.end) for s in passage.sentences]
        at += len(passage.text) + 1
    leads = tuple(context.rstrip(".:") for context in (sheet[0].sentences[0].context,) if context)
    return page_of((*filter(None, (title,)), *sheet[0].section, *leads), "\n".join(p.text for p in sheet), spans)


def places(page: Page, offsets: Sequence[tuple[int, int]], kinds: Sequence[int]) -> NDArray[np.intp]:
    """For each token the sentence it belongs to, -1 for none; `offsets` are in the text of its kind (1: the page)."""
    found = np.full(len(offsets), -1, np.intp)
    for number, (start, end) in enumerate(page.spans):
        for token, ((first, last), kind) in enumerate(zip(offsets, kinds, strict=True)):
            if kind == 1 and first < last and first >= start and last <= end:
                found[token] = number
    return found


def by_sentence(words: Logits, places: NDArray[np.intp], count: int) -> Logits:
    """The means of what is said of words (tokens) over each of `count` sentences."""
    held = places >= 0
    sums = np.bincount(places[held], words[held], count)
    counts = np.bincount(places[held], minlength=count)
    return np.where(counts > 0, sums / np.maximum(counts, 1), UNREAD).astype(np.float32)


def _shortened(question: str, offsets: Sequence[tuple[int, int]]) -> str:
    """A question without what lies behind the most tokens that are read; `offsets` are those of its tokens."""
    return question if len(offsets) <= _MOST_ASKED else question[: max(end for _, end in offsets[:_MOST_ASKED])]


class TorchReader:
    """The reader on the processor, by torch."""

    dimension = 1
    max_tokens = MOST_TOKENS
    name = READER

    def __init__(self, threads: int = 1) -> None:
        """Load the bundled weights and change them; raises EmbedderError when they are not as pinned."""
        embedder = SentenceTransformerEmbedder(TUNED, threads)
        changes, head = trained(READERS[READER])
        self.folder, self.fingerprint = embedder.folder, fingerprint_of(READER)
        self.tokenizer = embedder.model.tokenizer
        encoder = embedder.model[0].auto_model
        changes.merge(encoder)
        self.graph = reading(encoder, head)

    def read(self, question: str, pages: Sequence[Page]) -> list[Logits]:
        """See Reader."""
        import torch

        if not pages:
            return []
        offsets = self.tokenizer(question, return_offsets_mapping=True)["offset_mapping"]
        told = self._tokens([_shortened(question, offsets)] * len(pages), [p.text for p in pages])
        with torch.inference_mode():
            words = self.graph(*self._inputs(told).values()).numpy()
        return [
            by_sentence(
                words[i],
                places(p, told["offset_mapping"][i].tolist(), told["token_type_ids"][i].tolist()),
                len(p.spans),
            )
            for i, p in enumerate(pages)
        ]

    def fed(self, questions: Sequence[str], texts: Sequence[str]) -> dict[str, Any]:
        """The inputs of the graph, by name."""
        return self._inputs(self._tokens(questions, texts))

    def _inputs(self, told: Any) -> dict[str, Any]:
        return {name: told[name] for name in ("input_ids", "attention_mask", "token_type_ids")}

    def _tokens(self, questions: Sequence[str], texts: Sequence[str]) -> Any:
        return self.tokenizer(
            list(questions),
            list(texts),
            padding=True,
            truncation="only_second",
            max_length=self.max_tokens,
            return_tensors="pt",
            return_offsets_mapping=True,
        )


def reading(encoder: Any, head: Head) -> Any:
    """Encoder and head as one torch module: from token ids, mask and types to log odds of words, all (n, t)."""
    import torch

    class Reading(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder
            # One product, which is kept out of the integers.
            both = np.stack(np.split(head.weight, 2), axis=1)
            self.both = torch.nn.Parameter(torch.from_numpy(both), requires_grad=False)

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            states = self.encoder(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state
            told = states @ self.both
            return told[..., 0] + told[:, :1, 1] + head.bias

    return Reading().eval()


class OnnxReader:
    """The same by ONNX Runtime, from an exported graph; imports no torch."""

    def __init__(self, folder: Path, most_tokens: int, threads: int = 1) -> None:
        """Load graph and tokenizer from `folder`; raises EmbedderError when they cannot be read."""
        self._graph = Graph(folder, most_tokens, threads, cut_second=True)
        self._beside = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="reading")

    def read(self, question: str, pages: Sequence[Page]) -> list[Logits]:
        """See Reader; the shorter half and the longer are read side by side, neither padded to the other."""
        question = _shortened(question, self._graph.places(question))
        order = sorted(range(len(pages)), key=lambda i: len(pages[i].text))
        cut = len(order) // 2
        halves = [half for half in (order[cut:], order[:cut]) if half]
        others = [self._beside.submit(self._half, question, [pages[i] for i in half]) for half in halves[1:]]
        told = [self._half(question, [pages[i] for i in half]) for half in halves[:1]]
        found: dict[int, Logits] = {}
        for half, logits in zip(halves, [*told, *(other.result() for other in others)], strict=True):
            found.update(zip(half, logits, strict=True))
        return [found[i] for i in range(len(pages))]

    def _half(self, question: str, pages: Sequence[Page]) -> list[Logits]:
        words, tokens = self._graph.run_placed([(question, p.text) for p in pages], OUTPUT)
        return [
            by_sentence(row, places(p, t.offsets, t.kinds), len(p.spans))
            for p, row, t in zip(pages, words, tokens, strict=True)
        ]


def reader(settings: Settings) -> Reader:
    """The fastest at hand: the exported graph when it is untouched, else torch."""
    found = exported(settings, READER)
    if found is None:
        return TorchReader(settings.threads)
    folder, export = found
    return OnnxReader(folder, export.max_tokens, settings.threads)
