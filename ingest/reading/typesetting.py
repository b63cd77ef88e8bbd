"""From printed pages to parts: headings by their letters, paragraphs by the space between rows, lists, tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from ingest.reading.aligned import with_tables
from ingest.reading.captions import is_caption
from ingest.reading.columns import stretches
from ingest.reading.furniture import without_furniture
from ingest.reading.grid import looks_headed, titled, told
from ingest.reading.hyphens import Joiner
from ingest.reading.leaders import amounts, has_leaders, is_contents
from ingest.reading.parts import BULLET, NUMBER_MARK, Part, ends
from ingest.reading.printed import Grid, Row, Sheet

_LARGER = 1.13
"""Letters that are larger than the running text by this make a heading."""
_SMALLER = 0.95
_MUCH_LARGER = 1.5
_LEAD_WORDS = 4
_PARAGRAPH_GAP = 1.3
"""A step between rows that is larger than the usual one by this begins a paragraph."""
_INDENT = 0.8
_HEADING_WORDS = 22
_BOLD_WORDS = 14
_LEVELS = 5


@dataclass(frozen=True, slots=True)
class _Style:
    """Sizes of a document's letters: that of its running text, and those of its headings, largest first."""

    body: float
    headings: tuple[float, ...]

    def level(self, row: Row) -> int:
        """A heading's level (1 is the largest), 0 for running text."""
        size = _rounded(row.size)
        if size in self.headings:
            return min(1 + self.headings.index(size), _LEVELS)
        is_bold_line = row.bold and size >= self.body and len(row.words) <= _BOLD_WORDS and not ends(row.text)
        return min(len(self.headings) + 1, _LEVELS) if is_bold_line else 0

    def is_lead(self, rows: Sequence[Row], text: str) -> bool:
        """Whether rows in larger letters are running text nevertheless: a plain sentence, not much larger."""
        near = rows[0].size < _MUCH_LARGER * self.body and not rows[0].bold
        return near and text.endswith(".") and len(text.split()) > _LEAD_WORDS


def parts_of_sheets(sheets: Sequence[Sheet]) -> Iterator[Part]:
    """The parts of a document in reading order."""
    plain = without_furniture(sheets)
    style = _style(plain)
    joiner = Joiner.of(row.text for sheet in plain for row in sheet.rows if row.words)
    open_table: Grid = ()
    for sheet in plain:
        begins = True
        for stretch in stretches(sheet.rows):
            for part in _parts(stretch, sheet.number, style, joiner, len(sheets)):
                if part.kind == "table":
                    rows = _continued(part.rows, open_table) if begins else part.rows
                    open_table = rows
                    titles, body = titled(rows)
                    yield from (Part((title,), part.page) for title in titles)
                    yield Part((), part.page, "table", rows=told(body))
                else:
                    open_table = ()
                    yield part
                begins = False


def title_of(sheets: Sequence[Sheet]) -> str | None:
    """The largest letters of the first page with text, when they are larger than the running text."""
    plain = without_furniture(sheets)
    style = _style(plain)
    for sheet in plain:
        rows = [row for row in sheet.rows if row.words and _has_words(row)]
        if not rows:
            continue
        largest = max(row.size for row in rows)
        if largest < _LARGER * style.body:
            return None
        first = next(n for n, row in enumerate(rows) if row.size == largest)
        titled = [rows[first]]
        for row in rows[first + 1 :]:
            if abs(row.size - largest) > 0.5 or row.top - titled[-1].bottom > largest:
                break
            titled.append(row)
        text = " ".join(row.text for row in titled)
        return text if len(text.split()) <= _HEADING_WORDS else None
    return None


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _has_words(row: Row) -> bool:
    return re.search(r"[^\W\d_]{2}", row.text) is not None


def _style(sheets: Sequence[Sheet]) -> _Style:
    counts: Counter[float] = Counter()
    for sheet in sheets:
        for row in sheet.rows:
            for word in row.words:
                counts[_rounded(word.size)] += len(word.text)
    body = counts.most_common(1)[0][0] if counts else 10.0
    total = sum(counts.values())
    larger = sorted((s for s, n in counts.items() if s >= _LARGER * body and n < 0.3 * total), reverse=True)
    return _Style(body, tuple(larger))


