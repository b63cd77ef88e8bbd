"""LlamaIndex: SentenceSplitter and VectorStoreIndex, with chunks of the 256 tokens that the embedder reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.systems.quoting import Quote, Source
from eval.systems.recipe import RANKED, Search
from ingest.embedder import Embedder

# The default of 1024 tokens would be cut by MiniLM at 256: three quarters of a chunk could not be found.
_CHUNK_TOKENS, _OVERLAP_TOKENS = 256, 50


def llamaindex_search(sources: Sequence[Source], embedder: Embedder) -> Search:
    """Split and embed all documents; the search that comes back ranks chunks by cosine."""
    from llama_index.core import Document as LlamaDocument
    from llama_index.core import VectorStoreIndex
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.node_parser import SentenceSplitter

    def vectors(texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in row] for row in embedder.encode(texts)]

    class Minilm(BaseEmbedding):  # type: ignore[misc]
        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return vectors(texts)

        def _get_text_embedding(self, text: str) -> list[float]:
            return vectors([text])[0]

        def _get_query_embedding(self, query: str) -> list[float]:
            return vectors([query])[0]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return vectors([query])[0]

    by_id = {s.document.id: s for s in sources}
    given = [LlamaDocument(text=s.document.text, doc_id=i) for i, s in by_id.items()]
    splitter = SentenceSplitter(chunk_size=_CHUNK_TOKENS, chunk_overlap=_OVERLAP_TOKENS)
    index = VectorStoreIndex.from_documents(given, transformations=[splitter], embed_model=Minilm())
    retriever = index.as_retriever(similarity_top_k=RANKED)

    def search(question: str) -> list[Quote]:
        return [_quote(found, by_id) for found in retriever.retrieve(question)]

    return search


def _quote(found: Any, by_id: dict[str, Source]) -> Quote:
    source = by_id[found.node.ref_doc_id]
    text = found.node.get_content()
    start = found.node.start_char_idx
    return Quote(
        source, text, start if start is not None else source.document.text.find(text), float(found.score or 0.0)
    )
