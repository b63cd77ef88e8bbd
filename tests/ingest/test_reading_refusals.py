"""Files that cannot be read: one clear line each, naming the file, what was found and what was expected."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from ingest.errors import DocumentRefused
from ingest.reading import decoding, read

TEXT = "Ein Titel\n\nDie Ernte fiel in diesem Jahr höher aus – um 5 € je Hektar „mehr“ als üblich.\n"


def archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("word/document.xml", "<w/>")
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\t \xc2\xa0\n", "only blanks"),
        ("a.txt", b"12 34 -- 56\n", "no words"),
        ("a.txt", bytes(range(256)) * 20, "binary data"),
        ("a.txt", b"Hello \x00 there", "binary data"),
        ("a.md", b"%PDF-1.7\n/Encrypt 5 0 R\n", "a password-protected PDF"),
        ("a.txt", b"%PDF-1.7\nstream", "a PDF"),
        ("a.txt", archive(), "a ZIP archive"),
        ("a.txt", b"PK\x03\x04\x14\x00\x01\x00secret", "a password-protected ZIP"),
        ("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 50, "password-protected Office"),
        ("a.txt", b"\x89PNG\r\n\x1a\n0000", "a PNG picture"),
        ("a.txt", "текст о машинном обучении и данных".encode("koi8-r"), "not valid UTF-8"),
        ("a.txt", "機械学習の運用について".encode("shift-jis"), "not valid UTF-8"),
        ("a.txt", "It’s a text – with signs".encode() + b" cut \xe2\x80", "not valid UTF-8"),
        ("a.txt", b"\xff\xfeA\x00b\x00\x00\xd8", "not valid UTF-16-LE"),
        ("a.txt", "A text that lost � � � � � � its signs".encode(), "were lost"),
        ("a.md", b"# Only a heading\n\n## And another\n", "no text below"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not supported yet"),
        ("a.odt", archive(), "not supported yet"),
        ("a", b"plain words here", "without an ending"),
    ],
)
def test_refused_with_one_line(tmp_path: Path, name: str, raw: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(DocumentRefused) as refused:
        read(path)
    told = str(refused.value)
    assert told.startswith(str(path)) and says in told and "expected" in told and "\n" not in told


def test_missing_folder_and_impossible_names(tmp_path: Path) -> None:
    for path, says in (
        (tmp_path / "gone.txt", "no such file"),
        (tmp_path, "is a folder"),
        (Path("a\0b.txt"), "no such file|cannot be read"),
        (tmp_path / ("x" * 400 + ".txt"), "cannot be read"),
    ):
        with pytest.raises(DocumentRefused, match=says):
            read(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    path.chmod(0)
    with pytest.raises(DocumentRefused, match="may not be read"):
        read(path)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    os.mkfifo(path)
    with pytest.raises(DocumentRefused, match="not a regular file"):
        read(path)


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_BYTES", 2**20)
    path = tmp_path / "a.txt"
    path.write_text("word " * 300_000)
    with pytest.raises(DocumentRefused, match="at most 1 MB"):
        read(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings_give_the_same_text(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode(encoding))
    document = read(path)
    assert document.title == "Ein Titel"
    assert "höher aus – um 5 € je Hektar „mehr“" in document.text


def test_line_ends_do_not_matter(tmp_path: Path) -> None:
    texts = set()
    for ends in ("\n", "\r\n", "\r"):
        path = tmp_path / "a.txt"
        path.write_bytes(TEXT.replace("\n", ends).encode())
        texts.add(read(path).text)
    assert len(texts) == 1
