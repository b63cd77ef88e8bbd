"""What a long piece of work says about itself; the door that started it decides how to show it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Stage = Literal["wait", "read", "embed", "verify", "note"]

_REMEMBERED = 64
_LONG_S = 90.0


@dataclass(frozen=True, slots=True)
class Step:
    """One remark: `done` of `total` (0 when unknown) in a stage; `text` is what a reader sees."""

    stage: Stage
    text: str
    done: int = 0
    total: int = 0


Progress = Callable[[Step], None]


def silent(step: Step) -> None:
    """Say nothing."""


class Pace:
    """How much of the files is done, in bytes, and how long the rest will take at the pace of late."""

    def __init__(self, files: Sequence[Path], now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._sizes = {file: _size(file) for file in files}
        self.done, self.total = 0, sum(self._sizes.values())
        self._marks = deque([(now(), 0)], maxlen=_REMEMBERED)

    def passed(self, file: Path) -> None:
        """A file is done with."""
        self.done += self._sizes.get(file, 0)
        self._marks.append((self._now(), self.done))

    def told(self) -> str:
        """Share done and time left, as "; 41 per cent of the files, about 12 min left"; "" while nothing is known."""
        since, before = self._marks[0]
        done, passed_s = self.done - before, self._now() - since
        if not done or not self.total:
            return ""
        left_s = passed_s / done * (self.total - self.done)
        left = f"{left_s / 60:.0f} min" if left_s > _LONG_S else f"{left_s:.0f} s"
        return f"; {100 * self.done / self.total:.0f} per cent of the files, about {left} left"


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
