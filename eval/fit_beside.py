"""`python -m eval.fit_beside FILE ... [--write]`: fit which statements may stand beside the one that answers
(`app/beside.json`).

FILEs hold natural questions or chats that nothing was learnt from (see `eval.phrasings`, `eval.talks`), with the
statements that answer or may be shown. Of each question whose answer is one of those, the statements found next are
told apart: by cross-validation over questions, how many of those chosen are to the point, and how many that are to the
point are chosen, beside what the composer shows now.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.beside import FILE, signals
from app.gate import is_phrased
from app.logistic import Model
from eval.logistic_fit import fitted
from eval.natural import rows_of
from eval.systems.advisor import Watched
from ingest.index import open_index
from ingest.settings import Settings, load

_LOOKED_AT, _SHOWN = 12, 3
_STRENGTH, _FOLDS = 0.05, 8
_FROM = (0.3, 0.4, 0.5, 0.6)
_Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """A statement found beside the one that answers: its signals, whether it is to the point, and whether it is shown
    now."""

    signals: dict[str, float]
    fits: bool
    shown: bool
    question: str


def seen(settings: Settings, paths: Sequence[Path]) -> Iterator[Seen]:
    """What is found beside right answers; caveats are chosen otherwise, and are left out."""
    advisor = Watched(open_index(settings), settings)
    for row, before in (row for path in paths for row in rows_of(path)):
        answer = advisor.answer(row.question, before) if row.answers else None
        part = advisor.last.parts[0] if answer and advisor.last and not answer.abstained else None
        direct, good = part.direct if part else None, {*row.answers, *row.also}
        if not part or not part.found or not direct or direct.sentence.text not in good or not is_phrased(direct):
            continue
        quotes = {quote.text for draft in part.drafts[1:] for quote in draft.quotes}
        others = [e for e in part.found.evidence if e.sentence is not direct.sentence and e.sentence.kind != "caveat"]
        for e in others[:_LOOKED_AT]:
            if is_phrased(e):
                told = signals(e, direct)
                yield Seen(told, e.sentence.text in good, e.sentence.text in quotes, row.question)


def fit(rows: Sequence[Seen]) -> Model:
    """The model of what is to the point."""
    return fitted([r.signals for r in rows], [r.fits for r in rows], _STRENGTH)


def held_out(rows: Sequence[Seen]) -> _Array:
    """For each statement what a model says that has seen nothing of its question."""
    from sklearn.model_selection import GroupKFold

    said = np.zeros(len(rows))
    for train, test in GroupKFold(_FOLDS).split(rows, groups=[r.question for r in rows]):
        model = fit([rows[i] for i in train])
        for i in test:
            said[i] = model(rows[i].signals)
    return said


def chosen(rows: Sequence[Seen], said: _Array, least: float) -> list[Seen]:
    """Of each question's statements the likeliest few, from so likely."""
    by_question: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        by_question.setdefault(row.question, []).append(i)
    kept = (sorted((i for i in own if said[i] >= least), key=lambda i: -said[i]) for own in by_question.values())
    return [rows[i] for own in kept for i in own[:_SHOWN]]


def main() -> None:
    """Collect, judge by cross-validation, write on request."""
    from sklearn.metrics import roc_auc_score

    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("files", type=Path, nargs="+")
    options.add_argument("--write", action="store_true")
    told = options.parse_args()
    rows = list(seen(load(), told.files))
    said, questions, fitting = held_out(rows), len({r.question for r in rows}), sum(r.fits for r in rows)
    print(f"{len(rows)} beside {questions} answers, AUROC {roc_auc_score([r.fits for r in rows], said):.3f}")
    for name, shown in [("now", [r for r in rows if r.shown]), *((f"{x}", chosen(rows, said, x)) for x in _FROM)]:
        good = sum(r.fits for r in shown)
        print(f"{name}: {len(shown) / questions:.2f} each, to the point {good / max(1, len(shown)):.3f}"
              f" and {good / fitting:.3f} of all that are")  # fmt: skip
    if told.write:
        FILE.write_text(json.dumps(asdict(fit(rows)), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
