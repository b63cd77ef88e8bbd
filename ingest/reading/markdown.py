"""Markdown: notes of the corpus's own format, and everything else by the CommonMark grammar (markdown-it-py)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.reading.cleaning import clean, is_control_label
from ingest.reading.decoding import decode
from ingest.reading.note import front_matter, is_note, read_note
from ingest.reading.outline import document_of
from ingest.reading.parts import Part
from ingest.reading.plain import parts_of, parts_of_lines
from ingest.types import Document

if TYPE_CHECKING:
    from markdown_it.token import Token

_SILENT_HTML = re.compile(r"<(script|style|template|noscript)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<![^<>]*>|<\?[^<>]*\?>")
_GRAMMAR_CHARS = 1_000_000
"""Longer texts are read line by line: the full grammar takes seconds per megabyte."""


def read_markdown(path: Path, raw: bytes) -> Document:
    """A Markdown file; one whose front matter has an id and a title is read as a note."""
    cleaned = clean(decode(path, raw))
    front, body = front_matter(cleaned.text)
    if is_note(front):
        return read_note(path, raw)
    parts = parts_of(body) if len(body) > _GRAMMAR_CHARS else markdown_parts(body)
    return document_of(path, hashlib.sha256(raw).hexdigest(), list(parts), front, cleaned.warnings)


def markdown_parts(body: str) -> Iterator[Part]:
    """The parts of a Markdown text; images go, links keep their words, code and HTML keep their text."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    mark = ""
    heading = 0
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "heading_open":
            heading = int(token.tag[1])
        elif token.type == "list_item_open":
            mark = f"{token.info}{token.markup} "  # a lone "+ Heading" stays what it is
        elif token.type == "table_open":
            end = next(i for i in range(at, len(tokens)) if tokens[i].type == "table_close")
            yield Part((), kind="table", rows=tuple(_rows(tokens[at:end])))
            at = end
        elif token.type == "inline":
            yield from _inline(token, mark, heading)
            mark, heading = "", 0
        else:
            yield from _literal(token)
        at += 1


def _inline(token: Token, mark: str, heading: int) -> Iterator[Part]:
    lines = _lines(token)
    if heading:
        if lines:
            yield Part((" ".join(lines),), kind="heading", level=heading)
    elif lines:
        yield from parts_of_lines([mark + lines[0], *lines[1:]])


def _literal(token: Token) -> Iterator[Part]:
    """Code as it stands; HTML without its tags."""
    if token.type in ("fence", "code_block"):
        if lines := [line for line in token.content.split("\n") if line.strip()]:
            yield Part(tuple(lines), kind="code")
    elif token.type == "html_block":
        yield from parts_of_lines(_TAG.sub(" ", _SILENT_HTML.sub(" ", token.content)).split("\n"))


def _rows(tokens: Sequence[Token]) -> Iterator[tuple[str, ...]]:
    cells: list[str] = []
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "inline":
            cells.append(" ".join(_lines(token)))
        elif token.type == "tr_close":
            yield tuple(cells)


def _lines(token: Token) -> list[str]:
    """The words of an inline token, line by line."""
    told: list[str] = []
    link_from: int | None = None
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            told.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            told.append("\n")
        elif child.type == "link_open":
            link_from = len(told)
        elif child.type == "link_close" and link_from is not None:
            if is_control_label("".join(told[link_from:])):
                del told[link_from:]
            link_from = None
    return [line.strip() for line in "".join(told).split("\n") if line.strip()]
