"""Scores answers against written questions: `python -m eval.score questions.jsonl answers.jsonl`.

    Case(Gold) + answer (the contract's object) -> Score -> table per kind, summary, failures

Matching is by rules alone (patterns, values, figure numbers), so that a score can be traced and repeated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

LONGEST_ANSWER_WORDS = 170

_MARKER = re.compile(r"\s*\[\d+\]")
_MARKDOWN = re.compile(r"[*_`#>|]+|^\s*(?:[-•]|\d+\.)\s+", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!fig\.)(?<!no\.)(?<=[.!?])[\"')”’]*\s+", re.IGNORECASE)
_BARE_VERDICT_WORDS = 2


@dataclass(frozen=True, slots=True)
class GoldNumber:
    """A value that the answer must state; `text` is a regex for what digits and unit do not cover."""

    value: float
    unit: str
    text: str | None = None

    @property
    def pattern(self) -> str:
        """A regex for the number as written, with its unit."""
        if self.text:
            return self.text
        unit = r"\s?(?:%|per\s?cent)" if self.unit == "percent" else r"\b"
        return rf"(?<![\d.,]){re.escape(f'{self.value:g}')}{unit}"


@dataclass(frozen=True, slots=True)
class Gold:
    """What a right answer holds: each of `nuggets` is a set of regexes of which one must match.

    `documents` are ids of which one must be cited; empty: any source will do."""

    nuggets: tuple[tuple[str, ...], ...]
    numbers: tuple[GoldNumber, ...]
    number_first: bool
    figures: tuple[int, ...]
    figure_required: bool
    forbidden: tuple[str, ...]
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its gold; `variant_of` names the question it rewords (typos, rambling)."""

    id: str
    kind: str
    question: str
    answerable: bool
    gold: Gold
    variant_of: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """The verdict on one answer; None means that the question does not ask for it.

    `words` counts the answer without its markers. `why` is empty when `right`.
    """

    right: bool
    number_first: bool | None
    figure: bool | None
    abstained_rightly: bool | None
    words: int
    why: str


def score_case(case: Case, answer: Mapping[str, Any] | None) -> Score:
    """Judge one answer (the contract's object); a missing or refused one is wrong."""
    if answer is None or "answer" not in answer:
        return _unanswered(case, "no answer" if answer is None else f"refused: {answer.get('error')}")
    text = plain(str(answer["answer"]))
    words, abstained = len(text.split()), bool(answer.get("abstained"))
    if not case.answerable:
        why = _too_long(words) if abstained else "should have abstained"
        return Score(not why, None, None, abstained, words, why)
    figure = _shows_figure(case.gold.figures, answer) if case.gold.figures else None
    leads = _leads(case.gold.numbers[0], text) and not abstained if case.gold.number_first else None
    why = "abstained" if abstained else _flaw(case.gold, text, answer) or _too_long(words)
    if not why and case.gold.figure_required and not figure:
        why = f"figure {' or '.join(map(str, case.gold.figures))} neither shown nor cited"
    return Score(not why, leads, figure, None, words, why)


def plain(markdown: str) -> str:
    """The answer's words: without citation markers and Markdown signs, line breaks kept."""
    return _MARKDOWN.sub(" ", _MARKER.sub("", markdown)).strip()


def first_sentence(text: str) -> str:
    """The first sentence of plain text; a bare "No." or "Yes, right." is joined to the next one."""
    sentences = [part for line in text.splitlines() for part in _SENTENCE_END.split(line.strip()) if part.strip()]
    bare = bool(sentences) and len(sentences[0].split()) <= _BARE_VERDICT_WORDS
    return " ".join(sentences[:2] if bare else sentences[:1])


def _unanswered(case: Case, why: str) -> Score:
    asks_number, asks_figure = case.gold.number_first or None, bool(case.gold.figures) or None
    refusal = None if case.answerable else False
    return Score(False, asks_number and False, asks_figure and False, refusal, 0, why)


def _too_long(words: int) -> str:
    return f"{words} words, at most {LONGEST_ANSWER_WORDS}" if words > LONGEST_ANSWER_WORDS else ""


def _flaw(gold: Gold, text: str, answer: Mapping[str, Any]) -> str:
    """The first thing that is missing or must not be there; empty when there is none."""
    for patterns in gold.nuggets:
        if not any(re.search(pattern, text, re.IGNORECASE | re.DOTALL) for pattern in patterns):
            return f"missing: {' | '.join(patterns)}"
    for number in gold.numbers:
        if not (re.search(number.pattern, text, re.IGNORECASE) or _is_stated(number, answer)):
            return f"missing number: {number.value:g} {number.unit}"
    for pattern in gold.forbidden:
        if found := re.search(pattern, text, re.IGNORECASE):
            return f"must not say: {found.group().strip()!r}"
    cited = {item.get("document_id") for item in answer.get("citations", ())}
    if gold.documents and cited.isdisjoint(gold.documents):
        return f"cites none of: {' | '.join(gold.documents)}"
    return ""


