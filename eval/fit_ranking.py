"""`python -m eval.fit_ranking HELD --natural FILE [--talks]`: fit how statements with phrasings are ranked
(`app/ranking.py`).

HELD holds further phrasings (see `eval.phrasings`) that the index in the data folder and the tuned embedder have not
seen, FILE natural questions, which count `_WEIGHT` times. Softmax over the statements found for a question (Cao and
others 2007, "Learning to rank: from pairwise approach to listwise approach", with one right statement), judged by
cross-validation over statements; the scale is kept on which thresholds on scores were set. Prints what to put into
`PHRASED_WEIGHTS` and `PHRASED_BASE`, or, where both hold chats (`--talks`; see `eval.talks`), into `TALK_WEIGHTS` and
`TALK_BASE`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.question import read
from app.types import Evidence
from eval.phrasings import Further
from eval.searching import searching
from eval.talks import talks, told_in_full

FITTED = (
    "judged known_often known cover fused premise spoken unit back type own agree dense caveat guidance many told"
).split()
_LOOKED_AT = 20
_FOLDS = 5
_RIDGE = 1e-3
_STEPS = 200
_WEIGHT = 4.0
_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One question: the signals of the statements found (k, n), their scores (k), and which of them is right; how often
    it counts."""

    signals: _Array
    scores: _Array
    right: int
    group: str
    weight: float


def ranked(held: Path, weight: float, *, chats: bool) -> tuple[list[Ranked], int]:
    """The questions of a file whose statement is found at all, and how many were asked; of several statements that
    answer, the one that comes first counts, and the others do not stand beside it."""
    told, asked = [], 0
    for row, found in _in_chats(held) if chats else _alone(held):
        asked += 1
        evidence = [e for e in found if e.features["known"]][:_LOOKED_AT]
        first = next((e for e in evidence if e.sentence.text in row.answers), None)
        if first:
            kept = [e for e in evidence if e is first or e.sentence.text not in (*row.answers, *row.also)]
            signals = np.array([[e.features[name] for name in FITTED] for e in kept])
            scores = np.array([e.score for e in kept])
            told.append(Ranked(signals, scores, kept.index(first), row.answers[0], weight))
    return told, asked


def _alone(held: Path) -> Iterator[tuple[Further, Sequence[Evidence]]]:
    advisor = searching()
    return ((row, advisor.evidence(read(row.question))) for row in told_in_full(held) if row.statement)


def _in_chats(held: Path) -> Iterator[tuple[Further, Sequence[Evidence]]]:
    advisor = searching()
    found = ((talk.in_full, advisor.of_talk(talk)) for talk in talks(held) if talk.statement)
    return ((row, heard[1]) for row, heard in found if heard)


def fit(rows: Sequence[Ranked]) -> _Array:
    """Weights, one for each signal."""
    from scipy.optimize import minimize

    most = max(len(r.scores) for r in rows)
    x = np.zeros((len(rows), most, rows[0].signals.shape[1]))
    there = np.zeros((len(rows), most), bool)
    for i, r in enumerate(rows):
        x[i, : len(r.scores)], there[i, : len(r.scores)] = r.signals, True
    deviations = x[there].std(axis=0) + 1e-6
    x /= deviations
    right = np.array([r.right for r in rows])
    counts = np.array([r.weight for r in rows]) / sum(r.weight for r in rows)
    of = np.arange(len(rows))

    def loss(weights: _Array) -> tuple[float, _Array]:
        scores = np.where(there, x @ weights, -np.inf)
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        slope = (x * chances[..., None]).sum(axis=1) - x[of, right]
        told = -(counts * np.log(chances[of, right] + 1e-12)).sum() + _RIDGE * float(weights @ weights)
        return float(told), counts @ slope + 2 * _RIDGE * weights

    found = minimize(loss, np.zeros(x.shape[2]), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return np.asarray(found.x / deviations, np.float64)


def firsts(rows: Sequence[Ranked], scores: Sequence[_Array]) -> tuple[float, float]:
    """Share of questions whose statement comes first, and among the first three."""
    places = [int((own > own[r.right]).sum()) for r, own in zip(rows, scores, strict=True)]
    return float(np.mean([p < 1 for p in places])), float(np.mean([p < 3 for p in places]))


def main() -> None:
    """Fit, judge, and print."""
    from sklearn.model_selection import GroupKFold

    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("held", type=Path)
    options.add_argument("--natural", type=Path, required=True)
    options.add_argument("--talks", action="store_true")
    told = options.parse_args()
    rows: list[Ranked] = []
    for name, path, weight in (("held", told.held, 1.0), ("natural", told.natural, _WEIGHT)):
        found, asked = ranked(path, weight, chats=told.talks)
        print(f"{name}: {asked} asked, found {len(found) / asked:.3f}")
        rows += found
    said: list[_Array] = [np.empty(0)] * len(rows)
    for train, test in GroupKFold(_FOLDS).split(rows, groups=[r.group for r in rows]):
        weights = fit([rows[i] for i in train])
        for i in test:
            said[i] = rows[i].signals @ weights
    for name, weight in (("held", 1.0), ("natural", _WEIGHT)):
        mine = [i for i, r in enumerate(rows) if r.weight == weight]
        those = [rows[i] for i in mine]
        now, fitted = firsts(those, [r.scores for r in those]), firsts(those, [said[i] for i in mine])
        print(
            f"{name}, first / first three: as now {now[0]:.3f} / {now[1]:.3f}; fitted {fitted[0]:.3f} / {fitted[1]:.3f}"
        )
    weights = fit(rows)
    raw = np.concatenate([r.signals @ weights for r in rows])
    (scale, base), *_ = np.linalg.lstsq(
        np.stack([raw, np.ones(len(raw))], axis=1), np.concatenate([r.scores for r in rows]), rcond=None
    )
    print({name: round(float(w * scale), 3) for name, w in zip(FITTED, weights, strict=True)}, round(float(base), 3))


if __name__ == "__main__":
    main()
