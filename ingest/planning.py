"""What a build has to do: which files to read, what to leave out, whether there is anything to do at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import AdvisorError
from ingest.reports import Refusal
from ingest.rights import RIGHTS_FILE, is_declared
from ingest.weights import sha256_of

if TYPE_CHECKING:
    from ingest.manifest import Entry
    from ingest.previous import Previous

_HERE = Path(__file__).parent
_READING = (
    "reading/**/*.py",
    "quantities/**/*.py",
    "chunker.py",
    "lending.py",
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
    copies: files not read, since another holds the same. hashes: SHA-256 of the files given.
    """

    to_read: tuple[Path, ...]
    unwanted: frozenset[str]
    removed: frozenset[str]
    refused: tuple[Refusal, ...]
    unchanged: dict[str, Path] = field(default_factory=dict)
    again: bool = False
    copies: tuple[Path, ...] = ()
    hashes: Mapping[Path, str] = field(default_factory=dict)

    @property
    def changes_without_reading(self) -> bool:
        """Whether there is a new index to make even when no file brings anything new."""
        return bool(self.removed) or self.again

    def moved(self, entries: Mapping[str, Entry]) -> dict[str, Path]:
        """The documents whose files lie elsewhere than recorded, with where."""
        return {i: path for i, path in self.unchanged.items() if i in entries and entries[i].path != str(path)}


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
    hashes = {file: sha256_of(file) for file in files}
    unwanted = frozenset(remove)
    if previous is None or previous.keeps_passages:
        unchanged, copies = _unchanged(hashes, entries, unwanted)
        copies += [f for f in _twins(hashes) if f not in copies and f not in unchanged.values()]
        removed = unwanted | (_gone(entries, prune_under) - unchanged.keys()) | _overwritten(entries, unchanged, copies)
        taken = {*unchanged.values(), *copies}
        to_read = tuple(f for f in files if f not in taken)
        return Plan(to_read, unwanted, removed, tuple(refused), unchanged, copies=tuple(copies), hashes=hashes)
    removed = unwanted | _gone(entries, prune_under)
    recorded = [Path(e.path) for i, e in entries.items() if i not in removed]
    there = [path for path in recorded if path.is_file()]
    if previous.store is None:
        refused += [
            Refusal(str(path), f"{path} is gone, and what was read from it cannot be taken from the broken index")
            for path in recorded
            if not path.is_file()
        ]
    to_read = tuple(dict.fromkeys([*there, *files]))
    return Plan(to_read, unwanted, removed, tuple(refused), again=True, hashes=hashes)


def _unchanged(
    hashes: Mapping[Path, str], entries: Mapping[str, Entry], unwanted: frozenset[str]
) -> tuple[dict[str, Path], list[Path]]:
    """Recorded documents that files hold as they were read, with where they lie; and the files that are mere copies."""
    # A document made of more than its file has another hash than it, and must be read to be known.
    by_content = {e.file_sha256: i for i, e in entries.items() if e.file_sha256 == e.sha256 and i not in unwanted}
    unchanged: dict[str, Path] = {}
    copies: list[Path] = []
    for file, sha256 in hashes.items():
        found = by_content.get(sha256)
        if found is None or is_declared(file):
            continue
        recorded = Path(entries[found].path)
        still_there = file == recorded or hashes.get(recorded, _hash_of(recorded)) == sha256
        if file != recorded and still_there:
            unchanged[found] = recorded
            copies.append(file)
        elif found in unchanged:
            copies.append(file)
        elif file == recorded or _reads_alike(file, entries[found]):
            unchanged[found] = file
    return unchanged, copies


def _twins(hashes: Mapping[Path, str]) -> list[Path]:
    """Files that hold what one before them holds; empty ones are each refused for that."""
    first: dict[str, Path] = {}
    return [f for f, sha256 in hashes.items() if first.setdefault(sha256, f) != f and f.stat().st_size]


def _hash_of(path: Path) -> str:
    return sha256_of(path) if path.is_file() else ""


def _reads_alike(file: Path, entry: Entry) -> bool:
    """Whether a file with the recorded content gives the recorded document: its name can tell format and title."""
    recorded = Path(entry.path)
    return file.suffix.lower() == recorded.suffix.lower() and (
        file.stem == recorded.stem or entry.title != recorded.stem
    )


def _overwritten(entries: Mapping[str, Entry], unchanged: Mapping[str, Path], copies: Iterable[Path]) -> set[str]:
    """Documents whose file now holds another recorded document, and which lie nowhere else."""
    taken = {str(path) for path in (*unchanged.values(), *copies)}
    return {i for i, e in entries.items() if e.path in taken and i not in unchanged}


def _gone(entries: Mapping[str, Entry], prune_under: Sequence[Path]) -> set[str]:
    roots = [root.absolute() for root in prune_under]
    return {
        i
        for i, e in entries.items()
        if any(Path(e.path).is_relative_to(r) for r in roots) and not Path(e.path).is_file()
    }


def _files(paths: Sequence[Path]) -> tuple[list[Path], list[Refusal]]:
    """Files named or lying in folders named, each once, in order; what does not exist is refused."""
    files: dict[Path, None] = {}
    refused: list[Refusal] = []
    for path in paths:
        given = path.expanduser().absolute()
        if given.is_dir():
            inside = [f for f in sorted(given.rglob("*")) if f.is_file() and not _hidden(f, given)]
            inside = [f for f in inside if f.name != RIGHTS_FILE]
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
