"""What a brief holds, and how it is drawn from the answers of a conversation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.types import Answer, Citation, Statement
from ingest.types import Figure

FINDINGS = 3
_CAVEATS, _STEPS, _FIGURES = 5, 7, 3


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence with the numbers of its references, counted from 1; `label` says whose it is ("Inference")."""

    text: str
    references: tuple[int, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """What stands behind a number: the source in one line, and the words quoted from it."""

    source: str
    quote: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """A page or two for people who decide. title: what it is about. date: ISO 8601. corpus: fingerprint of the index.

    levels: (name, level, highest level) of a self-check, to be drawn; none in a brief of a conversation.
    open_questions: what was asked and not answered, since no source says it.
    """

    title: str
    headline: Line | None
    findings: tuple[Line, ...]
    caveats: tuple[Line, ...]
    steps: tuple[Line, ...]
    references: tuple[Reference, ...]
    figures: tuple[Figure, ...]
    open_questions: tuple[str, ...]
    date: str
    corpus: str
    composer: str
    levels: tuple[tuple[str, float, int], ...] = ()
    note: str = ""


@dataclass
class References:
    """Numbers the sources of a brief in the order in which they are first needed."""

    known: list[Reference] = field(default_factory=list)

    def number(self, citation: Citation) -> int:
        """The number of a citation's words."""
        reference = Reference(source_of(citation), citation.quote, citation.url)
        if reference not in self.known:
            self.known.append(reference)
        return self.known.index(reference) + 1


def source_of(citation: Citation) -> str:
    """A source in one line: title, publisher, year, section, page, figure."""
    where = [
        citation.title,
        citation.publisher,
        str(citation.year) if citation.year else None,
        citation.section,
        f"p. {citation.page}" if citation.page else None,
        f"Figure {citation.figure}" if citation.figure else None,
        "our digest" if citation.digest else None,
    ]
    return ", ".join(part for part in where if part)


def brief_of(answers: Sequence[Answer], figure: Callable[[int], Figure | None], date: str) -> Brief:
    """The brief of a conversation's answers, oldest first; raises ValueError when there is none.

    The headline is the first sentence of the first answer; the findings are the first sentence of each later answer,
    then what else was found, first what states a number, as many as `FINDINGS`. A sentence said twice stands once;
    one that tells of nothing but a figure gives way, since the figure is shown.
    """
    if not answers:
        raise ValueError("there is no answer to draw a brief from")
    answered = [a for a in answers if not a.abstained and a.statements]
    references = References()
    told: set[str] = set()
    found = _lines(_first_of_each(answered, told), references)
    others = [said for said in _of_kinds(answered, ("finding", "inference"), told) if not _of_a_figure(said[0])]
    others.sort(key=lambda said: not said[0].numbers)
    found += _lines(others, references, FINDINGS + 1 - len(found))
    caveats = _lines(_of_kinds(answered, ("caveat",), told), references, _CAVEATS)
    steps = _lines(_of_kinds(answered, ("guidance",), told), references, _STEPS)
    numbers = list(dict.fromkeys(n for a in answered for n in a.figures))[:_FIGURES]
    return Brief(
        title=answers[0].question,
        headline=found[0] if found else None,
        findings=tuple(found[1 : FINDINGS + 1]),
        caveats=tuple(caveats),
        steps=tuple(steps),
        references=tuple(references.known),
        figures=tuple(f for f in map(figure, numbers) if f),
        open_questions=tuple(dict.fromkeys(a.question for a in answers if a.abstained)),
        date=date,
        corpus=answers[-1].corpus,
        composer=answers[-1].composer,
    )


def _of_a_figure(statement: Statement) -> bool:
    """Whether the only numbers that it states are those of figures ("Figure 4 is titled ...")."""
    return bool(statement.numbers) and all(n.unit == "figure" for n in statement.numbers)


def _first_of_each(answers: Sequence[Answer], told: set[str]) -> Iterator[tuple[Statement, Answer]]:
    for answer in answers:
        found = sorted((s for s in answer.statements if s.kind in ("finding", "inference")), key=_of_a_figure)
        if found and (first := found[0]).text not in told:
            told.add(first.text)
            yield first, answer


def _of_kinds(answers: Sequence[Answer], kinds: Sequence[str], told: set[str]) -> Iterator[tuple[Statement, Answer]]:
    for answer in answers:
        for statement in answer.statements:
            if statement.kind in kinds and statement.text not in told:
                told.add(statement.text)
                yield statement, answer


def _lines(said: Iterable[tuple[Statement, Answer]], references: References, most: int = FINDINGS + 1) -> list[Line]:
    lines: list[Line] = []
    for statement, answer in said:
        if len(lines) >= most:
            break
        by_marker = {c.marker: c for c in answer.citations}
        numbers = tuple(references.number(by_marker[m]) for m in statement.citations if m in by_marker)
        label = "Our reading" if statement.kind == "inference" else ""
        lines.append(Line(statement.text, tuple(dict.fromkeys(numbers)), label))
    return lines
