"""Native charts of office files (DrawingML): their own numbers, as the table that their makers typed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ingest.reading.captions import is_caption
from ingest.reading.formats import shown
from ingest.reading.parts import Part

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MOST_POINTS = 5_000


def parsed(raw: bytes) -> Any:
    """The root of an office file's XML part; nothing outside of it is fetched or unfolded."""
    from lxml import etree

    return etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))


def chart_parts(space: Any, page: int | None = None) -> Iterator[Part]:
    """The parts of a chart (its `chartSpace` element): the title, then one row for each category, one column a series.

    Values are shown by the number format that the chart stores for them ("28%").
    """
    title = " ".join("".join(t.text or "" for t in space.iterfind(f"{_C}chart/{_C}title//{_A}t")).split())
    if title:
        yield Part((title,), page, "text" if is_caption(title) else "item")
    series = [s for s in space.iter(f"{_C}ser") if s.find(f"{_C}val") is not None or s.find(f"{_C}yVal") is not None]
    if not series:
        return
    named = [_points(s, ("cat", "xVal")) for s in series]
    values = [_points(s, ("val", "yVal")) for s in series]
    places = sorted({place for told in values for place in told})[:_MOST_POINTS]
    rows = [("", *(_name(s) for s in series))]
    for place in places:
        name = next((told[place] for told in named if told.get(place)), "")
        rows.append((name, *(told.get(place, "") for told in values)))
    if len(rows) > 1:
        yield Part((), page, "table", rows=_with_names(rows))


def _with_names(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """A lone series without a name leaves "category: value"."""
    if len(rows[0]) == 2 and not rows[0][1]:
        return (("",), *((f"{name}: {value}" if name else value,) for name, value in rows[1:]))
    return tuple(rows)


def _name(series: Any) -> str:
    found = series.find(f"{_C}tx//{_C}v")
    return " ".join((found.text or "").split()) if found is not None else ""


def _points(series: Any, tags: Sequence[str]) -> dict[int, str]:
    """The cached texts or numbers of a series by their place."""
    cache = next((found for tag in tags if (found := series.find(f"{_C}{tag}")) is not None), None)
    if cache is None:
        return {}
    code = next((f.text for f in cache.iter(f"{_C}formatCode") if f.text), "General")
    is_text = next(cache.iter(f"{_C}strCache"), None) is not None or next(cache.iter(f"{_C}lvl"), None) is not None
    told: dict[int, str] = {}
    for point in cache.iter(f"{_C}pt"):
        text = " ".join((point.findtext(f"{_C}v") or "").split())
        place = int(point.get("idx", "0"))
        shown_as = text if is_text else _number(text, point.get("formatCode") or code)
        told[place] = f"{shown_as} {told[place]}" if place in told else shown_as
    return told


def _number(text: str, code: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    if code == "General":
        return f"{value:,.10g}"
    return shown(value, code)
