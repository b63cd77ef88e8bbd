"""What the advisor knows: its documents, what was read from each, and the way to add, replace and remove them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from app.charts import LOOKS, drawable
from app.tables import tables_of
from app.web.adding import NotTaken, Work
from app.web.facts import facts_of
from app.web.house import House, form_of
from app.web.language import words_for
from app.web.readers import reader_of
from app.web.rooms.figures import drawn
from app.web.text import web_address
from ingest.reading import SUFFIXES
from ingest.types import Document, Passage

_FILES_MAX = 50
_SHOWN_MAX = 400


def add(rooms: APIRouter, house: House) -> None:
    """Routes `/corpus`, `/corpus/document/ID`, its charts, `/corpus/add`, `/corpus/remove` and `/corpus/work`."""

    @rooms.get("/corpus")
    def listed(request: Request) -> Response:
        engine = house.engine()
        documents = sorted(engine.documents(), key=_order) if engine else []
        groups = [(kind, list(group)) for kind, group in groupby(documents, key=_kind)]
        told: dict[str, Any] = {"groups": groups, "count": len(documents), "ready": engine is not None}
        return house.page(request, "corpus.html", "corpus", work=house.adding.work, endings=SUFFIXES, **told)

    @rooms.get("/corpus/document/{name}")
    def one(request: Request, name: str) -> Response:
        document, passages = _document(house, name)
        if document is None:
            return house.page(request, "missing.html", "corpus", 404, what=name)
        facts = facts_of(document, passages)
        charts = [
            (number, place, table.section, header)
            for number, table in enumerate(facts.tables)
            for place, (header, bars) in enumerate(table.columns())
            if drawable(bars)
        ]
        shown = [] if document.rights == "cite-only" else _by_section(passages[:_SHOWN_MAX])
        told: dict[str, Any] = {"document": document, "address": web_address(document.url), "facts": facts}
        told["read"] = facts.told(words_for(request.headers))
        told |= {"charts": charts, "sections": shown, "more": max(0, len(passages) - _SHOWN_MAX)}
        return house.page(request, "document.html", "corpus", **told)

    @rooms.get("/corpus/document/{name}/{table:int}-{column:int}-{look}.svg")
    def picture(name: str, table: int, column: int, look: str) -> Response:
        tables = tables_of(_document(house, name)[1])
        columns = tables[table].columns() if table < len(tables) else []
        if look not in LOOKS or column >= len(columns) or not drawable(columns[column][1]):
            return Response(status_code=404)
        return Response(drawn(columns[column][1], look), media_type="image/svg+xml")

    _changing(rooms, house)


def _changing(rooms: APIRouter, house: House) -> None:
    @rooms.post("/corpus/add")
    async def take_in(request: Request) -> Response:
        if not house.readers.edits(reader_of(request.headers)):
            return JSONResponse({"error": "only editors may change the documents"}, 403)
        async with request.form(max_files=_FILES_MAX, max_fields=10) as form:
            # Spelt out, since what is no file is text here.
            given = [f for f in form.getlist("files") if not isinstance(f, str) and f.filename]
            files = [(str(f.filename), await f.read()) for f in given]
        try:
            work = await run_in_threadpool(house.adding.add, files)
        except NotTaken as refused:
            return JSONResponse({"error": str(refused)}, 409 if "another change" in str(refused) else 422)
        return JSONResponse(_shown(work, request), 202)

    @rooms.post("/corpus/remove")
    async def remove(request: Request) -> Response:
        if not house.readers.edits(reader_of(request.headers)):
            return house.page(request, "not_yours.html", "corpus", 403)
        form = await form_of(request)
        try:
            await run_in_threadpool(house.adding.remove, form.get("id", ""))
        except NotTaken as refused:
            return JSONResponse({"error": str(refused)}, 409)
        return RedirectResponse("/corpus#work", 303)

    @rooms.get("/corpus/work")
    def work(request: Request) -> Response:
        now = house.adding.work
        return JSONResponse(_shown(now, request) if now else {"finished": True, "stage": "", "done": [], "refused": []})


def _shown(work: Work, request: Request) -> dict[str, Any]:
    return {**work.to_json(), "stage": words_for(request.headers).stage(work.stage)}


def _document(house: House, name: str) -> tuple[Document | None, Sequence[Passage]]:
    engine = house.engine()
    found = next((d for d in engine.documents() if d.id == name), None) if engine else None
    return found, list(engine.passages_of(name)) if engine and found else ()


def _kind(document: Document) -> str:
    return {"report-digest": "The report", "guidance": "Guidance"}.get(document.kind, "Your documents")


def _order(document: Document) -> tuple[int, str]:
    place = {"Your documents": 0, "The report": 1, "Guidance": 2}[_kind(document)]
    return place, document.title.lower()


def _by_section(passages: Sequence[Passage]) -> list[tuple[str, list[Passage]]]:
    return [(section, list(group)) for section, group in groupby(passages, key=lambda p: " › ".join(p.section))]
