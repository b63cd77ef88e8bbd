"""`python -m eval.train_answerable NOTES [--into FILE]`: train `app/answerable.npz` on the phrasings of notes.

Questions of statements count as answerable, those of gaps as not.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.answerable import FILE, Answerable
from eval.phrasings import phrasings_of
from ingest.embedder import SentenceTransformerEmbedder
from ingest.weights import TUNED

_NEARNESS, _STRICTNESS = 1.5, 1.0


def train(questions: NDArray[np.float32], answered: NDArray[np.bool_]) -> Answerable:
    """The machine for these questions; about a minute on two cores."""
    from sklearn.svm import SVC

    fitted = SVC(C=_STRICTNESS, gamma=_NEARNESS, class_weight="balanced", cache_size=1_000)
    fitted.fit(questions.astype(np.float64), answered)
    votes = fitted.dual_coef_[0].astype(np.float32)
    return Answerable(questions[fitted.support_], votes, float(fitted.intercept_[0]), _NEARNESS)


def main() -> None:
    """Train and write."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("notes", type=Path)
    options.add_argument("--into", type=Path, default=FILE)
    told = options.parse_args()
    phrasings = phrasings_of(told.notes)
    vectors = SentenceTransformerEmbedder(TUNED, 2).encode(phrasings.questions)
    answered = np.asarray([not phrasings.gaps[i] for i in phrasings.of])
    found = train(vectors, answered)
    found.write(told.into)
    print(f"{len(answered)} questions, {int((~answered).sum())} of gaps; {len(found.votes)} kept")


if __name__ == "__main__":
    main()
