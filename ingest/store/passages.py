"""Reading `passages.sqlite`: passages and their addresses, units, and lexical search. Nothing here writes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import IndexBroken
from ingest.store.rows import DOCUMENT, PASSAGE, SENTENCE, document_of, passage_of, sentence_of
from ingest.terms import stems
from ingest.types import Document, Figure, Passage, Sentence
from ingest.units import Unit

SentenceKey = tuple[str, int]

_MOST_TERMS = 64
_AT_ONCE = 500
_MOST_MATCHES = 16_000
"""Sentences that are scored for one search by words, about a microsecond each; twice as many for a single word."""
_REMEMBERED = 65_536


@dataclass(frozen=True, slots=True)
class LexicalWeights:
    """Weight of a match in the sentence, in what is around it (headings, title, antecedent), in its asks."""

    text: float = 1.0
    context: float = 0.5
    asks: float = 1.0


class PassageStore:
    """The passages of one index; safe to share between threads: each gets its own connection."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own = threading.local()
        self._frequencies: dict[str, Mapping[str, int]] = {}
        self._units: dict[int, Unit] = {}

    def _ask(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection().execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise IndexBroken(f"{self._path} cannot be read ({error}); run `advisor ingest --rebuild`") from error

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if found is None:
            # immutable: the file is never written again, so neither locks nor side files are wanted.
            address = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
            found = self._own.connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        return found

    # Documents and figures --------------------------------------------------------------------------------

    def documents(self) -> tuple[Document, ...]:
        """All documents by id, without their text and blocks (see `document` for the text)."""
        rows = self._ask(f"SELECT {DOCUMENT.replace('text', repr(''))} FROM documents ORDER BY id")
        return tuple(document_of(row) for row in rows)

    def document(self, document_id: str) -> Document | None:
        """A document with its text, without blocks; None when there is none of that id."""
        rows = self._ask(f"SELECT {DOCUMENT} FROM documents WHERE id = ?", (document_id,))
        return document_of(rows[0]) if rows else None

    def figures(self) -> tuple[Figure, ...]:
        """All figures, by number, then document."""
        found = [figure for document in self.documents() for figure in document.figures]
        return tuple(sorted(found, key=lambda f: (f.number, f.document_id)))

    # Passages ---------------------------------------------------------------------------------------------

    def passage(self, passage_id: str) -> Passage | None:
        """A passage, or None when there is none of that id."""
        return self.passages([passage_id]).get(passage_id)

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Passages by id, in the order first asked for; unknown ids are left out."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, Passage] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            found.update(self._passages(f"id IN ({', '.join('?' * len(part))})", part))
        return {i: found[i] for i in wanted if i in found}

    def passages_of_document(self, document_id: str) -> Iterator[Passage]:
        """The passages of a document in reading order."""
        numbers = self._ask("SELECT number FROM passages WHERE document_id = ? ORDER BY number", (document_id,))
        for start in range(0, len(numbers), _AT_ONCE):
            part = [n for (n,) in numbers[start : start + _AT_ONCE]]
            yield from self._passages(f"number IN ({', '.join('?' * len(part))})", part).values()

    def passages_around(self, passage_id: str, most: int) -> tuple[Passage, ...]:
        """A passage with up to `most` on either side of it in its document, in reading order."""
        within = (
            "document_id = (SELECT document_id FROM passages WHERE id = ?) AND number BETWEEN "
            "(SELECT number FROM passages WHERE id = ?) - ? AND (SELECT number FROM passages WHERE id = ?) + ?"
        )
        return tuple(self._passages(within, (passage_id, passage_id, most, passage_id, most)).values())

    def passages_of_figure(self, figure: int) -> tuple[Passage, ...]:
        """The passages that belong to a figure's number, in reading order."""
        rows = self._ask("SELECT passage_number FROM figure_passages WHERE figure = ?", (figure,))
        numbers = [n for (n,) in rows]
        return tuple(self._passages(f"number IN ({', '.join('?' * len(numbers))})", numbers).values())

    def _passages(self, where: str, values: Sequence[object]) -> dict[str, Passage]:
        rows = self._ask(f"SELECT {PASSAGE} FROM passages WHERE {where} ORDER BY number", values)
        ids = [row[0] for row in rows]
        sentences: dict[str, list[Sentence]] = {i: [] for i in ids}
        told = self._ask(
            f"SELECT {SENTENCE} FROM sentences WHERE passage_id IN ({', '.join('?' * len(ids))}) "
            "ORDER BY passage_id, number",
            ids,
        )
        for row in told:
            sentences[row[0]].append(sentence_of(row))
        return {row[0]: passage_of(row, tuple(sentences[row[0]])) for row in rows}

    # Units ------------------------------------------------------------------------------------------------

    def units(self, numbers: Sequence[int]) -> dict[int, Unit]:
        """Units by number; remembered, since the file never changes."""
        known = self._units
        missing = [n for n in numbers if n not in known]
        found: dict[int, Unit] = {}
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            rows = self._ask(
                "SELECT unit, passage_id, sentence, kind, text FROM units "
                f"WHERE unit IN ({', '.join('?' * len(part))})",
                part,
            )
            found.update({row[0]: Unit(*row[1:]) for row in rows})
        told = {n: found[n] if n in found else known[n] for n in numbers if n in found or n in known}
        if len(known) < _REMEMBERED:
            known.update(found)
        return told

    def unit_of_sentence(self, passage_id: str, sentence: int) -> int | None:
        """The number of a sentence's own unit."""
        rows = self._ask(
            "SELECT unit FROM units WHERE passage_id = ? AND sentence = ? AND kind = 'sentence'",
            (passage_id, sentence),
        )
        return int(rows[0][0]) if rows else None

    def phrased_units(self) -> list[tuple[int, str, int]]:
        """Unit, passage and sentence of all phrasings, and of the sentences that have any, statement by statement."""
        return self._ask(
            "SELECT unit, passage_id, sentence FROM units WHERE kind IN ('ask', 'sentence') "
            "AND (passage_id, sentence) IN "
            "(SELECT passage_id, sentence FROM units WHERE kind = 'ask') ORDER BY passage_id, sentence, unit"
        )

    def asks(self) -> tuple[int, ...]:
        """The units of all phrasings."""
        return tuple(unit for (unit,) in self._ask("SELECT unit FROM units WHERE kind = 'ask'"))

    def has_asks(self) -> bool:
        """Whether any sentence has phrasings."""
        return bool(self._ask("SELECT 1 FROM units WHERE kind = 'ask' LIMIT 1"))

    def has_gaps(self) -> bool:
        """Whether any sentence says what the sources lack."""
        return bool(self._ask("SELECT 1 FROM sentences WHERE kind = 'gap' LIMIT 1"))

    def units_of_texts(self, hashes: Sequence[bytes]) -> dict[bytes, int]:
        """For each hash of a text (`Unit.text_hash`) that was embedded, one unit that has that text."""
        found: dict[bytes, int] = {}
        for start in range(0, len(hashes), _AT_ONCE):
            part = hashes[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(part))
            found.update(self._ask(f"SELECT text_hash, unit FROM units WHERE text_hash IN ({marks})", part))
        return found

    # Words ------------------------------------------------------------------------------------------------

    def lexical(
        self, terms: Sequence[str], limit: int, weights: LexicalWeights | None = None
    ) -> list[tuple[SentenceKey, float]]:
        """Sentences that hold any of `terms` (any text is safe) with their BM25 scores, best (highest) first.

        BM25 as in Robertson and Zaragoza 2009, by SQLite's FTS5; equals stand in reading order. In a large index the
        commonest terms, which weigh least, are left out, so that few sentences need scoring (Lucene's common terms).
        """
        wanted = _match(self._affordable(terms))
        if not wanted or limit <= 0:
            return []
        w = weights or LexicalWeights()
        rows = self._ask(
            "SELECT s.passage_id, s.number, found.score FROM "
            "(SELECT rowid AS key, bm25(lexical, ?, ?, ?) AS score FROM lexical WHERE lexical MATCH ? "
            "ORDER BY score, rowid LIMIT ?) AS found JOIN sentences AS s USING (key) "
            "ORDER BY found.score, s.key",
            (w.text, w.context, w.asks, wanted, limit),
        )
        return [((passage_id, number), -score) for passage_id, number, score in rows]

    def document_frequency(self, stem: str) -> int:
        """How many sentences hold a stem; where none does, how many have it around them or in an ask."""
        counts = self._frequency(stem)
        return counts.get("text") or max(counts.values(), default=0)

    def _frequency(self, stem: str) -> Mapping[str, int]:
        """In how many sentences a stem stands, by column; remembered, since the file never changes."""
        found = self._frequencies.get(stem)
        if found is None:
            term = _clean(stem)
            # SQLite's Porter stemmer has the rule "logi" to "log" of Porter's later edition, snowball's has not.
            forms = (term, term.removesuffix("i")) if term.endswith("logi") else (term, term)
            found = dict(self._ask("SELECT col, sum(doc) FROM lexical_terms WHERE term IN (?, ?) GROUP BY col", forms))
            if len(self._frequencies) < _REMEMBERED:
                self._frequencies[stem] = found
        return found

    def _affordable(self, terms: Sequence[str]) -> list[str]:
        """The terms that can be searched together, in the order given: the rarest ones, up to `_MOST_MATCHES`."""
        costs = {term: self._matches(term) for term in terms}
        spent, kept = 0, set[str]()
        for term in sorted(costs, key=lambda t: costs[t]):
            spent += costs[term]
            if spent > (_MOST_MATCHES if kept else 2 * _MOST_MATCHES):
                break
            kept.add(term)
        return [term for term in terms if term in kept]

    def _matches(self, term: str) -> int:
        """About how many sentences hold a term; of a phrase, its rarest word counts."""
        return min((sum(self._frequency(s).values()) for s in stems(term)), default=0)

    def vocabulary(self) -> Mapping[str, int]:
        """Every word of the corpus (lower case, not stemmed) with the number of times it occurs."""
        return dict(self._ask("SELECT word, count FROM words ORDER BY word"))


def _match(terms: Sequence[str]) -> str:
    """An FTS5 expression: each term a quoted string, so that no syntax of FTS5 can be spoken through it."""
    cleaned = (_clean(term).replace('"', '""').strip() for term in terms)
    wanted = list(dict.fromkeys(t for t in cleaned if t))[:_MOST_TERMS]
    return " OR ".join(f'"{term}"' for term in wanted)


def _clean(text: str) -> str:
    return text.encode("utf-8", "ignore").decode().replace("\0", " ")
