"""Finding evidence: dense and lexical search over statements, fused, then scored against the question.

Dense and lexical ranks are fused by reciprocal rank (Cormack, Clarke and Buettcher 2009, k = 60); the pool
that comes out is scored by `app.match`, whose weights were chosen on the development questions only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app import match
from app.answerable import answerable
from app.cells import look_up
from app.heard import Heard
from app.judging import GAP_SIGNALS, Judges, Shelf, best_first
from app.nearness import Key, Looking, Near, fuse
from app.question import Question, unrestricted
from app.ranking import score
from app.restrictions import conflicts
from app.scope import EVERYTHING, Scope
from app.series import is_of_series, may_be
from app.types import Conflict, Evidence
from app.vocabulary import Term
from ingest.index import Index
from ingest.lacking import Nearness
from ingest.lending import BORROWS, BUNDLED_KINDS, OURS
from ingest.phrased import UNKNOWN, Search
from ingest.reader import sheet
from ingest.types import Document, Passage, Sentence
from ingest.units import Unit

_POOL = 24
# Of documents beside the bundled notes at least so many statements are looked at: the notes would crowd them out.
_ADDED = 16
# Hits of each search for every statement that is looked at closely.
_DENSE, _LEXICAL, _PHRASED = 8, 3, 3
_REMEMBERED = 4096
# So many of the nearest phrasings are read with their statement: all of them together would hold any word.
_PHRASINGS = 3
# The nearest of many phrasings are nearer than the nearest of few, whatever is asked.
_USUAL_PHRASINGS = 14
_SPEAK_OF_FIGURES = 12
# So many rows on either side of a row, at most, are looked through for its table: more than are read at once.
_ROWS = 12
# So many passages under one heading, at most, are looked at for what is asked next.
_SECTION = 8
# What is usual among questions: an index without the note of gaps tells nothing about them.
_USUAL_GAP = {"gap_known": 0.51, "gap_known_often": 0.45}

Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought: evidence, best first, and what the notes say that they lack, nearest first."""

    evidence: tuple[Evidence, ...]
    gaps: tuple[Evidence, ...] = ()


