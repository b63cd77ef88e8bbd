"""The index in use, as far as a new build may take from it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import IndexBroken, IndexMismatch, IndexMissing
from ingest.folders import builds, current_build
from ingest.journal import IndexedVectors, KnownVectors
from ingest.manifest import LAYOUT, PASSAGES, VECTORS, Entry, Manifest
from ingest.planning import reading_version
from ingest.progress import Progress, Step
from ingest.settings import Settings
from ingest.store.exact import ExactStore
from ingest.store.passages import PassageStore


@dataclass(frozen=True, slots=True)
class Previous:
    """What is known of the index in use.

    store: its passages, None when they cannot be read.
    vectors: its vectors, None when they may not be reused.
    keeps_passages: whether passages read then are what reading would give now.
    """

    folder: Path
    manifest: Manifest
    store: PassageStore | None
    vectors: KnownVectors | None
    keeps_passages: bool


def find_previous(settings: Settings, embedder_fingerprint: str, rebuild: bool, progress: Progress) -> Previous | None:
    """The index in use, or None when there is none.

    Raises IndexMismatch when it was made by another embedder, unless `rebuild`. A broken index is no error
    here: what it recorded is read again, and this is said.
    """
    try:
        folder = current_build(settings.data)
        manifest = Manifest.read(folder)
    except IndexMissing:
        return None
    except IndexBroken as error:
        progress(Step("note", f"the index is broken and is made again: {error}"))
        return recorded(settings.data)
    same = manifest.embedder_fingerprint == embedder_fingerprint
    if not same and not rebuild:
        raise mismatch(manifest, settings)
    problem = _problem(folder, manifest)
    if problem:
        progress(Step("note", f"the index is broken and is made again: {problem}"))
        return Previous(folder, manifest, None, None, keeps_passages=False)
    store = PassageStore(folder / PASSAGES)
    vectors: KnownVectors | None = None
    if same and not rebuild:
        with contextlib.suppress(IndexBroken):
            exact = ExactStore(folder / VECTORS, manifest.dimension, manifest.rows)
            vectors = IndexedVectors(store, exact)
    keeps = not rebuild and manifest.reading == reading_version()
    return Previous(folder, manifest, store, vectors, keeps_passages=keeps)


def mismatch(manifest: Manifest, settings: Settings) -> IndexMismatch:
    """The error for an index whose embedder is not the one that the settings ask for."""
    asked = settings.embedder
    change = "with other weights" if manifest.embedder == asked else f"with {manifest.embedder!r}"
    return IndexMismatch(
        f"the index was built {change}, the settings ask for {asked!r}; run `advisor ingest --rebuild`"
    )


def _problem(folder: Path, manifest: Manifest) -> str:
    if manifest.layout != LAYOUT:
        return f"its layout is {manifest.layout}, expected {LAYOUT}"
    problem = manifest.size_problem(folder)
    if problem:
        return problem
    try:
        PassageStore(folder / PASSAGES).documents()
    except IndexBroken as error:
        return str(error)
    return ""


def recorded(data: Path) -> Previous | None:
    """The newest build that tells, by manifest or by passages, which files it was made from: for these alone."""
    for folder in builds(data):
        manifest = _told(folder)
        if manifest is not None:
            return Previous(folder, manifest, None, None, keeps_passages=False)
    return None


def _told(folder: Path) -> Manifest | None:
    with contextlib.suppress(IndexBroken):
        return Manifest.read(folder)
    try:
        documents = PassageStore(folder / PASSAGES).documents()
    except IndexBroken:
        return None
    entries = {d.id: Entry(d.sha256, "", d.path, d.title, 0, 0, len(d.figures)) for d in documents}
    return Manifest(
        layout=0, embedder="", embedder_fingerprint="", dimension=0, reading="", settings={}, documents=entries,
        counts={}, rows=0, fingerprint="", created="", files={}, chroma={},
    )  # fmt: skip
