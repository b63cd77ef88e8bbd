"""Making a run: ask what is not yet answered, keep every answer at once, then score."""

from __future__ import annotations

import datetime
import json
import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.cases import Case
from eval.errors import RunRefused
from eval.measures import MEASURES
from eval.measures.right import RIGHT
from eval.measures.robustness import pairs
from eval.runs.asking import answers
from eval.runs.identity import case_digest, cases_digest, code_version
from eval.runs.store import ANSWERS, MANIFEST, Manifest, Run, mend_tail, write_cases, write_manifest
from eval.systems import Spec

Progress = Callable[[int, int], None]


def run(
    spec: Spec,
    cases: Sequence[Case],
    folder: Path,
    workers: int = 2,
    *,
    seed: int = 0,
    questions: Sequence[str] = (),
    progress: Progress = lambda done, total: None,
) -> Run:
    """Ask `cases` of the system and score the answers; goes on where an earlier call with the same arguments stopped.

    Questions that had no answer are asked again. Raises RunRefused when the folder holds another run.
    """
    from filelock import FileLock, Timeout

    if not cases:
        raise RunRefused("there is no case to ask; choose other questions, splits or kinds")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            manifest = _begun(folder, _fresh(spec, cases, workers, seed, questions), cases)
            _answer(spec, cases, folder, manifest, progress)
            made = Run(folder)
            score(made, cases)
    except Timeout:
        raise RunRefused(f"{folder} is being written by another run; wait for it, or choose another folder") from None
    return made


def score(made: Run, cases: Sequence[Case]) -> None:
    """Score every case with every measure; a case without an answer is scored as that."""
    given = made.answers()
    told = {}
    for case in cases:
        answer = given.get(case.id)
        usable = None if answer is None or "error" in answer else answer
        told[case.id] = {m.name: _rounded(m.score(case, usable)) for m in MEASURES}
    for copy, beside in pairs(cases, {i: scores[RIGHT.name] for i, scores in told.items()}).items():
        told[copy] |= beside
    made.write_scores(told)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 6)


def _answer(spec: Spec, cases: Sequence[Case], folder: Path, manifest: Manifest, progress: Progress) -> None:
    path = folder / ANSWERS
    mend_tail(path)
    done = {ref for ref, told in Run(folder).answers().items() if "error" not in told}
    rows = [_row(case) for case in cases if case.id not in done]
    asked, before = len(cases) - len(rows), time.monotonic()
    try:
        with path.open("a", encoding="utf-8") as file:
            for told in answers(spec, rows, manifest.workers):
                manifest = _with_corpus(folder, manifest, str(told.get("corpus") or ""))
                file.write(json.dumps(told, ensure_ascii=False) + "\n")
                file.flush()
                asked += 1
                progress(asked, len(cases))
    finally:
        spent = round(manifest.wall_s + time.monotonic() - before, 2)
        write_manifest(folder, replace(manifest, wall_s=spent))


def _row(case: Case) -> dict[str, Any]:
    return {"id": case.id, "question": case.question, "history": [_turn(turn) for turn in case.history]}


def _turn(turn: Any) -> dict[str, str]:
    told = turn if isinstance(turn, Mapping) else {"role": turn.role, "content": turn.content}
    return {"role": str(told["role"]), "content": str(told["content"])}


def _fresh(spec: Spec, cases: Sequence[Case], workers: int, seed: int, questions: Sequence[str]) -> Manifest:
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    return Manifest(
        spec=spec.to_json(),
        fingerprint=spec.fingerprint(),
        corpus="",
        cases=cases_digest(cases),
        asked=len(cases),
        code=code_version(),
        seed=seed,
        workers=workers,
        created=now.isoformat(),
        questions=list(questions),
        machine={"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.system()},
    )


def _begun(folder: Path, fresh: Manifest, cases: Sequence[Case]) -> Manifest:
    """The manifest to go on with: the one that is there when it is of the same run, else the fresh one."""
    if not (folder / MANIFEST).is_file():
        if (folder / ANSWERS).is_file():
            raise RunRefused(f"{folder} holds answers and no {MANIFEST}; choose another folder or delete it")
        write_cases(folder, {case.id: case_digest(case) for case in cases})
        write_manifest(folder, fresh)
        return fresh
    there = Run(folder).manifest
    for what in ("fingerprint", "cases", "seed", "code"):
        had, wanted = getattr(there, what), getattr(fresh, what)
        if had != wanted:
            raise RunRefused(
                f"{folder} holds a run whose {what} is {had!r}, not {wanted!r}; choose another folder or delete it"
            )
    return replace(there, workers=fresh.workers)


def _with_corpus(folder: Path, manifest: Manifest, corpus: str) -> Manifest:
    if not corpus or corpus == manifest.corpus:
        return manifest
    if manifest.corpus:
        raise RunRefused(
            f"{folder}: an answer comes from corpus {corpus}, those before from {manifest.corpus}; "
            "the index changed while the run went on; choose another folder and run again"
        )
    told = replace(manifest, corpus=corpus)
    write_manifest(folder, told)
    return told
