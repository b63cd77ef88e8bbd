"""Notes: the corpus's own format. Markdown with front matter, stand-alone sentences and the questions they answer.

---
id: some-id
title: Some title
---
## Heading
[caveat] A sentence that stands alone. Another one (figure 3).
? A question that the paragraph answers?
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.errors import DocumentRefused
from ingest.reading import note_figures
from ingest.reading.assembly import Draft, assemble, row_text
from ingest.reading.cleaning import clean, collapsed, plain_inline
from ingest.reading.decoding import decode, load
from ingest.reading.tables import cells_of, is_rule, is_table_line
from ingest.types import Document, Rights, StatementKind

_FRONT = re.compile(r"\A\s*---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.S)
_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_MARK = re.compile(r"\[(caveat|guidance|finding|gap)\]\s*", re.I)
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])\s+")
_ASK = "? "


def front_matter(text: str) -> tuple[dict[str, Any] | None, str]:
    """The YAML mapping that opens `text` (None when there is none or it is no mapping) and the rest."""
    import yaml

    match = _FRONT.match(text)
    if not match:
        return None, text
    try:
        told = yaml.safe_load(match[1])
    except yaml.YAMLError:
        return None, text
    return (told, text[match.end() :]) if isinstance(told, dict) else (None, text)


def is_note(front: dict[str, Any] | None) -> bool:
    """Whether a front matter is that of a note: it has an `id` and a `title`."""
    return front is not None and "id" in front and "title" in front


def read_note(path: Path, raw: bytes) -> Document:
    """A note and the figures beside it; raises DocumentRefused when front matter or figures are not right."""
    cleaned = clean(decode(path, raw))
    front, body = front_matter(cleaned.text)
    if front is None or not is_note(front):
        raise DocumentRefused(f"{path}: has no front matter with id and title; expected a note")
    kind = str(front.get("kind", "note"))
    default: StatementKind = "guidance" if kind == "guidance" else "finding"
    drafts = [Draft("heading", str(front["title"]), level=1), *_drafts(body, default)]
    figures, told, digest = _beside(path, raw, str(front["id"]))
    if told:
        drafts += [Draft("heading", note_figures.HEADING, level=2), *told]
    text, blocks = assemble(drafts)
    if not any(b.kind != "heading" for b in blocks):
        raise DocumentRefused(f"{path}: has front matter and no text; expected paragraphs below it")
    return Document(
        id=str(front["id"]),
        title=str(front["title"]),
        path=str(path),
        sha256=digest,
        text=text,
        blocks=blocks,
        publisher=_text(front.get("publisher")),
        year=_year(path, front.get("year")),
        url=_text(front.get("url")),
        rights=_rights(path, front.get("rights", "quote")),
        kind=kind,
        as_of=_text(front.get("as_of")),
        figures=figures,
        warnings=cleaned.warnings,
    )


def _beside(path: Path, raw: bytes, document_id: str) -> tuple[tuple[Any, ...], tuple[Draft, ...], str]:
    digest = hashlib.sha256(raw)
    beside = path.parent / note_figures.FILE_NAME
    if not beside.is_file():
        return (), (), digest.hexdigest()
    figures_raw = load(beside)
    figures, drafts = note_figures.read_figures(beside, figures_raw, document_id)
    if figures:
        digest.update(b"\0" + figures_raw)
    return figures, drafts, digest.hexdigest()


def _drafts(body: str, default: StatementKind) -> list[Draft]:
    drafts: list[Draft] = []
    for chunk in re.split(r"\n[ \t]*\n", body):
        lines = [line.strip() for line in chunk.split("\n") if line.strip()]
        asks = tuple(plain_inline(line[len(_ASK) :].strip()) for line in lines if line.startswith(_ASK))
        fresh = _chunk([line for line in lines if not line.startswith(_ASK)], default)
        drafts += fresh
        if asks:
            _attach(drafts, len(drafts) - len(fresh) if fresh else len(drafts) - 1, asks)
    return drafts


def _attach(drafts: list[Draft], at: int, asks: tuple[str, ...]) -> None:
    """Questions belong to the first block of the chunk before them that is not a heading."""
    while 0 <= at < len(drafts) and drafts[at].kind == "heading":
        at += 1
    if 0 <= at < len(drafts):
        drafts[at] = replace(drafts[at], asks=drafts[at].asks + asks)


def _chunk(lines: list[str], default: StatementKind) -> list[Draft]:
    drafts: list[Draft] = []
    prose: list[str] = []
    table: list[str] = []
    statement = default
    for line in [*lines, ""]:
        heading = _HEADING.match(line)
        is_item, is_row = bool(_ITEM.match(line)), is_table_line(line)
        if prose and (not line or heading or is_item or is_row):
            drafts.append(_paragraph(prose, statement))
            prose = []
        if table and not is_row:
            drafts += _rows(table, statement)
            table = []
        if heading:
            drafts.append(Draft("heading", plain_inline(heading[2]), level=max(2, len(heading[1]))))
        elif is_row:
            table.append(line)
        elif line:
            mark = _MARK.match(line) if not prose else None
            if mark:
                statement = _statement(mark[1])
            prose.append(line[mark.end() :] if mark else line)
    return drafts


def _statement(word: str) -> StatementKind:
    known: dict[str, StatementKind] = {"caveat": "caveat", "guidance": "guidance", "gap": "gap"}
    return known.get(word.lower(), "finding")


def _paragraph(lines: list[str], statement: StatementKind) -> Draft:
    text = collapsed(plain_inline(" ".join(lines)))
    item = _ITEM.match(text)
    return Draft("item" if item else "paragraph", text[item.end() :] if item else text, statement=statement)


def _rows(lines: list[str], statement: StatementKind) -> list[Draft]:
    rows = [tuple(plain_inline(c) for c in cells_of(line)) for line in lines if not is_rule(line)]
    headers, *body = rows if len(rows) > 1 else [(), *rows]
    return [Draft("row", told, statement=statement) for row in body if (told := row_text(headers, row))]


def _text(value: object) -> str | None:
    return None if value is None or str(value).strip() == "" else str(value)


def _year(path: Path, value: object) -> int | None:
    if value is None or isinstance(value, int):
        return value
    found = re.search(r"\b(?:19|20)\d\d\b", str(value))
    if not found:
        raise DocumentRefused(f"{path}: year is {value!r}; expected a year such as 2023")
    return int(found[0])


def _rights(path: Path, value: object) -> Rights:
    if value == "quote":
        return "quote"
    if value == "cite-only":
        return "cite-only"
    raise DocumentRefused(f"{path}: rights is {value!r}; expected quote or cite-only")
