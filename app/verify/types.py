"""What the verifier hands back, and what it reads a sentence into."""

from __future__ import annotations

from dataclasses import dataclass

from app.types import Number


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one statement.

    numbers: every quantity in it, each with whether a cited quote states it of the same thing.
    supported: all numbers are, nothing contradicts a quote, and `entailed` reaches the threshold.
    entailed: share of its content words that the quotes hold, 0 to 1, lowered by a contradiction.
    why: the reason for striking it, in plain words; empty when supported.
    """

    numbers: tuple[Number, ...]
    supported: bool
    entailed: float
    why: str = ""
