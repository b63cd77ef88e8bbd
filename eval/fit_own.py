"""`python -m eval.fit_own FOLDER --indexes DATA ... --others FILE ... [--write]`: fit what decides on own documents.

FOLDER holds documents of made-up companies with what their leaders would ask (see `eval/own_documents/README.md`) that
the reader has not learnt; each DATA is a data folder whose index holds the bundled notes and some of them. FILEs hold
natural questions on the notes, alone and in chats (see `eval.phrasings`, `eval.talks`). Fitted are

- how statements that were read are ranked (softmax over those found; printed, for `app/ranking.py`),
- the gate for them (`app/read_gate.json`),
- what may stand beside an answer from them (`app/beside_own.json`),
- whose documents a question is about (`app/whose.json`).

Told by cross-validation over documents.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app import beside, gate, whose
from app.finding import Finder
from app.logistic import model_in
from app.question import Question, read
from app.resolve import resolve
from app.types import Evidence, Turn
from app.whose import NOTHING, Before, parted
from eval.fit_ranking import Ranked, firsts, fit
from eval.logistic_fit import fitted
from eval.natural import rows_of
from eval.reading_sets import own_documents
from ingest.index import open_index
from ingest.settings import load

RANKED = (
    "read judged dense own cover spoken back unit premise agree head type topical uncovered caveat cell so_far last "
    "conflicts fused"
).split()
_STRENGTH, _OF_WHOSE = 0.05, 0.1
_FOLDS = 4
_NEAREST = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """One question with what was found for it; `answers`: the sentences that do, `own`: whether it is about a document
    of one's own; `group`: that document, or the index."""

    question: Question
    evidence: tuple[Evidence, ...]
    before: Before
    answers: frozenset[str]
    own: bool
    group: str


def seen(indexes: Sequence[Path], folder: Path, others: Sequence[Path]) -> Iterator[Seen]:
    """All questions, each asked of an index that holds its document; those on the notes of one index each."""
    documents = {d.name: d for d in own_documents(folder)}
    strange = [row for path in others for row in rows_of(path)]
    for number, data in enumerate(indexes):
        settings = replace(load(), data=data)
        index = open_index(settings)
        finder = Finder(index, settings)
        for name in {Path(d.path).stem for d in index.store.documents()} & set(documents):
            for asked in documents[name].asked:
                yield _seen(finder, asked.question, asked.history, asked.answers, name, own=True)
        for row, turns in strange[number :: len(indexes)]:
            yield _seen(finder, row.question, turns, frozenset(), str(number), own=False)


def _seen(
    finder: Finder, message: str, turns: Sequence[Turn], answers: frozenset[str], group: str, *, own: bool
) -> Seen:
    text = resolve(message, turns)[0].text if turns else message
    before = finder.before(message, turns) if turns else NOTHING
    question = read(text)
    return Seen(question, finder.search(question, before=before).evidence, before, answers, own, group)


def ranked(rows: Sequence[Seen]) -> list[Ranked]:
    """The questions on documents of one's own whose answer is found at all."""
    told = []
    for row in rows:
        own, _ = parted(row.evidence)
        first = next((e for e in own if e.sentence.text in row.answers), None)
        if row.own and first:
            kept = [e for e in own if e is first or e.sentence.text not in row.answers]
            signals = np.array([[e.features[name] for name in RANKED] for e in kept])
            told.append(Ranked(signals, np.array([e.score for e in kept]), kept.index(first), row.group, 1.0))
    return told


def fit_ranking(rows: Sequence[Seen]) -> tuple[dict[str, float], float]:
    """Weights and base: log odds on a scale on which a difference of sixteen is 1."""
    from sklearn.model_selection import GroupKFold

    told = ranked(rows)
    said: list[np.ndarray[tuple[int], np.dtype[np.float64]]] = [np.empty(0)] * len(told)
    for train, test in GroupKFold(_FOLDS).split(told, groups=[r.group for r in told]):
        weights = fit([told[i] for i in train])
        for i in test:
            said[i] = told[i].signals @ weights
    asked = sum(bool(r.own and r.answers) for r in rows)
    now, then = firsts(told, [r.scores for r in told]), firsts(told, said)
    print(f"{asked} answerable, found {len(told) / asked:.3f}; first / first three as now {now}, fitted {then}")
    weights = fit(told) / 16
    best = np.array([(r.signals @ weights)[r.right] for r in told])
    return {n: round(float(w), 4) for n, w in zip(RANKED, weights, strict=True)}, round(0.7 - float(np.median(best)), 4)


@dataclass(frozen=True, slots=True)
class Judged:
    """The signals of a statement that would answer, or stand beside the one that does, and whether it answers."""

    signals: dict[str, float]
    right: bool
    answerable: bool
    group: str


def at_gate(rows: Sequence[Seen]) -> list[Judged]:
    """The questions on documents of one's own that reach the gate."""
    found = []
    for row in rows:
        own, _ = parted(row.evidence)
        fitting = [e for e in own if gate.fits(row.question, e)]
        if row.question.wants_number:
            fitting.sort(key=lambda e: e.features["unit"] == 0.0)
        if row.own and fitting:
            told = gate.read_signals(row.question, fitting[0], own)
            found.append(Judged(told, fitting[0].sentence.text in row.answers, bool(row.answers), row.group))
    return found


