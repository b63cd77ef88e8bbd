"""Plain text: parts by blank lines; headings, lists and tables by their form."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from ingest.reading.captions import is_caption
from ingest.reading.cleaning import clean, collapsed, plain_inline
from ingest.reading.decoding import decode
from ingest.reading.outline import document_of
from ingest.reading.parts import BULLET, NUMBER_MARK, Part, ends
from ingest.reading.tables import cells_of, is_rule, is_table_line
from ingest.types import Document

_UNDERLINE = re.compile(r"([=\-~^#*_])\1{2,}\s*$")
_HASHES = re.compile(r"(#{1,6})\s+(\S.*?)\s*#*$")


def read_plain(path: Path, raw: bytes) -> Document:
    """A plain text file; raises DocumentRefused when it is not readable text."""
    cleaned = clean(decode(path, raw))
    parts = list(parts_of(cleaned.text))
    return document_of(path, hashlib.sha256(raw).hexdigest(), parts, warnings=cleaned.warnings)


def parts_of(text: str) -> Iterator[Part]:
    """The parts of a plain text; a form feed ends a page, and pages are counted only when there is one."""
    paged = "\f" in text
    for number, page in enumerate(text.split("\f"), 1):
        lines: list[str] = []
        for line in page.split("\n"):
            if line.strip():
                lines.append(line.rstrip())
            elif lines:
                yield from parts_of_lines(lines, number if paged else None)
                lines = []
        if lines:
            yield from parts_of_lines(lines, number if paged else None)


def parts_of_lines(lines: list[str], page: int | None = None) -> Iterator[Part]:
    """The parts of lines without a blank one between them."""
    lines = [line for line in lines if line.strip()]
    if _is_tabbed(lines):
        rows = tuple(tuple(cell.strip() for cell in line.split("\t")) for line in lines)
        yield Part((), page, "table", rows=rows)
        return
    reading = _Lines(page)
    for line in lines:
        yield from reading.take(line)
    yield from reading.flush()


class _Lines:
    """Lines taken so far that make one part."""

    def __init__(self, page: int | None) -> None:
        self.page = page
        self.held: list[str] = []
        self.table: list[str] = []
        self.is_item = False

    def take(self, line: str) -> Iterator[Part]:
        """Take one line; yields the parts that it ends, and headings."""
        stripped = line.strip()
        heading = _HASHES.match(stripped)
        if _UNDERLINE.fullmatch(stripped):
            yield from self._underlined(stripped)
        elif heading:
            yield from self.flush()
            yield Part((plain_inline(heading[2]),), self.page, "heading", len(heading[1]))
        elif is_table_line(stripped):
            if self.held:
                yield from self.flush()
            self.table.append(stripped)
        else:
            starts = self._starts_item(stripped)
            if self.table or starts or (self.held and self._turns(stripped)):
                yield from self.flush()
            self.is_item = self.is_item or starts
            self.held.append(stripped)

    def flush(self) -> Iterator[Part]:
        """The part that the lines so far make."""
        if self.table:
            rows = tuple(tuple(plain_inline(c) for c in cells_of(line)) for line in self.table if not is_rule(line))
            yield Part((), self.page, "table", rows=rows)
        cleaned = tuple(t for t in (collapsed(plain_inline(line)) for line in self.held) if t)
        if cleaned:
            numbered = len(cleaned) == 1 and NUMBER_MARK.match(cleaned[0]) and not ends(cleaned[0])
            yield Part(cleaned, self.page, "item" if self.is_item and not numbered else "text")
        self.held, self.table, self.is_item = [], [], False

    def _underlined(self, rule: str) -> Iterator[Part]:
        """A ruled line makes the one line above it a heading; elsewhere it is decoration."""
        if len(self.held) == 1 and not self.is_item and rule[0] in "=-~^#":
            yield Part((plain_inline(self.held[0]),), self.page, "heading", 1 if rule[0] == "=" else 2)
            self.held = []

    def _turns(self, line: str) -> bool:
        """Whether a line belongs to something else than the lines before it."""
        return is_caption(line) or _is_legend(line) != _is_legend(self.held[0])

    def _starts_item(self, line: str) -> bool:
        """Whether a line begins a list item; a number does so only at a part's start or inside a list."""
        if _is_legend(line):
            return not (self.held and _is_legend(self.held[0]))
        if BULLET.match(line):
            return not (line.startswith("+ ") and not self.held and len(line.split()) <= 5)
        return NUMBER_MARK.match(line) is not None and (not self.held or self.is_item)


def _is_tabbed(lines: list[str]) -> bool:
    counts = {line.strip("\n").count("\t") for line in lines}
    return len(lines) > 1 and len(counts) == 1 and counts.pop() > 0 and not lines[0].startswith("\t")


def _is_legend(line: str) -> bool:
    return line.strip()[:1] in "■◼▪□●○◆▲"
