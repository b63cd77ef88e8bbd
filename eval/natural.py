"""`python -m eval.natural FILE ...`: how the advisor answers natural questions, alone and in chats.

FILEs hold questions by writers who had not opened the notes, each with the statements that answer it, judged afterwards
by a reading of all of them (`others` answer as well, `also` may be shown; see `eval.phrasings`), or the same of the
last messages of chats (see `eval.talks`); `--in-full` asks those as they are told in full, without their chat. Nothing
is learnt from `natural_test.jsonl` and `natural_chats_test.jsonl`. Told, with 95 per cent intervals: of questions that
the notes answer, how often the first sentence of the answer is from a statement that answers, or from one that does or
may be shown; how often a right one stands anywhere; how often they are refused; and how often questions are refused
that no statement answers.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.chain import Advisor, open_advisor
from app.types import Answer, Turn
from eval.phrasings import Further, further
from eval.statistics import interval
from eval.talks import holds_chats, talks
from ingest.settings import load


@dataclass(frozen=True, slots=True)
class Told:
    """How one question fared; of one that is refused all but `refused` is False."""

    row: Further
    refused: bool
    first: bool = False
    near: bool = False
    anywhere: bool = False


def asked(advisor: Advisor, rows: Sequence[tuple[Further, Sequence[Turn]]]) -> Iterator[Told]:
    """Each question, put to an advisor after what was said before it."""
    for row, before in rows:
        answer = advisor.answer(row.question, before)
        if answer.abstained:
            yield Told(row, True)
            continue
        shown = [_quoted(answer, n) for n in range(len(answer.statements))]
        right, near = _plain(row.answers), _plain((*row.answers, *row.also))
        yield Told(row, False, _meet(shown[0], right), _meet(shown[0], near), any(_meet(s, right) for s in shown))


def rows_of(path: Path, *, in_full: bool = False) -> list[tuple[Further, tuple[Turn, ...]]]:
    """The questions of a file, each with what was said before it."""
    if not holds_chats(path):
        return [(row, ()) for row in further(path)]
    return [
        (talk.in_full, ()) if in_full else (replace(talk.in_full, question=talk.asked), talk.before)
        for talk in talks(path)
    ]


def _quoted(answer: Answer, number: int) -> tuple[str, ...]:
    return _plain([answer.citations[m - 1].quote for m in answer.statements[number].citations])


def _plain(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(re.findall(r"\w+", text.lower())) for text in texts)


def _meet(quotes: Sequence[str], statements: Sequence[str]) -> bool:
    return any(quote in statement or statement in quote for quote in quotes for statement in statements)


def summary(told: Sequence[Told]) -> str:
    """One line for each share, as a Markdown table."""
    answered = [t for t in told if t.row.answers]
    rows = (
        ("answerable: first sentence answers", [t.first for t in answered]),
        ("answerable: first sentence answers or may be shown", [t.near for t in answered]),
        ("answerable: a sentence answers", [t.anywhere for t in answered]),
        ("answerable: refused", [t.refused for t in answered]),
        ("not answerable: refused", [t.refused for t in told if not t.row.answers]),
    )
    return "\n".join(["| of | questions | share | interval |", "|---|---|---|---|", *(_line(n, v) for n, v in rows)])


def _line(name: str, values: Sequence[bool]) -> str:
    if not values:
        return f"| {name} | 0 | | |"
    low, high = interval([float(v) for v in values], [str(i) for i in range(len(values))])
    bounds = f"{low:.1%} to {high:.1%}" if low is not None and high is not None else ""
    return f"| {name} | {len(values)} | {sum(values) / len(values):.1%} | {bounds} |"


def main() -> None:
    """Ask and tell."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("files", type=Path, nargs="+")
    options.add_argument("--in-full", action="store_true")
    told = options.parse_args()
    rows = [row for path in told.files for row in rows_of(path, in_full=told.in_full)]
    print(summary(list(asked(open_advisor(load()), rows))))


if __name__ == "__main__":
    main()
