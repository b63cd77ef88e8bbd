"""The plain recipe of retrieval frameworks: split, embed, take the nearest chunks, quote the nearest sentences.

    documents -> framework's splitter -> framework's vector store (our embedder) -> chunks -> sentences -> answer

Each framework brings `search`; corpus, embedder and reader are the same for all, so what differs is the framework's own
splitting and searching. By default a recipe never refuses, as the frameworks' own tutorials never do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from eval.systems.protocol import Turns
from eval.systems.quoting import Quote, Source, answer_of, sources
from ingest.embedder import Embedder, Vectors, question_embedder
from ingest.index import open_index
from ingest.sentences import split
from ingest.settings import Settings

RANKED = 20
Search = Callable[[str], Sequence[Quote]]
Build = Callable[[Sequence[Source], Embedder], Search]


class Recipe:
    """A framework's recipe over the documents of our index."""

    def __init__(
        self,
        settings: Settings,
        build: Build,
        *,
        top: int = 4,
        sentences: int = 3,
        cutoff: float = 0.0,
        dialogue: str = "joined",
    ) -> None:
        """Split and embed all documents.

        top: chunks that are read. sentences: how many are quoted. cutoff: below this cosine of the best chunk the
        recipe refuses. dialogue: "last" asks a follow-up by its last turn alone, "joined" after the user's turn before.
        """
        index = open_index(settings)
        self.corpus = index.manifest.fingerprint
        self._embedder = question_embedder(settings)
        self._search = build(sources(index), self._embedder)
        self._name = build.__name__.removesuffix("_search")
        self._known: dict[str, Vectors] = {}
        self._top, self._sentences, self._cutoff, self._dialogue = top, sentences, cutoff, dialogue

    def ask(self, question: str, history: Turns = ()) -> dict[str, Any]:
        """See System."""
        before = [t["content"] for t in history if t["role"] == "user"][-1:] if self._dialogue == "joined" else []
        asked = " ".join([*before, question])
        chunks = self._search(asked)
        sure = bool(chunks) and chunks[0].score >= self._cutoff
        quotes = self._nearest(asked, chunks[: self._top]) if sure else []
        return answer_of(question, quotes, chunks, self.corpus, self._name)

    def _nearest(self, asked: str, chunks: Sequence[Quote]) -> list[Quote]:
        """The sentences of the chunks nearest to the question, best first, each once."""
        found: dict[str, Quote] = {}
        for chunk in chunks:
            for start, end in split(chunk.text):
                text = chunk.text[start:end]
                if not text.startswith("#"):
                    found.setdefault(text, Quote(chunk.source, text, chunk.start + start, 0.0))
        if not found:
            return []
        vector = self._embedder.encode([asked])[0]
        scored = zip(self._vectors(list(found)) @ vector, found.values(), strict=True)
        best = sorted(scored, key=lambda pair: -float(pair[0]))[: self._sentences]
        return [Quote(q.source, q.text, q.start, float(score)) for score, q in best]

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in texts if text not in self._known]
        self._known.update(zip(new, self._embedder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])

    def close(self) -> None:
        """Nothing is held open."""
