"""Reading the files of a plan, one at a time: what is new or changed, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import DocumentRefused
from ingest.planning import Plan
from ingest.previous import Previous
from ingest.progress import Progress, Step
from ingest.reports import Refusal
from ingest.types import Document, Passage
from ingest.weights import sha256_of


@dataclass(frozen=True, slots=True)
class Read:
    """A document that was read, and the file that it came from."""

    document: Document
    passages: tuple[Passage, ...]
    path: Path
    file_sha256: str


def changed_documents(
    plan: Plan, previous: Previous | None, refused: list[Refusal], progress: Progress
) -> Iterator[Read]:
    """Each file of the plan that brings something new, read when it is asked for.

    Files that cannot be read are put into `refused`, unchanged ones into `plan.unchanged`.
    """
    seen: dict[str, tuple[str, Path]] = {}
    for place, path in enumerate(plan.to_read, 1):
        progress(Step("read", f"reading {path.name}", place, len(plan.to_read)))
        try:
            read = _read(path)
        except DocumentRefused as error:
            refused.append(Refusal(str(path), _one_line(error)))
            continue
        except Exception as error:  # whatever a damaged file brings out in a parser: the rest goes on
            told = f"{path} could not be read ({type(error).__name__}: {_one_line(error)[:200]})"
            refused.append(Refusal(str(path), told))
            continue
        document = read.document
        sha256, twin = seen.setdefault(document.id, (document.sha256, path))
        if sha256 != document.sha256:
            told = f"{path} has the document id {document.id!r} of {twin}; give one of them another id"
            refused.append(Refusal(str(path), told))
        elif twin != path or document.id in plan.unwanted:
            continue
        elif _recorded_so(document, previous):
            plan.unchanged[document.id] = path
        else:
            yield read


def _read(path: Path) -> Read:
    from ingest.chunker import passages
    from ingest.reading import read

    sha256 = sha256_of(path)
    document = read(path)
    document.text.encode()  # a lone surrogate could be stored nowhere
    return Read(document, passages(document), path, sha256)


def _recorded_so(document: Document, previous: Previous | None) -> bool:
    if previous is None or not previous.keeps_passages:
        return False
    entry = previous.manifest.documents.get(document.id)
    return entry is not None and entry.sha256 == document.sha256


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
