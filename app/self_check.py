"""The maturity self-check: twelve questions, where they place a reader, and a staged plan whose steps are quoted.

A dimension stands at the lower of its two answers, since a level is what can be shown for every practice (the rule of
`corpus/guidance/which-maturity-level.md`); the whole stands at the third lowest of the six. The page computes the same
in the browser (`static/self_check.js`); a test holds the two together.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from app.brief.brief import Brief, Line, Reference
from ingest.types import Document, Passage

HIGHEST = 4
_FILE = Path(__file__).with_name("self_check.toml")
_FIRST = 3


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence of a document; `source` names it in one line, "" until it was found in the corpus."""

    document: str
    quote: str
    source: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, answered by one of five steps from 0 to `HIGHEST`."""

    text: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """Two questions, what the report or another survey states on the matter, and the next step from each level."""

    name: str
    questions: tuple[Asked, ...]
    report: Quoted
    steps: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """The whole: dimensions, what each published level means, how others number it, and what to bear in mind."""

    dimensions: tuple[Dimension, ...]
    levels: tuple[Quoted, ...]
    others: tuple[Quoted, ...]
    caveats: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where answers place a reader. levels: of each dimension, in order. plan: three stages of quoted steps."""

    levels: tuple[int, ...]
    overall: int
    plan: tuple[tuple[str, tuple[Quoted, ...]], ...]


STAGES = ("In the next 90 days", "Within the year", "After that")


@cache
def written() -> SelfCheck:
    """The self-check as it is written in `self_check.toml`, its quotes not yet looked for."""
    with _FILE.open("rb") as file:
        told = tomllib.load(file)
    dimensions = tuple(
        Dimension(
            d["name"],
            tuple(Asked(q["text"], tuple(q["options"])) for q in d["question"]),
            Quoted(**d["report"]),
            tuple(Quoted(**s) for s in d["step"]),
        )
        for d in told["dimension"]
    )
    quoted = {name: tuple(Quoted(**q) for q in told[name]) for name in ("levels", "google", "caveats")}
    return SelfCheck(dimensions, quoted["levels"], quoted["google"], quoted["caveats"])


def sourced(
    check: SelfCheck, documents: Iterable[Document], passages_of: Callable[[str], Iterable[Passage]]
) -> SelfCheck:
    """The self-check with the source of every quote; one that is not in the corpus keeps an empty `source`."""
    known = {d.id: d for d in documents}
    texts: dict[str, list[Passage]] = {}

    def found(quoted: Quoted) -> Quoted:
        document = known.get(quoted.document)
        if document is None:
            return quoted
        if quoted.document not in texts:
            texts[quoted.document] = list(passages_of(quoted.document))
        passage = next((p for p in texts[quoted.document] if quoted.quote in p.text), None)
        if passage is None:
            return quoted
        named = [document.title, document.publisher, str(document.year) if document.year else None, *passage.section]
        return replace(quoted, source=", ".join(n for n in named if n), url=document.url)

    dimensions = tuple(replace(d, report=found(d.report), steps=tuple(map(found, d.steps))) for d in check.dimensions)
    others = (tuple(map(found, group)) for group in (check.levels, check.others, check.caveats))
    return SelfCheck(dimensions, *others)


def place(check: SelfCheck, answers: Sequence[int]) -> Placed:
    """Where `answers`, one for each question in order, place a reader; raises ValueError when they are not that.

    The plan begins with the next step of the dimensions that stand lowest, up to three; then come the others' next
    steps; then the step after that of the first ones. A dimension at the highest level needs none.
    """
    count = sum(len(d.questions) for d in check.dimensions)
    if len(answers) != count or not all(0 <= a <= HIGHEST for a in answers):
        raise ValueError(f"{len(answers)} answers; expected {count}, each from 0 to {HIGHEST}")
    given = iter(answers)
    levels = tuple(min(next(given) for _ in d.questions) for d in check.dimensions)
    overall = sorted(levels)[(len(levels) - 1) // 2]
    rising = sorted((i for i, level in enumerate(levels) if level < HIGHEST), key=lambda i: levels[i])
    first, rest = rising[:_FIRST], rising[_FIRST:]
    again = [i for i in first if levels[i] + 1 < HIGHEST]
    stages = (
        [check.dimensions[i].steps[levels[i]] for i in first],
        [check.dimensions[i].steps[levels[i]] for i in rest],
        [check.dimensions[i].steps[levels[i] + 1] for i in again],
    )
    return Placed(levels, overall, tuple((name, tuple(s)) for name, s in zip(STAGES, stages, strict=True) if s))


def brief_of_check(check: SelfCheck, answers: Sequence[int], date: str, corpus: str) -> Brief:
    """The self-check as a brief; quotes that are not in the corpus are left out. Raises ValueError as `place` does."""
    placed = place(check, answers)
    references: list[Reference] = []

    def line(quoted: Quoted, label: str = "") -> Line:
        reference = Reference(quoted.source, quoted.quote, quoted.url)
        if reference not in references:
            references.append(reference)
        return Line(quoted.quote, (references.index(reference) + 1,), label)

    lowest = sorted(range(len(placed.levels)), key=lambda i: placed.levels[i])[:_FIRST]
    findings = [check.levels[placed.overall], check.others[placed.overall]]
    findings += [check.dimensions[i].report for i in lowest]
    told = tuple(line(q) for q in findings if q.source)
    caveats = tuple(line(q) for q in check.caveats if q.source)
    steps = tuple(line(q, name) for name, stage in placed.plan for q in stage if q.source)
    return Brief(
        title="Where are we? A self-check of our AI maturity",
        headline=Line(f"By our own answers we stand at level {placed.overall} of {HIGHEST}.", label="Our reading"),
        findings=told,
        caveats=caveats,
        steps=steps,
        references=tuple(references),
        figures=(),
        open_questions=(),
        date=date,
        corpus=corpus,
        composer="extractive",
        levels=tuple((d.name, float(level), HIGHEST) for d, level in zip(check.dimensions, placed.levels, strict=True)),
        note="Each dimension stands at the lower of its two answers, and the whole at the third lowest of the six. "
        "The answers are a self-assessment: nobody checked them.",
    )
