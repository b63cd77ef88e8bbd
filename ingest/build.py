"""Making an index: read, chunk, embed, store beside the one in use, verify, swap.

A build merges the files given into what the index holds: a document replaces the one with its id, an
unchanged one keeps its passages and vectors, and nothing that can be reused is computed again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.copying import copy_build
from ingest.embedder import SentenceTransformerEmbedder
from ingest.exporter import Exportable, export_onnx
from ingest.exports import exported
from ingest.filling import Filler, VectorSource
from ingest.finishing import building, prove_and_publish, remake_chroma
from ingest.folders import clear_unfinished, current_build, make_data_folder, writer_lock
from ingest.intake import Intake, Read
from ingest.journal import Journal
from ingest.lacking import write_lacking
from ingest.lending import with_lent
from ingest.manifest import (
    LAYOUT,
    Content,
    Entry,
    Manifest,
    chroma_sizes,
    contents,
    corpus_fingerprint,
    dead_rows,
)
from ingest.phrased import write_phrased
from ingest.planning import Plan, make_plan, reading_version
from ingest.previous import Previous, find_previous
from ingest.progress import Pace, Progress, Step, silent
from ingest.reader import TorchReader
from ingest.reading import bundled_paths
from ingest.records import Records
from ingest.reports import BuildReport, Work
from ingest.reranker import TorchReranker
from ingest.settings import Settings
from ingest.shipped import shipped
from ingest.types import Passage
from ingest.units import Unit
from ingest.weights import BUNDLED, LISTENER, READER, RERANKERS, TUNED, fingerprint_of

WAIT_S = 120.0
_MOST_DEAD = 0.25
"""When more of the vectors than this belong to no unit any more, a build starts from an empty folder."""


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
        self._load_tuned = cache(lambda: SentenceTransformerEmbedder(TUNED, settings.threads))
        self._refused = list(plan.refused)
        self._records = Records(previous.manifest.documents if previous else {})
        self._work = Work()
        self._pace = Pace(plan.to_read)

    def make(self) -> BuildReport:
        intake = Intake(self._plan, self._previous, self._refused, self._pace, self._work, self._progress)
        documents = intake.changed()
        first = next(documents, None)
        if first is None and not self._plan.changes_without_reading and not self._moved():
            return self._stay()
        journal = Journal(self._settings.data, self._fingerprint, self._dimension())
        if journal.count():
            told = f"resuming: {journal.count()} vectors are there from an ingest that was cut short"
            self._progress(Step("note", told))
        finished = False
        try:
            vectors = self._previous.vectors if self._previous else None
            known = [*([vectors] if vectors else []), *([shipped()] if self._settings.embedder == BUNDLED else [])]
            source = VectorSource(self._load, known, journal, self._progress, self._work, self._pace)
            report = self._fill(source, documents if first is None else chain([first], documents))
            finished = True
        finally:
            journal.close(finished=finished)
        return report

    def _fill(self, source: VectorSource, documents: Iterator[Read]) -> BuildReport:
        with building(self._settings.data) as folder:
            older = self._reusable()
            shared = copy_build(older.folder, folder, older.manifest) if older else {}
            with self._filler(folder, source, older) as filler:
                for read in documents:
                    if older:
                        filler.remove(read.document.id)
                    self._records.stored(read, filler.add(read.document, self._lent(read, source)))
                if older:
                    self._keep(filler, older)
                else:
                    self._carry(filler)
            if not self._records.entries and self._refused:
                return self._nothing()
            tuned = self._tuned if self._settings.embedder == BUNDLED else None
            write_phrased(folder, tuned)
            write_lacking(folder, tuned)
            manifest = self._manifest(folder, filler, shared)
            self._export(manifest.documents)
            before = time.perf_counter()
            prove_and_publish(folder, manifest, self._progress)
            self._work.proving_s = time.perf_counter() - before
        return self._report(manifest, self._work, up_to_date=False)

    def _tuned(self, units: Sequence[Unit]) -> NDArray[np.float32]:
        """The tuned embedder's vector of each unit; those of our notes come with the package."""
        found = dict(shipped(TUNED).find([unit.text_hash for unit in units]))
        missing = {unit.text_hash: unit.text for unit in units if unit.text_hash not in found}
        found.update(zip(missing, self._load_tuned().encode(list(missing.values())) if missing else (), strict=True))
        return np.stack([found[unit.text_hash] for unit in units])

    def _lent(self, read: Read, source: VectorSource) -> Iterable[Passage]:
        if self._settings.embedder != BUNDLED:
            return read.passages
        return with_lent(read.document, read.passages, source.ahead)

    def _reusable(self) -> Previous | None:
        """The index in use, when changing a copy of it is cheaper than making it from nothing."""
        previous = self._previous
        if previous is None or not previous.keeps_passages or previous.vectors is None:
            return None
        manifest = previous.manifest
        dead = manifest.rows - manifest.counts["units"]
        if dead > _MOST_DEAD * manifest.rows or manifest.chroma_problem(previous.folder):
            return None
        return previous

    def _filler(self, folder: Path, source: VectorSource, older: Previous | None) -> Filler:
        if older is None:
            return Filler(folder, self._dimension(), source)
        return Filler(folder, self._dimension(), source, older.manifest.rows, dead_rows(older.folder))

    def _moved(self) -> dict[str, Path]:
        return self._plan.moved(self._previous.manifest.documents) if self._previous else {}

    def _nothing(self) -> BuildReport:
        return BuildReport(False, "", {}, (), tuple(self._refused), (), Work(), 0.0)

    def _stay(self) -> BuildReport:
        previous = self._previous
        if previous is None:
            return self._nothing()
        self._export(previous.manifest.documents)
        problem = previous.manifest.chroma_problem(previous.folder)
        if problem:
            self._progress(Step("note", f"Chroma's part of the index is damaged ({problem}); making it again"))
            remake_chroma(self._settings.data, previous.folder, previous.manifest, self._progress)
        for document_id, entry in previous.manifest.documents.items():
            self._records.kept(document_id, entry, Path(entry.path))
        return self._report(previous.manifest, Work(), up_to_date=not self._refused)

    def _dimension(self) -> int:
        previous = self._previous
        return previous.manifest.dimension if previous and previous.vectors else self._load().dimension

    def _carry(self, filler: Filler) -> None:
        """Take over from the index in use every document that was neither read again nor removed."""
        previous = self._previous
        if previous is None or previous.store is None:
            return
        for document_id, entry in previous.manifest.documents.items():
            if document_id in self._records.entries or document_id in self._plan.removed:
                continue
            document = previous.store.document(document_id)
            if document is None:
                continue
            moved = self._moved().get(document_id)
            document = replace(document, path=str(moved)) if moved else document
            filler.add(document, previous.store.passages_of_document(document_id))
            self._records.kept(document_id, entry, self._plan.unchanged.get(document_id))

    def _keep(self, filler: Filler, older: Previous) -> None:
        """Leave what was neither read again nor removed where it is, in the copy of the index in use."""
        moved = self._moved()
        for document_id, entry in older.manifest.documents.items():
            if document_id in self._records.entries:
                continue
            if document_id in self._plan.removed:
                filler.remove(document_id)
                continue
            if document_id in moved:
                filler.move(document_id, moved[document_id])
            self._records.kept(document_id, entry, self._plan.unchanged.get(document_id))

    def _manifest(self, folder: Path, filler: Filler, shared: Mapping[str, Content]) -> Manifest:
        entries = dict(sorted(self._records.entries.items()))
        return Manifest(
            layout=LAYOUT,
            embedder=self._settings.embedder,
            embedder_fingerprint=self._fingerprint,
            dimension=self._dimension(),
            reading=reading_version(),
            settings={"embedder": self._settings.embedder},
            documents=entries,
            counts=filler.counts,
            rows=filler.rows,
            fingerprint=corpus_fingerprint(entries, self._fingerprint, reading_version()),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            files=contents(folder, shared),
            chroma=chroma_sizes(folder),
        )

    def _export(self, entries: Mapping[str, Entry]) -> None:
        loads: dict[str, Callable[[], Exportable]] = {self._settings.embedder: self._load}
        if self._settings.embedder == BUNDLED:
            loads[TUNED] = self._load_tuned
            loads[LISTENER] = lambda: SentenceTransformerEmbedder(LISTENER, self._settings.threads)
            loads |= {name: partial(TorchReranker, self._settings.threads, name) for name in RERANKERS}
            ours = {str(path) for path in bundled_paths()}
            if any(entry.path not in ours for entry in entries.values()):
                loads[READER] = partial(TorchReader, self._settings.threads)
        for name, load in loads.items():
            if exported(self._settings, name) is None:
                self._progress(Step("note", f"exporting {name} for fast questions"))
                if export_onnx(load(), self._settings.data) is None:
                    self._progress(Step("note", f"{name} cannot be exported; questions will start slower"))

    def _report(self, manifest: Manifest, work: Work, *, up_to_date: bool) -> BuildReport:
        return BuildReport(
            up_to_date=up_to_date,
            fingerprint=manifest.fingerprint,
            counts=dict(manifest.counts),
            documents=tuple(sorted(self._records.reports, key=lambda r: r.id)),
            refused=tuple(self._refused),
            removed=tuple(sorted(self._plan.removed - self._records.entries.keys())) if not up_to_date else (),
            work=work,
            seconds=0.0,
        )


def repair(settings: Settings, progress: Progress = silent, *, wait_s: float = WAIT_S) -> None:
    """Make Chroma's part of the index in use again from its stored vectors; nothing is embedded or read."""
    with writer_lock(settings.data, wait_s, progress):
        clear_unfinished(settings.data)
        folder = current_build(settings.data)
        remake_chroma(settings.data, folder, Manifest.read(folder), progress)
