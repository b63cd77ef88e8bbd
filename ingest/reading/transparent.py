"""Where a PDF sets letters that no viewer paints (pypdfium2, Apache-2.0/BSD): invisible mode, full transparency."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

Area = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points from the page's bottom left corner."""

_LEAST_ALPHA = 13
"""Of 255: what is fainter than a twentieth cannot be read."""


def transparent_areas(raw: bytes) -> Iterator[list[Area]]:
    """For each page, the areas of its unpainted letters; nothing for a file that the library cannot open."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError:
        return
    try:
        for number in range(len(document)):
            page = document[number]
            left, bottom = page.get_mediabox()[:2]
            yield [(a - left, b - bottom, c - left, d - bottom) for a, b, c, d in _areas(page)]
            page.close()
    finally:
        document.close()


def _areas(page: object) -> Iterator[Area]:
    from pypdfium2 import raw as pdfium

    from ingest.reading.pacing import check

    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):  # type: ignore[attr-defined]
        check()
        unpainted = pdfium.FPDFTextObj_GetTextRenderMode(item.raw) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
        if not unpainted:
            colour = [ctypes.c_uint() for _ in range(4)]
            known = pdfium.FPDFPageObj_GetFillColor(item.raw, *(ctypes.byref(part) for part in colour))
            unpainted = bool(known) and colour[3].value < _LEAST_ALPHA
        if unpainted:
            yield item.get_bounds()