class Retriever:
    """Searches one open index; safe to share between threads."""

    def __init__(self, index: Index, english: Mapping[str, float], judges: Judges | None = None) -> None:
        """`english`: rarity of words in general English, as `Embedder.vocabulary` gives it."""
        self._index, self._judges = index, judges or Judges()
        self._remembered: Mapping[str, Passage] = {}
        self._sections: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._documents: Mapping[str, Document] = {d.id: d for d in index.store.documents()}
        self._beside = len({d.kind in OURS for d in self._documents.values()}) > 1
        self._rarity = match.rarity_of(index.store.document_frequency, index.manifest.counts["sentences"], english)
        self._scarce = match.scarce_in(index.store.document_frequency, index.manifest.counts["sentences"])

    def find(
        self,
        question: Question,
        vectors: Vectors,
        scope: Scope = EVERYTHING,
        rest: Vector | None = None,
        *,
        phrased: Callable[[], Search] | None = None,
        heard: Heard | None = None,
        so_far: Vector | None = None,
        in_chat: str = "",
        quoted: Sequence[str] = (),
    ) -> Found:
        """Evidence, best first; `vectors` (n, dimension) embed wordings of the question; the nearest counts.

        `phrased`: waits for what a search for the question, from the tuned embedder, says of statements with
        phrasings; without it those are like all else. `heard`: in a chat, the message with what went before it; its
        vector and its reranker then count in place of those of single questions.
        `rest` embeds the question without the names of the documents in `scope`; it counts for those alone. `so_far`
        embeds the question with those before it: more is found so, and of statements alike what fits those comes first;
        `in_chat` is the question with what was said before it, as the reader reads it; `quoted` are passages that the
        last answer was quoted from: what is asked next often stands under the same heading.
        """
        near: dict[Key, Near] = {}
        for hits in self._index.nearest_each(vectors, _DENSE * _POOL):
            self._gather(near, hits)
        if rest is not None:
            self._gather(near, self._index.nearest(rest, _DENSE * _POOL), scope.documents)
        spoken_of: dict[Key, Near] = {}
        if so_far is not None:
            hits = self._index.nearest(so_far, _DENSE * _POOL)
            self._gather(near, hits)
            self._gather(spoken_of, hits)
        lexical = list(self._lexical(question, _LEXICAL * _POOL))
        asks = heard.near if heard else phrased() if phrased else None
        nearest = asks.best(_PHRASED * _POOL) if asks else []
        fused = fuse((sorted(near, key=lambda k: -near[k].best), lexical, nearest))
        for key in self._figures_named(question, scope):
            fused[key] = fused.get(key, 0.0) + 1.0
        last = self._under_its_heading(quoted)
        pool = self._pool(sorted(fused, key=lambda k: -fused[k]), last)
        passages = self._read([p for p, _ in pool])
        if question.kind == "which_figure":
            passages, pool = self._with_cards(passages, pool)
        weighted = match.weights(heard.alone if heard else question, self._rarity)
        known = {key: asks.of(key, _PHRASINGS) for key in pool} if asks else {}
        phrasings = self._index.store.units([unit for k in known.values() for unit, _ in k.nearest])
        top = max(fused.values(), default=1.0)
        read_as = in_chat or (heard.text if heard else question.text)
        looking = Looking(
            question,
            scope,
            heard,
            near,
            known,
            phrasings,
            fused,
            top,
            weighted,
            spoken_of,
            read_as,
            bool(in_chat),
            last,
        )
        found = [self._looked_at(looking, key, passages[key[0]]) for key in pool]
        if asks is None:
            return _parted(found, 0.0, None)
        sounds = answerable()(asks.vectors[0])
        parted = _parted(found, sounds, self._index.lacking(asks.vectors))
        evidence = self._judges.judged(
            looking, parted.evidence, Shelf(partial(self._looked_at, looking), self._sheet, self._title)
        )
        return replace(parted, evidence=evidence)

    def _pool(self, order: Sequence[Key], last: Mapping[str, float]) -> list[Key]:
        """The statements that are looked at closely, given all that were found, best first; and the passages near which
        the last answer stood."""
        pool = dict.fromkeys(order[:_POOL])
        if self._beside:
            passages = self._read(list(dict.fromkeys(p for p, _ in order)))
            pool |= dict.fromkeys([k for k in order if self._is_added(passages[k[0]])][:_ADDED])
        passages = self._read(list(last))
        pool |= {(p, n): None for p in last for n in range(len(passages[p].sentences))}
        return list(pool)

    def _is_added(self, passage: Passage) -> bool:
        return self._documents[passage.document_id].kind not in OURS

    def _under_its_heading(self, quoted: Sequence[str]) -> Mapping[str, float]:
        """Passages, those quoted (1) and those near them under the same heading (1/2)."""
        found: dict[str, float] = {}
        for told in self._index.store.passages(list(quoted)).values():
            theirs = self._section(told.document_id, tuple(told.section))
            at = theirs.index(told.id)
            for passage in theirs[max(0, at - _SECTION // 2) : at + _SECTION // 2 + 1]:
                found[passage] = max(found.get(passage, 0.0), 1.0 if passage == told.id else 0.5)
        return found

    def _sheet(self, passage: Passage) -> tuple[Passage, ...]:
        """What is read at once with a passage: the rows around a row."""
        if passage.kind != "row":
            return (passage,)
        around = self._index.store.passages_around(passage.id, _ROWS)
        return sheet(around, next(n for n, p in enumerate(around) if p.id == passage.id))

    def _title(self, passage: Passage) -> str:
        return self._documents[passage.document_id].title

    def _section(self, document_id: str, section: tuple[str, ...]) -> tuple[str, ...]:
        key = (document_id, section)
        if key not in self._sections:
            theirs = self._index.store.passages_of_document(document_id)
            self._sections[key] = tuple(p.id for p in theirs if tuple(p.section) == section)
        return self._sections[key]

    def _looked_at(self, looking: Looking, key: Key, passage: Passage) -> Evidence:
        """A statement with all that tells how well it fits."""
        question, scope, heard = looking.question, looking.scope, looking.heard
        inside = passage.document_id in scope.documents
        told = looking.near.get(key, Near())
        known = looking.known.get(key, UNKNOWN)
        sentence = passage.sentences[key[1]]
        phrasings = [looking.phrasings[unit] for unit, _ in known.nearest]
        read = replace(sentence, asks=_asks(phrasings, told, sentence))
        # Inside the documents that are named, their names ("Tundra Telecom") restrict nothing.
        asked = unrestricted(question, scope.rest) if inside and scope.rest else question
        features, clashes = self._features(asked, passage, read, looking.weighted)
        if heard:
            own = conflicts(heard.alone, sentence, passage, self._documents.get(passage.document_id))
            # "Who are these respondents?" may be those of any survey that was spoken of.
            clashes = tuple(dict.fromkeys([*clashes, *(c for c in own if c.slot != "source")]))
            features["conflicts"] = float(len(clashes))
        named = bool(set(question.figures) & set(passage.figures)) and may_be(passage, question.text)
        features |= {
            "dense": told.best,
            "own": told.sentence,
            "asked": told.asked,
            "known": known.best,
            "known_often": sum(s for _, s in known.nearest) / _PHRASINGS,
            "many": math.log(max(1.0, len(sentence.asks) / _USUAL_PHRASINGS)),
            "fused": looking.fused.get(key, 0.0) / looking.top,
            "scoped": float(inside),
            "judged": 0.0,
            "read": 0.0,
            "talk": float(heard is not None),
            "told": heard.share_said(sentence.text) if heard else 0.0,
            "so_far": looking.spoken_of.get(key, Near()).best,
            "last": looking.last.get(passage.id, 0.0),
            "figure": float(named and (inside or not scope.documents)),
        }
        return Evidence(sentence, passage, score(features), features, clashes)

    def asked_for(self, question: Question, evidence: Evidence) -> Evidence:
        """The same statement as evidence for one of its own phrasings, to which it is as near as can be."""
        sentence = replace(evidence.sentence, asks=(question.text,))
        features, clashes = self._features(question, evidence.passage, sentence, match.weights(question, self._rarity))
        near = dict.fromkeys(("dense", "own", "judged", "known", "known_often"), 1.0)
        unheard = dict.fromkeys((*GAP_SIGNALS, "talk", "told"), 0.0)
        features = {**evidence.features, **features, **near, **unheard}
        return replace(evidence, features=features, clashes=clashes)

    def near(self, vector: Vector, k: int) -> list[tuple[Sentence, Passage, float]]:
        """Statements nearest to a vector, whatever the question, with their cosine."""
        found: dict[Key, Near] = {}
        self._gather(found, self._index.nearest(vector, k))
        best = sorted(((key, n.best) for key, n in found.items()), key=lambda item: -item[1])[:k]
        passages = self._read([p for (p, _), _ in best])
        return [(passages[p].sentences[n], passages[p], score) for (p, n), score in best]

    def document(self, document_id: str) -> Document | None:
        """The document of an id, or None."""
        return self._documents.get(document_id)

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
        self, question: Question, passage: Passage, sentence: Sentence, weighted: Mapping[Term, float]
    ) -> tuple[dict[str, float], tuple[Conflict, ...]]:
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
            "taught": float(document is not None and _is_taught(document, sentence)),
            "bundled": float(document is not None and document.kind in OURS),
            "absent": float(match.absent(sentence)),
            "numeric": float(bool(match.figures_in(sentence))),
            "cell": look_up(question, sentence.text).fit,
        }
        return features, clashes

    def _gather(
        self, near: dict[Key, Near], hits: Sequence[tuple[int, float]], within: frozenset[str] | None = None
    ) -> None:
        """Add hits to what is known of each statement; only those of the documents `within`, where given."""
        units = self._index.store.units([u for u, _ in hits])
        # All at once: one by one, thirty passages took as many queries.
        whole = [u.passage_id for u in units.values() if u.sentence is None or within is not None]
        passages = self._read(list(dict.fromkeys(whole)))
        for number, similarity in hits:
            unit = units[number]
            if within is not None and passages[unit.passage_id].document_id not in within:
                continue
            count = len(passages[unit.passage_id].sentences) if unit.sentence is None else 0
            for sentence in range(count) if unit.sentence is None else (unit.sentence,):
                near.setdefault((unit.passage_id, sentence), Near()).add(unit.kind, unit.text, similarity)

    def _lexical(self, question: Question, most: int) -> dict[Key, float]:
        wanted = [w for t in question.terms if not t.frame for w in t.text.split()]
        return dict(self._index.store.lexical(wanted or [t.text for t in question.terms], most))

    def _figures_named(self, question: Question, scope: Scope) -> list[Key]:
        """Statements of the figures that a question names, in the documents that it names where it names any."""
        keys: list[Key] = []
        for number in question.figures:
            passages = self._index.store.passages_of_figure(number)
            theirs = [p for p in passages if p.document_id in scope.documents] or passages
            named = [p for p in theirs if is_of_series(p, question.text)] or theirs
            keys += [(p.id, n) for p in named for n in range(len(p.sentences))]
        return keys

    def _with_cards(self, passages: Mapping[str, Passage], pool: list[Key]) -> tuple[Mapping[str, Passage], list[Key]]:
        """The pool with the figures themselves that its first statements speak of: what names a figure is its card."""
        near = [passages[p] for p, _ in pool[:_SPEAK_OF_FIGURES]]
        numbers = dict.fromkeys(f for p in near for f in p.figures)
        of = {p.document_id for p in near}
        cards = {p.id: p for f in numbers for p in self._index.store.passages_of_figure(f)
                 if p.kind == "figure" and p.document_id in of}  # fmt: skip
        keys = [(c.id, n) for c in cards.values() for n in range(len(c.sentences))]
        return {**cards, **passages}, list(dict.fromkeys([*pool, *keys]))


