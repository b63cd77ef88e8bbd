"""Rows of `passages.sqlite` as the nouns of the corpus, and the columns that they need."""

from __future__ import annotations

import json
from typing import Any

from ingest.types import Document, Figure, FigureValue, Passage, Sentence

DOCUMENT = "id, title, path, sha256, text, publisher, year, url, rights, kind, as_of, figures, warnings"
PASSAGE = 'id, document_id, section, text, start, "end", kind, page, figures'
SENTENCE = 'passage_id, text, start, "end", kind, figures, context, asks'


def document_of(row: tuple[Any, ...]) -> Document:
    """A document without blocks, from the columns `DOCUMENT`."""
    (id_, title, path, sha256, text, publisher, year, url, rights, kind, as_of, figures, warnings) = row
    return Document(
        id=id_, title=title, path=path, sha256=sha256, text=text, blocks=(), publisher=publisher, year=year,
        url=url, rights=rights, kind=kind, as_of=as_of,
        figures=tuple(_figure(f) for f in json.loads(figures)), warnings=tuple(json.loads(warnings)),
    )  # fmt: skip


def _figure(told: dict[str, Any]) -> Figure:
    values = tuple(FigureValue(**value) for value in told["values"])
    return Figure(**{**told, "legend": tuple(told["legend"]), "values": values})


def passage_of(row: tuple[Any, ...], sentences: tuple[Sentence, ...]) -> Passage:
    """A passage with its sentences, from the columns `PASSAGE`."""
    id_, document_id, section, text, start, end, kind, page, figures = row
    return Passage(
        id=id_, document_id=document_id, section=tuple(json.loads(section)), text=text, start=start, end=end,
        sentences=sentences, kind=kind, page=page, figures=tuple(json.loads(figures)),
    )  # fmt: skip


def sentence_of(row: tuple[Any, ...]) -> Sentence:
    """A sentence, from the columns `SENTENCE`."""
    _, text, start, end, kind, figures, context, asks = row
    return Sentence(
        text=text, start=start, end=end, kind=kind, figures=tuple(json.loads(figures)), context=context,
        asks=tuple(json.loads(asks)),
    )  # fmt: skip
