"""Tables of a document put together again from their rows, so that their numbers can be drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.cells import cells
from app.charts import Bar
from ingest.quantities import quantities
from ingest.types import Passage

_UNIT_IN_HEADER = re.compile(r"\(([^)]*)\)\s*$")
_ROWS_MAX = 200


@dataclass(frozen=True, slots=True)
class Table:
    """Neighbouring rows under the same headers; the first column names a row. `rows` holds cells as printed."""

    section: str
    page: int | None
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def columns(self) -> list[tuple[str, tuple[Bar, ...]]]:
        """Each column of numbers as bars named by the first column; one with a cell that is no number is left out."""
        found = []
        for place, header in enumerate(self.headers[1:], 1):
            bars = [_bar(row[0], header, row[place]) for row in self.rows]
            if len(bars) > 1 and all(bars):
                found.append((header, tuple(b for b in bars if b)))
        return found


def tables_of(passages: Iterable[Passage]) -> list[Table]:
    """The tables whose rows stand among a document's passages, in order."""
    tables: list[Table] = []
    rows: list[tuple[str, ...]] = []
    now: tuple[tuple[str, ...], int | None, tuple[str, ...]] | None = None

    def close() -> None:
        if now and rows:
            tables.append(Table(" › ".join(now[0]), now[1], now[2], tuple(rows[:_ROWS_MAX])))
        rows.clear()

    for passage in passages:
        found = cells(passage.text) if passage.kind == "row" else ()
        key = (passage.section, passage.page, tuple(c.header for c in found)) if len(found) > 1 else None
        if key != now:
            close()
            now = key
        if key:
            rows.append(tuple(c.value for c in found))
    close()
    return tables


def _bar(label: str, header: str, cell: str) -> Bar | None:
    """A cell that holds one number and little else."""
    read = [q for q in quantities(cell) if q.high is None]
    if len(read) != 1 or len(cell) - len(read[0].text) > len("US$ millions"):
        return None
    unit = read[0].unit or (told[1] if (told := _UNIT_IN_HEADER.search(header)) else "count")
    return Bar(label, read[0].value, unit, cell)
