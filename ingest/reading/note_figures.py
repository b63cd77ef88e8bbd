"""A note's figures, from the `figures.toml` beside it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from ingest.errors import DocumentRefused
from ingest.quantities import quantities
from ingest.reading.assembly import Draft
from ingest.sentences import split
from ingest.types import Figure, FigureValue

FILE_NAME = "figures.toml"
HEADING = "Figures"

_UNIT_WORDS = {"percent": "per cent", "points": "percentage points", "count": "", "times": "times"}
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth".split()


def read_figures(path: Path, raw: bytes, document_id: str) -> tuple[tuple[Figure, ...], tuple[Draft, ...]]:
    """Figures and the blocks that tell of them; both empty when the file belongs to another document.

    Raises DocumentRefused when the file is not TOML, a field is missing, or a number occurs twice.
    """
    try:
        told = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DocumentRefused(f"{path}: is not valid TOML ({error}); expected [[figure]] tables") from None
    if told.get("document_id", document_id) != document_id:
        return (), ()
    entries = told.get("figure", [])
    figures = tuple(_figure(path, entry, document_id) for entry in entries)
    numbers = [f.number for f in figures]
    if len(set(numbers)) != len(numbers):
        twice = sorted({n for n in numbers if numbers.count(n) > 1})
        raise DocumentRefused(f"{path}: figure {twice[0]} occurs twice; expected each number once")
    drafts = tuple(_draft(entry, figure) for entry, figure in zip(entries, figures, strict=True))
    return figures, drafts


def _figure(path: Path, entry: dict[str, Any], document_id: str) -> Figure:
    try:
        values = tuple(
            FigureValue(str(v["label"]), float(v["value"]), str(v["unit"]), str(v["population"]))
            for v in entry.get("value", [])
        )
        return Figure(
            number=int(entry["number"]),
            title=str(entry["title"]),
            question=str(entry["question"]),
            legend=tuple(str(line) for line in entry.get("legend", [])),
            values=values,
            not_stated=str(entry["not_stated"]),
            document_id=document_id,
        )
    except (KeyError, TypeError, ValueError) as error:
        name = entry.get("number", "without a number") if isinstance(entry, dict) else entry
        raise DocumentRefused(
            f"{path}: figure {name} lacks or garbles {error}; expected number, title, question, legend, "
            "not_stated, and label, value, unit, population for each value"
        ) from None


def _draft(entry: dict[str, Any], figure: Figure) -> Draft:
    says = str(entry.get("says", "")).strip()
    lines = [says[start:end] for start, end in split(says)]
    lines.append(_titled(figure))
    if figure.legend:
        lines.append(f"The legend of figure {figure.number} reads: {'; '.join(figure.legend)}.")
    if not _tells_all(says, figure):
        lines.append(_values(figure))
    lines.append(figure.not_stated)
    asks = tuple(str(a) for a in entry.get("asks", []))
    return Draft("figure", "\n".join(line for line in lines if line), figure=figure.number, asks=asks)


def _titled(figure: Figure) -> str:
    name = f"Figure {figure.number} is titled “{figure.title}”"
    if not figure.question:
        return f"{name}."
    several = figure.question.count("?") > 1
    return f"{name}, and respondents were asked{' these questions' if several else ''}: “{figure.question}”"


def _tells_all(says: str, figure: Figure) -> bool:
    told = {(q.value, q.unit) for q in quantities(says)}
    return all((v.value, v.unit) in told for v in figure.values)


def _values(figure: Figure) -> str:
    told = "; ".join(f"{_labelled(v)} ({v.population})" for v in figure.values)
    return f"For figure {figure.number} the text states: {told}."


def _labelled(value: FigureValue) -> str:
    if any((q.value, q.unit) == (value.value, value.unit) for q in quantities(value.label)):
        return value.label
    return f"{value.label}, {amount(value.value, value.unit)}"


def amount(value: float, unit: str) -> str:
    """A value in words of its unit: "26 per cent", "US$4.4 billion", "seventh"."""
    number = f"{value:,.10g}"
    if unit == "rank" and value.is_integer() and 0 < value < len(_ORDINALS):
        return _ORDINALS[int(value)]
    if unit == "rank":
        return f"rank {number}"
    if unit == "USD":
        return f"US${number}"
    return f"{number} {_UNIT_WORDS.get(unit, unit)}".rstrip()
