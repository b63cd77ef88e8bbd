"""Reading the files of a plan, one at a time: what is new or changed, and what is refused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import DocumentRefused
from ingest.planning import Plan
from ingest.previous import Previous
from ingest.progress import Pace, Progress, Step
from ingest.reports import Refusal, Work
from ingest.rights import with_declared_rights
from ingest.types import Document, Passage
from ingest.weights import sha256_of


@dataclass(frozen=True, slots=True)
class Read:
    """A document that was read, and the file that it came from."""

    document: Document
    passages: tuple[Passage, ...]
    path: Path
    file_sha256: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What a plan's files bring, read one after the other.

    Files that cannot be read are put into `refused`, unchanged ones into `plan.unchanged`; `pace` and `work` are kept.
    """

    plan: Plan
    previous: Previous | None
    refused: list[Refusal]
    pace: Pace
    work: Work
    progress: Progress

    def changed(self) -> Iterator[Read]:
        """Each file that brings something new or changed, read when it is asked for."""
        plan = self.plan
        for copy in plan.copies:
            self.progress(Step("note", f"{copy} holds what another file holds; it is taken once"))
        seen: dict[str, tuple[str, Path]] = {}
        for place, path in enumerate(plan.to_read, 1):
            self.progress(Step("read", f"reading {path.name}", place, len(plan.to_read)))
            read = self._read(path)
            if read is not None and self._is_new(read, seen):
                yield read
            self.pace.passed(path)

    def _is_new(self, read: Read, seen: dict[str, tuple[str, Path]]) -> bool:
        document, path = read.document, read.path
        sha256, twin = seen.setdefault(document.id, (document.sha256, path))
        if sha256 != document.sha256:
            told = f"{path} has the document id {document.id!r} of {twin}; give one of them another id"
            self.refused.append(Refusal(str(path), told))
            return False
        if twin != path or document.id in self.plan.unwanted:
            return False
        if self._recorded_so(document):
            self.plan.unchanged[document.id] = path
            return False
        return True

    def _read(self, path: Path) -> Read | None:
        before = time.perf_counter()
        try:
            return self._taken(path)
        except DocumentRefused as error:
            self.refused.append(Refusal(str(path), _one_line(error)))
        except Exception as error:  # whatever a damaged file brings out in a parser: the rest goes on
            told = f"{path} could not be read ({type(error).__name__}: {_one_line(error)[:200]})"
            self.refused.append(Refusal(str(path), told))
        finally:
            self.work.reading_s += time.perf_counter() - before
        return None

    def _taken(self, path: Path) -> Read:
        from ingest.chunker import passages
        from ingest.identity import identified
        from ingest.reading import read

        sha256 = self.plan.hashes.get(path) or sha256_of(path)
        entries = self.previous.manifest.documents if self.previous else {}
        told = with_declared_rights(read(path), path)
        document = identified(told, path, sha256, entries, frozenset(self.plan.unchanged))
        document.text.encode()  # a lone surrogate could be stored nowhere
        return Read(document, passages(document), path, sha256)

    def _recorded_so(self, document: Document) -> bool:
        if self.previous is None or not self.previous.keeps_passages:
            return False
        entry = self.previous.manifest.documents.get(document.id)
        return entry is not None and (entry.sha256, entry.title) == (document.sha256, document.title)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
