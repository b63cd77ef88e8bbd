"""From drafts of blocks to a document: the text is laid out once, and every span is true by construction."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ingest.types import Block, BlockKind, StatementKind

GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class Draft:
    """A block that does not know its place yet; fields as in `Block`.

    A heading with empty text ends the sections of its level and below without opening one.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int | None = None
    figure: int | None = None
    statement: StatementKind | None = None
    asks: tuple[str, ...] = ()


def assemble(drafts: Iterable[Draft]) -> tuple[str, tuple[Block, ...]]:
    """The document's text and its blocks, one blank line between neighbours."""
    pieces: list[str] = []
    blocks: list[Block] = []
    at = 0
    for draft in drafts:
        if draft.text and pieces:
            pieces.append(GAP)
            at += len(GAP)
        pieces.append(draft.text)
        end = at + len(draft.text)
        blocks.append(
            Block(
                draft.kind,
                draft.text,
                at,
                end,
                draft.level,
                draft.page,
                draft.figure,
                draft.statement,
                draft.asks,
            )
        )
        at = end
    return "".join(pieces), tuple(blocks)


def file_id(path: Path) -> str:
    """An id for a file that names none: its stem, and six hex digits of its place, so that no two files share one."""
    place = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:6]
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:48]
    return f"{stem or 'document'}-{place}"


def row_text(headers: tuple[str, ...], cells: tuple[str, ...]) -> str:
    """A table row that stands alone: "Header: cell; Header: cell"; empty cells are left out."""
    told = []
    for number, cell in enumerate(cells):
        if cell:
            header = headers[number] if number < len(headers) else ""
            told.append(f"{header}: {cell}" if header else cell)
    return "; ".join(told)
