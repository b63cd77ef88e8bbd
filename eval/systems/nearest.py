"""The plainest recipe: the sentences of our own index nearest to a question by cosine, as they come, never refusing."""

from __future__ import annotations

from typing import Any

from eval.systems.protocol import Turns
from eval.systems.quoting import Quote, answer_of, sources
from ingest.embedder import question_embedder
from ingest.index import open_index
from ingest.settings import Settings

_SEARCHED = 120
_RANKED = 20


class NearestSentences:
    """Same corpus, same sentences, same embedder as the advisor; a follow-up is asked by its last turn alone."""

    def __init__(self, settings: Settings, sentences: int = 3) -> None:
        """Open the index; `sentences` are quoted."""
        self._index = open_index(settings)
        self._embedder = question_embedder(settings)
        self._sentences = sentences
        self._sources = {s.document.id: s for s in sources(self._index)}
        self.corpus = self._index.manifest.fingerprint

    def ask(self, question: str, history: Turns = ()) -> dict[str, Any]:
        """See System."""
        ranked = self.ranked(question)
        return answer_of(question, ranked[: self._sentences], ranked, self.corpus, "nearest")

    def ranked(self, question: str) -> list[Quote]:
        """The nearest sentences, best first."""
        hits = self._index.nearest(self._embedder.encode([question])[0], _SEARCHED)
        scores = dict(hits)
        units = self._index.store.units([u for u, _ in hits])
        found = [(n, units[n]) for n, _ in hits if units[n].kind == "sentence" and units[n].sentence is not None]
        passages = self._index.store.passages([u.passage_id for _, u in found[:_RANKED]])
        quotes = []
        for number, unit in found[:_RANKED]:
            passage = passages[unit.passage_id]
            sentence = passage.sentences[unit.sentence or 0]
            source = self._sources[passage.document_id]
            quotes.append(Quote(source, sentence.text, passage.start + sentence.start, float(scores[number])))
        return quotes

    def close(self) -> None:
        """Nothing is held open."""
