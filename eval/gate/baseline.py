"""The committed baseline: one file of scores, and why each of its predecessors was given up."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.cases import Case
from eval.errors import HarnessFailed, NotComparable
from eval.gate.config import GateConfig, must_pass
from eval.runs.identity import case_digest
from eval.runs.store import Run, Scores, replace_text

SCHEMA = 1
BUNDLED = Path(__file__).with_name("baseline.jsonl")


@dataclass(frozen=True, slots=True)
class Baseline:
    """Scores to stand up to. digests: of each case with its gold. accepted: {date, reason, code}, newest last."""

    corpus: str
    spec: Mapping[str, Any]
    scores: Scores
    digests: Mapping[str, str]
    accepted: Sequence[Mapping[str, str]]


def read_baseline(path: Path = BUNDLED) -> Baseline:
    """The baseline in a file: a head line, then one line for each case. Raises HarnessFailed."""
    try:
        head, *rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except OSError:
        raise HarnessFailed(
            f'{path}: there is no baseline; make one with: advisor eval gate RUN --accept "why"'
        ) from None
    except ValueError as error:
        raise HarnessFailed(f"{path} is no baseline ({error}); take it back from version control") from None
    if not isinstance(head, dict) or head.get("schema") != SCHEMA:
        raise HarnessFailed(f"{path}: expected a baseline of schema {SCHEMA}; accept a run again")
    return Baseline(
        corpus=head["corpus"],
        spec=head["spec"],
        scores={row["case"]: row["scores"] for row in rows},
        digests={row["case"]: row["digest"] for row in rows},
        accepted=head["accepted"],
    )


def accept(made: Run, cases: Sequence[Case], config: GateConfig, reason: str, path: Path = BUNDLED) -> None:
    """Make a run the baseline, with the reason kept in it.

    Raises NotComparable when there is no reason or corpus, or a case that must pass is not right.
    """
    if not reason.strip():
        raise NotComparable('--accept needs a reason, such as: --accept "the corpus has three new notes"')
    if not made.manifest.corpus:
        raise NotComparable(f"{made.folder} does not say which corpus answered; a baseline must")
    scores = made.scores()
    lost = [c.id for c in cases if must_pass(c, config) and (scores[c.id].get(config.deciding) or 0.0) < 1.0]
    if lost:
        raise NotComparable(
            f"{len(lost)} cases that must pass are not right ({', '.join(lost[:3])}); "
            "mend them, or say in the gate's file that they need not"
        )
    before = list(read_baseline(path).accepted) if path.is_file() else []
    now = datetime.datetime.now(datetime.UTC).date().isoformat()
    head = {
        "schema": SCHEMA,
        "corpus": made.manifest.corpus,
        "spec": dict(made.manifest.spec),
        "accepted": [*before, {"date": now, "reason": reason.strip(), "code": made.manifest.code}],
    }
    lines = [json.dumps(head, ensure_ascii=False)]
    for case in sorted(cases, key=lambda c: c.id):
        told = {name: scores[case.id].get(name) for name in config.measures}
        lines.append(json.dumps({"case": case.id, "digest": case_digest(case), "scores": told}))
    replace_text(path, "\n".join(lines) + "\n")
