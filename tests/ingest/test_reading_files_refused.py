"""Files that a converter must not touch or cannot read: one clear line each, and the rest of a folder goes in."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import DocumentRefused
from ingest.reading import archives, inflating, read
from ingest.reading import pdf as reading_pdf
from tests.ingest.office import OFFICE
from tests.ingest.printed import PDFS

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
PAGE = b"<!DOCTYPE html><html><body><p>Log in to fetch the file.</p></body></html>"
SENTENCE = "Ravel Bank lends to small farms in the north of the country."


def made(name: str, tmp_path: Path) -> bytes:
    path = tmp_path / f"source-{name}"
    {**PDFS, **OFFICE}[name](path)
    return path.read_bytes()


def packed(*entries: tuple[str, bytes], compressed: bool = True) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return held.getvalue()


def refusal(path: Path) -> str:
    with pytest.raises(DocumentRefused) as refused:
        read(path)
    told = str(refused.value)
    assert told.startswith(str(path)) and "expected" in told and "\n" not in told
    return told


def canvas_pdf(path: Path, draw: Callable[[Canvas], None], pages: int = 1, **options: object) -> None:
    canvas = Canvas(str(path), pagesize=A4, **options)
    for _ in range(pages):
        draw(canvas)
        canvas.showPage()
    canvas.save()


def picture(canvas: Canvas) -> None:
    image = Image.effect_noise((300, 400), 60)
    canvas.drawImage(ImageReader(image), 0, 0, *A4)


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("a.pdf", PAGE, "a web page"),
        ("a.pdf", b"MZ\x90\0" + b"\0" * 200, "a program"),
        ("a.pdf", b"%PDF-1.7\n1 0 obj\n<</Type/Cat", "damaged PDF"),
        ("a.pdf", b"", "is empty"),
        ("a.docx", PAGE, "a web page"),
        ("a.docx", OLE + "WordDocument".encode("utf-16-le"), "an old Word document"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "password-protected"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "password-protected"),
        ("a.xlsx", OLE + "Workbook".encode("utf-16-le"), "an old Excel workbook"),
        ("a.pptx", OLE + "PowerPoint Document".encode("utf-16-le"), "an old PowerPoint"),
        ("a.docx", b"MZ\x90\0" + b"\0" * 200, "a program"),
        ("a.docx", packed(("a.txt", b"hello")), "a ZIP archive"),
        ("a.docx", packed(("word/document.xml", b"<w")), "damaged Word document"),
        ("a.docx", b"PK\x03\x04 and nothing else", "is damaged"),
        ("a.pptx", packed(("word/document.xml", b"<w/>")), "a Word document"),
        ("a.xlsx", packed(("xl/workbook.xml", b"<w")), "damaged workbook"),
        ("a.csv", PAGE, "a web page"),
        ("a.csv", b"PK\x03\x04....", "a ZIP archive"),
        ("a.html", b"%PDF-1.7 page", "a PDF"),
        ("a.html", b"<html><body><script>var a = 'words';</script></body></html>", "shows no text"),
        ("a.html", b"MZ\x90\0" + b"\0" * 200, "a program"),
        ("a.csv", b"\n\n", "only blanks"),
    ],
)
def test_wrong_damaged_and_empty(tmp_path: Path, name: str, raw: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    assert says in refusal(path)


@pytest.mark.parametrize(
    ("source", "name", "says"),
    [("lindau-tender.docx", "a.xlsx", "a Word document"), ("hollin-budget.xlsx", "a.pptx", "an Excel workbook")],
)
def test_an_office_file_under_anothers_name(tmp_path: Path, source: str, name: str, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(made(source, tmp_path))
    assert says in refusal(path)


@pytest.mark.parametrize("name", [n for n in (*PDFS, *OFFICE) if n.endswith((".pdf", ".docx", ".pptx", ".xlsx"))])
def test_half_a_file_is_refused(tmp_path: Path, name: str) -> None:
    raw = made(name, tmp_path)
    path = tmp_path / name
    path.write_bytes(raw[: len(raw) // 2])
    assert "damaged" in refusal(path) or "no words" in refusal(path)


def test_locked_pdf(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas_pdf(path, lambda c: c.drawString(60, 700, SENTENCE), encrypt=StandardEncryption("secret"))
    assert "password-protected PDF" in refusal(path)


def test_a_pdf_that_may_not_be_copied_is_only_cited(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    lock = StandardEncryption("", ownerPassword="owner", canCopy=0)
    canvas_pdf(path, lambda c: c.drawString(60, 700, SENTENCE), encrypt=lock)
    document = read(path)
    assert SENTENCE in document.text and document.rights == "cite-only"
    assert any("does not allow copying" in w for w in document.warnings)


def test_scan(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas_pdf(path, picture, pages=2)
    told = refusal(path)
    assert "scan" in told and "2 pages" in told and "text recognition" in told


def test_a_scan_with_recognised_text_is_read(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        picture(canvas)
        text = canvas.beginText(60, 700)
        text.setTextRenderMode(3)
        text.textOut(SENTENCE)
        canvas.drawText(text)

    path = tmp_path / "a.pdf"
    canvas_pdf(path, draw)
    assert SENTENCE in read(path).text


def test_pages_without_text_are_named(tmp_path: Path) -> None:
    pages = iter([lambda c: c.drawString(60, 700, SENTENCE), picture, picture])
    path = tmp_path / "a.pdf"
    canvas_pdf(path, lambda canvas: next(pages)(canvas), pages=3)  # noqa: PLW0108
    assert any("pages 2, 3" in w for w in read(path).warnings)


def test_pdf_without_anything(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas_pdf(path, lambda c: c.line(10, 10, 90, 90))
    assert "no words" in refusal(path)


def test_too_many_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_pdf, "MAX_PAGES", 2)
    path = tmp_path / "a.pdf"
    canvas_pdf(path, lambda c: c.drawString(60, 700, SENTENCE), pages=3)
    assert "at most 2" in refusal(path)


def pdf_of_stream(stream: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    """A one-page PDF whose content is `stream`."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
        b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (len(stream), filters, stream),
    ]
    told = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(told))
        told += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(told)
    told += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return told + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start


