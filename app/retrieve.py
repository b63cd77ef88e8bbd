"""Finding evidence: dense and lexical search over statements, fused, then scored against the question.

Dense and lexical ranks are fused by reciprocal rank (Cormack, Clarke and Buettcher 2009, k = 60); the pool
that comes out is scored by `app.match`, whose weights were chosen on the development questions only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app import match
from app.cells import look_up
from app.question import Question, unrestricted
from app.restrictions import conflicts
from app.scope import EVERYTHING, Scope
from app.types import Conflict, Evidence
from app.vocabulary import Term
from ingest.index import Index
from ingest.types import Document, Passage, Sentence
from ingest.units import UnitKind

_POOL = 48
_DENSE = 120
_LEXICAL = 80
_RRF_K = 60
_REMEMBERED = 4096

_WEIGHTS: Mapping[str, float] = {
    "dense": 0.50,
    "own": 0.24,
    "asked": 0.15,
    "cover": 0.38,
    "spoken": 0.21,
    "back": 0.09,
    "fused": 0.20,
    "unit": 0.13,
    "premise": 0.16,
    "agree": 0.15,
    "head": 0.07,
    "type": 0.11,
    "topical": 0.02,
    "bare": 0.27,
    "uncovered": -0.05,
    "label": -0.20,
    "figure": 0.30,
    "conflicts": -0.30,
    "restricted": -0.05,
    "caveat": -0.05,
    "guidance": -0.05,
    "cell": 0.40,
    "scoped": 0.15,
}

# Rows and named documents are rare: a statement without them is not the worse for it.
_BEST = sum(weight for name, weight in _WEIGHTS.items() if weight > 0 and name not in ("cell", "scoped", "figure"))

Key = tuple[str, int]
Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought: evidence, best first."""

    evidence: tuple[Evidence, ...]


