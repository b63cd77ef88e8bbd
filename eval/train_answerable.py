"""`python -m eval.train_answerable NOTES [--more FILE ...] [--in-full FILE ...] [--natural FILE ...]
[--hold-out FILE ...]`.

Trains `app/answerable.npz`: questions of statements count as answerable, those of gaps as not. FILEs of `--more` hold
further phrasings and near misses (see `eval.phrasings`), those of `--in-full` chats, whose last messages are taken as
told in full (`eval.talks`), those of `--natural` natural questions, which count more.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.answerable import FILE, Answerable
from eval.phrasings import further, phrasings_of, tuned_vectors
from eval.talks import told_in_full
from ingest.embedder import Embedder, SentenceTransformerEmbedder
from ingest.weights import TUNED

_NEARNESS, _STRICTNESS = 1.5, 1.0
_NATURAL = 3.0
"""What a natural question counts."""


def train(
    questions: NDArray[np.float32], answered: NDArray[np.bool_], weights: NDArray[np.float64] | None = None
) -> Answerable:
    """The machine for these questions, each of which may count more; of fifty thousand, about ten minutes."""
    from sklearn.svm import SVC

    fitted = SVC(C=_STRICTNESS, gamma=_NEARNESS, class_weight="balanced", cache_size=3_000)
    fitted.fit(questions.astype(np.float64), answered, weights)
    votes = fitted.dual_coef_[0].astype(np.float32)
    return Answerable(questions[fitted.support_], votes, float(fitted.intercept_[0]), _NEARNESS)


def main() -> None:
    """Train and write."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("notes", type=Path)
    options.add_argument("--more", type=Path, nargs="*", default=[])
    options.add_argument("--in-full", type=Path, nargs="*", default=[])
    options.add_argument("--natural", type=Path, nargs="*", default=[])
    options.add_argument("--hold-out", type=Path, nargs="*", default=[])
    options.add_argument("--into", type=Path, default=FILE)
    told = options.parse_args()
    phrasings = phrasings_of(told.notes)
    own = [(q, not phrasings.gaps[i]) for q, i in zip(phrasings.questions, phrasings.of, strict=True)]
    others = [row for path in told.more for row in further(path)]
    others += [row for path in told.in_full for row in told_in_full(path)]
    natural = {row.question: row.statement is not None for path in told.natural for row in told_in_full(path)}
    asked = dict([*((row.question, row.statement is not None) for row in others), *own]) | natural
    embedder = SentenceTransformerEmbedder(TUNED, 2)
    answered = np.asarray(list(asked.values()))
    weights = np.asarray([_NATURAL if question in natural else 1.0 for question in asked])
    found = train(tuned_vectors(embedder, list(asked)), answered, weights)
    found.write(told.into)
    print(f"{len(answered)} questions, {int((~answered).sum())} of them not answered; {len(found.votes)} kept")
    for path in told.hold_out:
        print(f"{path.name}: AUROC {_area(found, embedder, path):.3f}")


def _area(machine: Answerable, embedder: Embedder, held: Path) -> float:
    """How well the machine tells further questions that are answered from those that are not."""
    from sklearn.metrics import roc_auc_score

    rows = told_in_full(held)
    said = [machine(vector) for vector in embedder.encode([row.question for row in rows])]
    return float(roc_auc_score([row.statement is not None for row in rows], said))


if __name__ == "__main__":
    main()
