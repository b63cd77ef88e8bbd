"""The nouns of the corpus: what a file becomes on its way to the index.

    Document -> Block (heading, paragraph, table row, figure ...) -> Passage -> Sentence

Everything is frozen. Spans are character offsets, `start` inclusive and `end` exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "row", "figure", "endnote"]
StatementKind = Literal["finding", "guidance", "caveat", "gap"]
Rights = Literal["quote", "cite-only"]


@dataclass(frozen=True, slots=True)
class Block:
    """One structural unit of a document, in reading order.

    `text` is `Document.text[start:end]`; `level` is a heading's depth (1 is the title);
    `figure` is the printed number of the figure a "figure" block announces;
    `asks` are phrasings of questions that the block answers: they are indexed, never quoted.
    """

    kind: BlockKind
    text: str
    start: int
    end: int
    level: int = 0
    page: int | None = None
    figure: int | None = None
    statement: StatementKind | None = None
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureValue:
    """One value that a source states for a figure; `unit` as in `Quantity.unit`."""

    label: str
    value: float
    unit: str
    population: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed figure: what was asked, the values stated, and what is not stated."""

    number: int
    title: str
    question: str
    legend: tuple[str, ...]
    values: tuple[FigureValue, ...]
    not_stated: str
    document_id: str


@dataclass(frozen=True, slots=True)
class Document:
    """One source, read. `text` is the readable text that all spans point into."""

    id: str
    title: str
    path: str
    sha256: str
    text: str
    blocks: tuple[Block, ...]
    publisher: str | None = None
    year: int | None = None
    url: str | None = None
    rights: Rights = "quote"
    kind: str = "document"
    as_of: str | None = None
    figures: tuple[Figure, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence (or table row) of a passage: the unit that is found, quoted and checked.

    `text` is `Passage.text[start:end]`, character for character. `context` is the text that
    a reader needs to understand it (an antecedent sentence), empty when it stands alone.
    """

    text: str
    start: int
    end: int
    kind: StatementKind = "finding"
    figures: tuple[int, ...] = ()
    context: str = ""
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring sentences of one section; the unit that is stored and cited.

    `id` is a hash of document id, section and text; `start`/`end` point into `Document.text`.
    `kind` is "text", "row" (table row with its headers), "figure" or "endnote".
    """

    id: str
    document_id: str
    section: tuple[str, ...]
    text: str
    start: int
    end: int
    sentences: tuple[Sentence, ...]
    kind: str = "text"
    page: int | None = None
    figures: tuple[int, ...] = field(default=())
