"""What a build notes of each document as it goes: its entry in the manifest, and what the reader is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.filling import Added
from ingest.intake import Read
from ingest.manifest import Entry
from ingest.reports import DocumentReport, report_of


@dataclass(slots=True)
class Records:
    """Entries and reports of one build; `before` are the entries of the index in use."""

    before: Mapping[str, Entry]
    entries: dict[str, Entry] = field(default_factory=dict)
    reports: list[DocumentReport] = field(default_factory=list)

    def stored(self, read: Read, added: Added) -> None:
        """A document was read and stored."""
        document = read.document
        warnings = document.warnings
        if added.doubles:
            warnings = (*warnings, f"{added.doubles} repeated passages were stored once")
        entry = Entry(
            sha256=document.sha256,
            file_sha256=read.file_sha256,
            path=str(read.path),
            title=document.title,
            passages=added.passages,
            sentences=added.sentences,
            figures=len(document.figures),
        )
        status = "replaced" if document.id in self.before else "added"
        self._note(document.id, entry, status, warnings)

    def kept(self, document_id: str, entry: Entry, found_at: Path | None) -> None:
        """A document of the index in use stays; `found_at` is where its file lies now, None when nobody looked."""
        if found_at is not None and str(found_at) != entry.path:
            self._note(document_id, replace(entry, path=str(found_at)), "moved")
        elif found_at is None and not Path(entry.path).is_file():
            self._note(document_id, entry, "kept", ("its file is gone; kept as it was read",))
        else:
            self._note(document_id, entry, "unchanged")

    def _note(self, document_id: str, entry: Entry, status: str, warnings: tuple[str, ...] = ()) -> None:
        self.entries[document_id] = entry
        self.reports.append(report_of(document_id, entry, status, warnings))
