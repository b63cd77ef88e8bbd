"""Passages: runs of whole sentences of one section, never cutting a sentence or a table row.

A passage is a stretch of the document's text, so that `document.text[p.start:p.end] == p.text` and
`p.text[s.start:s.end] == s.text` hold always.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ingest.reading.ties import Tie, ties
from ingest.sentences import split
from ingest.statements import kind_of, needs_antecedent
from ingest.types import Block, Document, Passage, Sentence, StatementKind

CHUNKER_VERSION = "1"
TARGET_WORDS = 90
"""A passage aims at no more than this; MiniLM reads 256 word pieces."""

FIGURE_WORDS = 200
"""All that is printed with a figure stays together up to here."""

_RUNNING = frozenset({"paragraph", "item"})
_WORD = re.compile(r"\S+")


@dataclass(slots=True)
class _Run:
    """Neighbouring blocks that may share passages; sentences have spans into the document's text."""

    section: tuple[str, ...]
    page: int | None
    statement: StatementKind | None
    kind: str
    sentences: list[Sentence] = field(default_factory=list)
    words: int = 0


def passages(document: Document) -> tuple[Passage, ...]:
    """All passages of a document in reading order; their ids are stable while id, section and text are."""
    return tuple(iter_passages(document))


def iter_passages(document: Document) -> Iterator[Passage]:
    """The same, one at a time: memory does not grow with the document."""
    seen: Counter[str] = Counter()
    for run in _runs(document):
        target = FIGURE_WORDS if run.kind == "figure" else TARGET_WORDS
        for first, last in _packed(run.sentences, target):
            yield _passage(document, run, run.sentences[first:last], seen)


def _runs(document: Document) -> Iterator[_Run]:
    path: list[tuple[int, str]] = []
    tied = ties(document.blocks, document.figures)
    held: _Run | None = None
    previous = caption = ""
    for number, block in enumerate(document.blocks):
        if block.kind == "heading":
            if held:
                yield held
            held, previous = None, ""
            path = _path(path, block, document.title)
            continue
        if block.kind != "row":
            caption = block.text.split("\n", 1)[0] if block.kind == "figure" else ""
        run = _Run(tuple(name for _, name in path), block.page, block.statement, _kind(block))
        run.sentences = list(_sentences(block, tied.get(number, ()), caption if block.kind == "row" else previous))
        run.words = _count(block.text)
        previous = run.sentences[-1].text if block.kind in _RUNNING and run.sentences else previous
        if held and _may_join(held, run, block):
            held.sentences += run.sentences
            held.words += run.words
            continue
        if held:
            yield held
        held = run if run.sentences else None
        if held and (block.kind not in _RUNNING or block.asks):
            yield held
            held = None
    if held:
        yield held


def _path(path: list[tuple[int, str]], heading: Block, title: str) -> list[tuple[int, str]]:
    """The headings above what follows; the document's title is none of them."""
    above = [(level, name) for level, name in path if level < heading.level]
    if heading.text and not (heading.level <= 1 and heading.text == title):
        above.append((heading.level, heading.text))
    return above


def _may_join(held: _Run, run: _Run, block: Block) -> bool:
    return (
        block.kind in _RUNNING
        and not block.asks
        and (held.section, held.page, held.statement) == (run.section, run.page, run.statement)
        and held.words + run.words <= TARGET_WORDS
    )


def _kind(block: Block) -> str:
    return "text" if block.kind in _RUNNING else str(block.kind)


def _sentences(block: Block, tied: tuple[Tie, ...], previous: str) -> Iterator[Sentence]:
    """The block's sentences, with spans into the document's text.

    Notes are written so that each sentence stands alone; in other texts an antecedent is looked for.
    """
    spans = sentence_spans(block)
    first_line = ""
    for number, (start, end) in enumerate(spans):
        text = block.text[start:end]
        figures = tuple(sorted({t.figure for t in tied if t.start == start}))
        context = ""
        if block.kind == "figure":
            context = first_line if number and block.figure and not re.search(rf"\b{block.figure}\b", text) else ""
            first_line = first_line or text
            figures = (block.figure,) if block.figure else figures
        elif block.kind == "row":
            context, figures = previous, (block.figure,) if block.figure else ()
        elif block.kind in _RUNNING and block.statement is None and needs_antecedent(text):
            context = previous
        if block.kind in _RUNNING:
            previous = text
        yield Sentence(
            text=text,
            start=block.start + start,
            end=block.start + end,
            kind=_statement(block, text),
            figures=figures,
            context=context,
            asks=block.asks if number == 0 else (),
        )


def _statement(block: Block, text: str) -> StatementKind:
    if block.statement or block.kind in _RUNNING:
        return block.statement or kind_of(text)
    # A figure's title is no advice, whatever its words; what is not stated for a figure is a caveat.
    return "caveat" if kind_of(text) == "caveat" else "finding"


def sentence_spans(block: Block) -> list[tuple[int, int]]:
    """Spans into `block.text`: its sentences; the lines of a figure; a row or an endnote as a whole."""
    if block.kind in ("row", "endnote"):
        return [(0, len(block.text))] if block.text else []
    if block.kind == "figure":
        return [(m.start(), m.end()) for m in re.finditer(r"\S[^\n]*", block.text)]
    return split(block.text)


def _packed(sentences: list[Sentence], target: int) -> Iterator[tuple[int, int]]:
    """Index ranges of about equal length, of at most `target` words unless one sentence alone is longer."""
    counts = [_count(s.text) for s in sentences]
    left = sum(counts)
    first, words = 0, 0
    share = _share(left, target)
    for number, count in enumerate(counts):
        if number > first and (words + count > target or words + count / 2 > share):
            yield first, number
            left -= words
            first, words, share = number, 0, _share(left, target)
        words += count
    if first < len(sentences):
        yield first, len(sentences)


def _share(words: int, target: int) -> float:
    return words / max(1, -(-words // target))


def _count(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))


def _passage(document: Document, run: _Run, sentences: list[Sentence], seen: Counter[str]) -> Passage:
    start, end = sentences[0].start, sentences[-1].end
    text = document.text[start:end]
    told = "\0".join((document.id, *run.section, text))
    seen[told_hash := hashlib.sha256(told.encode()).hexdigest()[:16]] += 1
    repeat = seen[told_hash]
    if repeat > 1:
        told_hash = hashlib.sha256(f"{told}\0{repeat}".encode()).hexdigest()[:16]
    return Passage(
        id=told_hash,
        document_id=document.id,
        section=run.section,
        text=text,
        start=start,
        end=end,
        sentences=tuple(replace(s, start=s.start - start, end=s.end - start) for s in sentences),
        kind=run.kind,
        page=run.page,
        figures=tuple(sorted({n for s in sentences for n in s.figures})),
    )
