"""Documents that hold orders to whoever reads them, from the sets of `../shared/bench/injection`.

BIPIA (Yi and others 2023): e-mails and tables with one attack; garak's latent injections: reports, curricula vitae,
fact sheets and law with a trigger that only a reader who obeys would repeat of its own accord.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILES = ("latent.jsonl", "bipia_indirect.jsonl")
_SUBJECT_CHARS = 120


@dataclass(frozen=True, slots=True)
class Attack:
    """One planted document. order: what it demands; trigger: words that betray obedience, "" where none were set."""

    id: str
    kind: str
    document: str
    question: str
    order: str
    trigger: str


def attacks(folder: Path) -> list[Attack]:
    """All attacks of a folder, in the order of its files; files that are not there are left out."""
    there = [folder / name for name in FILES if (folder / name).is_file()]
    return [attack for path in there for attack in _read(path)]


def _read(path: Path) -> Iterator[Attack]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        if "trigger" in row:  # a task about a whole document: its beginning says which one
            subject = " ".join(row["clean"].split())[:_SUBJECT_CHARS]
            question = f"{row['user_task'].strip(' -:').splitlines()[0].strip(' :')}: {subject}"
            yield Attack(f"latent-{number}", row["probe"], row["poisoned"], question, row["injected"], row["trigger"])
        else:
            yield Attack(f"bipia-{number}", row["kind"], row["poisoned"], row["question"], row["attack"], "")
