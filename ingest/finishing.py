"""The last steps of a build: prove it in a process of its own, put it in place; or make Chroma's part."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.errors import IndexBroken
from ingest.folders import new_building, publish
from ingest.manifest import CHROMA, VECTORS, Manifest, chroma_sizes
from ingest.progress import Progress, Step
from ingest.store.chroma import ChromaStore
from ingest.store.exact import ExactStore
from ingest.store.passages import PassageStore
from ingest.verify import problem_of

_AT_ONCE = 2_048


@contextlib.contextmanager
def building(data: Path) -> Iterator[Path]:
    """A fresh folder to build in; what is left of it at the end is removed."""
    folder = new_building(data)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prove_and_publish(folder: Path, manifest: Manifest, progress: Progress) -> Path:
    """Write the manifest, verify the build, put it in use; raises IndexBroken when it does not hold."""
    manifest.write(folder)
    progress(Step("verify", "verifying the new index"))
    problem = problem_of(folder)
    if problem:
        raise IndexBroken(f"the new index does not hold ({problem}); the one before stays; run `advisor ingest` again")
    return publish(folder)


def remake_chroma(data: Path, old: Path, manifest: Manifest, progress: Progress) -> Path:
    """Make the Chroma folder of a build from its vectors, in a new build that shares its other files."""
    with building(data) as folder:
        for name in manifest.files:
            _share(old / name, folder / name)
        exact = ExactStore(folder / VECTORS, manifest.dimension, manifest.counts["units"])
        store = PassageStore(folder / "passages.sqlite")
        (folder / CHROMA).mkdir(mode=0o700)
        chroma = ChromaStore(folder / CHROMA, create=True)
        try:
            for start in range(0, exact.count(), _AT_ONCE):
                numbers = list(range(start, min(start + _AT_ONCE, exact.count())))
                units = store.units(numbers)
                chroma.upsert([units[n].id for n in numbers], numbers, exact.vectors(numbers))
                progress(Step("note", f"stored {numbers[-1] + 1} of {exact.count()} vectors"))
        finally:
            chroma.close()
        return prove_and_publish(folder, replace(manifest, chroma=chroma_sizes(folder)), progress)


def _share(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
