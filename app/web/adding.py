"""Files that readers bring into the index, and documents they take out: one piece of work at a time, in the background.

What is uploaded lies in `uploads` in the data folder, and the index is built beside the one in use: a file that cannot
be read leaves everything as it was.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ingest.errors import AdvisorError
from ingest.progress import Step
from ingest.reading import SUFFIXES
from ingest.reports import BuildReport
from ingest.settings import Settings

_log = logging.getLogger(__name__)
FOLDER = "uploads"
NAME_MAX_CHARS = 120
_UNSAFE = re.compile(r"[^\w.() -]+")


class NotTaken(Exception):
    """A file or a wish that is refused before any work begins; says why."""


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work as a reader sees it.

    stage: what is being done. done, refused: lines for what came of it. finished: whether it has ended.
    """

    id: str
    stage: str = "Getting ready"
    share: float | None = None
    done: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    finished: bool = False

    def to_json(self) -> dict[str, Any]:
        """The same as JSON."""
        return asdict(self)


@dataclass
class Adding:
    """The one piece of work; `renew` is called when the index has changed, and `found` tells what it holds of a
    document."""

    settings: Settings
    renew: Callable[[], None]
    found: Callable[[str], str] = lambda _: ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _work: Work | None = None

    @property
    def work(self) -> Work | None:
        """The work in progress, or the last one."""
        return self._work

    def add(self, files: Sequence[tuple[str, bytes]]) -> Work:
        """Begin to index files, given as (name, content); raises NotTaken."""
        if not files:
            raise NotTaken("choose a file first")
        named = [(safe_name(name), content) for name, content in files]
        for name, content in named:
            if Path(name).suffix.lower() not in SUFFIXES:
                raise NotTaken(f"{name} cannot be read; expected one of {', '.join(SUFFIXES)}")
            if not content:
                raise NotTaken(f"{name} is empty")
        work = self._begin()
        threading.Thread(target=self._run, args=(lambda: self._take_in(named),), name="adding", daemon=True).start()
        return work

    def remove(self, document: str) -> Work:
        """Begin to take a document out; raises NotTaken."""
        work = self._begin()
        threading.Thread(target=self._run, args=(lambda: self._build([], (document,)),), daemon=True).start()
        return work

    def _begin(self) -> Work:
        with self._lock:
            if self._work is not None and not self._work.finished:
                raise NotTaken("another change is being made; wait until it is done")
            self._work = Work(secrets.token_hex(4))
            return self._work

    def _run(self, job: Callable[[], BuildReport]) -> None:
        assert self._work is not None
        try:
            report = job()
            if report.fingerprint and not report.up_to_date:
                self._tell(stage="Opening the new index", share=None)
                self.renew()
            self._work = replace(self._work, **_told(report, self.found), finished=True, stage="Done", share=1.0)
        except AdvisorError as refused:
            self._work = replace(self._work, refused=(str(refused),), finished=True, stage="Nothing was changed")
        except Exception:
            _log.exception("the index could not be changed")
            told = ("the index could not be changed because of a fault; the log tells more",)
            self._work = replace(self._work, refused=told, finished=True, stage="Nothing was changed")

    def _take_in(self, files: Sequence[tuple[str, bytes]]) -> BuildReport:
        """Put the files where they stay, then build; a file that was refused gives its place back to the one before."""
        folder = self.settings.data / FOLDER
        before = folder / ".before"
        shutil.rmtree(before, ignore_errors=True)
        before.mkdir(parents=True)
        paths = [folder / name for name, _ in files]
        try:
            for path, (_, content) in zip(paths, files, strict=True):
                if path.exists():
                    os.replace(path, before / path.name)
                path.write_bytes(content)
            report = self._build(paths, ())
        except BaseException:
            self._put_back(paths, before)
            raise
        refused = {r.path for r in report.refused}
        self._put_back([p for p in paths if str(p) in refused], before)
        shutil.rmtree(before, ignore_errors=True)
        return report

    def _put_back(self, paths: Sequence[Path], before: Path) -> None:
        for path in paths:
            path.unlink(missing_ok=True)
            if (before / path.name).exists():
                os.replace(before / path.name, path)

    def _build(self, paths: list[Path], removed: Sequence[str]) -> BuildReport:
        from ingest.index import build

        return build(paths, self.settings, self._progress, remove=removed)

    def _progress(self, step: Step) -> None:
        share = step.done / step.total if step.total else None
        self._tell(stage=step.text[:1].upper() + step.text[1:], share=share)

    def _tell(self, stage: str, share: float | None) -> None:
        if self._work is not None:
            self._work = replace(self._work, stage=stage, share=share)


def safe_name(name: str) -> str:
    """A file's name without folders and without what a file system could take for something else; raises NotTaken."""
    kept = _UNSAFE.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    if not kept or kept.startswith("."):
        raise NotTaken("the file has no name")
    stem, ending = os.path.splitext(kept)
    return stem[: NAME_MAX_CHARS - len(ending)] + ending


def _told(report: BuildReport, found: Callable[[str], str]) -> dict[str, Any]:
    changed = [d for d in report.documents if d.status in ("added", "replaced")]
    lines = [f"{d.status.capitalize()}: {d.title} ({found(d.id)})" for d in changed]
    lines += [f"{d.title}: {w}" for d in changed for w in d.warnings]
    lines += [f"Removed: {document}" for document in report.removed]
    return {
        "done": tuple(lines) or (() if report.refused else ("Nothing to do: the index holds this already.",)),
        "documents": tuple(d.id for d in changed),
        "refused": tuple(_without_folder(r.reason, r.path) for r in report.refused),
    }


def _without_folder(reason: str, path: str) -> str:
    """The reason with the file's name alone: where it lies on the server is nobody's business."""
    return reason.replace(path, Path(path).name)
