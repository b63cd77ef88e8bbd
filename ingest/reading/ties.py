"""Which sentences belong to which figure, by rule.

(a) A sentence that names the figure ("(figure 3)", "Exhibit 3 shows") is tied to it, and to no other.
(b) A sentence that states a quantity is tied when it stands in the mention's paragraph, or in the paragraphs that
    follow the figure's caption up to the next heading or caption, and its words overlap those of the figure:
    two content stems of the title, question or legend, or a pair of neighbouring words of the mention's paragraph
    and three stems in all. Words that any survey uses are no evidence.
(c) A sentence without a quantity is tied only in the first paragraph after the caption, by three stems of the title,
    question or legend; it gives the figure no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.quantities import Quantity, quantities
from ingest.sentences import split
from ingest.terms import content_stems, stem, stems
from ingest.types import Block, Figure

TITLE_STEMS = 2
PARAGRAPH_STEMS = 3
UNMEASURED_STEMS = 3
MENTIONS = 3
"""Paragraphs that name a figure, counted from the first, whose words stand for it."""
PARAGRAPHS = 6
"""Paragraphs after a caption that may still speak of the figure."""

_NAMED = re.compile(
    r"\b(figures?|figs?\.?|exhibits?|charts?|tables?|abbildung(?:en)?|abb\.|tabellen?)\s+(\d{1,3})((?:\s*(?:,|and|&|or|und|oder|bis|to|–|-)\s*\d{1,3})*)(?![\d%]|\.\d)",
    re.I,
)
_FURTHER = re.compile(r"(,|and|&|or|und|oder|bis|to|–|-)\s*(\d{1,3})")
_TABLES = ("table", "tabelle")
_TIMEFRAME = re.compile(
    r"\b(?:next|last|past|within|over|coming|previous|first|in|for|every|after)\s+(?:the\s+)?(?:\w+\s+){0,2}$",
    re.I,
)
_NO_VALUE = frozenset({"year", "date", "figure", "level"})
_DURATION = frozenset({"years", "months", "weeks", "days", "hours", "minutes", "seconds"})

GENERIC = frozenset(
    stem(w)
    for w in """organisation organization company firm business enterprise respondent participant survey sample
    question answer response report result data show say state find figure chart table exhibit
    technology technologies technological ai artificial intelligence ml machine learning mlops use using
    user currently current now present today year years next last plan planning number share percentage
    per cent percent average most least highest lowest high low more less many few significant majority
    level following selected select ask rate ranked rank top industry sector system need require
    required important one two three four five six seven eight nine ten first second time new different
    large small like likely""".split()
)
"""Stems that any survey report on any technology uses: they tie nothing to anything."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A sentence (span into its block's text) that belongs to a figure; `measured`: its quantities are the figure's."""

    figure: int
    start: int
    end: int
    measured: bool


def named_figures(text: str, tables: bool = False) -> tuple[int, ...]:
    """Numbers of the figures that a text names, in order, each once; "figures 2 to 4" names three.

    Tables have numbers of their own: they are named only where `tables` says that they are the document's figures.
    """
    found: list[int] = []
    for match in _NAMED.finditer(text):
        if match[1].lower().startswith(_TABLES) != tables:
            continue
        found.append(int(match[2]))
        for sign, number in _FURTHER.findall(match[3]):
            low, high = found[-1], int(number)
            found += range(low + 1, high + 1) if sign in ("to", "bis", "–", "-") and low < high < low + 20 else [high]
    return tuple(dict.fromkeys(found))


def stated(text: str) -> tuple[Quantity, ...]:
    """The quantities of a sentence that can be values of a figure: no years, labels, time frames or "top N"."""
    found = [q for q in quantities(text) if q.unit is not None and q.unit not in _NO_VALUE]
    found = [q for q in found if not (q.unit == "rank" and q.approx)]
    kept = [q for q in found if not (q.unit in _DURATION and _TIMEFRAME.search(text[max(0, q.start - 30) : q.start]))]
    measured = [q for q in kept if q.unit not in ("count", "times") and q.unit not in _DURATION]
    return tuple(measured or kept)


