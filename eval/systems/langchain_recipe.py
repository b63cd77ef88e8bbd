"""LangChain as its tutorial has it: RecursiveCharacterTextSplitter(1000, 200) and a vector store."""

from __future__ import annotations

from collections.abc import Sequence

from eval.systems.quoting import Quote, Source
from eval.systems.recipe import RANKED, Search
from ingest.embedder import Embedder

_CHUNK_CHARS, _OVERLAP_CHARS = 1000, 200


def langchain_search(sources: Sequence[Source], embedder: Embedder) -> Search:
    """Split and embed all documents; the search that comes back ranks chunks by cosine."""
    from langchain_core.documents import Document as LangchainDocument
    from langchain_core.embeddings import Embeddings
    from langchain_core.vectorstores import InMemoryVectorStore
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    class Minilm(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(x) for x in row] for row in embedder.encode(texts)]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    by_id = {s.document.id: s for s in sources}
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=_CHUNK_CHARS, chunk_overlap=_OVERLAP_CHARS, add_start_index=True
    )
    chunks = splitter.split_documents(
        [LangchainDocument(s.document.text, metadata={"document": i}) for i, s in by_id.items()]
    )
    store = InMemoryVectorStore(Minilm())
    store.add_documents(chunks)

    def search(question: str) -> list[Quote]:
        found = store.similarity_search_with_score(question, k=RANKED)
        return [
            Quote(by_id[c.metadata["document"]], c.page_content, int(c.metadata["start_index"]), float(score))
            for c, score in found
        ]

    return search
