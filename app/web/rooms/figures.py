"""The figures of the report: each has an address, a chart of what the text states, and what it does not state."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from app.charts import LOOKS, Bar, bars_of, chart, lengths
from app.web.figures import inside
from app.web.house import House
from app.web.language import Words, words_for
from ingest.types import Figure


def add(rooms: APIRouter, house: House) -> None:
    """Routes `/figures`, `/figures/4` and `/figures/4/light.svg`."""

    @rooms.get("/figures")
    def gallery(request: Request) -> Response:
        engine = house.engine()
        figures = engine.figures() if engine else ()
        words = words_for(request.headers)
        told = [_told(f, words) for f in figures]
        return house.page(request, "figures.html", "figures", figures=told, ready=engine is not None)

    @rooms.get("/figures/{number:int}")
    def one(request: Request, number: int) -> Response:
        engine = house.engine()
        figures: Sequence[Figure] = engine.figures() if engine else ()
        found = next((f for f in figures if f.number == number), None)
        if engine is None or found is None:
            what = f"{words_for(request.headers)('Figure')} {number}"
            return house.page(request, "missing.html", "figures", 404, what=what)
        numbers = [f.number for f in figures]
        place = numbers.index(number)
        beside: dict[str, Any] = {"before": numbers[place - 1] if place else None, "after": (*numbers, None)[place + 1]}
        document = next((d for d in engine.documents() if d.id == found.document_id), None)
        told = _told(found, words_for(request.headers))
        return house.page(request, "figure.html", "figures", told=told, document=document, **beside)

    @rooms.get("/figures/{number:int}/{look}.svg")
    def picture(number: int, look: str) -> Response:
        engine = house.engine()
        found = engine.figure(number) if engine else None
        bars = lengths(bars_of(found)) if found else ()
        if look not in LOOKS or not bars:
            return Response(status_code=404)
        return Response(drawn(bars, look), media_type="image/svg+xml")


@lru_cache(maxsize=256)
def drawn(bars: tuple[Bar, ...], look: str) -> bytes:
    """The chart of some bars, kept once it was drawn."""
    return chart(bars, LOOKS[look])


def _told(figure: Figure, _: Words) -> dict[str, object]:
    return {"figure": figure, "inside": Markup(inside(figure, _))}
