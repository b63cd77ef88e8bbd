"""What a measure is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from eval.cases import Case

Answer = Mapping[str, Any] | None
"""The contract's object, with `evidence` (the ranked list searched) where the system tells it; None: no answer."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One number per case. unit: "share" runs from 0 to 1.

    score: value for a case and its answer, or None where the measure does not apply. source: paper or standard.
    """

    name: str
    title: str
    unit: str
    better: Literal["higher", "lower"]
    definition: str
    source: str
    score: Callable[[Case, Answer], float | None]


def refused(answer: Answer) -> bool:
    """Whether the system said that it has no answer."""
    return bool(answer and answer.get("abstained"))


def answered(answer: Answer) -> bool:
    """Whether there is an answer that claims something."""
    return bool(answer) and not refused(answer)
