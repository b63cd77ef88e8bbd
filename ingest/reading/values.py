"""The values that running text states for a figure: which, of whom, and in whose words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.quantities import Quantity, quantities
from ingest.reading.captions import Caption
from ingest.reading.ties import stated, ties
from ingest.types import Block, Figure, FigureValue

_CLAUSE = re.compile(r"[;:]\s+|\s[–—-]\s|,?\s+(?:and|but|while|whereas|although|though|so)\s+(?=\S)|,\s+")
_FRAME = re.compile(
    r"(?:(?:our|the|these|this) (?:\w+ ){1,2}(?:shows?|showed|reveals?|found|finds|indicates?|suggests?)(?: that)?|"
    r"only|just|about|around|nearly|almost|some|on average,?|overall,?|in total,?|yet,?|however,?|indeed,?|moreover,?|"
    r"a significant|that)\s+",
    re.I,
)
_OF_WHOM = re.compile(
    r"\s*of (?P<who>(?:(?:all|the|our|those|these|survey|surveyed)\s)*[^,;.]+?)"
    r"(?=\s+(?:are|is|were|was|have|has|had|say|said|report|reported|plan|planned|state|stated|rate|rated|need|use|used|expect|"
    r"see|saw|do|did|cite|cited|currently|now|still|already|would|will|agree|believe|think|lack|want|who|that|which)\b|[,;.]|$)"
)
_OPENING_OF = re.compile(r"(?:^|[;–—]\s)(?:of|among|for)\s+(?:the |all |our )?(?P<who>[^,;]+),", re.I)
_WHICH = re.compile(
    r".*\b(?:in|among|for|by|at|was|is)\s+(?:the\s+)?(?P<who>[^.;]{3,80}?),\s+(?:which|who|that|where)\b",
    re.I,
)
_COMPARED = re.compile(r"(?P<who>[A-Z][^,;]{2,60}?)\s+(?:are|is|were|was)\s+$")
_MENTION = re.compile(r"\s*[(\[](?:see )?(?:figures?|figs?\.?|exhibits?|charts?|tables?)[^)\]]*[)\]]", re.I)
_PRONOUN = re.compile(r"(?:it|they)\s+", re.I)
_COPULA = re.compile(r"\b(?:was|is|were|are)\s+(?P<what>(?:the |an? )?[^,;–—]+?)\s*$")
_LABEL_CHARS = 160


def figures_of(captions: Sequence[Caption], blocks: Sequence[Block], document_id: str) -> tuple[Figure, ...]:
    """The figures with every value that the text ties to them; `not_stated` says what is not there."""
    bare = [Figure(c.number, c.title, c.question, c.legend, (), "", document_id) for c in captions]
    values: dict[int, list[FigureValue]] = {}
    for place, told in sorted(ties(blocks, bare).items()):
        for tie in told:
            if tie.measured:
                sentence = _MENTION.sub("", blocks[place].text[tie.start : tie.end])
                values.setdefault(tie.figure, []).extend(_values(sentence))
    tables = _tables(blocks)
    for number, told_in_rows in tables.items():
        values.setdefault(number, []).extend(told_in_rows)
    return tuple(
        replace(
            figure,
            values=(found := tuple(dict.fromkeys(values.get(figure.number, ())))),
            not_stated=_not_stated(caption, bool(found), figure.number in tables),
        )
        for caption, figure in zip(captions, bare, strict=True)
    )


def _tables(blocks: Sequence[Block]) -> dict[int, list[FigureValue]]:
    """The numbers in the rows of numbered tables: each is labelled by its row's first cell and its column's header."""
    found: dict[int, list[FigureValue]] = {}
    for block in blocks:
        if block.kind != "row" or block.figure is None:
            continue
        first, *rest = (cell.partition(": ") for cell in block.text.split("; "))
        held = found.setdefault(block.figure, [])
        for header, sign, cell in rest:
            told = quantities(cell) if sign else ()
            if len(told) == 1:
                held.append(FigureValue(f"{first[2] or first[0]}, {header}", told[0].value, told[0].unit or "", ""))
    return found


def _not_stated(caption: Caption, has_values: bool, has_rows: bool) -> str:
    if has_rows:
        return f"The text holds the rows of {caption.series} {caption.number} and no other value for it."
    told = "no other value for" if has_values else "no value at all for"
    shape = "table" if caption.series == "table" else "chart"
    return f"The text states {told} {caption.series} {caption.number}; the {shape} itself is not part of the text."


def _values(sentence: str) -> Iterator[FigureValue]:
    population = ""
    for q in stated(sentence):
        value = _value(sentence, q, population)
        population = value.population
        yield value


def _value(sentence: str, q: Quantity, inherited: str) -> FigureValue:
    start, end = _clause(sentence, q)
    before = _FRAME.sub("", sentence[start : q.start], count=1) if q.start > start else ""
    before = before.strip(" ,")
    after = sentence[q.end : end].strip(" .,")
    of_whom = _OF_WHOM.match(sentence[q.end : end].rstrip(" ."))
    population = ""
    if of_whom:
        population = of_whom["who"].strip()
        after = sentence[q.end : end][of_whom.end() :].strip(" .,")
    elif opening := _OPENING_OF.search(sentence[: q.start]):
        population = opening["who"].strip()
    elif which := _WHICH.match(sentence[: q.start]):
        population = which["who"].strip()
    elif compared := _COMPARED.search(sentence[start : q.start]):
        population = compared["who"].strip()
    else:
        population = inherited
    label = _label(sentence, start, end, before, after)
    return FigureValue(_short(label), q.value, q.unit or "", population)


def _label(sentence: str, start: int, end: int, before: str, after: str) -> str:
    """What is measured: the words after the value, those before it, or the clause with the value in its place."""
    if after and not before:
        return after
    if before and not after:
        return re.sub(
            r"^(?:which|who|that)\s+(?:has|have|had|is|was)?\s*|\s+(?:at|is|was|to|by|of|reached)$",
            "",
            before,
        ).strip()
    clause = sentence[start:end].strip(" .,")
    pronoun = _PRONOUN.match(clause)
    named = _COPULA.search(sentence[:start].rstrip(" –—,;")) if pronoun else None
    if pronoun and named:
        return f"{named['what']} {clause[pronoun.end() :]}"
    return clause


def _clause(sentence: str, q: Quantity) -> tuple[int, int]:
    start, end = 0, len(sentence)
    for gap in _CLAUSE.finditer(sentence):
        if gap.end() <= q.start:
            start = gap.end()
        elif gap.start() >= q.end:
            end = gap.start()
            break
    return start, end


def _short(label: str) -> str:
    if len(label) <= _LABEL_CHARS:
        return label
    return label[:_LABEL_CHARS].rsplit(" ", 1)[0] + " …"