def _leads(number: GoldNumber, text: str) -> bool:
    return bool(re.search(number.pattern, first_sentence(text), re.IGNORECASE))


def _is_stated(number: GoldNumber, answer: Mapping[str, Any]) -> bool:
    told = (item for statement in answer.get("statements", ()) for item in statement.get("numbers", ()))
    return any(item["unit"] == number.unit and abs(item["value"] - number.value) <= 1e-3 * abs(number.value)
               for item in told)  # fmt: skip


def _shows_figure(figures: Sequence[int], answer: Mapping[str, Any]) -> bool:
    shown = {*answer.get("figures", ()), *(item.get("figure") for item in answer.get("citations", ()))}
    return not shown.isdisjoint(figures)


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read a question file, one JSON object a line."""
    return tuple(_case(row) for row in _rows(path))


def read_answers(path: Path) -> dict[str, dict[str, Any]]:
    """Read the output of `advisor ask --batch`, by `ref`."""
    return {str(row.get("ref")): row for row in _rows(path)}


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise click.UsageError(f"{path}:{number}: expected a JSON object, found {line[:40]!r}; "
                                   "write the file again with `advisor ask --batch`") from error  # fmt: skip
        yield row


def _case(row: Mapping[str, Any]) -> Case:
    gold = row["gold"]
    return Case(
        id=row["id"],
        kind=row["kind"],
        question=row["question"],
        answerable=row["answerable"],
        variant_of=row["variant_of"],
        gold=Gold(
            nuggets=tuple(tuple(nugget["any"]) for nugget in gold["nuggets"] if nugget["vital"]),
            numbers=tuple(GoldNumber(**number) for number in gold["numbers"]),
            number_first=gold["number_first"],
            figures=tuple(gold["figures"]),
            figure_required=gold["figure_required"],
            forbidden=tuple(gold["forbidden"]),
            documents=tuple(gold.get("documents", ())),
        ),
    )


Scored = tuple[Case, Score]
Measure = Callable[[Score], bool | None]
_COLUMNS: tuple[Measure, ...] = (lambda s: s.right, lambda s: s.number_first, lambda s: s.figure)


def _share(scored: Iterable[Scored], measure: Measure) -> str:
    told = [value for _, score in scored if (value := measure(score)) is not None]
    return f"{sum(told)}/{len(told)} ({sum(told) / len(told):.1%})" if told else "-"


def table(scored: Sequence[Scored]) -> str:
    """One line per kind of question: how many right, number in the first sentence, figure, mean words."""
    lines = [f"{'kind':<12}{'right':>18}{'number first':>18}{'figure':>18}{'words':>7}"]
    for kind in dict.fromkeys(case.kind for case, _ in scored):
        part = [item for item in scored if item[0].kind == kind]
        shares = (_share(part, measure) for measure in _COLUMNS)
        words = sum(score.words for _, score in part) / len(part)
        lines.append(f"{kind:<12}" + "".join(f"{share:>18}" for share in shares) + f"{words:>7.0f}")
    return "\n".join(lines)


def summary(scored: Sequence[Scored]) -> str:
    """The headline shares; reworded copies count in the last line only."""
    base = [item for item in scored if item[0].variant_of is None]
    lines = {
        "answerable right": _share([i for i in base if i[0].answerable], lambda s: s.right),
        "number in first sentence": _share(base, lambda s: s.number_first),
        "right figure": _share(base, lambda s: s.figure),
        "unanswerable refused": _share(base, lambda s: s.abstained_rightly),
        "dialogues right": _share([i for i in base if i[0].kind == "dialogue"], lambda s: s.right),
        "variants right": _share([i for i in scored if i[0].variant_of], lambda s: s.right),
    }
    return "\n".join(f"{name:<26}{share}" for name, share in lines.items())


def failures(scored: Sequence[Scored], answers: Mapping[str, Mapping[str, Any]]) -> str:
    """What went wrong, three lines per wrong answer: the question, why, how the answer begins."""
    lines: list[str] = []
    for case, score in scored:
        if not score.right:
            begins = str(answers.get(case.id, {}).get("answer", ""))[:160].replace("\n", " ")
            lines += [f"{case.id} [{case.kind}] {case.question}", f"    {score.why}", f"    {begins}"]
    return "\n".join(lines)


@click.command()
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("answers", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(questions: Path, answers: Path) -> None:
    """Score ANSWERS (from `advisor ask --batch`) against QUESTIONS; a wrong answer is no error of the run."""
    given = read_answers(answers)
    scored = [(case, score_case(case, given.get(case.id))) for case in read_cases(questions)]
    click.echo("\n\n".join((table(scored), summary(scored), failures(scored, given))))


if __name__ == "__main__":
    main()
