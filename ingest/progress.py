"""What a long piece of work says about itself; the door that started it decides how to show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["wait", "read", "embed", "verify", "note"]


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