@pytest.mark.parametrize("twice", [False, True])
def test_pdf_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, twice: bool) -> None:
    monkeypatch.setattr(inflating, "MAX_INFLATED_BYTES", 4 * 2**20)
    bomb = zlib.compress(b" " * 64 * 2**20, 9)
    raw = pdf_of_stream(zlib.compress(bomb, 9), b"/FlateDecode/FlateDecode") if twice else pdf_of_stream(bomb)
    path = tmp_path / "a.pdf"
    path.write_bytes(raw)
    assert len(raw) < 2**20
    assert "unpacks to more than 4 MB" in refusal(path)


def test_zip_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = b"\0" * (8 * 2**20)
    path = tmp_path / "a.docx"
    path.write_bytes(packed(("word/document.xml", zeros)))
    assert "to 1; expected at most" in refusal(path)
    path.write_bytes(packed(("word/document.xml", b"<w/>"), ("word/embeddings/a.bin", packed(("b", zeros)))))
    assert "to 1; expected at most" in refusal(path)
    nested = b"x"
    for _ in range(6):
        nested = packed(("a", nested))
    path.write_bytes(packed(("word/document.xml", b"<w/>"), ("word/a", nested)))
    assert "deep" in refusal(path)
    path.write_bytes(packed(*((f"word/{n}", b"") for n in range(archives.MAX_ENTRIES + 1))))
    assert "entries" in refusal(path)
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 2**20)
    path.write_bytes(packed(("word/document.xml", b"<w/>"), ("word/a", bytes(range(256)) * 8192), compressed=False))
    assert "more than 1 MB" in refusal(path)


def test_an_archive_that_lies_about_its_sizes(tmp_path: Path) -> None:
    """The directory names one byte where megabytes are packed: nothing beyond the name is unpacked."""
    raw = bytearray(packed(("word/document.xml", b"<w>" + b"a" * 2**22)))
    at = raw.index(b"PK\x01\x02")
    raw[at + 24 : at + 28] = struct.pack("<I", 1)
    path = tmp_path / "a.docx"
    path.write_bytes(bytes(raw))
    assert "damaged" in refusal(path)


def test_locked_archive_and_entities(tmp_path: Path) -> None:
    raw = bytearray(packed(("word/document.xml", b"<w/>")))
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path = tmp_path / "a.docx"
    path.write_bytes(bytes(raw))
    assert "password-protected" in refusal(path)
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><w>&b;</w>'
    path.write_bytes(packed(("word/document.xml", laughs)))
    assert "declares entities" in refusal(path)
