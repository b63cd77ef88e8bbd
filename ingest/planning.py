"""What a build has to do: which files to read, what to leave out, whether there is anything to do at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import AdvisorError
from ingest.reports import Refusal
from ingest.weights import sha256_of

if TYPE_CHECKING:
    from ingest.previous import Previous

_HERE = Path(__file__).parent
_READING = (
    "reading/**/*.py",
    "quantities/**/*.py",
    "chunker.py",
    "sentences.py",
    "terms.py",
    "types.py",
    "units.py",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build has to do.

    unwanted: documents to leave out even when a file to read holds them; removed: those and those gone.
    unchanged: documents known to be as recorded, by id, with the path at which they lie now.
    """

    to_read: tuple[Path, ...]
    unwanted: frozenset[str]
    removed: frozenset[str]
    refused: tuple[Refusal, ...]
    unchanged: dict[str, Path] = field(default_factory=dict)
    again: bool = False

    @property
    def nothing_to_do(self) -> bool:
        """Whether the index in use is already what is asked for."""
        return not self.to_read and not self.changes_without_reading

    @property
    def changes_without_reading(self) -> bool:
        """Whether there is a new index to make even when no file brings anything new."""
        return bool(self.removed) or self.again


def make_plan(
    paths: Sequence[Path], previous: Previous | None, remove: Sequence[str], prune_under: Sequence[Path]
) -> Plan:
    """The plan for files and folders `paths`; raises AdvisorError on an unknown id to remove."""
    entries = previous.manifest.documents if previous else {}
    for document_id in remove:
        if document_id not in entries:
            known = ", ".join(sorted(entries)) or "none"
            raise AdvisorError(f"no document {document_id!r} in the index; its documents: {known}")
    files, refused = _files(paths)
    roots = [root.absolute() for root in prune_under]
    gone = {
        i
        for i, e in entries.items()
        if any(Path(e.path).is_relative_to(r) for r in roots) and not Path(e.path).is_file()
    }
    unwanted = frozenset(remove)
    removed = unwanted | gone
    if previous is None or previous.keeps_passages:
        known_as = {(e.path, e.file_sha256, e.sha256): i for i, e in entries.items()}
        unchanged = {}
        for file in files:
            sha256 = sha256_of(file)
            # A document made of more than its file has another hash than it, and must be read to be known.
            found = known_as.get((str(file), sha256, sha256))
            if found is not None and found not in removed:
                unchanged[found] = file
        taken = set(unchanged.values())
        return Plan(tuple(f for f in files if f not in taken), unwanted, removed, tuple(refused), unchanged)
    recorded = [Path(e.path) for i, e in entries.items() if i not in removed]
    there = [path for path in recorded if path.is_file()]
    if previous.store is None:
        refused += [
            Refusal(str(path), f"{path} is gone, and what was read from it cannot be taken from the broken index")
            for path in recorded
            if not path.is_file()
        ]
    return Plan(tuple(dict.fromkeys([*there, *files])), unwanted, removed, tuple(refused), again=True)


def _files(paths: Sequence[Path]) -> tuple[list[Path], list[Refusal]]:
    """Files named or lying in folders named, each once, in order; what does not exist is refused."""
    files: dict[Path, None] = {}
    refused: list[Refusal] = []
    for path in paths:
        given = path.expanduser().absolute()
        if given.is_dir():
            inside = [f for f in sorted(given.rglob("*")) if f.is_file() and not _hidden(f, given)]
            files.update(dict.fromkeys(inside))
            if not inside:
                refused.append(Refusal(str(path), f"{path} is a folder with no files in it"))
        elif given.is_file():
            files[given] = None
        else:
            refused.append(Refusal(str(path), f"{path}: no such file or folder"))
    return list(files), refused


def _hidden(file: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(root).parts)


@cache
def reading_version() -> str:
    """12 hex digits over the code that turns a file into units: when it changes, files are read again."""
    files = sorted({f for pattern in _READING for f in _HERE.glob(pattern)})
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(_HERE).as_posix()} {sha256_of(file)}\n".encode())
    return digest.hexdigest()[:12]
