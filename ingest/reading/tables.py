"""Lines of tables in text: pipes, as in Markdown, and tabs."""

from __future__ import annotations

import re

_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:[|+]\s*:?-{2,}:?\s*)*[|+]?")
_CELL_END = re.compile(r"(?<!\\)\|")


def is_table_line(line: str) -> bool:
    """Whether a line is a row of a pipe table: it begins with a pipe and holds another."""
    stripped = line.strip()
    return stripped.startswith("|") and stripped.count("|") > 1


def is_rule(line: str) -> bool:
    """Whether a line only rules off the header ("|---|:--:|")."""
    return "-" in line and _RULE.fullmatch(line.strip()) is not None


def cells_of(line: str) -> tuple[str, ...]:
    """The cells of a pipe row, stripped; an escaped pipe stays in its cell."""
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return tuple(cell.strip() for cell in _CELL_END.split(inner))
