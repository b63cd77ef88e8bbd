"""The manifest: what an index was made from and with, so that it is never opened with anything else."""

from __future__ import annotations

import array
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.errors import IndexBroken
from ingest.weights import sha256_of

LAYOUT = 6
FILE = "manifest.json"
PASSAGES, VECTORS, CHROMA, DEAD = "passages.sqlite", "vectors", "chroma", "dead.u32"
PHRASED, LACKING = "phrased.npz", "lacking.npz"


_DATABASE = (".sqlite3", ".sqlite3-wal", ".sqlite3-shm", ".sqlite3-journal")


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of an index; `path` is absolute, `file_sha256` is of the file that was read."""

    sha256: str
    file_sha256: str
    path: str
    title: str
    passages: int
    sentences: int
    figures: int


@dataclass(frozen=True, slots=True)
class Content:
    """What a file of the index held when it was made."""

    sha256: str
    size_bytes: int

    @classmethod
    def of(cls, path: Path) -> Content:
        """The content of a file as it is now; reads all of it."""
        return cls(sha256_of(path), path.stat().st_size)


@dataclass(frozen=True, slots=True)
class Manifest:
    """An index described.

    reading: version of the code that turns files into passages.
    counts: "documents", "passages", "sentences", "units".
    rows: how many vectors there are, those of units that are no more included (their rows stand in `DEAD`).
    fingerprint: 16 hex digits that name the corpus as it can be searched: documents, embedder, reading.
    files: passages, vectors, dead rows and what the tuned embedder sees.
    chroma: size in bytes of each file of the Chroma folder.
    """

    layout: int
    embedder: str
    embedder_fingerprint: str
    dimension: int
    reading: str
    settings: Mapping[str, str]
    documents: Mapping[str, Entry]
    counts: Mapping[str, int]
    rows: int
    fingerprint: str
    created: str
    files: Mapping[str, Content]
    chroma: Mapping[str, int]

    def write(self, folder: Path) -> None:
        """Write to `folder`."""
        told = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        (folder / FILE).write_text(told + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest in `folder`; raises IndexBroken when it is absent, cut short or not a manifest."""
        try:
            told = json.loads((folder / FILE).read_text(encoding="utf-8"))
            told["documents"] = {i: Entry(**e) for i, e in told["documents"].items()}
            told["files"] = {name: Content(**c) for name, c in told["files"].items()}
            return cls(**told)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise IndexBroken(
                f"{folder / FILE} cannot be read ({error}), expected a whole manifest; run `advisor ingest --rebuild`"
            ) from error

    def size_problem(self, folder: Path) -> str:
        """Which of passages and vectors has not the size recorded; "" when both have."""
        for name, content in self.files.items():
            path = folder / name
            found = path.stat().st_size if path.is_file() else -1
            if found != content.size_bytes:
                return f"{name} has {max(found, 0)} bytes, expected {content.size_bytes}"
        return ""

    def graph_is_whole(self, folder: Path) -> bool:
        """Whether the files of Chroma's graph have the recorded sizes; they are written once."""
        found = chroma_sizes(folder)
        names = (n for n in found.keys() | self.chroma.keys() if not n.endswith(_DATABASE))
        return all(found.get(n) == self.chroma.get(n) for n in names)

    def chroma_problem(self, folder: Path) -> str:
        """How the Chroma folder differs from the record, by file sizes; "" when it does not."""
        found = chroma_sizes(folder)
        # The graph's own files first: the database beside them may change by being opened, they may not.
        for name in sorted(found.keys() | self.chroma.keys(), key=lambda n: (n.endswith(_DATABASE), n)):
            if found.get(name) != self.chroma.get(name):
                return f"{name} has {found.get(name, 0)} bytes, expected {self.chroma.get(name, 0)}"
        return ""


def corpus_fingerprint(documents: Mapping[str, Entry], embedder_fingerprint: str, reading: str) -> str:
    """16 hex digits over document hashes (in any order), embedder and reading version."""
    lines = sorted(f"{i} {e.sha256}" for i, e in documents.items())
    told = "\n".join([*lines, embedder_fingerprint, reading, str(LAYOUT)])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def contents(folder: Path, known: Mapping[str, Content]) -> dict[str, Content]:
    """What the files of a build hold, the Chroma folder's left out; those in `known` are not read again."""
    vectors = sorted(path.relative_to(folder).as_posix() for path in (folder / VECTORS).iterdir())
    return {name: known.get(name) or Content.of(folder / name) for name in (PASSAGES, DEAD, PHRASED, LACKING, *vectors)}


def dead_rows(folder: Path) -> tuple[int, ...]:
    """The rows of a build that belong to no unit any more, ascending; raises IndexBroken."""
    try:
        return tuple(array.array("I", (folder / DEAD).read_bytes()))
    except (OSError, ValueError) as error:
        raise IndexBroken(f"{folder / DEAD} cannot be read ({error}); run `advisor ingest --rebuild`") from error


def write_dead_rows(folder: Path, rows: Iterable[int]) -> None:
    """Write `DEAD`."""
    (folder / DEAD).write_bytes(array.array("I", sorted(rows)).tobytes())


def chroma_sizes(folder: Path) -> dict[str, int]:
    """Size in bytes of every file of the Chroma folder of a build, by path within the build."""
    files = (f for f in sorted((folder / CHROMA).rglob("*")) if f.is_file())
    return {f.relative_to(folder).as_posix(): f.stat().st_size for f in files}
