"""`python -m eval.fit_gate HELD [--natural FILE ...] [--talks] [--write]`: fit the gate for statements with phrasings
(`app/gate.json`).

HELD holds further phrasings (see `eval.phrasings`) that the index in the data folder, the tuned embedder and the kernel
machine have not seen. The development questions that stand alone count too, and natural questions in FILEs (of chats
as told in full), each
`_WEIGHT` times; of the latter an answer by a statement that does not answer counts as one that should be refused. Told
by cross-validation over statements and question families: how many unanswerable ones are refused where so many of the
answerable ones are answered. Where HELD holds chats (`--talks`; see `eval.talks`), the gate of chats
(`app/talk_gate.json`), and development questions count that follow others.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from app.gate import FILE, TALK_FILE, fits, is_phrased, phrased_signals
from app.logistic import Model
from app.message import parts
from app.question import Question, read
from app.types import Evidence
from eval.cases import Case
from eval.choosing import chosen
from eval.logistic_fit import fitted
from eval.phrasings import Further
from eval.searching import searching
from eval.talks import Talk, talks, told_in_full

_STRENGTH = 0.03
_FOLDS = 8
_WEIGHT = 2.0
_ANSWERED = (0.97, 0.95, 0.9)
_KEPT = 0.98
# Then so much stricter, in log odds: on questions held out a right answer lost saves three wrong ones (`eval/LOG.md`).
_STRICTER = 0.2


@dataclass(frozen=True, slots=True)
class Seen:
    """One question at the gate: the signals of the statement that would answer, and whether the notes answer it.

    right: whether that statement is known to be one that does; of development questions it is taken for granted.
    """

    signals: dict[str, float]
    answerable: bool
    right: bool
    group: str
    source: str
    statement: str = ""


def seen_in_chats(held: Path, natural: Sequence[Path] = ()) -> Iterator[Seen]:
    """The same of the last messages of chats."""
    advisor = searching()
    for source, path in [("notes", held), *(("natural", path) for path in natural)]:
        for talk in talks(path):
            if heard := advisor.of_talk(talk):
                row = talk.in_full
                told = _at_the_gate(*heard, bool(row.statement), row.statement or row.question, source)
                yield from (_judged(one, row) for one in told)
    for case in chosen(split="dev"):
        if case.history and case.kind == "dialogue" and (heard := advisor.of_talk(_talk_of(case))):
            yield from _at_the_gate(*heard, case.answerable, case.family, "dev")


def _talk_of(case: Case) -> Talk:
    return Talk(case.turns, case.question, "", None)


def seen(held: Path, natural: Sequence[Path] = ()) -> Iterator[Seen]:
    """All questions that reach the gate with a statement that has phrasings."""
    advisor = searching()
    for source, path in [("notes", held), *(("natural", path) for path in natural)]:
        for row in told_in_full(path):
            question = read(parts(row.question)[-1] if source == "natural" else row.question)
            found = _at_the_gate(
                question, advisor.evidence(question), bool(row.statement), row.statement or row.question, source
            )
            yield from (_judged(told, row) for told in found)
    for case in chosen(split="dev"):
        if not case.history and case.kind not in ("far", "multi_part", "injection"):
            question = read(parts(case.question)[-1])
            yield from _at_the_gate(question, advisor.evidence(question), case.answerable, case.family, "dev")


def _judged(told: Seen, row: Further) -> Seen:
    """The same, judged by all statements that answer or may be shown."""
    right = told.statement in row.answers
    shown = right or told.statement in row.also
    return replace(told, right=right, answerable=told.answerable and (told.source == "notes" or shown))


def _at_the_gate(
    question: Question, evidence: Sequence[Evidence], answerable: bool, group: str, source: str
) -> Iterator[Seen]:
    fitting = [e for e in evidence if fits(question, e)]
    if question.wants_number:
        fitting.sort(key=lambda e: e.features["unit"] == 0.0)
    if fitting and is_phrased(fitting[0]):
        statement = fitting[0].sentence.text
        right = answerable and (source == "dev" or statement == group)
        yield Seen(phrased_signals(question, fitting[0], evidence), answerable, right, group, source, statement)


def fit(rows: Sequence[Seen]) -> Model:
    """The model of the gate.

    An answerable question whose statement is not the one that answers teaches nothing, since neither answering from it
    nor refusing would be right; it is left out.
    """
    rows = [r for r in rows if r.right or not r.answerable]
    weights = [1.0 if r.source == "notes" else _WEIGHT for r in rows]
    return fitted([r.signals for r in rows], [r.answerable for r in rows], _STRENGTH, weights)


def held_out(rows: Sequence[Seen]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """For each question what a model says that has seen none of its statement or family."""
    from sklearn.model_selection import GroupKFold

    said = np.zeros(len(rows))
    for train, test in GroupKFold(_FOLDS).split(rows, groups=[r.group for r in rows]):
        model = fit([rows[i] for i in train])
        for i in test:
            said[i] = model(rows[i].signals)
    return said


def keeping(model: Model, rows: Sequence[Seen], said: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Model:
    """The model with its bias moved so that the share _KEPT of questions with the right statement would be answered,
    and then by _STRICTER."""
    right = np.array([r.right and r.source == "notes" for r in rows])
    from_here = float(np.quantile(said[right], 1 - _KEPT))
    return replace(model, bias=round(model.bias - math.log(from_here / (1 - from_here)) - _STRICTER, 5))


def main() -> None:
    """Collect, judge by cross-validation, write on request."""
    from sklearn.metrics import roc_auc_score

    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("held", type=Path)
    options.add_argument("--natural", type=Path, nargs="*", default=[])
    options.add_argument("--talks", action="store_true")
    options.add_argument("--write", action="store_true")
    told = options.parse_args()
    rows = list((seen_in_chats if told.talks else seen)(told.held, told.natural))
    said = held_out(rows)
    source = np.array([r.source for r in rows])
    answerable = np.array([r.answerable for r in rows])
    for name in dict.fromkeys(source.tolist()):
        mine = source == name
        yes, no = np.sort(said[mine & answerable]), said[mine & ~answerable]
        refused = ", ".join(f"{np.mean(no < yes[int((1 - a) * len(yes))]):.0%} at {a:.0%}" for a in _ANSWERED)
        below = (
            f"at 0.5: {np.mean(no < 0.5):.0%} of {len(no)} refused, {np.mean(yes >= 0.5):.0%} of {len(yes)} answered"
        )
        print(f"{name}: AUROC {roc_auc_score(answerable[mine], said[mine]):.3f}; refused {refused}; {below}")
    if told.write:
        model = keeping(fit(rows), rows, said)
        (TALK_FILE if told.talks else FILE).write_text(json.dumps(asdict(model), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