def beside_direct(rows: Sequence[Seen]) -> list[Judged]:
    """What could stand beside the answers that the gate lets through."""
    found = []
    for row in rows:
        own, _ = parted(row.evidence)
        direct = gate.decide(row.question, own).direct if row.own and own else None
        if direct is None:
            continue
        others = [e for e in own if e is not direct and beside.is_read(e, direct) and not e.features["label"]]
        for e in others[:_NEAREST]:
            told = beside.read_signals(e, direct)
            found.append(Judged(told, e.sentence.text in row.answers, bool(row.answers), row.group))
    return found


def fit_beside(rows: Sequence[Seen], *, into: Path | None) -> None:
    """Fit and judge what may stand beside an answer, and write it where asked."""
    told = beside_direct(rows)
    said = _crossed([b.signals for b in told], [b.right for b in told], [b.group for b in told], _STRENGTH)
    right = np.array([b.right for b in told])
    for least in (0.05, 0.1, 0.15, 0.2, 0.3):
        shown = said >= least
        print(
            f"beside from {least}: {shown.sum() / len(rows):.2f} a question, {right[shown].mean():.3f} of them right, "
            f"{right[shown].sum() / right.sum():.3f} of the right ones"
        )
    if into:
        model = fitted([b.signals for b in told], [float(b.right) for b in told], _STRENGTH)
        into.write_text(json.dumps(asdict(model), indent=1) + "\n", encoding="utf-8")
        model_in.cache_clear()


def _crossed(
    signals: Sequence[dict[str, float]],
    right: Sequence[bool],
    groups: Sequence[str],
    strength: float,
    *,
    balanced: bool = False,
) -> NDArray[np.float64]:
    """What models say that were fitted on the other groups."""
    from sklearn.model_selection import GroupKFold

    said = np.zeros(len(signals))
    for train, test in GroupKFold(_FOLDS).split(signals, groups=groups):
        there = [right[i] for i in train]
        weights = _balance(there) if balanced else None
        model = fitted([signals[i] for i in train], [float(r) for r in there], strength, weights)
        said[test] = [model(signals[i]) for i in test]
    return said


def _balance(own: Sequence[bool]) -> list[float]:
    """Weights by which questions on one's own documents and on the notes count the same, however many there are."""
    return [1.0 if mine else sum(own) / (len(own) - sum(own)) for mine in own]


def main() -> None:
    """Collect, fit, judge, and write on request."""
    from sklearn.metrics import roc_auc_score

    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("folder", type=Path)
    options.add_argument("--indexes", type=Path, nargs="+", required=True)
    options.add_argument("--others", type=Path, nargs="+", required=True)
    options.add_argument("--write", action="store_true")
    told = options.parse_args()
    rows = list(seen(told.indexes, told.folder, told.others))
    ranking, base = fit_ranking(rows)
    print(ranking, base)
    rows = [_reranked(row, ranking, base) for row in rows]

    gated = at_gate(rows)
    said = _crossed([g.signals for g in gated], [g.right for g in gated], [g.group for g in gated], _STRENGTH)
    right, answerable = np.array([g.right for g in gated]), np.array([g.answerable for g in gated])
    asked = sum(bool(r.own and r.answers) for r in rows)
    print(f"gate: {asked} answerable, {answerable.sum()} reach it, {right.sum()} with a right one first")
    for least in (0.2, 0.25, 0.3, 0.35, 0.4, 0.5):
        shares = [float(np.mean(said[mine] >= least)) for mine in (right, answerable & ~right, ~answerable)]
        print("  from {}: right {:.3f}, wrong {:.3f}, near misses {:.3f} answered".format(least, *shares))
    print(f"  AUROC {roc_auc_score(right, said):.3f}; of answerable or not {roc_auc_score(answerable, said):.3f}")
    if told.write:
        model = fitted([g.signals for g in gated], [float(g.right) for g in gated], _STRENGTH)
        gate.READ_FILE.write_text(json.dumps(asdict(model), indent=1) + "\n", encoding="utf-8")
        model_in.cache_clear()
    fit_beside(rows, into=beside.READ_FILE if told.write else None)

    sided = []
    for row in rows:
        own, ours = parted(row.evidence)
        if own and ours:
            verdicts = gate.decide(row.question, own), gate.decide(row.question, ours)
            sided.append(
                (whose.signals(row.question, own, ours, verdicts, row.before), row.own, row.group, bool(row.answers))
            )
    said = _crossed([s[0] for s in sided], [s[1] for s in sided], [s[2] for s in sided], _OF_WHOSE, balanced=True)
    is_own, answered = np.array([s[1] for s in sided]), np.array([s[3] for s in sided])
    shares = [
        np.mean(right)
        for right in (said[is_own & answered] >= 0.5, said[is_own & ~answered] >= 0.5, said[~is_own] < 0.5)
    ]
    told_right = "told right of own {:.3f}, of near misses {:.3f}, of notes {:.3f}".format(*shares)
    print(f"whose: AUROC {roc_auc_score(is_own, said):.3f}; {told_right}")
    if told.write:
        weights = _balance([s[1] for s in sided])
        sides = fitted([s[0] for s in sided], [float(s[1]) for s in sided], _OF_WHOSE, weights)
        whose.FILE.write_text(json.dumps(asdict(sides), indent=1) + "\n", encoding="utf-8")


def _reranked(row: Seen, weights: dict[str, float], base: float) -> Seen:
    def scored(e: Evidence) -> Evidence:
        if e.features["taught"]:
            return e
        told = base + sum(w * e.features[name] for name, w in weights.items())
        return replace(e, score=min(1.0, max(0.0, told)))

    evidence = sorted((scored(e) for e in row.evidence), key=lambda e: -e.score)
    return replace(row, evidence=tuple(evidence))


if __name__ == "__main__":
    main()
