"""Which document a file is, so that its id outlasts a move and an edit.

A document that names itself keeps its name. Otherwise a file that holds what a recorded document was read from is that
document, wherever it lies; a file that lies where a document was recorded is that document, changed; any other is new,
and named by its stem and its content. The same files get the same ids on any machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ingest.manifest import Entry
from ingest.reading.assembly import file_id
from ingest.types import Document

_STEM_CHARS = 48
_CONTENT_DIGITS = 6


def identified(
    document: Document, path: Path, file_sha256: str, entries: Mapping[str, Entry], found_elsewhere: frozenset[str]
) -> Document:
    """`document` under the id it should have.

    found_elsewhere: ids of recorded documents whose content lies, unchanged, in some file that is at hand.
    """
    if document.id != file_id(path):
        return document
    name = _recorded_as(path, file_sha256, entries, found_elsewhere) or _new_id(path, file_sha256)
    figures = tuple(replace(figure, document_id=name) for figure in document.figures)
    return replace(document, id=name, figures=figures)


def _recorded_as(
    path: Path, file_sha256: str, entries: Mapping[str, Entry], found_elsewhere: frozenset[str]
) -> str | None:
    same = [i for i, e in entries.items() if e.file_sha256 == file_sha256]
    here = [i for i, e in entries.items() if e.path == str(path)]
    return next((i for i in (*same, *here) if i not in found_elsewhere), None)


def _new_id(path: Path, file_sha256: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:_STEM_CHARS]
    return f"{stem or 'document'}-{file_sha256[:_CONTENT_DIGITS]}"
