"""Reading order of a slide: columns of boxes are read one after the other, a number goes with the label below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ingest.reading.parts import ends

_FIGURE_WORDS = 3
_LABEL_WORDS = 8
_ALIKE_TOPS = 0.7
_WIDE = 0.6


def arranged(shapes: Any) -> list[Any]:
    """The shapes of a slide in reading order, those of groups in the place of their group."""
    return [shape for top in _ordered(list(shapes)) for shape in _members(top)]


def belongs_above(figure: str, label: str) -> bool:
    """Whether two boxes say one thing: a number ("27.4 million") and, below it, what it counts."""
    return _is_figure(figure) and _is_label(label)


def _members(shape: Any) -> Iterator[Any]:
    if hasattr(shape, "shapes"):
        for inner in _ordered(list(shape.shapes)):
            yield from _members(inner)
    else:
        yield shape


def _ordered(shapes: list[Any]) -> list[Any]:
    by_rows = sorted(shapes, key=lambda s: (s.top or 0, s.left or 0))
    if any(None in (s.left, s.top, s.width, s.height) for s in by_rows) or not by_rows:
        return by_rows
    extent = max(s.left + s.width for s in by_rows) - min(s.left for s in by_rows)
    told: list[Any] = []
    for is_wide, group in groupby(by_rows, key=lambda s: s.width > _WIDE * extent):
        band = list(group)
        columns = [] if is_wide else _columns(band)
        told += [s for column in columns for s in column] if len(columns) > 1 and _reads_down(columns) else band
    return told


def _columns(shapes: Sequence[Any]) -> list[list[Any]]:
    """Shapes that share no width stand in different columns, from left to right."""
    columns: list[list[Any]] = []
    reach = 0
    for shape in sorted(shapes, key=lambda s: int(s.left)):
        if columns and shape.left < reach - 0.1 * shape.width:
            columns[-1].append(shape)
        else:
            columns.append([shape])
        reach = max(reach, shape.left + shape.width)
    return [sorted(column, key=lambda s: int(s.top)) for column in columns]


def _reads_down(columns: Sequence[Sequence[Any]]) -> bool:
    """Whether columns are read from top to bottom: a table of boxes, in three rows or more, is read by its rows."""
    if max(len(column) for column in columns) < 2:
        return False
    tops = [{round(s.top / 100_000) for s in column} for column in columns]
    shared = len(set.intersection(*tops)) / max(len(t) for t in tops)
    return max(len(t) for t in tops) < 3 or shared < _ALIKE_TOPS


def _is_figure(text: str) -> bool:
    return len(text.split()) <= _FIGURE_WORDS and any(c.isdigit() for c in text.split(maxsplit=1)[0])


def _is_label(text: str) -> bool:
    return len(text.split()) <= _LABEL_WORDS and not ends(text) and not any(c.isdigit() for c in text)