def ties(blocks: Sequence[Block], figures: Sequence[Figure]) -> dict[int, tuple[Tie, ...]]:
    """Ties by the block's place in `blocks`; only figures that the document has are considered."""
    known = {f.number: f for f in figures}
    if not known:
        return {}
    found = _named(blocks, known)
    mentions: dict[int, list[int]] = {}
    for place, told in found.items():
        for tie in told:
            mentions.setdefault(tie.figure, []).append(place)
    captions = {b.figure: i for i, b in enumerate(blocks) if b.kind == "figure"}
    for number, figure in known.items():
        places = tuple(dict.fromkeys(mentions.get(number, ())))
        after = _after(blocks, captions.get(number))
        words = _Words.of(figure, " ".join(blocks[p].text for p in places[:MENTIONS]))
        first = next((p for p in after if p not in places), None)
        for place in dict.fromkeys((*places, *after)):
            if blocks[place].statement is None:  # notes name their figures themselves
                more = _by_words(blocks[place].text, number, words, place == first, place not in places)
                found.setdefault(place, []).extend(more)
    return {place: tuple(told) for place, told in found.items() if told}


def _named(blocks: Sequence[Block], known: Mapping[int, Figure]) -> dict[int, list[Tie]]:
    """Rule (a)."""
    tables = any(b.kind == "figure" and b.figure and b.text.lower().startswith(_TABLES) for b in blocks)
    found: dict[int, list[Tie]] = {}
    for place, block in enumerate(blocks):
        if block.kind not in ("paragraph", "item") or not _NAMED.search(block.text):
            continue
        for start, end in split(block.text):
            told = [n for n in named_figures(block.text[start:end], tables) if n in known]
            if told:
                found.setdefault(place, []).extend(Tie(n, start, end, True) for n in told)
    return found


def _after(blocks: Sequence[Block], caption: int | None) -> list[int]:
    """Places of the paragraphs that follow a caption, up to the next heading or caption, `PARAGRAPHS` at most."""
    after: list[int] = []
    for place in range(caption + 1 if caption is not None else len(blocks), len(blocks)):
        if blocks[place].kind in ("heading", "figure", "endnote") or len(after) == PARAGRAPHS:
            break
        if blocks[place].kind in ("paragraph", "item"):
            after.append(place)
    return after


@dataclass(frozen=True, slots=True)
class _Words:
    """Content stems of the figure itself, and those with the stem pairs of the paragraphs that name it."""

    own: frozenset[str]
    near: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, figure: Figure, mentions: str) -> _Words:
        own = _content(" ".join((figure.title, figure.question, *figure.legend)))
        return cls(own, own | _content(mentions), _pairs(mentions))


def _by_words(text: str, number: int, words: _Words, opens: bool, elsewhere: bool) -> Iterator[Tie]:
    """Ties of a paragraph's sentences that name no figure; `opens`: it is the first one after the caption."""
    for start, end in split(text):
        sentence = text[start:end]
        if _NAMED.search(sentence):
            continue
        content = _content(sentence)
        overlap = len(content & words.own)
        if not stated(sentence):
            if opens and overlap >= UNMEASURED_STEMS:
                yield Tie(number, start, end, False)
        elif overlap >= TITLE_STEMS or (
            elsewhere and len(content & words.near) >= PARAGRAPH_STEMS and words.pairs & _pairs(sentence)
        ):
            yield Tie(number, start, end, True)


def _content(text: str) -> frozenset[str]:
    return frozenset(s for s in content_stems(text) if s not in GENERIC and not s[0].isdigit())


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    """Neighbouring words of which at least one is no survey word; both carry content."""
    told = stems(text)
    content = set(content_stems(text))
    return frozenset(
        (a, b) for a, b in pairwise(told) if a in content and b in content and not (a in GENERIC and b in GENERIC)
    )