def _continued(rows: Grid, before: Grid) -> Grid:
    """A table that runs on from the page before, under the same header."""
    if not before or len(rows[0]) != len(before[0]) or rows[0] == before[0] or looks_headed(rows):
        return rows
    return (before[0], *rows)


def _parts(rows: Sequence[Row], page: int, style: _Style, joiner: Joiner, pages: int) -> Iterator[Part]:
    held: list[Row] = []
    step = _usual_step(rows)
    left = min((row.x0 for row in rows), default=0.0)
    for item in _with_leaders(rows, pages):
        if not isinstance(item, Row) or item.table is not None:
            yield from _paragraph(held, page, style, joiner)
            held = []
            grid = item.table.rows if isinstance(item, Row) and item.table else item
            assert not isinstance(grid, Row)
            yield Part((), page, "table", rows=grid)
            continue
        if held and _turns(held, item, style, step, left):
            yield from _paragraph(held, page, style, joiner)
            held = []
        held.append(item)
    yield from _paragraph(held, page, style, joiner)


def _with_leaders(rows: Sequence[Row], pages: int) -> Iterator[Row | Grid]:
    """The rows and tables of a stretch; the table of contents is left out, lists of amounts are tables."""
    led = [row for row in rows if has_leaders(row)]
    if is_contents(led, pages):
        yield from with_tables([row for row in rows if row not in led])
        return
    for is_led, group in groupby(rows, key=has_leaders):
        if is_led:
            yield amounts(list(group))
        else:
            yield from with_tables(list(group))


def _usual_step(rows: Sequence[Row]) -> float:
    steps = [b.bottom - a.bottom for a, b in pairwise(rows) if a.words and b.words and b.bottom > a.bottom]
    near = [s for s in steps if s < 30]
    return median(near) if near else 14.0


def _turns(held: Sequence[Row], row: Row, style: _Style, step: float, left: float) -> bool:
    """Whether a row begins something else than the rows before it."""
    last = held[-1]
    usual = max(min(step, 1.6 * row.size), 1.15 * row.size)
    if row.bottom - last.bottom > _PARAGRAPH_GAP * usual or row.bottom < last.bottom:
        return True
    if style.level(row) != style.level(last) or abs(row.size - last.size) > 0.15 * last.size:
        return True
    if is_caption(held[0].text) and not _has_words(row):
        return True  # values inside a chart
    if is_caption(row.text) or BULLET.match(row.text) or _starts_item(held, row):
        return True
    indented = row.x0 - left > _INDENT * row.size and last.x0 - left <= _INDENT * row.size
    return indented and ends(last.text) and not _is_item(held)


def _is_item(held: Sequence[Row]) -> bool:
    return bool(BULLET.match(held[0].text) or NUMBER_MARK.match(held[0].text))


def _starts_item(held: Sequence[Row], row: Row) -> bool:
    return NUMBER_MARK.match(row.text) is not None and (_is_item(held) or ends(held[-1].text))


def _paragraph(rows: Sequence[Row], page: int, style: _Style, joiner: Joiner) -> Iterator[Part]:
    if not rows:
        return
    texts = [row.text for row in rows]
    level = style.level(rows[0])
    joined = joiner.joined(texts)
    if is_caption(texts[0]):
        yield Part((joined,), page) if is_caption(joined) else Part(tuple(texts), page)
    elif level and _has_words(rows[0]) and len(joined.split()) <= _HEADING_WORDS and not style.is_lead(rows, joined):
        yield Part((joined,), page, "heading", level)
    elif BULLET.match(texts[0]) or (NUMBER_MARK.match(texts[0]) and ends(joined)):
        yield Part((joined,), page, "item")
    else:
        # Small print and the labels inside charts are no headings, however short they are.
        small = rows[0].size < _SMALLER * style.body and not ends(joined)
        yield Part((joined,), page, "item" if small else "text")
