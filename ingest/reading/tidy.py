"""Taking furniture out of a text: repeated headers and footers, buttons, and the seams that page breaks leave."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.reading.captions import is_caption
from ingest.reading.cleaning import is_control_label
from ingest.reading.parts import BULLETS, NUMBER_MARK, Part, ends

REPEATS = 3
"""A line of a footer's form is boilerplate from this many occurrences on."""

_FOOTER_CHARS = 120
_SOURCE = re.compile(r"sources?\s*:", re.I)
_FOOTER = re.compile(
    r"sources?\s*:|.*\s\|\s|.*\|\s*#|.*(?:©|\(c\) #|copyright|all rights reserved)|"
    r"(?:page\s*)?[-–\s]*#(?:\s*(?:of|/)\s*#)?[-–\s]*$|"
    r".*\b(?:https?://|www\.|[a-z-]+\.(?:com|org|net|gov|eu|co\.uk)\b)",
    re.I,
)
_FOLDS = re.compile(r"\W*(?:show|see|read|view) (?:less|fewer)\W*", re.I)


def tidy(parts: Sequence[Part]) -> list[Part]:
    """The parts without boilerplate and buttons, and with sentences that a page break split made whole."""
    return list(_rejoined(_without_furniture(parts)))


def _signature(line: str) -> str:
    return re.sub(r"\d+", "#", line.strip().lower())


def _boilerplate(parts: Sequence[Part]) -> set[str]:
    counts: Counter[str] = Counter()
    for part in parts:
        if part.kind in ("text", "item"):
            counts.update(
                s for line in part.lines if len(line) <= _FOOTER_CHARS and _FOOTER.match(s := _signature(line))
            )
    return {line for line, count in counts.items() if count >= REPEATS}


def _without_furniture(parts: Sequence[Part]) -> Iterator[Part]:
    repeated = _boilerplate(parts)
    for part in parts:
        if part.kind not in ("text", "item"):
            yield part
            continue
        kept: list[str] = []
        for line in part.lines:
            if len(line) <= _FOOTER_CHARS and _signature(line) in repeated:
                if _SOURCE.match(line):
                    if kept:
                        yield replace(part, lines=tuple(kept))
                        kept = []
                    yield Part((), part.page, "end")
            elif _FOLDS.fullmatch(line):
                yield Part((), part.page, "close")
            elif not is_control_label(line):
                kept.append(line)
        if kept:
            yield replace(part, lines=tuple(kept))


def _rejoined(parts: Iterator[Part]) -> Iterator[Part]:
    held: Part | None = None
    lines: list[str] = []
    for part in parts:
        if held is not None and _is_split(held, lines, part):
            lines += part.lines
            continue
        if held is not None:
            yield replace(held, lines=tuple(lines))
        held, lines = part, list(part.lines)
    if held is not None:
        yield replace(held, lines=tuple(lines))


def _is_split(first: Part, lines: Sequence[str], second: Part) -> bool:
    """Whether a page break parted a sentence: the first part has no end mark, the second begins in lower case."""
    if first.kind not in ("text", "item") or second.kind != "text" or not lines or not second.lines:
        return False
    last = lines[-1]
    is_text = len(lines) > 1 or len(last) > 60 or last.endswith(",") or NUMBER_MARK.match(lines[0]) is not None
    return (
        second.lines[0][0].islower()
        and is_text
        and not ends(last)
        and lines[0][0] not in BULLETS
        and not is_caption(lines[0])
    )
