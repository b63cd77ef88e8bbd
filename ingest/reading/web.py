"""Web pages (lxml, BSD): headings, paragraphs, lists and tables of the main part; menus and scripts stay out."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.errors import DocumentRefused
from ingest.reading.cleaning import RAISED, clean
from ingest.reading.clutter import is_clutter, is_menu
from ingest.reading.decoding import decode
from ingest.reading.grid import titled, told
from ingest.reading.hidden import Hidden
from ingest.reading.outline import document_of
from ingest.reading.parts import Part
from ingest.reading.unseen import Unseen
from ingest.types import Document

_SILENT = frozenset(
    "script style noscript template svg math canvas audio video iframe object embed nav footer button select input "
    "textarea datalist dialog head meta link base".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure form header "
    "hgroup hr html legend li main ol p section summary table tbody td tfoot th thead tr ul".split()
)
_HEADING = re.compile(r"h([1-6])")
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_PROLOGUE = re.compile(r"\A\s*<\?xml[^<>]*\?>")
_MOST_SPAN = 60


def read_html(path: Path, raw: bytes) -> Document:
    """A web page; what a browser does not show stays out. Raises DocumentRefused."""
    import lxml.html
    from lxml import etree

    text = _PROLOGUE.sub("", decode(path, _as_utf8(raw)))
    try:
        root = lxml.html.document_fromstring(text, parser=lxml.html.HTMLParser(huge_tree=True))
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise DocumentRefused(f"{path}: is no readable web page ({str(error)[:80]}); expected HTML") from None
    hidden = Hidden()
    page = _Page(Unseen(root, hidden), hidden)
    try:
        parts = [part for main in _main(root) for part in page.parts(main)]
    except RecursionError:
        raise DocumentRefused(f"{path}: nests its elements too deeply; expected an ordinary web page") from None
    if not any(part.kind != "heading" for part in parts):
        raise DocumentRefused(f"{path}: shows no text; expected a page with paragraphs, lists or tables")
    titled = next((p.text for p in parts if p.kind == "heading" and p.level == 1), None) or _title(root)
    front = {"title": titled} if titled else None
    return document_of(path, hashlib.sha256(raw).hexdigest(), parts, front, hidden.warnings())


def _as_utf8(raw: bytes) -> bytes:
    """The bytes in UTF-8 when the page names another encoding that fits them."""
    named = _CHARSET.search(raw[:4096])
    if not named:
        return raw
    try:
        codec = codecs.lookup(named[1].decode("ascii")).name
        return raw if codec in ("utf-8", "utf-16") else raw.decode(codec).encode()
    except (LookupError, UnicodeError):
        return raw


def _title(root: Any) -> str | None:
    found = root.find(".//title")
    text = " ".join((found.text or "").split()) if found is not None else ""
    return text or None


def _main(root: Any) -> list[Any]:
    """The parts of a page that hold its text: `main`, a lone `article`, or the whole body."""
    for name in ("main", "article"):
        found = list(root.iter(name))
        if len(found) == 1 and len(found[0].text_content().split()) >= 20:
            return found
    marked = root.xpath("//*[@role='main']")
    return marked[:1] or [root.find("body") if root.find("body") is not None else root]


class _Page:
    """The walk over a page's elements."""

    def __init__(self, unseen: Unseen, hidden: Hidden) -> None:
        self._unseen = unseen
        self._hidden = hidden
        self._words: list[str] = []

    def parts(self, element: Any) -> Iterator[Part]:
        """The parts of an element and all below it."""
        yield from self._walk(element, "text")
        yield from self._flush("text")

    def _walk(self, element: Any, kind: str) -> Iterator[Part]:
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or tag in _SILENT or self._unseen.takes(element) or _is_beside(element):
            return
        heading = _HEADING.fullmatch(tag)
        if tag == "br":
            self._words.append("\n")
        elif tag == "sup" and (mark := element.text_content().strip()).isdecimal():
            self._words.append(mark.translate(RAISED))
        elif tag == "table" and (rows := self._grid(element)):
            yield from self._flush(kind)
            yield from self._caption(element)
            yield from rows
        elif heading:
            yield from self._flush(kind)
            if text := self._text(element):
                yield Part((text,), kind="heading", level=int(heading[1]))
        elif tag in _BLOCKS or tag == "pre":
            yield from self._flush(kind)
            if tag == "pre":
                yield from _code(element)
                return
            inner = "item" if tag in ("li", "dd", "dt") else kind
            yield from self._children(element, inner)
            yield from self._flush("item" if is_menu(element) else inner)
        else:
            yield from self._children(element, kind)

    def _children(self, element: Any, kind: str) -> Iterator[Part]:
        self._words.append(element.text or "")
        for child in element:
            yield from self._walk(child, kind)
            self._words.append(child.tail or "")

    def _flush(self, kind: str) -> Iterator[Part]:
        cleaned = clean("".join(_blanks(w) for w in self._words))
        self._words = []
        self._hidden.add(cleaned.warnings)
        lines = tuple(line for line in (" ".join(t.split()) for t in cleaned.text.split("\n")) if line)
        if lines and kind == "item":
            yield Part((" ".join(lines),), kind="item")
        elif lines:
            yield Part(lines)

    def _text(self, element: Any) -> str:
        """The visible words of an element, on one line."""
        held, self._words = self._words, []
        told_here = [part.text for part in self.parts(element)] if not _HEADING.fullmatch(element.tag) else []
        if _HEADING.fullmatch(element.tag):
            told_here = [part.text for part in self._children(element, "text")]
            told_here += [part.text for part in self._flush("text")]
        self._words = held
        return " ".join(told_here)

    def _caption(self, table: Any) -> Iterator[Part]:
        caption = table.find("caption")
        if caption is not None and (text := self._text(caption)):
            yield Part((text,))

    def _grid(self, table: Any) -> tuple[Part, ...]:
        """A data table, after the title that spans it; empty for a table that only arranges a page."""
        if table.get("role") == "presentation" or table.find(".//table") is not None:
            return ()
        rows: list[list[str]] = []
        held: dict[tuple[int, int], str] = {}
        headers = 0
        for row in table.iter("tr"):
            if self._unseen.takes(row):
                continue
            cells = [c for c in row if c.tag in ("td", "th")]
            in_head = row.getparent().tag == "thead" or bool(cells and all(c.tag == "th" for c in cells))
            headers += in_head and headers == len(rows)
            rows.append(self._cells(cells, len(rows), held))
        if not rows or max(len(row) for row in rows) < 2 or len(rows) < 2:
            return ()
        titles, rest = titled(rows)
        named = not headers > len(titles) and all(_is_named(row) for row in list(table.iter("tr"))[len(titles) :])
        grid = told(rest, 0 if named else max(0, headers - len(titles)) or None)
        return (*(Part((title,)) for title in titles), Part((), kind="table", rows=grid))

    def _cells(self, cells: list[Any], number: int, held: dict[tuple[int, int], str]) -> list[str]:
        told_row: list[str] = []
        for cell in cells:
            while (number, len(told_row)) in held:
                told_row.append(held[number, len(told_row)])
            text = "" if self._unseen.takes(cell) else self._text(cell)
            for below in range(1, _span(cell, "rowspan")):
                held[number + below, len(told_row)] = text
            told_row += [text, *[""] * (_span(cell, "colspan") - 1)]
        while (number, len(told_row)) in held:
            told_row.append(held[number, len(told_row)])
        return told_row


def _code(element: Any) -> Iterator[Part]:
    lines = tuple(line.rstrip() for line in clean(element.text_content()).text.split("\n") if line.strip())
    if lines:
        yield Part(lines, kind="code")


def _is_beside(element: Any) -> bool:
    return is_clutter(element) or (element.tag == "table" and is_menu(element))


def _is_named(row: Any) -> bool:
    """Whether a row begins with its own name (`th`), and its values follow."""
    tags = [c.tag for c in row if c.tag in ("td", "th")]
    return len(tags) > 1 and tags[0] == "th" and "th" not in tags[1:]


def _span(cell: Any, name: str) -> int:
    value = cell.get(name, "1").strip()
    return min(int(value), _MOST_SPAN) if value.isdigit() and int(value) > 0 else 1


def _blanks(text: str) -> str:
    """Line ends of the source are blanks; those of `br` stay."""
    return text if text == "\n" else re.sub(r"\s+", " ", text)
