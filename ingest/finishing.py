"""The last steps of a build: prove it in a process of its own, put it in place; or make Chroma's part."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.copying import share
from ingest.errors import IndexBroken
from ingest.folders import new_building, publish
from ingest.manifest import PASSAGES, VECTORS, Manifest, chroma_sizes
from ingest.progress import Progress, Step
from ingest.store import segments
from ingest.store.passages import PassageStore
from ingest.store.shards import ShardMaker
from ingest.verify import problem_of


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
        (folder / VECTORS).mkdir(mode=0o700)
        for name in manifest.files:
            share(old / name, folder / name)
        store = PassageStore(folder / PASSAGES)
        shards = ShardMaker(folder)
        try:
            for stretch in segments.stretches(0, manifest.rows):
                numbers = range(stretch.offset, stretch.offset + stretch.stop)
                units = store.units(numbers)
                # A row that belongs to no unit keeps its place, so that row and shard go on agreeing.
                shards.append([units[n].id if n in units else "dead" for n in numbers])
                progress(Step("note", f"stored {numbers[-1] + 1} of {manifest.rows} vectors"))
            shards.finish()
        finally:
            shards.stop()
        return prove_and_publish(folder, replace(manifest, chroma=chroma_sizes(folder)), progress)
