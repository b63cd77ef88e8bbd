"""Under which word a figure is printed: "Exhibit 3" is not "Table 3"."""

from __future__ import annotations

import re

from ingest.types import Passage

_SERIES = re.compile(r"\b(figure|fig|chart|graph|exhibit|table)s?\b", re.I)


def is_of_series(passage: Passage, asked: str) -> bool:
    """Whether a figure is printed under the word that a question uses: "Exhibit 3" is not "Table 3"."""
    wanted, printed = _SERIES.search(asked), _SERIES.match(passage.text.lstrip())
    return wanted is not None and printed is not None and wanted[1].lower()[:3] == printed[1].lower()[:3]


def may_be(passage: Passage, asked: str) -> bool:
    """False when a figure is printed under another word than the question uses."""
    wanted, printed = _SERIES.search(asked), _SERIES.match(passage.text.lstrip())
    return wanted is None or printed is None or (wanted[1].lower() == "table") == (printed[1].lower() == "table")
