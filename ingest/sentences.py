"""Sentences of a text, as spans; the text itself is never changed.

Rules, not a model: an end mark ends a sentence when what follows can begin one, unless the mark belongs to an
abbreviation, an initial, a list number, or stands inside brackets or quotation marks. Linear in the text's length.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator

RUN_ON_CHARS = 1_500
"""Text without any end mark is cut at a word's end after this many characters, so that no unit grows without bound."""

_PROTECTED_CHARS = 320  # a bracket or quotation longer than this is read as sentences of its own

_FOLLOWING_CHARS = 40
_SUPERSCRIPTS = "¹²³⁰⁴⁵⁶⁷⁸⁹"
_CANDIDATE = re.compile(
    rf"(?P<mark>(?<![.!?…])[.!?…]++|[。！？])(?P<closers>[\"'”’»)\]]*+)"
    rf"(?P<note>[{_SUPERSCRIPTS}]+(?:[,–-][{_SUPERSCRIPTS}]+)*|(?:\[\d{{1,3}}(?:[,–-]\s?\d{{1,3}})*\])+|(?<=[a-z)”’]\.)\d{{1,3}})?"
    r"(?=\s|$|(?<=[。！？]))"
)
_BREAK = re.compile(r"\n[ \t]*\n\s*|\n(?=[ \t]*(?:[■●▪◆▲○□•‣–*-]|\d{1,3}[.)])\s)")
_PAIRS = {"(": ")", "[": "]", "“": "”", "«": "»"}
_CLOSERS = {close: opened for opened, close in _PAIRS.items()}
_BRACKETS = re.compile(r"[()\[\]“”«»]")

_NEVER_LAST = frozenset(
    "e.g i.e vs cf viz ca approx resp dr mr mrs ms prof st gen sen rep gov hon messrs incl esp".split()
)
_BEFORE_NUMBER = frozenset(
    """no nos fig figs p pp vol vols ch sec art eq ex tab app para jan feb mar apr jun jul aug sep sept oct nov dec
    min max""".split()
)
_MAYBE_LAST = frozenset(
    """al etc inc ltd co corp plc jr sr u.s u.k e.u u.n a.m p.m ph.d b.c a.d dept est univ ed eds bros assn s.a n.v
    v sq ft""".split()
)
_STARTERS = frozenset(
    """the this that these those it its they their there we our he she his her in on at as a an and but or for from
    with without by to of if when while where what who why how which such some many most more all each every both
    few no not only one two three four five after before although though because since however yet still also then
    thus therefore instead indeed moreover meanwhile overall finally first second third about according among
    between during under over respondents organisations companies leaders""".split()
)
_TOKEN = re.compile(r"[^\s(\[“\"‘'«/–—]*$")
_LIST_MARK = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxIVX]{1,4})[.)]?$")
_CAMEL = re.compile(r"[a-z]{1,3}[A-Z]")


def split(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of `text`, in order, without surrounding blanks; all other characters are covered.

    A blank line, or a line that begins a list item, always ends a sentence. A sentence keeps its closing quotation
    mark, bracket and note marker. Only text that runs on for `RUN_ON_CHARS` without an end mark is cut elsewhere.
    """
    found: list[tuple[int, int]] = []
    at = 0
    for gap in _BREAK.finditer(text):
        found += _paragraph(text, at, gap.start())
        at = gap.end()
    found += _paragraph(text, at, len(text))
    return found


def without_note_markers(text: str) -> str:
    """`text` without the markers of notes ("reliably.¹", "growth [2, 3]"); units such as m² and powers stay."""
    return _NOTE_MARKER.sub("", text)


_NOTE_MARKER = re.compile(
    rf"(?:(?<=[a-z]{{3}})|(?<=[.,;:!?)”’\"']))[{_SUPERSCRIPTS}]+(?:[,–-][{_SUPERSCRIPTS}]+)*(?!\w)"
    r"|(?<=[\w.,;:!?)”’])\s?\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]"
)


def _paragraph(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    inside = _protected(piece)
    at = 0
    for match in _CANDIDATE.finditer(piece):
        if inside and _is_inside(inside, match.start()):
            continue
        if _ends(piece, at, match):
            yield from _trimmed(text, start + at, start + match.end())
            at = match.end()
    yield from _trimmed(text, start + at, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > RUN_ON_CHARS:
        upto = start + RUN_ON_CHARS
        cut = max(text.rfind("; ", start, upto), text.rfind("\n", start, upto)) + 1
        cut = cut or text.rfind(" ", start, upto) + 1 or upto
        yield from _trimmed(text, start, cut)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _protected(piece: str) -> list[tuple[int, int]]:
    """Spans inside matched brackets and quotation marks, outermost first, in order."""
    opened: list[tuple[str, int]] = []
    found: list[tuple[int, int]] = []
    for match in _BRACKETS.finditer(piece):
        sign, at = match[0], match.start()
        if sign in _PAIRS:
            opened.append((sign, at))
        elif any(o == _CLOSERS[sign] for o, _ in opened[-4:]):
            while opened:
                begun, since = opened.pop()
                if begun == _CLOSERS[sign]:
                    if at - since <= _PROTECTED_CHARS:
                        found.append((since, at))
                    break
    return _merged(found)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _is_inside(spans: list[tuple[int, int]], at: int) -> bool:
    """Whether a mark stands inside; one directly before the closing sign may end the sentence (“It works.”)."""
    before = bisect_right(spans, (at, sys.maxsize)) - 1
    return before >= 0 and spans[before][0] < at < spans[before][1] - 1


def _ends(piece: str, at: int, match: re.Match[str]) -> bool:
    """Whether this end mark ends the sentence that began at `at`."""
    rest = piece[match.end() : match.end() + _FOLLOWING_CHARS].lstrip()
    if not rest:
        return True
    if not _can_begin(rest):
        return False
    if match.start() - at < 12 and _LIST_MARK.fullmatch(piece[at : match.start("closers")].strip()):
        return False
    if match["mark"] != "." or match["closers"] or match["note"]:
        return True
    token = _TOKEN.search(piece, max(at, match.start() - 24), match.start())
    word = token[0] if token else ""
    return not _is_abbreviation(piece, word, match.start() - len(word), rest)


def _can_begin(rest: str) -> bool:
    sign = rest[0]
    if sign.islower():
        return bool(_CAMEL.match(rest))
    return sign not in ",;:.!?)]}%&=+/”’»…"


def _is_abbreviation(piece: str, word: str, start: int, rest: str) -> bool:
    lower = word.lower()
    if lower in _NEVER_LAST:
        return True
    if lower in _BEFORE_NUMBER:
        return rest[0].isdigit()
    initial = len(word) == 1 and word.isupper() and word != "I"
    if initial or lower in _MAYBE_LAST or re.fullmatch(r"(?:[a-z]\.)+[a-z]", lower):
        following = re.match(r"[“\"'(]?([A-Za-z]+)", rest)
        begins = following is not None and following[1].lower() in _STARTERS and following[1][0].isupper()
        if initial and not begins:
            before = piece[max(0, start - 30) : start].split()
            return (
                not before or not before[-1][-1:].islower() or before[-1][:1].isupper() or before[-1] in ("by", "and")
            )
        return not begins
    return False
