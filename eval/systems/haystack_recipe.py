"""Haystack: DocumentSplitter (200 words, its default) and the in-memory store with its embedding retriever."""

from __future__ import annotations

import os
from collections.abc import Sequence

from eval.systems.quoting import Quote, Source
from eval.systems.recipe import RANKED, Search
from ingest.embedder import Embedder


def haystack_search(sources: Sequence[Source], embedder: Embedder) -> Search:
    """Split and embed all documents; the search that comes back ranks chunks by cosine."""
    # Read once, when haystack is imported: a harness must not send reports of use anywhere.
    os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")
    from haystack import Document as HaystackDocument
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    def vectors(texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in row] for row in embedder.encode(texts)]

    by_id = {s.document.id: s for s in sources}
    splitter = DocumentSplitter()
    splitter.warm_up()
    given = [HaystackDocument(content=s.document.text, meta={"document": i}) for i, s in by_id.items()]
    chunks = splitter.run(documents=given)["documents"]
    embedded = [
        HaystackDocument(content=c.content, meta=c.meta, embedding=v)
        for c, v in zip(chunks, vectors([c.content or "" for c in chunks]), strict=True)
    ]
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(embedded)
    retriever = InMemoryEmbeddingRetriever(store, top_k=RANKED)

    def search(question: str) -> list[Quote]:
        found = retriever.run(query_embedding=vectors([question])[0])["documents"]
        return [
            Quote(by_id[c.meta["document"]], c.content or "", int(c.meta["split_idx_start"]), float(c.score or 0.0))
            for c in found
        ]

    return search
