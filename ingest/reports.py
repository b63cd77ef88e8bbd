"""What a build tells about itself when it is done."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.manifest import Entry


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not taken, and why."""

    path: str
    reason: str


@dataclass(slots=True)
class Work:
    """How many vectors were computed, how many taken over, and how many of these a killed ingest had left.

    Seconds: reading files, computing vectors, storing them with what they stand for, proving the build.
    """

    embedded: int = 0
    reused: int = 0
    resumed: int = 0
    reading_s: float = 0.0
    embedding_s: float = 0.0
    storing_s: float = 0.0
    proving_s: float = 0.0


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """One document of a build; status "added", "replaced", "unchanged", "moved" or "kept" (its file is gone)."""

    id: str
    title: str
    path: str
    status: str
    passages: int
    sentences: int
    figures: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did; `counts` and `fingerprint` are of the index in use now, `work` counts vectors."""

    up_to_date: bool
    fingerprint: str
    counts: dict[str, int]
    documents: tuple[DocumentReport, ...]
    refused: tuple[Refusal, ...]
    removed: tuple[str, ...]
    work: Work
    seconds: float


def report_of(document_id: str, entry: Entry, status: str, warnings: tuple[str, ...] = ()) -> DocumentReport:
    """What is told of one document: its manifest entry, what was done with it, and its warnings."""
    return DocumentReport(
        document_id, entry.title, entry.path, status, entry.passages, entry.sentences, entry.figures, warnings
    )
