"""One question with what a right answer holds, as written in `eval/questions/*.jsonl`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from app.types import Turn
from ingest.errors import AdvisorError

_NOTES = {"why", "gap", "gap_section"}  # for the reader of the file; no measure looks at them


class CasesRefused(AdvisorError):
    """A question file holds something that is no case."""


@dataclass(frozen=True, slots=True)
class Nugget:
    """A fact, as regexes of which one must match the answer; `vital` ones make an answer right, others are welcome."""

    any: tuple[str, ...]
    vital: bool = True


@dataclass(frozen=True, slots=True)
class GoldNumber:
    """A value that the answer must state; `text` is a regex that is looked for in place of its digits and unit.

    population: of whom or of what, in words, for the reader of a report.
    """

    value: float
    unit: str | None
    text: str | None = None
    population: str | None = None

    @property
    def pattern(self) -> str:
        """A regex for the number as written, with its unit."""
        if self.text:
            return self.text
        unit = r"\s?(?:%|per\s?cent)" if self.unit == "percent" else r"\b"
        return rf"(?<![\d.,]){re.escape(f'{self.value:g}')}{unit}"


@dataclass(frozen=True, slots=True)
class GoldSource:
    """Where the answer stands: a document, and in it a section or a span of words; never a passage's id."""

    document: str
    section: str | None = None
    span: str | None = None


@dataclass(frozen=True, slots=True)
class Gold:
    """What a right answer holds. figures: printed numbers of which one must be shown or cited, when `figure_required`.

    forbidden: regexes that must not match. sources: places of which one must be cited; empty: any will do.
    """

    nuggets: tuple[Nugget, ...] = ()
    numbers: tuple[GoldNumber, ...] = ()
    number_first: bool = False
    figures: tuple[int, ...] = ()
    figure_required: bool = False
    forbidden: tuple[str, ...] = ()
    sources: tuple[GoldSource, ...] = ()

    @property
    def documents(self) -> frozenset[str]:
        """The documents of the sources."""
        return frozenset(s.document for s in self.sources)


@dataclass(frozen=True, slots=True)
class Case:
    """One question. family: questions about one fact, resampled together; variant_of: the case that it rewords.

    answerable: False when the only right answer is a refusal. must_pass: the gate demands that it is right.
    """

    id: str
    split: str
    family: str
    kind: str
    topic: str
    question: str
    history: tuple[Mapping[str, str], ...] = ()
    answerable: bool = True
    gold: Gold = Gold()
    variant_of: str | None = None
    must_pass: bool = False

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was said before the question."""
        return tuple(Turn("user" if t["role"] == "user" else "assistant", t["content"]) for t in self.history)


_KEYS = {f.name for f in fields(Case)} | _NOTES
_GOLD_KEYS = {f.name for f in fields(Gold)} | {"documents"}


def load_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a file, one JSON object a line; raises CasesRefused with file and line."""
    return tuple(_numbered(path))


def _numbered(path: Path) -> Iterator[Case]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield _case(json.loads(line))
        except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
            missing = f"no {error}" if isinstance(error, KeyError) else str(error)
            raise CasesRefused(
                f"{path}:{number}: {missing}; expected a case such as those of eval/questions/, see its README.md"
            ) from error


def _case(row: Mapping[str, Any]) -> Case:
    _known(row, _KEYS)
    return Case(
        id=row["id"],
        split=row["split"],
        family=row.get("family") or _family(row),
        kind=row["kind"],
        topic=row["topic"],
        question=row["question"],
        history=tuple(row.get("history", ())),
        answerable=bool(row["answerable"]),
        gold=_gold(row.get("gold", {})),
        variant_of=row.get("variant_of"),
        must_pass=bool(row.get("must_pass", False)),
    )


def _family(row: Mapping[str, Any]) -> str:
    """Questions on one topic of one split count as one family where the file names none: the cautious reading."""
    return f"{row['split']}:{row['topic']}"


def _gold(told: Mapping[str, Any]) -> Gold:
    _known(told, _GOLD_KEYS)
    listed = told.get("sources") or [{"document": d} for d in told.get("documents", ())]
    gold = Gold(
        nuggets=tuple(Nugget(tuple(n["any"]), n.get("vital", True)) for n in told.get("nuggets", ())),
        numbers=tuple(GoldNumber(**n) for n in told.get("numbers", ())),
        number_first=bool(told.get("number_first", False)),
        figures=tuple(told.get("figures", ())),
        figure_required=bool(told.get("figure_required", False)),
        forbidden=tuple(told.get("forbidden", ())),
        sources=tuple(GoldSource(**s) for s in listed),
    )
    for pattern in (*(p for n in gold.nuggets for p in n.any), *gold.forbidden, *(n.pattern for n in gold.numbers)):
        re.compile(pattern)
    return gold


def _known(told: Mapping[str, Any], keys: set[str]) -> None:
    unknown = sorted(set(told) - keys)
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no key, expected some of {', '.join(sorted(keys))}")
