"""Office files are ZIP archives: what is checked before anything is unpacked, and which kind one is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from ingest.errors import DocumentRefused
from ingest.reading.decoding import signature

MAX_UNPACKED_BYTES = 400 * 1024 * 1024
MAX_RATIO = 200
MAX_ENTRIES = 20_000
_SMALL_BYTES = 5 * 1024 * 1024
"""Entries smaller than this may be packed as tightly as they like."""
_DEPTH = 3
_MAIN_PARTS = {"word/": "a Word document", "ppt/": "a PowerPoint presentation", "xl/": "an Excel workbook"}
_SUFFIXES = {".docx": "word/", ".pptx": "ppt/", ".xlsx": "xl/"}
_PROBE_BYTES = 2_048
# An old Office file names its streams in UTF-16.
_OLD_KINDS = (
    ("EncryptedPackage", "a password-protected Office file"),
    ("WordDocument", "an old Word document (.doc)"),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)"),
    ("Workbook", "an old Excel workbook (.xls)"),
    ("Book", "an old Excel workbook (.xls)"),
)


def check_office(path: Path, raw: bytes) -> None:
    """Raise DocumentRefused unless `raw` is an intact archive of the kind that the file's ending names."""
    folder = _SUFFIXES[path.suffix.lower()]
    expected = _MAIN_PARTS[folder]
    old = _old_kind(raw)
    if old and "password" in old:
        raise DocumentRefused(f"{path}: is {old}; expected one that opens without a password")
    if old:
        raise DocumentRefused(f"{path}: has the content of {old}; expected {expected}: save it as {path.suffix}")
    if not raw.startswith(b"PK"):
        found = signature(raw) or ("a web page" if looks_like_html(raw) else "another kind of file")
        raise DocumentRefused(f"{path}: has the content of {found}; expected {expected}: give the file its right name")
    names = check_archive(path, raw)
    kinds = [kind for start, kind in _MAIN_PARTS.items() if any(name.startswith(start) for name in names)]
    if not any(name.startswith(folder) for name in names):
        found = kinds[0] if kinds else "a ZIP archive"
        raise DocumentRefused(f"{path}: has the content of {found}; expected {expected}: give the file its right name")


def check_archive(path: Path, raw: bytes) -> list[str]:
    """The names in an archive; raises DocumentRefused for a damaged, locked or bomb-like one, nested ones too."""
    left = [MAX_UNPACKED_BYTES]
    try:
        return _checked(path, raw, left, 0)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        told = " ".join(str(error).split())[:100]
        raise DocumentRefused(f"{path}: is damaged ({told}); expected a whole file: fetch or save it again") from None


def looks_like_html(raw: bytes) -> bool:
    """Whether the first bytes are those of a web page."""
    start = raw[:_PROBE_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or b"<html" in start


def _old_kind(raw: bytes) -> str | None:
    if not raw.startswith(b"\xd0\xcf\x11\xe0"):
        return None
    kinds = (kind for name, kind in _OLD_KINDS if name.encode("utf-16-le") in raw)
    return next(kinds, "an old Office file")


def _checked(path: Path, raw: bytes, left: list[int], depth: int) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise _bomb(path, f"holds {len(entries):,} entries; expected at most {MAX_ENTRIES:,}")
        for entry in entries:
            _check_size(path, entry, left)
            if entry.flag_bits & 1:
                raise DocumentRefused(f"{path}: is password-protected; expected one that opens without a password")
        for entry in entries:
            _check_content(path, archive, entry, left, depth)
        return [entry.filename for entry in entries]


def _check_size(path: Path, entry: zipfile.ZipInfo, left: list[int]) -> None:
    left[0] -= entry.file_size
    if left[0] < 0:
        raise _bomb(path, f"unpacks to more than {MAX_UNPACKED_BYTES // 2**20} MB")
    if entry.file_size > _SMALL_BYTES and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        ratio = entry.file_size // max(1, entry.compress_size)
        raise _bomb(path, f"holds {entry.filename[:60]!r}, packed {ratio:,} to 1; expected at most {MAX_RATIO} to 1")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DocumentRefused(f"{path}: is packed in a way that Office does not use; expected a file saved by Office")


def _check_content(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: list[int], depth: int) -> None:
    """Nested archives are weighed too; a part that declares entities is not Office's."""
    if entry.is_dir() or not entry.file_size:
        return
    with archive.open(entry) as part:
        start = part.read(_PROBE_BYTES)
        if entry.filename.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in start or b"<!ENTITY" in start):
            raise _bomb(path, f"declares entities in {entry.filename[:60]!r}")
        if start.startswith(b"PK\x03\x04"):
            if depth >= _DEPTH:
                raise _bomb(path, f"nests archives more than {_DEPTH} deep")
            nested = start + part.read()
            if zipfile.is_zipfile(io.BytesIO(nested)):
                _checked(path, nested, left, depth + 1)


def _bomb(path: Path, told: str) -> DocumentRefused:
    return DocumentRefused(f"{path}: {told}; expected an ordinary Office file, not an archive that floods memory")
