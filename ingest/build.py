"""Making an index: read, chunk, embed, store beside the one in use, verify, swap.

A build merges the files given into what the index holds: a document replaces the one with its id, an
unchanged one keeps its passages and vectors, and nothing that can be reused is computed again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from pathlib import Path

from ingest.embedder import SentenceTransformerEmbedder
from ingest.exporter import export_onnx
from ingest.exports import exported
from ingest.filling import Filler, VectorSource
from ingest.finishing import building, prove_and_publish, remake_chroma
from ingest.folders import clear_unfinished, current_build, make_data_folder, writer_lock
from ingest.intake import Read, changed_documents
from ingest.journal import Journal
from ingest.manifest import (
    LAYOUT,
    PASSAGES,
    VECTORS,
    Content,
    Entry,
    Manifest,
    chroma_sizes,
    corpus_fingerprint,
)
from ingest.planning import Plan, make_plan, reading_version
from ingest.previous import Previous, find_previous
from ingest.progress import Progress, Step, silent
from ingest.reports import BuildReport, DocumentReport, Work, report_of
from ingest.settings import Settings
from ingest.weights import fingerprint_of

WAIT_S = 120.0


def build(
    paths: Sequence[Path],
    settings: Settings,
    progress: Progress = silent,
    *,
    rebuild: bool = False,
    remove: Sequence[str] = (),
    prune_under: Sequence[Path] = (),
    wait_s: float = WAIT_S,
) -> BuildReport:
    """Bring the files and folders `paths` into the index of `settings.data`; returns what was done.

    rebuild: start from nothing but the recorded paths and those given.
    remove: ids of documents to leave out.
    prune_under: documents recorded below these folders are left out when their files are gone.
    Raises IndexBusy, IndexMismatch, EmbedderError or IndexBroken; the index in use then stays as it was.
    """
    started = time.perf_counter()
    make_data_folder(settings.data)
    with writer_lock(settings.data, wait_s, progress):
        clear_unfinished(settings.data)
        fingerprint = fingerprint_of(settings.embedder)
        previous = find_previous(settings, fingerprint, rebuild, progress)
        plan = make_plan(paths, previous, remove, prune_under)
        maker = _Maker(settings, fingerprint, previous, plan, progress)
        return replace(maker.make(), seconds=time.perf_counter() - started)


class _Maker:
    """One build under the writer's lock."""

    def __init__(
        self, settings: Settings, fingerprint: str, previous: Previous | None, plan: Plan, progress: Progress
    ) -> None:
        self._settings, self._fingerprint, self._progress = settings, fingerprint, progress
        self._previous, self._plan = previous, plan
        self._load = cache(lambda: SentenceTransformerEmbedder(settings.embedder, settings.threads))
        self._refused = list(plan.refused)
        self._reports: list[DocumentReport] = []
        self._entries: dict[str, Entry] = {}

    def make(self) -> BuildReport:
        if self._plan.nothing_to_do:
            return self._stay()
        documents = changed_documents(self._plan, self._previous, self._refused, self._progress)
        first = next(documents, None)
        if first is None and not self._plan.changes_without_reading:
            return self._stay()
        journal = Journal(self._settings.data, self._fingerprint)
        if journal.count():
            told = f"resuming: {journal.count()} vectors are there from an ingest that was cut short"
            self._progress(Step("note", told))
        finished = False
        try:
            vectors = self._previous.vectors if self._previous else None
            source = VectorSource(self._load, [vectors] if vectors else [], journal, self._progress)
            report = self._fill(source, documents if first is None else chain([first], documents))
            finished = True
        finally:
            journal.close(finished=finished)
        return report

    def _fill(self, source: VectorSource, documents: Iterator[Read]) -> BuildReport:
        with building(self._settings.data) as folder:
            with Filler(folder, self._dimension(), source) as filler:
                for read in documents:
                    self._add(filler, read)
                self._carry(filler)
            if not self._entries and self._refused:
                return self._nothing()
            manifest = self._manifest(folder, filler.counts)
            self._export()
            prove_and_publish(folder, manifest, self._progress)
        return self._report(manifest, source.work, up_to_date=False)

    def _nothing(self) -> BuildReport:
        return BuildReport(False, "", {}, (), tuple(self._refused), (), Work(), 0.0)

    def _stay(self) -> BuildReport:
        previous = self._previous
        if previous is None:
            return self._nothing()
        if exported(self._settings) is None:
            self._export()
        problem = previous.manifest.chroma_problem(previous.folder)
        if problem:
            self._progress(Step("note", f"Chroma's part of the index is damaged ({problem}); making it again"))
            remake_chroma(self._settings.data, previous.folder, previous.manifest, self._progress)
        self._reports += [report_of(i, e, "unchanged") for i, e in previous.manifest.documents.items()]
        return self._report(previous.manifest, Work(), up_to_date=not self._refused)

    def _dimension(self) -> int:
        previous = self._previous
        return previous.manifest.dimension if previous and previous.vectors else self._load().dimension

    def _add(self, filler: Filler, read: Read) -> None:
        document = read.document
        added = filler.add(document, read.passages)
        before = self._previous.manifest.documents if self._previous else {}
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
        self._entries[document.id] = entry
        status = "replaced" if document.id in before else "added"
        self._reports.append(report_of(document.id, entry, status, warnings))

    def _carry(self, filler: Filler) -> None:
        """Take over from the index in use every document that was neither read again nor removed."""
        previous = self._previous
        if previous is None or previous.store is None:
            return
        for document_id, entry in previous.manifest.documents.items():
            if document_id in self._entries or document_id in self._plan.removed:
                continue
            document = previous.store.document(document_id)
            if document is None:
                continue
            filler.add(document, previous.store.passages_of_document(document_id))
            moved = self._plan.unchanged.get(document_id)
            self._entries[document_id] = replace(entry, path=str(moved)) if moved else entry
            gone = document_id not in self._plan.unchanged and not Path(entry.path).is_file()
            warnings = ("its file is gone; kept as it was read",) if gone else ()
            status = "kept" if gone else "unchanged"
            self._reports.append(report_of(document_id, self._entries[document_id], status, warnings))

    def _manifest(self, folder: Path, counts: dict[str, int]) -> Manifest:
        entries = dict(sorted(self._entries.items()))
        return Manifest(
            layout=LAYOUT,
            embedder=self._settings.embedder,
            embedder_fingerprint=self._fingerprint,
            dimension=self._dimension(),
            reading=reading_version(),
            settings={"embedder": self._settings.embedder},
            documents=entries,
            counts=counts,
            fingerprint=corpus_fingerprint(entries, self._fingerprint, reading_version()),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            files={name: Content.of(folder / name) for name in (PASSAGES, VECTORS)},
            chroma=chroma_sizes(folder),
        )

    def _export(self) -> None:
        if exported(self._settings) is None:
            self._progress(Step("note", "exporting the embedder for fast questions"))
            if export_onnx(self._load(), self._settings.data) is None:
                self._progress(Step("note", "this embedder cannot be exported; questions will start slower"))

    def _report(self, manifest: Manifest, work: Work, *, up_to_date: bool) -> BuildReport:
        return BuildReport(
            up_to_date=up_to_date,
            fingerprint=manifest.fingerprint,
            counts=dict(manifest.counts),
            documents=tuple(sorted(self._reports, key=lambda r: r.id)),
            refused=tuple(self._refused),
            removed=tuple(sorted(self._plan.removed - self._entries.keys())) if not up_to_date else (),
            work=work,
            seconds=0.0,
        )


def repair(settings: Settings, progress: Progress = silent, *, wait_s: float = WAIT_S) -> None:
    """Make Chroma's part of the index in use again from its stored vectors; nothing is embedded or read."""
    with writer_lock(settings.data, wait_s, progress):
        clear_unfinished(settings.data)
        folder = current_build(settings.data)
        remake_chroma(settings.data, folder, Manifest.read(folder), progress)