class Retriever:
    """Searches one open index; safe to share between threads."""

    def __init__(self, index: Index, english: Mapping[str, float]) -> None:
        """`english`: rarity of words in general English, as `Embedder.vocabulary` gives it."""
        self._index = index
        self._remembered: Mapping[str, Passage] = {}
        self._documents: Mapping[str, Document] = {d.id: d for d in index.store.documents()}
        self._rarity = match.rarity_of(index.store.document_frequency, index.manifest.counts["sentences"], english)
        self._scarce = match.scarce_in(index.store.document_frequency, index.manifest.counts["sentences"])

    def find(
        self, question: Question, vectors: Vectors, scope: Scope = EVERYTHING, rest: Vector | None = None
    ) -> Found:
        """Evidence, best first; `vectors` (n, dimension) embed wordings of the question; the nearest counts.

        `rest` embeds the question without the names of the documents in `scope`; it counts for those alone.
        """
        by_kind: dict[UnitKind, dict[Key, float]] = {"sentence": {}, "ask": {}, "passage": {}}
        for hits in self._index.nearest_each(vectors, _DENSE):
            for kind, similarities in self._by_kind(hits).items():
                _keep_best(by_kind[kind], similarities)
        if rest is not None:
            for kind, similarities in self._dense(rest).items():
                theirs = {k: s for k, s in similarities.items() if self._document_of(k[0]) in scope.documents}
                _keep_best(by_kind[kind], theirs)
        dense: dict[Key, float] = {}
        for similarities in by_kind.values():
            _keep_best(dense, similarities)
        lexical = self._lexical(question)
        fused = _fuse((sorted(dense, key=lambda k: -dense[k]), list(lexical)))
        for key in self._figures_named(question, scope):
            fused[key] = fused.get(key, 0.0) + 1.0
        pool = sorted(fused, key=lambda k: -fused[k])[:_POOL]
        top = max(fused.values(), default=1.0)
        passages = self._read([p for p, _ in pool])
        weighted = match.weights(question, self._rarity)
        # Inside the documents that are named, their names ("Tundra Telecom") restrict nothing.
        within = unrestricted(question, scope.rest) if scope.rest else question
        found = []
        for passage_id, number in pool:
            passage = passages[passage_id]
            inside = passage.document_id in scope.documents
            asked = within if inside else question
            features, clashes = self._features(asked, passage, number, weighted)
            features["dense"] = dense.get((passage_id, number), 0.0)
            features["own"] = by_kind["sentence"].get((passage_id, number), 0.0)
            features["asked"] = by_kind["ask"].get((passage_id, number), 0.0)
            features["fused"] = fused[passage_id, number] / top
            features["scoped"] = float(inside)
            named = bool(set(question.figures) & set(passage.figures)) and _may_be(passage, question.text)
            features["figure"] = float(named and (inside or not scope.documents))
            score = sum(weight * features[name] for name, weight in _WEIGHTS.items())
            found.append(
                Evidence(passage.sentences[number], passage, min(1.0, max(0.0, score / _BEST)), features, clashes)
            )
        found.sort(key=lambda e: (-e.score, e.passage.id, e.sentence.start))
        return Found(tuple(found))

    def near(self, vector: Vector, k: int) -> list[tuple[Sentence, Passage, float]]:
        """Statements nearest to a vector, whatever the question, with their cosine."""
        dense: dict[Key, float] = {}
        for similarities in self._dense(vector, k).values():
            _keep_best(dense, similarities)
        best = sorted(dense.items(), key=lambda item: -item[1])[:k]
        passages = self._read([p for (p, _), _ in best])
        return [(passages[p].sentences[n], passages[p], score) for (p, n), score in best]

    def document(self, document_id: str) -> Document | None:
        """The document of an id, or None."""
        return self._documents.get(document_id)

    def _document_of(self, passage_id: str) -> str:
        return self._read([passage_id])[passage_id].document_id

    def _read(self, ids: Sequence[str]) -> Mapping[str, Passage]:
        """Passages by id, the ones already read remembered."""
        known = self._remembered
        missing = [i for i in ids if i not in known]
        if missing:
            kept = known if len(known) + len(missing) <= _REMEMBERED else {}
            known = {**kept, **self._index.store.passages(missing if kept is known else ids)}
            self._remembered = known
        return known

    def _features(
        self, question: Question, passage: Passage, number: int, weighted: Mapping[Term, float]
    ) -> tuple[dict[str, float], tuple[Conflict, ...]]:
        sentence = passage.sentences[number]
        document = self._documents.get(passage.document_id)
        around = match.surroundings(sentence, passage, document)
        cover, uncovered = match.coverage(weighted, sentence, around)
        clashes = conflicts(question, sentence, passage, document)
        features = {
            "cover": cover,
            "uncovered": uncovered,
            "topical": float(match.topical(question, sentence, self._scarce)),
            "spoken": match.spoken_of(weighted, sentence),
            "unit": match.unit_fit(question, sentence),
            "agree": match.agreement(question, sentence),
            "premise": match.premise_fit(question, sentence),
            "conflicts": float(len(clashes)),
            "restricted": float(match.restriction(question, sentence)),
            "caveat": float(sentence.kind == "caveat"),
            "back": match.back_coverage(question, sentence, self._rarity),
            "head": match.head_fit(question, sentence),
            "type": match.type_fit(question, sentence),
            "label": float(match.is_label(sentence, passage)),
            "bare": float(not any(s.asks for s in passage.sentences)),
            "guidance": float(document is not None and document.kind == "guidance"),
            "absent": float(match.absent(sentence)),
            "numeric": float(bool(match.figures_in(sentence))),
            "cell": look_up(question, sentence.text).fit,
        }
        return features, clashes

    def _dense(self, vector: Vector, k: int = _DENSE) -> dict[UnitKind, dict[Key, float]]:
        """Cosine of the statements near a vector: to their own words, to a phrasing, to their whole passage."""
        return self._by_kind(self._index.nearest(vector, k))

    def _by_kind(self, hits: Sequence[tuple[int, float]]) -> dict[UnitKind, dict[Key, float]]:
        best: dict[UnitKind, dict[Key, float]] = {"sentence": {}, "ask": {}, "passage": {}}
        units = self._index.store.units([u for u, _ in hits])
        # All at once: one by one, thirty passages took as many queries.
        whole = self._read(list(dict.fromkeys(u.passage_id for u in units.values() if u.sentence is None)))
        for unit, similarity in hits:
            record = units[unit]
            if record.sentence is None:
                count = len(whole[record.passage_id].sentences)
                keys = [(record.passage_id, n) for n in range(count)]
            else:
                keys = [(record.passage_id, record.sentence)]
            _keep_best(best[record.kind], dict.fromkeys(keys, similarity))
        return best

    def _lexical(self, question: Question) -> dict[Key, float]:
        wanted = [w for t in question.terms if not t.frame for w in t.text.split()]
        return dict(self._index.store.lexical(wanted or [t.text for t in question.terms], _LEXICAL))

    def _figures_named(self, question: Question, scope: Scope) -> list[Key]:
        """Statements of the figures that a question names, in the documents that it names where it names any."""
        keys: list[Key] = []
        for number in question.figures:
            passages = self._index.store.passages_of_figure(number)
            theirs = [p for p in passages if p.document_id in scope.documents] or passages
            named = [p for p in theirs if _is_of_series(p, question.text)] or theirs
            keys += [(p.id, n) for p in named for n in range(len(p.sentences))]
        return keys


_SERIES = re.compile(r"\b(figure|fig|chart|graph|exhibit|table)s?\b", re.I)


def _is_of_series(passage: Passage, asked: str) -> bool:
    """Whether a figure is printed under the word that a question uses: "Exhibit 3" is not "Table 3"."""
    wanted, printed = _SERIES.search(asked), _SERIES.match(passage.text.lstrip())
    return wanted is not None and printed is not None and wanted[1].lower()[:3] == printed[1].lower()[:3]


def _may_be(passage: Passage, asked: str) -> bool:
    """False when a figure is printed under another word than the question uses."""
    wanted, printed = _SERIES.search(asked), _SERIES.match(passage.text.lstrip())
    return wanted is None or printed is None or (wanted[1].lower() == "table") == (printed[1].lower() == "table")


def _keep_best(kept: dict[Key, float], more: Mapping[Key, float]) -> None:
    for key, similarity in more.items():
        kept[key] = max(kept.get(key, 0.0), similarity)


def _fuse(rankings: Sequence[Sequence[Key]]) -> dict[Key, float]:
    fused: dict[Key, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, 1):
            fused[key] = fused.get(key, 0.0) + 1.0 / (_RRF_K + rank)
    return fused
