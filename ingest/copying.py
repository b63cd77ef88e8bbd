"""An older build as the start of a new one, so that a change costs what was changed and not the whole.

What never changes again is shared by hard links; what will be added to (passages, the unfinished segment and its
shard) is copied, since the older build must stay as it is.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from ingest.manifest import CHROMA, PASSAGES, VECTORS, Content, Manifest
from ingest.store import segments


def copy_build(old: Path, new: Path, manifest: Manifest) -> Mapping[str, Content]:
    """Bring passages, vectors and shards of `old` into the empty folder `new`; returns what shared files hold."""
    shutil.copyfile(old / PASSAGES, new / PASSAGES)
    (new / VECTORS).mkdir(mode=0o700)
    (new / CHROMA).mkdir(mode=0o700)
    for stretch in segments.stretches(0, manifest.rows):
        whole = stretch.stop == segments.ROWS
        for file in (old / VECTORS).glob(f"{stretch.name}.*"):
            (share if whole else shutil.copyfile)(file, new / VECTORS / file.name)
        copy_shard(old / CHROMA / stretch.name, new / CHROMA / stretch.name, whole=whole)
    shared = {f"{VECTORS}/{segments.name_of(n)}" for n in range(manifest.rows // segments.ROWS)}
    return {name: content for name, content in manifest.files.items() if name.rpartition(".")[0] in shared}


def copy_shard(old: Path, new: Path, *, whole: bool) -> None:
    """Bring a shard's folder to `new`; the large files of a `whole` one are shared."""
    for file in sorted(old.rglob("*")):
        target = new / file.relative_to(old)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if file.is_file():
            # SQLite locks a file by its name and content together: two names for one database can damage it.
            (share if whole and not file.name.endswith(".sqlite3") else shutil.copyfile)(file, target)


def share(source: Path, target: Path) -> None:
    """A hard link, or a copy where the system has none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
