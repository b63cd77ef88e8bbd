"""Proving an index build before it is used: `python -m ingest.verify FOLDER PARENT`.

A damaged Chroma folder can hang or end the process that opens it, and neither can be caught from inside: so
the proof is made in a process of its own, with a deadline.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ingest.errors import AdvisorError
from ingest.manifest import CHROMA, PASSAGES, VECTORS, Content, Manifest, dead_rows
from ingest.orphan import end_with
from ingest.store import Vector, VectorStore
from ingest.store.exact import ExactStore
from ingest.store.passages import PassageStore
from ingest.terms import stems

_CANARIES = 5
_SAME = 0.9995
_CHROMA_ALONE = "--chroma"


def problem_of(folder: Path, *, chroma_alone: bool = False) -> str:
    """What is wrong with the build in `folder`, found out in a separate process; "" when nothing is."""
    units = 0
    try:
        units = Manifest.read(folder).counts.get("units", 0)
    except AdvisorError as error:
        return str(error)
    deadline_s = 60.0 + units / 1_000
    alone = [_CHROMA_ALONE] if chroma_alone else []
    command = [sys.executable, "-m", "ingest.verify", str(folder), str(os.getpid()), *alone]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=deadline_s, check=False)
    except subprocess.TimeoutExpired:
        return f"opening the index took longer than {deadline_s:.0f} s"
    if done.returncode == 0:
        return ""
    told = (done.stdout.strip() or done.stderr.strip()).splitlines()
    if done.returncode < 0:
        return f"opening the index ended the process with signal {-done.returncode}"
    return told[-1][:300] if told else f"verification ended with status {done.returncode}"


def verify(folder: Path, *, chroma_alone: bool = False) -> str:
    """What is wrong with the build in `folder`; "" when nothing is. May hang or end the process."""
    manifest = Manifest.read(folder)
    dead = dead_rows(folder)
    exact = ExactStore(folder / VECTORS, manifest.dimension, manifest.rows, dead)
    store = PassageStore(folder / PASSAGES)
    canaries = _canaries(manifest.rows, frozenset(dead))
    found = "" if chroma_alone else _files(folder, manifest) or _words(store, manifest, canaries)
    return found or _vectors(folder, manifest, exact, canaries)


def _canaries(rows: int, dead: frozenset[int]) -> list[int]:
    living = [row for row in range(rows) if row not in dead]
    last = len(living) - 1
    return sorted({living[round(i * last / max(1, _CANARIES - 1))] for i in range(_CANARIES)}) if living else []


def _files(folder: Path, manifest: Manifest) -> str:
    for name, content in manifest.files.items():
        path = folder / name
        if not path.is_file() or Content.of(path) != content:
            return f"{name} is not the file that was written (its SHA-256 differs)"
    return ""


def _words(store: PassageStore, manifest: Manifest, canaries: list[int]) -> str:
    documents = len(store.documents())
    if documents != manifest.counts["documents"]:
        return f"{PASSAGES} holds {documents} documents, the manifest says {manifest.counts['documents']}"
    units = store.units(canaries)
    for number in canaries:
        unit = units.get(number)
        passage = store.passage(unit.passage_id) if unit else None
        if unit is None or passage is None:
            return f"{PASSAGES} has no unit {number}"
        words = max((passage.sentences[unit.sentence or 0].text.split()), key=len, default="")
        if any(c.isalnum() for c in words) and not _found(store, words):
            return f"the lexical index does not find {words!r}, which stands in passage {passage.id}"
    return ""


def _found(store: PassageStore, word: str) -> bool:
    # In a large index a very common word is not searched for; that it is counted shows that it is there.
    return bool(store.lexical([word], 1)) or any(store.document_frequency(s) for s in stems(word))


def _vectors(folder: Path, manifest: Manifest, exact: ExactStore, canaries: list[int]) -> str:
    from ingest.store.shards import ShardStore

    chroma = ShardStore(folder / CHROMA, dead_rows(folder))
    try:
        count = chroma.count()
        if exact.count() != manifest.counts["units"]:
            return f"{exact.count()} vectors are in use, the manifest says {manifest.counts['units']}"
        if count != manifest.counts["units"]:
            return f"Chroma holds {count} vectors, the manifest says {manifest.counts['units']}"
        lost = [number for number in canaries if not _finds(chroma, number, exact.vector(number))]
        # A sound graph may miss one vector that stands far from all others; a damaged one misses most.
        if len(lost) > len(canaries) // 4:
            return f"Chroma does not find the vectors of units {', '.join(map(str, lost))}"
    finally:
        chroma.close()
    return ""


def _finds(chroma: VectorStore, number: int, vector: Vector) -> bool:
    hits = chroma.query(vector, 1)
    # Equal texts have equal vectors: any of them may come first.
    return bool(hits) and (hits[0][0] == number or hits[0][1] >= _SAME)


def main(arguments: list[str]) -> int:
    """Print what is wrong with the build in the folder named; 0 when nothing is, else 1.

    Arguments: the folder, the id of the process that asks, and perhaps `--chroma`.
    """
    end_with(int(arguments[1]))
    try:
        found = verify(Path(arguments[0]), chroma_alone=_CHROMA_ALONE in arguments)
    except Exception as error:  # whatever Chroma or SQLite raises on damaged files is the finding
        found = f"{type(error).__name__}: {' '.join(str(error).split())}"
    if found:
        print(found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
