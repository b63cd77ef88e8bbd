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

# Chosen on natural questions and chats held out; see `eval/LOG.md`.
_NEARNESS, _SMOOTHNESS, _KEPT = 2.5, 0.3, 8_000
_JITTER = 1e-4
_AT_ONCE = 8_192
_NATURAL = 3.0
"""What a natural question counts."""


def train(
    questions: NDArray[np.float32],
    answered: NDArray[np.bool_],
    weights: NDArray[np.float64] | None = None,
    most: int = _KEPT,
) -> Answerable:
    """The machine for these questions, each of which may count more; of sixty thousand, about a minute.

    Least squares in the space of the kernel, over a part of the questions (Rifkin, Yeo and Poggio 2003, "Regularized
    least-squares classification"; Williams and Seeger 2001, "Using the Nystroem method to speed up kernel machines").
    Both classes weigh alike. It keeps at most `most` questions: of those that count more up to half, of the others as
    many answered as not.
    """
    from scipy.linalg import solve

    told = np.ones(len(answered)) if weights is None else weights
    kept = questions[_part(answered, told, most)]
    balanced = (told * np.where(answered, 1.0 / told[answered].sum(), 1.0 / told[~answered].sum())).astype(np.float32)
    balanced *= len(answered) / balanced.sum()
    signs = np.where(answered, 1.0, -1.0).astype(np.float32)
    gram, aim = _SMOOTHNESS * _kernel(kept, kept), np.zeros(len(kept), np.float32)
    for i in range(0, len(questions), _AT_ONCE):
        near, weigh = _kernel(questions[i : i + _AT_ONCE], kept), balanced[i : i + _AT_ONCE]
        gram += near.T @ (near * weigh[:, None])
        aim += near.T @ (weigh * signs[i : i + _AT_ONCE])
    votes = solve(gram.astype(np.float64) + _JITTER * np.eye(len(kept)), aim.astype(np.float64), assume_a="pos")
    return Answerable(kept, votes.astype(np.float32), 0.0, _NEARNESS)


def _part(answered: NDArray[np.bool_], weights: NDArray[np.float64], most: int) -> NDArray[np.int64]:
    """Which questions are kept, drawn by chance, the same each time."""
    chance = np.random.default_rng(0)

    def drawn(of: NDArray[np.bool_], count: int) -> NDArray[np.int64]:
        there = np.flatnonzero(of)
        return chance.choice(there, min(count, len(there)), replace=False)

    first = drawn(weights > 1.0, most // 2)
    left = most - len(first)
    plain = weights <= 1.0
    return np.concatenate([first, drawn(plain & ~answered, left // 2), drawn(plain & answered, left - left // 2)])


def _kernel(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.exp(2.0 * _NEARNESS * (one @ other.T - 1.0)), np.float32)


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
