"""Reading files: `read(path)` gives a Document or refuses with one clear line."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from ingest.errors import DocumentRefused
from ingest.types import Document

__all__ = ["SUFFIXES", "bundled_paths", "read"]

_TEXT = (".txt", ".text")
_MARKDOWN = (".md", ".markdown")
_WEB = (".html", ".htm", ".xhtml")
_TABLES = (".csv", ".tsv")
SUFFIXES = (*_TEXT, *_MARKDOWN, ".pdf", ".docx", ".pptx", ".xlsx", *_WEB, *_TABLES)
"""Endings of the files that can be read, in lower case."""

_READERS = {
    _TEXT: ("plain", "read_plain"),
    _MARKDOWN: ("markdown", "read_markdown"),
    (".pdf",): ("pdf", "read_pdf"),
    (".docx",): ("word", "read_docx"),
    (".pptx",): ("slides", "read_pptx"),
    (".xlsx",): ("workbook", "read_xlsx"),
    _WEB: ("web", "read_html"),
    _TABLES: ("delimited", "read_csv"),
}


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
    found = (p for folder in ("guidance", "gaps") for p in sorted((corpus / folder).glob("*.md")))
    notes = [p for p in found if not p.name.upper().startswith("README")]
    return [p for p in (report, *notes) if p.is_file()]


def _reader(suffix: str) -> Callable[[Path, bytes], Document] | None:
    """The function that reads files of this ending; its library is imported when the first such file is read."""
    module, name = next((told for endings, told in _READERS.items() if suffix in endings), ("", ""))
    if not module:
        return None
    found: Callable[[Path, bytes], Document] = getattr(import_module(f"ingest.reading.{module}"), name)
    return found
