"""`python -m eval.calibrate [--natural FILE ...] [--write]`: fit how sure an answer is, on the development questions
and on natural ones that nothing was learnt from (see `eval.phrasings`).

Label: the whole answer is right (`right` of `eval.measures`); of a natural question, that the statement which answers
is one of those that may. Judged by cross-validation over question families: area
under the risk-coverage curve, AUROC, Brier score (1950), expected calibration error over ten bins (Naeini 2015). With
--write the fit on all of them takes the place of app/sureness.json.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.logistic import Model
from app.sureness import FILE, signals
from app.work import Work
from eval.cases import Case
from eval.choosing import chosen
from eval.logistic_fit import fitted
from eval.measures.right import flaw
from eval.natural import rows_of
from eval.risk import area
from eval.systems.advisor import Watched
from ingest.index import open_index
from ingest.settings import Settings, load

_STRENGTH = 0.03
_FOLDS = 10
_BINS = 10
_Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """One answered question: its signals, whether the answer was right, and its family."""

    signals: dict[str, float]
    right: float
    family: str


class _Unfitted(Watched):
    """The advisor with no need of the fit that is about to be made."""

    def _sure_of(self, work: Work) -> float:
        return 0.0


def watched(settings: Settings, cases: Sequence[Case]) -> Iterator[Seen]:
    """The answered ones among `cases`."""
    advisor = _Unfitted(open_index(settings), settings)
    for case in cases:
        answer = advisor.answer(case.question, case.turns)
        told = _signals(advisor.last)
        if told and not answer.abstained:
            yield Seen(told[1], float(not flaw(case, answer.to_json())), case.family)


def watched_naturally(settings: Settings, path: Path) -> Iterator[Seen]:
    """The answered ones among the natural questions of a file, alone or in chats."""
    advisor = _Unfitted(open_index(settings), settings)
    for row, before in rows_of(path):
        answer = advisor.answer(row.question, before)
        told = _signals(advisor.last)
        if told and not answer.abstained:
            statement, signals_ = told
            yield Seen(signals_, float(statement in (*row.answers, *row.also)), row.statement or row.question)


def _signals(work: Work | None) -> tuple[str, dict[str, float]] | None:
    """The statement that answers a message, and what tells how surely."""
    part = work.parts[0] if work else None
    if part is None or part.verdict is None or part.verdict.direct is None or not part.found:
        return None
    told = signals(part.question, part.verdict.direct, part.found.evidence, part.verdict.confidence)
    return part.verdict.direct.sentence.text, told


def fit(seen: Sequence[Seen]) -> Model:
    """The model of how sure an answer is."""
    return fitted([s.signals for s in seen], [s.right for s in seen], _STRENGTH)


def held_out(seen: Sequence[Seen]) -> _Array:
    """For each answer what a model says that has seen no question of its family."""
    from sklearn.model_selection import GroupKFold

    said = np.zeros(len(seen))
    for train, test in GroupKFold(_FOLDS).split(seen, groups=[s.family for s in seen]):
        model = fit([seen[i] for i in train])
        for i in test:
            said[i] = model(seen[i].signals)
    return said


def calibration_error(said: Any, right: Any) -> float:
    """Mean distance between what was said and what came true, over bins of like size in probability."""
    bins = np.minimum((said * _BINS).astype(int), _BINS - 1)
    return float(sum(abs(said[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins)))


def judged(said: Any, right: Any) -> dict[str, float]:
    """How good a confidence is."""
    from sklearn.metrics import roc_auc_score

    return {
        "risk-coverage area": area(said, 1.0 - right),
        "AUROC": float(roc_auc_score(right, said)),
        "Brier": float(np.mean((said - right) ** 2)),
        "calibration error": calibration_error(said, right),
    }


def main() -> None:
    """Print how the fit and the gate's own confidence fare; write the fit on request."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--write", action="store_true", help="Put the new fit in place.")
    options.add_argument("--natural", type=Path, nargs="*", default=[], help="Questions that nothing was learnt from.")
    asked = options.parse_args()
    seen = list(watched(load(), chosen(split="dev")))
    seen += [one for path in asked.natural for one in watched_naturally(load(), path)]
    right: Any = np.array([s.right for s in seen])
    print(f"{len(seen)} answered, {right.mean():.1%} right; no order: area {1 - right.mean():.3f}")
    for name, said in (("held out", held_out(seen)), ("gate", np.array([s.signals["gate"] for s in seen]))):
        print(f"{name}: " + ", ".join(f"{k} {v:.3f}" for k, v in judged(said, right).items()))
    if asked.write:
        FILE.write_text(json.dumps(asdict(fit(seen)), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
