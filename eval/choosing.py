"""Which questions a run is asked: files, split, kinds, or a sample."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from eval.cases import Case, load_cases
from eval.errors import NotComparable
from eval.runs.identity import case_digest
from eval.runs.store import Run
from ingest.errors import AdvisorError

BUNDLED = Path(__file__).resolve().parent / "questions"


class QuestionsRefused(AdvisorError):
    """The choice of questions leaves none, or is no question file."""


def question_files(paths: Sequence[Path] = ()) -> list[Path]:
    """The JSONL files among `paths` (folders are looked into), or all bundled ones; raises QuestionsRefused."""
    found = [f for p in paths or [BUNDLED] for f in (sorted(p.glob("*.jsonl")) if p.is_dir() else [p])]
    absent = [f for f in found if not f.is_file()]
    if absent or not found:
        told = f"{absent[0]} is not there" if absent else f"{paths[0] if paths else BUNDLED} holds no *.jsonl"
        raise QuestionsRefused(f"{told}; expected files of questions, see eval/questions/README.md")
    return found


def chosen(
    paths: Sequence[Path] = (),
    split: str | None = None,
    kinds: Sequence[str] = (),
    sample: int | None = None,
    seed: int = 0,
) -> list[Case]:
    """Cases in the order of their files; a sample takes whole families in a fixed random order, so that smaller
    samples lie inside larger ones. A rewording is of the family of the question that it rewords, in whatever file that
    stands. Raises QuestionsRefused when two cases share an id or none is left."""
    cases = [case for path in question_files(paths) for case in load_cases(path)]
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise QuestionsRefused(f"two cases have the id {case.id!r}; expected each once; rename one")
        seen.add(case.id)
    families = {c.id: c.family for c in cases}
    cases = [replace(c, family=families.get(c.variant_of or "", c.family)) for c in cases]
    kept = [c for c in cases if (split is None or c.split == split) and (not kinds or c.kind in kinds)]
    if sample is not None:
        kept = _sampled(kept, sample, seed)
    if not kept:
        raise QuestionsRefused(f"no case is left of {len(cases)}; choose another split, kind or sample")
    return kept


def cases_of(made: Run, paths: Sequence[Path] = ()) -> list[Case]:
    """The cases that a run was asked, from the question files as they are now.

    Raises NotComparable when one is gone or was changed since: its answer was to another question.
    """
    there = {c.id: c for c in chosen(paths or [Path(q) for q in made.manifest.questions])}
    digests = made.digests()
    stale = [i for i, digest in digests.items() if i not in there or case_digest(there[i]) != digest]
    if stale:
        raise NotComparable(
            f"{len(stale)} of {len(digests)} cases of {made.folder} are gone or changed since, such as {stale[0]}; "
            "run again into another folder"
        )
    return [there[i] for i in digests]


def _sampled(cases: Sequence[Case], most: int, seed: int) -> list[Case]:
    by_family: dict[str, list[Case]] = {}
    for case in cases:
        by_family.setdefault(case.family, []).append(case)
    families = sorted(by_family)
    random.Random(seed).shuffle(families)
    taken: set[str] = set()
    for family in families:
        if len(taken) >= most:
            break
        taken.update(c.id for c in by_family[family][: most - len(taken)])
    return [c for c in cases if c.id in taken]
