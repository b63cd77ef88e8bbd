"""The tables of `passages.sqlite`."""

TABLES = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, title TEXT, path TEXT, sha256 TEXT, publisher TEXT, year INTEGER, url TEXT, rights TEXT,
    kind TEXT, as_of TEXT, figures TEXT, warnings TEXT, text TEXT
) WITHOUT ROWID;
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, document_id TEXT, section TEXT, text TEXT, start INTEGER,
    "end" INTEGER, kind TEXT, page INTEGER, figures TEXT
);
CREATE TABLE sentences (
    key INTEGER PRIMARY KEY, passage_id TEXT, number INTEGER, text TEXT, start INTEGER, "end" INTEGER,
    kind TEXT, figures TEXT, context TEXT, asks TEXT
);
CREATE TABLE figure_passages (figure INTEGER, passage_number INTEGER, PRIMARY KEY (figure, passage_number))
    WITHOUT ROWID;
CREATE TABLE units (
    unit INTEGER PRIMARY KEY, passage_id TEXT, sentence INTEGER, kind TEXT, text TEXT, text_hash BLOB
);
CREATE TABLE words (word TEXT PRIMARY KEY, count INTEGER) WITHOUT ROWID;
CREATE VIRTUAL TABLE lexical USING fts5 (
    text, context, asks, content='', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE lexical_terms USING fts5vocab (lexical, col);
"""

INDEXES = """
CREATE INDEX passages_by_document ON passages (document_id);
CREATE INDEX figure_passages_by_passage ON figure_passages (passage_number);
CREATE UNIQUE INDEX sentences_by_passage ON sentences (passage_id, number);
CREATE INDEX units_by_passage ON units (passage_id, sentence);
CREATE INDEX units_by_text ON units (text_hash);
"""
"""Made when the tables are full: sorting once costs less than keeping in order all along."""
