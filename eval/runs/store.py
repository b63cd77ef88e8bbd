"""A run on disk."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eval.errors import RunRefused

SCHEMA = 1
MANIFEST, CASES, ANSWERS, SCORES = "manifest.json", "cases.jsonl", "answers.jsonl", "scores.jsonl"
Scores = dict[str, dict[str, float | None]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A run described.

    spec: system, label, settings and options. corpus: fingerprint of the index that answered, "" until the first
    answer. cases: digest of the set of cases; asked: how many. code: commit or version. wall_s: seconds of asking,
    summed over resumptions. machine: what latencies hang on.
    """

    spec: Mapping[str, Any]
    fingerprint: str
    corpus: str
    cases: str
    asked: int
    code: str
    seed: int
    workers: int
    created: str
    questions: Sequence[str] = ()
    wall_s: float = 0.0
    machine: Mapping[str, Any] = field(default_factory=dict)
    schema: int = SCHEMA

    @property
    def name(self) -> str:
        """What the run is called in tables."""
        return str(self.spec.get("label") or self.spec.get("system"))


class Run:
    """A folder that holds a run; opened with `Run(folder)`, which raises RunRefused when there is none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = _read_manifest(folder / MANIFEST)

    @property
    def name(self) -> str:
        """What the run is called in tables."""
        return self.manifest.name

    def digests(self) -> dict[str, str]:
        """The cases that were to be asked, with the digest of each, in order."""
        return {str(row["case"]): str(row["digest"]) for row in _rows(self.folder / CASES)}

    def answers(self) -> dict[str, dict[str, Any]]:
        """Answers by case id; of several the last counts, so that a failure can be asked again."""
        return {str(row.get("ref")): row for row in _rows(self.folder / ANSWERS)}

    def scores(self) -> Scores:
        """Scores by case id, then measure; None: the measure does not apply. Raises RunRefused when not yet scored."""
        path = self.folder / SCORES
        if not path.is_file():
            raise RunRefused(f"{self.folder} has no {SCORES}; run `advisor eval run` again to go on")
        return {str(row["case"]): dict(row["scores"]) for row in _rows(path)}

    def write_scores(self, scores: Mapping[str, Mapping[str, float | None]]) -> None:
        """Put new scores in the place of the old, all or none."""
        lines = (json.dumps({"case": case, "scores": told}) + "\n" for case, told in scores.items())
        replace_text(self.folder / SCORES, "".join(lines))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, all or none."""
    replace_text(folder / MANIFEST, json.dumps(asdict(manifest), indent=1, ensure_ascii=False) + "\n")


def write_cases(folder: Path, digests: Mapping[str, str]) -> None:
    """Write which cases are to be asked."""
    lines = (json.dumps({"case": case, "digest": digest}) for case, digest in digests.items())
    replace_text(folder / CASES, "\n".join(lines) + "\n")


def replace_text(path: Path, text: str) -> None:
    """Write `text` beside `path`, then move it there."""
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


def mend_tail(path: Path) -> None:
    """Cut off a last line that a killed run left half written."""
    if not path.is_file():
        return
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole != len(data):
        with path.open("r+b") as file:
            file.truncate(whole)


def _read_manifest(path: Path) -> Manifest:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise RunRefused(f"{path.parent} holds no run; expected a folder made by `advisor eval run`") from None
    except ValueError:
        raise RunRefused(f"{path} is not JSON; delete the folder and run again") from None
    if told.get("schema") != SCHEMA:
        raise RunRefused(f"{path} has schema {told.get('schema')}; expected {SCHEMA}; run again")
    try:
        return Manifest(**told)
    except TypeError as error:
        raise RunRefused(f"{path}: {error}; expected a manifest of schema {SCHEMA}; run again") from None


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    text = path.read_text(encoding="utf-8")
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except ValueError:
            raise RunRefused(f"{path}:{number} is not JSON; go on with `advisor eval run` to have it mended") from None
