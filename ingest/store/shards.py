"""Chroma in shards, one collection for each segment of rows: `python -m ingest.store.shards FOLDER NUMBER …`.

chroma/00000/   Chroma's folder of the first segment; a full one never changes

Chroma keeps a whole graph in memory and lets no other thread run while it adds to it. So each full shard is made from
the segment's vectors in a process of its own, beside the embedding, and its memory goes with that process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest.errors import IndexBroken
from ingest.orphan import end_with
from ingest.store import Scored, Vector, segments
from ingest.store.chroma import ChromaStore

CHROMA, VECTORS = "chroma", "vectors"
_AT_ONCE = 2_048


def fill_shard(build: Path, stretch: segments.Stretch, ids: Sequence[str]) -> None:
    """Put rows of a segment of `build`, already written, into its shard under content-hash ids.

    The folder of a shard that is added to must be this build's own.
    """
    place = build / CHROMA / stretch.name
    fresh = not place.exists()
    place.mkdir(exist_ok=True, mode=0o700)
    vectors = np.memmap(build / VECTORS / f"{stretch.name}.f32", np.dtype("<f4"), "r")
    rows = vectors.reshape(-1, _dimension(build, stretch, len(vectors)))
    store = ChromaStore(place, create=fresh)
    try:
        for start in range(stretch.start, stretch.stop, _AT_ONCE):
            stop = min(start + _AT_ONCE, stretch.stop)
            numbers = range(stretch.first + start, stretch.first + stop)
            part = ids[start - stretch.start : stop - stretch.start]
            # A text that was removed and came back has another row: it must not take the id of the old one.
            store.upsert([f"{i}-{n}" for i, n in zip(part, numbers, strict=True)], numbers, np.array(rows[start:stop]))
    finally:
        store.close()


def _dimension(build: Path, stretch: segments.Stretch, numbers: int) -> int:
    rows, left = divmod(numbers, stretch.stop)
    if left or not rows:
        raise IndexBroken(f"segment {stretch.name} of {build} does not hold {stretch.stop} rows")
    return rows


class ShardMaker:
    """Makes the shards of a build as its segments fill up: full ones in processes of their own, one at a time."""

    def __init__(self, build: Path, count: int = 0) -> None:
        """`count` rows are in the shards already."""
        (build / CHROMA).mkdir(exist_ok=True, mode=0o700)
        self._build, self._count = build, count
        self._waiting: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    def append(self, ids: Sequence[str]) -> None:
        """The next rows, whose vectors are written, have these content-hash ids."""
        self._waiting += ids
        while self._waiting:
            stretch = next(segments.stretches(self._count, len(self._waiting)))
            if stretch.stop < segments.ROWS:
                return
            self._start(stretch)

    def finish(self) -> None:
        """Make what is left, and wait for all; raises IndexBroken when a shard could not be made."""
        if self._waiting:
            fill_shard(self._build, *self._taken(next(segments.stretches(self._count, len(self._waiting)))))
        self._wait()

    def stop(self) -> None:
        """End the process that is at work, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _taken(self, stretch: segments.Stretch) -> tuple[segments.Stretch, list[str]]:
        count = stretch.stop - stretch.start
        ids, self._waiting = self._waiting[:count], self._waiting[count:]
        self._count += count
        return stretch, ids

    def _start(self, stretch: segments.Stretch) -> None:
        self._wait()
        told = [str(self._build), *map(str, (stretch.number, stretch.start, stretch.stop, stretch.first, os.getpid()))]
        command = [sys.executable, "-m", "ingest.store.shards", *told]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert self._process.stdin is not None
        self._process.stdin.write("\n".join(self._taken(stretch)[1]))
        self._process.stdin.close()
        self._process.stdin = None

    def _wait(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        told = process.communicate()[1].strip().splitlines()
        if process.returncode:
            why = told[-1][:300] if told else f"status {process.returncode}"
            raise IndexBroken(f"Chroma's part of the index cannot be made ({why}); run `advisor ingest` again")


class ShardStore:
    """A VectorStore over the shards of a build."""

    def __init__(self, folder: Path, dead: Sequence[int] = ()) -> None:
        """Open every shard in `folder`; Chroma's own errors pass through. Rows in `dead` are never found."""
        self._dead = frozenset(dead)
        places = sorted(place for place in folder.iterdir() if place.is_dir())
        self._shards = [ChromaStore(place) for place in places]
        self._gone = [sum(d // segments.ROWS == int(place.name) for d in self._dead) for place in places]

    def count(self) -> int:
        """How many vectors can be found."""
        return sum(shard.count() for shard in self._shards) - len(self._dead)

    def query(self, vector: Vector, k: int) -> list[Scored]:
        """See VectorStore; approximate (HNSW, Malkov and Yashunin 2018)."""
        if k <= 0:
            return []
        found: list[Scored] = []
        for shard, gone in zip(self._shards, self._gone, strict=True):
            found += self._living(shard, vector, k, gone)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def _living(self, shard: ChromaStore, vector: Vector, k: int, gone: int) -> list[Scored]:
        asked = k + min(gone, k)
        while True:
            living = [hit for hit in shard.query(vector, asked) if hit[0] not in self._dead]
            if len(living) >= k or asked >= k + gone:
                return living[:k]
            asked = min(2 * asked, k + gone)

    def close(self) -> None:
        """Stop Chroma's threads and release its files."""
        for shard in self._shards:
            shard.close()


def main(arguments: Sequence[str]) -> None:
    """Fill one shard; the ids come on standard input, one a line."""
    number, start, stop, first, parent = map(int, arguments[1:])
    end_with(parent)
    ids = sys.stdin.read().splitlines()
    fill_shard(Path(arguments[0]), segments.Stretch(number, start, stop, first, 0), ids)


if __name__ == "__main__":
    main(sys.argv[1:])
