"""The figures of the report: each has an address, a chart of what the text states, and what it does not state."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.charts import LOOKS, Bar, chart, drawable
from app.figure_values import value_text
from app.web.figures import finding
from app.web.house import House
from ingest.types import Figure


def bars_of(figure: Figure) -> tuple[Bar, ...]:
    """The values that the text states for a figure."""
    return tuple(Bar(_capital(v.label), v.value, v.unit, value_text(v.value, v.unit)) for v in figure.values)


def add(rooms: APIRouter, house: House) -> None:
    """Routes `/figures`, `/figures/4` and `/figures/4/light.svg`."""

    @rooms.get("/figures")
    def gallery(request: Request) -> Response:
        engine = house.engine()
        figures = engine.figures() if engine else ()
        titles = {d.id: d for d in engine.documents()} if engine else {}
        told = [_told(f) for f in figures]
        return house.page(request, "figures.html", "figures", figures=told, documents=titles, ready=engine is not None)

    @rooms.get("/figures/{number:int}")
    def one(request: Request, number: int) -> Response:
        engine = house.engine()
        figures: Sequence[Figure] = engine.figures() if engine else ()
        found = next((f for f in figures if f.number == number), None)
        if engine is None or found is None:
            return house.page(request, "missing.html", "figures", 404, what=f"Figure {number}")
        numbers = [f.number for f in figures]
        place = numbers.index(number)
        beside: dict[str, Any] = {"before": numbers[place - 1] if place else None, "after": (*numbers, None)[place + 1]}
        document = next((d for d in engine.documents() if d.id == found.document_id), None)
        return house.page(request, "figure.html", "figures", told=_told(found), document=document, **beside)

    @rooms.get("/figures/{number:int}/{look}.svg")
    def picture(number: int, look: str) -> Response:
        engine = house.engine()
        found = engine.figure(number) if engine else None
        if found is None or look not in LOOKS or not drawable(bars_of(found)):
            return Response(status_code=404)
        return Response(drawn(bars_of(found), look), media_type="image/svg+xml")


@lru_cache(maxsize=256)
def drawn(bars: tuple[Bar, ...], look: str) -> bytes:
    """The chart of some bars, kept once it was drawn."""
    return chart(bars, LOOKS[look])


def _told(figure: Figure) -> dict[str, object]:
    people = list(dict.fromkeys(v.population for v in figure.values if v.population))
    return {
        "figure": figure,
        "rows": [(_capital(v.label), value_text(v.value, v.unit), v.population) for v in figure.values],
        "people": people[0] if len(people) == 1 else "",
        "drawable": drawable(bars_of(figure)),
        "finding": finding(figure),
    }


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]
