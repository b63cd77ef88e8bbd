"""Where builds of the index lie, how one is put in place, and who may write.

DATA/index/CURRENT            the name of the build in use
DATA/index/<build>/           manifest.json, passages.sqlite, vectors.f32, chroma/
DATA/index/.building-<build>  one that is being made, or was when it was killed
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import IndexBroken, IndexBusy, IndexMissing
from ingest.progress import Progress, Step

_BUILDING = ".building-"
_NAME = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")
_CLEAR_S = 10.0


def make_data_folder(data: Path) -> None:
    """Make the data folder, readable by its owner alone: an index is trusted when it is opened."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    (data / "index").mkdir(exist_ok=True, mode=0o700)
    with contextlib.suppress(OSError):
        (data / "index").chmod(0o700)


def current_build(data: Path) -> Path:
    """The folder of the build in use; raises IndexMissing or IndexBroken."""
    pointer = data / "index" / "CURRENT"
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise IndexMissing(f"no index in {data}; run `advisor ingest`") from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexBroken(f"{pointer} cannot be read ({error}); run `advisor ingest --rebuild`") from error
    if not _NAME.fullmatch(name) or not (pointer.parent / name).is_dir():
        raise IndexBroken(
            f"{pointer} names {name[:60]!r}, which is no build of the index; run `advisor ingest --rebuild`"
        )
    return pointer.parent / name


def new_building(data: Path) -> Path:
    """A fresh empty folder to build in."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    folder = data / "index" / f"{_BUILDING}{name}"
    folder.mkdir(mode=0o700)
    return folder


def publish(building: Path) -> Path:
    """Put a finished build in place, as the one in use; the one before is kept for who has it open."""
    root = building.parent
    for path in sorted(building.rglob("*")):
        _sync(path)
    _sync(building)
    folder = root / building.name.removeprefix(_BUILDING)
    before = _pointed(root)
    os.rename(building, folder)
    _sync(root)
    pointer = root / "CURRENT.new"
    pointer.write_text(folder.name + "\n", encoding="utf-8")
    _sync(pointer)
    os.replace(pointer, root / "CURRENT")
    _sync(root)
    _clear(root, {folder.name, before})
    return folder


def builds(data: Path) -> list[Path]:
    """All finished builds, newest first."""
    folders = (f for f in (data / "index").glob("*") if f.is_dir() and _NAME.fullmatch(f.name))
    return sorted(folders, reverse=True)


def clear_unfinished(data: Path) -> None:
    """Remove what killed builds left behind; call only while holding the writer's lock.

    A process that a killed build had started may go on writing there for a moment: it is waited for.
    """
    deadline = time.monotonic() + _CLEAR_S
    for leftover in (data / "index").glob(f"{_BUILDING}*"):
        shutil.rmtree(leftover, ignore_errors=True)
        while leftover.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
            shutil.rmtree(leftover, ignore_errors=True)


@contextlib.contextmanager
def writer_lock(data: Path, wait_s: float, progress: Progress) -> Iterator[None]:
    """Be the only writer of a data folder; raises IndexBusy when another still is after `wait_s` seconds.

    The system frees the lock when its holder ends, however it ends.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(data / "index" / ".lock")
    holder = data / "index" / ".writer.json"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress(Step("wait", f"another ingest is writing ({_who(holder)}); waiting up to {wait_s:.0f} s"))
        try:
            lock.acquire(timeout=wait_s)
        except Timeout:
            raise IndexBusy(
                f"another ingest is still writing to {data} after {wait_s:.0f} s ({_who(holder)}); "
                "wait until it is done, then run this again"
            ) from None
    try:
        holder.write_text(json.dumps({"pid": os.getpid(), "since": time.strftime("%H:%M:%S")}), "utf-8")
        yield
        holder.unlink(missing_ok=True)
    finally:
        lock.release()


def _who(holder: Path) -> str:
    try:
        told = json.loads(holder.read_text(encoding="utf-8"))
        return f"process {told['pid']}, since {told['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "process unknown"


def _pointed(root: Path) -> str:
    try:
        return (root / "CURRENT").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _clear(root: Path, kept: set[str]) -> None:
    for folder in root.iterdir():
        if folder.is_dir() and _NAME.fullmatch(folder.name) and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
