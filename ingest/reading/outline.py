"""Giving each part of a text its role: title, authors, heading, paragraph, figure, table row, endnote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ingest.errors import DocumentRefused
from ingest.reading.assembly import Draft, assemble, file_id, row_text
from ingest.reading.captioned import one_series
from ingest.reading.captions import Caption, caption_at, is_caption
from ingest.reading.parts import BULLET, NUMBER_MARK, Part, ends, is_contact, is_heading_like, is_prose
from ingest.reading.tidy import tidy
from ingest.reading.values import figures_of
from ingest.types import Document

_NAME = re.compile(
    r"(?:(?:Dr|Prof|Professor|Sir|Dame|Mr|Mrs|Ms)\.? )?[A-Z][\w’'.-]*"
    r"(?: (?:[A-Z][\w’'.-]*|de|van|von|der|den|la|le|bin|al|da|di|dos)){1,4}(?:,? (?:PhD|MD|Jr\.?|Sr\.?|MBA|CFA))?",
)
_BYLINE = re.compile(r"(?:written |edited )?by\s+(?=[A-Z])|authors?\s*:\s*", re.I)
_ENDNOTES = re.compile(
    r"\+?\s*(?:end ?notes?|foot ?notes?|notes|references|bibliography|works cited|sources(?: and notes)?|"
    r"notes and (?:references|sources)|citations)\W*",
    re.I,
)
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+(?=[^\W\d_])")
_NOTE_START = re.compile(r"\[?\(?\d{1,3}[\].)]?\s+(?=\S)|[¹²³⁰⁴-⁹]+\s*(?=\S)")
_AUTHORS = "Authors"
_AUTHOR_ASKS = ("Who wrote this document?", "Who are the authors?")


def document_of(
    path: Path,
    sha256: str,
    parts: Sequence[Part],
    front: dict[str, Any] | None = None,
    warnings: tuple[str, ...] = (),
) -> Document:
    """The document that the parts make; `front` may name title, publisher, year and url.

    Raises DocumentRefused when nothing but headings is left.
    """
    told = front or {}
    outline = _Outline(tidy(parts))
    outline.walk(str(told["title"]) if told.get("title") else None)
    title = outline.title or path.stem
    drafts, captions = one_series(outline.drafts, outline.captions)
    text, blocks = assemble(drafts)
    if not any(b.kind != "heading" for b in blocks):
        raise DocumentRefused(f"{path}: has headings at most and no text below them; expected paragraphs")
    identity = str(told.get("id") or file_id(path))
    year = told.get("year")
    return Document(
        id=identity,
        title=title,
        path=str(path),
        sha256=sha256,
        text=text,
        blocks=blocks,
        publisher=str(told["publisher"]) if told.get("publisher") else None,
        year=year if isinstance(year, int) else None,
        url=str(told["url"]) if told.get("url") else None,
        figures=figures_of(captions, blocks, identity),
        warnings=warnings,
    )


@dataclass(slots=True)
class _Outline:
    """The walk over tidied parts; `captions` maps the place of a figure's draft to its caption."""

    parts: list[Part]
    title: str = ""
    drafts: list[Draft] = field(default_factory=list)
    captions: dict[int, Caption] = field(default_factory=dict)
    in_notes: bool = False
    at: int = 0
    headers: tuple[str, ...] = ()

    def walk(self, title: str | None) -> None:
        """Read all parts into drafts."""
        self._front(title)
        while self.at < len(self.parts):
            self._step()

    def _front(self, title: str | None) -> None:
        """Title, subtitle and authors: what stands before the first running text or section."""
        parts = self.parts
        while self.at < len(parts) and parts[self.at].kind in ("end", "close"):
            self.at += 1
        if self.at >= len(parts):
            return
        first = parts[self.at]
        if title is None and (first.kind == "heading" or (is_heading_like(first) and not is_caption(first.lines[0]))):
            title = first.text.removeprefix("+ ")
            self.at += 1
        elif title is not None and first.kind == "heading" and first.text == title:
            self.at += 1
        if title is None:
            return
        self.title = title
        self.drafts.append(Draft("heading", title, level=1, page=first.page))
        start, people = self.at, 0
        while self.at < len(parts) and self._is_front(parts[self.at], parts, people):
            people += _is_person(parts[self.at])
            self.at += 1
        self._front_drafts(parts[start : self.at])

    def _is_front(self, part: Part, parts: list[Part], people: int) -> bool:
        if part.kind != "text" or is_caption(part.lines[0]):
            return False
        if _is_person(part) and (len(part.lines) > 1 or _BYLINE.match(part.lines[0])):
            return True
        if is_prose(part) or self._opens_section(self.at):
            return False
        return any(p.kind == "text" and is_prose(p) for p in parts[self.at + 1 : self.at + 40])

    def _front_drafts(self, parts: Sequence[Part]) -> None:
        people = [p for p in parts if _is_person(p)]
        if not any(len(p.lines) > 1 or _BYLINE.match(p.lines[0]) for p in people) and len(people) < 2:
            people = []
        for part in parts:
            if part not in people:
                self.drafts.append(Draft("paragraph", _listed(part), page=part.page))
        if people:
            self.drafts.append(Draft("heading", _AUTHORS, level=2, page=people[0].page))
            told = "; ".join(_listed(p) for p in people)
            self.drafts.append(Draft("item", told, page=people[0].page, asks=_AUTHOR_ASKS))
            self.drafts.append(Draft("heading", "", level=2))

    def _opens_section(self, at: int) -> bool:
        """Whether the part at `at` is a heading: by its mark-up, or short and followed by what a section holds."""
        part = self.parts[at]
        if part.kind == "heading":
            return True
        if not is_heading_like(part) or is_caption(part.lines[0]):
            return False
        following = next((p for p in self.parts[at + 1 : at + 4] if p.kind not in ("end", "close")), None)
        if following is None:
            return False
        if _depth(part) and _depth(part) == _depth(following):
            return False  # two in a row are items of a list
        marked = part.lines[0].startswith("+ ") or _NUMBERED.match(part.lines[0]) or part.lines[0].isupper()
        if following.kind in ("heading", "table", "item"):
            return True
        if _ENDNOTES.fullmatch(part.lines[0]) and NUMBER_MARK.match(following.lines[0]):
            return True
        return is_prose(following) or is_caption(following.lines[0]) or bool(marked and is_heading_like(following))

    def _step(self) -> None:
        part = self.parts[self.at]
        caption = caption_at(self.parts, self.at)
        if caption:
            self._take_caption(*caption)
        elif part.kind == "close":
            self.drafts.append(Draft("heading", "", level=2))
            self.at += 1
        elif part.kind == "end":
            self.at += 1
        elif part.kind == "table":
            self._take_rows(part, self._running_on(part))
            self.at += 1
        elif self._opens_section(self.at) and not (self.in_notes and not _leaves_notes(part)):
            self._take_heading(part)
        elif self.in_notes:
            self._take_note(part)
        else:
            self._take_text(part)

    def _take_caption(self, caption: Caption, after: int) -> None:
        self.captions[len(self.drafts)] = caption
        self.drafts.append(Draft("figure", "\n".join(caption.lines), page=caption.page, figure=caption.number or None))
        self.at = after
        if after < len(self.parts) and self.parts[after].kind == "table":
            self._take_rows(self.parts[after], caption.number or None)
            self.at += 1

    def _running_on(self, part: Part) -> int | None:
        """The number of the table that a part carries on: it tops the next page under the same headers."""
        last = self.drafts[-1] if self.drafts else None
        if last is None or last.kind != "row" or part.page is None or last.page is None:
            return None
        return last.figure if part.page == last.page + 1 and part.rows[:1] == (self.headers,) else None

    def _take_rows(self, part: Part, figure: int | None) -> None:
        headers, *rows = part.rows if len(part.rows) > 1 else ((), *part.rows)
        self.headers = tuple(headers)
        for row in rows:
            if told := row_text(self.headers, row):
                self.drafts.append(Draft("row", told, page=part.page, figure=figure))

    def _take_heading(self, part: Part) -> None:
        text = part.text.removeprefix("+ ").strip()
        if part.kind == "heading" and part.level == 1 and text == self.title:
            self.drafts.append(Draft("heading", "", level=2))
            self.at += 1
            return
        level = max(2, part.level) if part.kind == "heading" else 1 + max(1, _depth(part))
        self.in_notes = _ENDNOTES.fullmatch(text) is not None
        self.drafts.append(Draft("heading", text, level=level, page=part.page))
        self.at += 1

    def _take_note(self, part: Part) -> None:
        text = part.text
        held = self.drafts[-1] if self.drafts else None
        runs_on = held is not None and held.kind == "endnote" and not ends(held.text)
        if held is not None and runs_on and not _NOTE_START.match(text):
            self.drafts[-1] = replace(held, text=f"{held.text} {text}")
        else:
            self.drafts.append(Draft("endnote", text.strip(), page=part.page))
        self.at += 1

    def _take_text(self, part: Part) -> None:
        if part.kind == "code":
            self.drafts.append(Draft("item", "\n".join(part.lines), page=part.page))
            self.at += 1
        elif part.kind == "item":
            bullet = BULLET.match(part.text)
            self.drafts.append(Draft("item", part.text[bullet.end() :] if bullet else part.text, page=part.page))
            self.at += 1
        elif is_prose(part):
            self.drafts.append(Draft("paragraph", part.text, page=part.page))
            self.at += 1
        else:
            told = []
            while self.at < len(self.parts) and self._is_label(self.at, part.page):
                told.append(_listed(self.parts[self.at]))
                self.at += 1
            if not told:
                told, self.at = [_listed(part)], self.at + 1
            self.drafts.append(Draft("item", ", ".join(told), page=part.page))

    def _is_label(self, at: int, page: int | None) -> bool:
        part = self.parts[at]
        return (
            part.kind == "text"
            and part.page == page
            and not is_prose(part)
            and not is_caption(part.lines[0])
            and not self._opens_section(at)
        )


def _depth(part: Part) -> int:
    """How many numbers a numbered line carries ("2.3 Costs" has two), 0 without any."""
    numbered = _NUMBERED.match(part.lines[0]) if part.lines else None
    return numbered[1].count(".") + 1 if numbered else 0


def _is_person(part: Part) -> bool:
    """A name, alone or with short lines of place, post or contact below it; or a byline."""
    if _BYLINE.match(part.lines[0]):
        return True
    short = all(len(line) <= 60 and (not ends(line) or is_contact(line)) for line in part.lines)
    return short and _NAME.fullmatch(part.lines[0]) is not None and len(part.lines) <= 5


def _leaves_notes(part: Part) -> bool:
    line = part.text
    return part.kind == "heading" or (len(line.split()) <= 8 and not re.search(r"[\d,]", line))


def _listed(part: Part) -> str:
    """Short lines as one, set off by commas; running lines as they are."""
    if len(part.lines) > 1 and all(len(line) <= 60 and not ends(line) for line in part.lines):
        return ", ".join(part.lines)
    return part.text