def _is_taught(document: Document, sentence: Sentence) -> bool:
    """Whether the questions that a sentence answers are known from our notes: it is theirs, or says what they say. What
    the notes say that they lack is no reason to doubt any other."""
    return document.kind in BUNDLED_KINDS or (document.kind == BORROWS and bool(sentence.asks))


def _parted(found: Sequence[Evidence], sounds_answered: float, lacking: Nearness | None) -> Found:
    """Evidence and gaps, each best first; the evidence of our own notes knows how near the nearest gap is, and
    whether the question sounds like those that the notes answer."""
    gaps = sorted(
        (e for e in found if e.sentence.kind == "gap"),
        key=lambda e: (-(e.features["known_often"] or e.features["dense"]), e.sentence.text),
    )
    near = {"sounds": sounds_answered, **(_as_signals(lacking) if lacking else _USUAL_GAP)}
    for name, of in GAP_SIGNALS.items():
        near[name] = max((g.features[of] for g in gaps), default=near[name])
    evidence = [
        replace(e, features={**e.features, **{k: v * e.features["taught"] for k, v in near.items()}})
        for e in found
        if e.sentence.kind != "gap"
    ]
    return Found(best_first(evidence), tuple(gaps))


def _as_signals(lacking: Nearness) -> Mapping[str, float]:
    return dict(zip(GAP_SIGNALS, (lacking.nearest, lacking.often), strict=True))


def _asks(nearest: Sequence[Unit], told: Near, sentence: Sentence) -> tuple[str, ...]:
    """The phrasings of a statement that are nearest to the question."""
    found = [unit.text for unit in nearest if unit.kind == "ask"] or [a for a, _ in told.nearest(_PHRASINGS)]
    return tuple(found) or sentence.asks[:_PHRASINGS]
