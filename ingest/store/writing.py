"""Writing `passages.sqlite`: documents, passages, sentences, units, and the lexical index over sentences.

The file is written beside the index in use, from nothing or from a copy of the one before, and never changed after:
no journal is kept, since a file that was not finished is thrown away whole.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from ingest.store.schema import INDEXES, TABLES
from ingest.terms import words
from ingest.types import Document, Passage
from ingest.units import Unit


class PassageWriter:
    """Writes one `passages.sqlite`; `counts` tells what it holds, `next_unit` the number that the next unit gets."""

    def __init__(self, path: Path, next_unit: int | None = None) -> None:
        """Make the file; or, with the number of its next unit, go on with a copy of an older one."""
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;")
        self._fresh = next_unit is None
        self.next_unit = next_unit or 0
        if self._fresh:
            self._db.executescript(TABLES)
        self._db.execute("BEGIN")
        self._next_passage = self._one("SELECT coalesce(max(number) + 1, 0) FROM passages")
        self._next_sentence = self._one("SELECT coalesce(max(key) + 1, 0) FROM sentences")
        self._words: Counter[str] = Counter()
        self.counts = {
            table: 0 if self._fresh else self._one(f"SELECT count(*) FROM {table}")
            for table in ("documents", "passages", "sentences", "units")
        }

    def _one(self, sql: str) -> int:
        return int(self._db.execute(sql).fetchone()[0])

    # Adding -----------------------------------------------------------------------------------------------

    def add_document(self, document: Document) -> None:
        """Store a document, all but its blocks."""
        row = (
            document.id, document.title, document.path, document.sha256, document.publisher, document.year,
            document.url, document.rights, document.kind, document.as_of,
            json.dumps([asdict(f) for f in document.figures]), json.dumps(document.warnings), document.text,
        )  # fmt: skip
        self._db.execute(f"INSERT INTO documents VALUES ({_marks(row)})", row)
        self.counts["documents"] += 1

    def add_passage(self, passage: Passage, title: str) -> bool:
        """Store a passage of the document `title` with its sentences; False when its id is there already."""
        number = self._next_passage
        row = (
            number, passage.id, passage.document_id, json.dumps(passage.section), passage.text, passage.start,
            passage.end, passage.kind, passage.page, json.dumps(passage.figures),
        )  # fmt: skip
        if self._db.execute(f"INSERT OR IGNORE INTO passages VALUES ({_marks(row)})", row).rowcount == 0:
            return False
        self._next_passage += 1
        self.counts["passages"] += 1
        around = " ".join((*passage.section, title))
        for place, sentence in enumerate(passage.sentences):
            told = (
                self._next_sentence, passage.id, place, sentence.text, sentence.start, sentence.end, sentence.kind,
                json.dumps(sentence.figures), sentence.context, json.dumps(sentence.asks),
            )  # fmt: skip
            self._db.execute(f"INSERT INTO sentences VALUES ({_marks(told)})", told)
            asks = "\n".join(sentence.asks)
            found = (self._next_sentence, sentence.text, f"{around} {sentence.context}", asks)
            self._db.execute("INSERT INTO lexical (rowid, text, context, asks) VALUES (?, ?, ?, ?)", found)
            self._words.update(_counted(f"{sentence.text} {asks}"))
            self._next_sentence += 1
            self.counts["sentences"] += 1
        self._words.update(_counted(around))
        figures = {*passage.figures, *(f for s in passage.sentences for f in s.figures)}
        self._db.executemany("INSERT INTO figure_passages VALUES (?, ?)", [(f, number) for f in sorted(figures)])
        return True

    def add_units(self, units: Iterable[Unit]) -> None:
        """Store units; they are numbered in the order given."""
        for unit in units:
            row = (self.next_unit, unit.passage_id, unit.sentence, unit.kind, unit.text, unit.text_hash)
            self._db.execute(f"INSERT INTO units VALUES ({_marks(row)})", row)
            self.next_unit += 1
            self.counts["units"] += 1

    # Changing ---------------------------------------------------------------------------------------------

    def remove_document(self, document_id: str) -> list[int]:
        """Take a document out with all that came from it; returns the numbers that its units had."""
        found = self._db.execute("SELECT title FROM documents WHERE id = ?", (document_id,)).fetchone()
        if found is None:
            return []
        dead: list[int] = []
        passages = self._db.execute(
            "SELECT number, id, section FROM passages WHERE document_id = ?", (document_id,)
        ).fetchall()
        for number, passage_id, section in passages:
            dead += self._remove_passage(number, passage_id, " ".join((*json.loads(section), found[0])))
        self._db.execute("DELETE FROM documents WHERE id = ?", (document_id,))
        self.counts["documents"] -= 1
        return dead

    def _remove_passage(self, number: int, passage_id: str, around: str) -> list[int]:
        sentences = self._db.execute(
            "SELECT key, text, context, asks FROM sentences WHERE passage_id = ?", (passage_id,)
        ).fetchall()
        for key, text, context, told in sentences:
            asks = "\n".join(json.loads(told))
            # An index without content forgets a row only when it is told what was in it.
            self._db.execute(
                "INSERT INTO lexical (lexical, rowid, text, context, asks) VALUES ('delete', ?, ?, ?, ?)",
                (key, text, f"{around} {context}", asks),
            )
            self._words.subtract(_counted(f"{text} {asks}"))
        self._words.subtract(_counted(around))
        units = [n for (n,) in self._db.execute("SELECT unit FROM units WHERE passage_id = ?", (passage_id,))]
        for table in ("sentences", "units"):
            self._db.execute(f"DELETE FROM {table} WHERE passage_id = ?", (passage_id,))
        self._db.execute("DELETE FROM figure_passages WHERE passage_number = ?", (number,))
        self._db.execute("DELETE FROM passages WHERE number = ?", (number,))
        self.counts["passages"] -= 1
        self.counts["sentences"] -= len(sentences)
        self.counts["units"] -= len(units)
        return units

    def move_document(self, document_id: str, path: str) -> None:
        """Record that the file of a document lies elsewhere now."""
        self._db.execute("UPDATE documents SET path = ? WHERE id = ?", (path, document_id))

    # Finishing --------------------------------------------------------------------------------------------

    def __enter__(self) -> PassageWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._count_words()
            if self._fresh:
                self._db.execute("INSERT INTO lexical (lexical) VALUES ('optimize')")
            self._db.execute("COMMIT")
            if self._fresh:
                self._db.executescript(INDEXES)
            self._db.execute("PRAGMA analysis_limit=1000")
            self._db.execute("ANALYZE")
        self._db.close()

    def _count_words(self) -> None:
        self._db.executemany(
            "INSERT INTO words VALUES (?, ?) ON CONFLICT (word) DO UPDATE SET count = count + excluded.count",
            sorted((word, count) for word, count in self._words.items() if count),
        )
        if not self._fresh:
            self._db.execute("DELETE FROM words WHERE count <= 0")


def _counted(text: str) -> Iterator[str]:
    return (word for word in words(text) if word[:1].isalpha())


def _marks(row: tuple[object, ...]) -> str:
    return ", ".join("?" * len(row))
