"""What was taken out of a document because no reader sees it, by the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


class Hidden:
    """Counts hidden characters; each reason makes one warning."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._told: list[str] = []

    def take(self, reason: str, text: str) -> None:
        """Count the characters of `text`, blanks aside, under a reason such as "in white on white"."""
        count = len("".join(text.split()))
        if count:
            self._counts[reason] += count

    def add(self, warnings: Iterable[str]) -> None:
        """Note warnings that others have worded."""
        self._told += [w for w in warnings if w not in self._told]

    def warnings(self) -> tuple[str, ...]:
        """One line for each reason."""
        return (*(f"{count} characters {reason} removed" for reason, count in self._counts.items()), *self._told)
