"""A run for the web page: its figures, its whole report, and a sample of its answers for people to rate."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.quality import Asked, Published, Quote, Score, publish
from eval.cases import Case
from eval.report.facts import Facts
from eval.report.page import page
from eval.report.wording import told
from eval.runs.store import Run
from eval.summary import DECIDING, Line


def publish_run(made: Run, cases: Sequence[Case], facts: Facts, data: Path, *, sample: int, seed: int = 0) -> Path:
    """Leave a run in the data folder, where the page looks for it; that folder."""
    asked = sampled(answers_of(made, cases), {c.id: c.family for c in cases}, sample, seed)
    return publish(data, _figures(facts), page(facts), asked)


def answers_of(made: Run, cases: Sequence[Case]) -> list[Asked]:
    """Every answer that a person can judge, with the verdict of the measures."""
    answers, scores = made.answers(), made.scores()
    found = []
    for case in cases:
        answer, right = answers.get(case.id), scores.get(case.id, {}).get(DECIDING)
        if answer is not None and "error" not in answer and right is not None:
            found.append(_asked(case, answer, right >= 1.0))
    return found


def sampled(answers: Sequence[Asked], families: Mapping[str, str], most: int, seed: int) -> list[Asked]:
    """At most `most` answers in random order, one of a family, as far as there are half right and half not.

    Cohen's kappa is hard to read where nearly all answers are of one kind, hence the halves.
    """
    shuffled = list(answers)
    random.Random(seed).shuffle(shuffled)
    alone = {families[a.case]: a for a in reversed(shuffled)}
    firsts = [a for a in shuffled if alone[families[a.case]] is a]
    right, wrong = [a for a in firsts if a.right], [a for a in firsts if not a.right]
    of_wrong = min(len(wrong), max(most // 2, most - len(right)))
    taken = {a.case for a in (*right[: most - of_wrong], *wrong[:of_wrong])}
    return [a for a in shuffled if a.case in taken]


def _asked(case: Case, answer: Mapping[str, Any], right: bool) -> Asked:
    quotes = (Quote(int(c["marker"]), str(c["title"]), str(c["quote"])) for c in answer.get("citations") or ())
    return Asked(
        case=case.id,
        question=case.question,
        earlier=tuple((t["role"], t["content"]) for t in case.history),
        answer=str(answer.get("answer", "")),
        abstained=bool(answer.get("abstained")),
        quotes=tuple(quotes),
        right=right,
    )


def _figures(facts: Facts) -> Published:
    manifest = facts.manifest
    deciding = ((kind, line) for kind, lines in facts.kinds.items() for line in lines if line.measure == DECIDING)
    return Published(
        system=manifest.name,
        created=manifest.created,
        corpus=manifest.corpus,
        cases=facts.cases,
        splits={"all": _scores(facts.lines), **{name: _scores(lines) for name, lines in facts.splits.items()}},
        kinds=tuple(_score(line, kind) for kind, line in deciding),
    )


def _scores(lines: Sequence[Line]) -> tuple[Score, ...]:
    return tuple(_score(line, line.title) for line in lines if line.n)


def _score(line: Line, title: str) -> Score:
    return Score(title, line.unit, line.better, line.n, line.mean, line.low, line.high, told(line))
