"""Bytes to text, or one clear line that says why not."""

from __future__ import annotations

import codecs
import re
from itertools import pairwise
from pathlib import Path

from ingest.errors import DocumentRefused

MAX_BYTES = 50 * 1024 * 1024

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive (as DOCX, PPTX and XLSX files are)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file or a password-protected Office file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript document"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# What UTF-8 looks like when it is read as cp1252: "Ã©", "â€™", "Â ".
_MOJIBAKE = re.compile(r"Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|Â[\u0080-\u00bf]|ï¿½")
_SANE_SIGNS = frozenset("‘’“”–—…•€£¥§©®™°±²³¹¼½¾µ·«»¡¿ \u00adªº¢×÷¬†‡‰‹›„‚¶")
_PROBE_CHARS = 200_000


def load(path: Path) -> bytes:
    """The bytes of a file of at most `MAX_BYTES`; raises DocumentRefused naming the file."""
    try:
        if path.is_dir():
            raise DocumentRefused(f"{path}: is a folder; expected a file")
        if not path.exists():
            raise DocumentRefused(f"{path}: no such file; check the path")
        if not path.is_file():
            raise DocumentRefused(f"{path}: is not a regular file; expected a file with text")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentRefused(
                f"{path}: has {size / 2**20:,.0f} MB; expected at most {MAX_BYTES // 2**20} MB: split the file"
            )
        raw = path.read_bytes()
    except PermissionError:
        raise DocumentRefused(
            f"{path}: may not be read by this user; expected a readable file: check its permissions"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DocumentRefused(f"{path}: cannot be read ({reason}); expected a readable file") from None
    if not raw:
        raise DocumentRefused(f"{path}: is empty (0 bytes); expected text")
    return raw


def signature(raw: bytes) -> str | None:
    """What well-known kind of file the first bytes announce ("a PDF"), None for none."""
    for magic, name in _SIGNATURES:
        if raw.startswith(magic):
            if magic == b"%PDF-" and b"/Encrypt" in raw:
                return "a password-protected PDF"
            if magic == b"PK\x03\x04" and len(raw) > 8 and raw[6] & 1:
                return "a password-protected ZIP archive"
            return name
    return None


def decode(path: Path, raw: bytes) -> str:
    """The text of `raw`: UTF-8, UTF-16 or UTF-32 by its mark, else cp1252 where that gives sane text.

    Raises DocumentRefused for other file kinds under a text file's name, binary data, broken encodings and text
    without a single word.
    """
    found = signature(raw)
    if found:
        raise DocumentRefused(
            f"{path}: has the content of {found} under the name of a text file; expected plain text: "
            "give the file its right name, or export its text"
        )
    text = _decoded(path, raw)
    if not text.strip("\ufeff \t\r\n\f\v\u00a0"):
        raise DocumentRefused(f"{path}: holds only blanks; expected text")
    if "\ufffd" in text and text.count("\ufffd") > max(3, len(text) // 200):
        raise DocumentRefused(
            f"{path}: {text.count(chr(0xFFFD))} characters were lost in an earlier conversion; expected intact text: "
            "export the file again as UTF-8"
        )
    if not re.search(r"[^\W\d_]{2}", text):
        raise DocumentRefused(f"{path}: holds no words; expected text")
    return text


def _decoded(path: Path, raw: bytes) -> str:
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            try:
                return _without_controls(path, raw[len(mark) :].decode(encoding))
            except UnicodeDecodeError as error:
                raise _misencoded(path, raw, error, encoding.upper()) from None
    if b"\x00" in raw[:_PROBE_CHARS]:
        raise DocumentRefused(
            f"{path}: holds binary data (zero bytes); expected text in UTF-8, or UTF-16 with its mark"
        )
    try:
        return _without_controls(path, raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        text = _as_cp1252(raw)
        if text is None:
            raise _misencoded(path, raw, error, "UTF-8") from None
        return _without_controls(path, text)


def _as_cp1252(raw: bytes) -> str | None:
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        return None
    probe = text if len(text) <= _PROBE_CHARS else text[: _PROBE_CHARS // 2] + text[-_PROBE_CHARS // 2 :]
    foreign = [c for c in probe if ord(c) > 126]
    letters = sum(c.isalpha() for c in probe) or 1
    odd = sum(not (c.isalpha() or c in _SANE_SIGNS) for c in foreign)
    accents = sum(c.isalpha() for c in foreign)
    capitals = sum(a.islower() and b.isupper() and ord(b) > 126 for a, b in pairwise(probe))
    if accents > 0.25 * letters or odd > 0.02 * len(probe) or _MOJIBAKE.search(text):
        return None
    return None if capitals > 0.01 * letters + 1 else text


def _without_controls(path: Path, text: str) -> str:
    controls = len(_CONTROLS.findall(text))
    if controls > 2 and controls > len(text) // 200:
        raise DocumentRefused(
            f"{path}: holds binary data ({controls} control characters); "
            "expected text in UTF-8, or UTF-16 with its mark"
        )
    return text


def _misencoded(path: Path, raw: bytes, error: UnicodeDecodeError, encoding: str) -> DocumentRefused:
    byte = raw[error.start] if error.start < len(raw) else 0
    return DocumentRefused(
        f"{path}: is not valid {encoding} (byte 0x{byte:02x} at offset {error.start}) and not sane cp1252 either; "
        "expected UTF-8: save the file as UTF-8"
    )
