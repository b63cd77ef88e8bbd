"""Writing `passages.sqlite`: documents, passages, sentences, units, and the lexical index over sentences.

The file is written once, beside the index in use, and never changed after: no journal is kept, since a file
that was not finished is thrown away whole.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from ingest.terms import words
from ingest.types import Document, Passage
from ingest.units import Unit

_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, title TEXT, path TEXT, sha256 TEXT, text TEXT, publisher TEXT, year INTEGER,
    url TEXT, rights TEXT, kind TEXT, as_of TEXT, figures TEXT, warnings TEXT
) WITHOUT ROWID;
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, document_id TEXT, section TEXT, text TEXT, start INTEGER,
    "end" INTEGER, kind TEXT, page INTEGER, figures TEXT
);
CREATE INDEX passages_by_document ON passages (document_id);
CREATE TABLE sentences (
    key INTEGER PRIMARY KEY, passage_id TEXT, number INTEGER, text TEXT, start INTEGER, "end" INTEGER,
    kind TEXT, figures TEXT, context TEXT, asks TEXT
);
CREATE UNIQUE INDEX sentences_by_passage ON sentences (passage_id, number);
CREATE TABLE figure_passages (figure INTEGER, passage_number INTEGER, PRIMARY KEY (figure, passage_number))
    WITHOUT ROWID;
CREATE TABLE units (
    unit INTEGER PRIMARY KEY, passage_id TEXT, sentence INTEGER, kind TEXT, text TEXT, text_hash BLOB
);
CREATE INDEX units_by_passage ON units (passage_id, sentence);
CREATE INDEX units_by_text ON units (text_hash);
CREATE TABLE words (word TEXT PRIMARY KEY, count INTEGER) WITHOUT ROWID;
CREATE VIRTUAL TABLE lexical USING fts5 (
    text, context, asks, content='', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE lexical_terms USING fts5vocab (lexical, col);
"""


class PassageWriter:
    """Writes one `passages.sqlite`; counts what it has written."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA + "BEGIN;")
        self._words: Counter[str] = Counter()
        self.counts = {"documents": 0, "passages": 0, "sentences": 0, "units": 0}

    def add_document(self, document: Document) -> None:
        """Store a document, all but its blocks."""
        row = (
            document.id, document.title, document.path, document.sha256, document.text, document.publisher,
            document.year, document.url, document.rights, document.kind, document.as_of,
            json.dumps([asdict(f) for f in document.figures]), json.dumps(document.warnings),
        )  # fmt: skip
        self._db.execute(f"INSERT INTO documents VALUES ({_marks(row)})", row)
        self.counts["documents"] += 1

    def add_passage(self, passage: Passage, title: str) -> bool:
        """Store a passage of the document `title` with its sentences; False when its id is there already."""
        number = self.counts["passages"]
        row = (
            number, passage.id, passage.document_id, json.dumps(passage.section), passage.text, passage.start,
            passage.end, passage.kind, passage.page, json.dumps(passage.figures),
        )  # fmt: skip
        if self._db.execute(f"INSERT OR IGNORE INTO passages VALUES ({_marks(row)})", row).rowcount == 0:
            return False
        self.counts["passages"] += 1
        around = " ".join((*passage.section, title))
        for place, sentence in enumerate(passage.sentences):
            key = self.counts["sentences"]
            asks = "\n".join(sentence.asks)
            told = (
                key, passage.id, place, sentence.text, sentence.start, sentence.end, sentence.kind,
                json.dumps(sentence.figures), sentence.context, json.dumps(sentence.asks),
            )  # fmt: skip
            self._db.execute(f"INSERT INTO sentences VALUES ({_marks(told)})", told)
            self._db.execute(
                "INSERT INTO lexical (rowid, text, context, asks) VALUES (?, ?, ?, ?)",
                (key, sentence.text, f"{around} {sentence.context}", asks),
            )
            self._words.update(w for w in words(f"{sentence.text} {asks}") if w[:1].isalpha())
            self.counts["sentences"] += 1
        self._words.update(w for w in words(around) if w[:1].isalpha())
        figures = {*passage.figures, *(f for s in passage.sentences for f in s.figures)}
        self._db.executemany("INSERT INTO figure_passages VALUES (?, ?)", [(f, number) for f in sorted(figures)])
        return True

    def add_units(self, units: Iterable[Unit]) -> None:
        """Store units; they are numbered in the order given."""
        for unit in units:
            row = (self.counts["units"], unit.passage_id, unit.sentence, unit.kind, unit.text, unit.text_hash)
            self._db.execute(f"INSERT INTO units VALUES ({_marks(row)})", row)
            self.counts["units"] += 1

    def __enter__(self) -> PassageWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._db.executemany("INSERT INTO words VALUES (?, ?)", sorted(self._words.items()))
            self._db.execute("INSERT INTO lexical (lexical) VALUES ('optimize')")
            self._db.execute("COMMIT")
            self._db.execute("ANALYZE")
        self._db.close()


def _marks(row: tuple[object, ...]) -> str:
    return ", ".join("?" * len(row))
