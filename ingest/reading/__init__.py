"""Reading files: `read(path)` gives a Document or refuses with one clear line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.errors import DocumentRefused
from ingest.types import Document

__all__ = ["SUFFIXES", "bundled_paths", "read"]

_TEXT = (".txt", ".text")
_MARKDOWN = (".md", ".markdown")
SUFFIXES = (*_TEXT, *_MARKDOWN)
"""Endings of the files that can be read, in lower case."""


def read(path: Path) -> Document:
    """The document that a file holds; raises DocumentRefused with one line that names the file."""
    from ingest.reading.decoding import load, signature

    raw = load(path)
    reader = _reader(path.suffix.lower())
    if reader is None:
        held = signature(raw)
        found = f"files ending in {path.suffix!r}" if path.suffix else "files without an ending"
        raise DocumentRefused(
            f"{path}: {found}{f' ({held})' if held else ''} are not supported yet; expected {', '.join(SUFFIXES)}"
        )
    return reader(path, raw)


def bundled_paths() -> list[Path]:
    """The files of the bundled corpus, the report's digest first; empty when the corpus is not installed."""
    corpus = Path(__file__).resolve().parents[2] / "corpus"
    report = corpus / "report" / "report.md"
    notes = sorted(p for p in (corpus / "guidance").glob("*.md") if not p.name.upper().startswith("README"))
    return [p for p in (report, *notes) if p.is_file()]


def _reader(suffix: str) -> Callable[[Path, bytes], Document] | None:
    if suffix in _TEXT:
        from ingest.reading.plain import read_plain

        return read_plain
    if suffix in _MARKDOWN:
        from ingest.reading.markdown import read_markdown

        return read_markdown
    return None
