"""A reader's conversations, and the permanent address of one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from app.kept.history import Receipt
from app.types import Answer
from app.web import render, sources
from app.web.house import House, form_of
from app.web.language import words_for
from app.web.readers import reader_of
from ingest.errors import AdvisorError

_SEARCH_MAX_CHARS = 200


@dataclass(frozen=True, slots=True)
class Replay:
    """A receipt's question asked again. same: whether word for word the same was answered, from the same quotes."""

    now: Answer
    same: bool
    corpus_changed: bool
    settings_changed: bool


def add(rooms: APIRouter, house: House) -> None:
    """Routes `/history`, `/history/delete` and `/answer/ID`."""

    @rooms.get("/history")
    def listed(request: Request) -> Response:
        words = request.query_params.get("q", "")[:_SEARCH_MAX_CHARS]
        kept = house.history.listed(reader_of(request.headers), words)
        return house.page(request, "history.html", "history", kept=kept, words=words)

    @rooms.post("/history/delete")
    async def delete(request: Request) -> Response:
        form, reader = await form_of(request), reader_of(request.headers)
        if form.get("all"):
            await run_in_threadpool(house.history.delete_all, reader)
        else:
            await run_in_threadpool(house.history.delete, form.get("id", ""), reader)
        return RedirectResponse("/history", 303)

    @rooms.get("/answer/{name}.json")
    def as_json(name: str) -> Response:
        kept = house.history.receipt(name)
        if kept is None:
            return JSONResponse({"error": "there is no such answer"}, 404)
        return Response(kept.to_json(), media_type="application/json")

    @rooms.get("/answer/{name}")
    def receipt(request: Request, name: str) -> Response:
        return _receipt_page(house, request, name)

    @rooms.post("/answer/{name}/replay")
    def replay(request: Request, name: str) -> Response:
        return _receipt_page(house, request, name, again=True)


def _receipt_page(house: House, request: Request, name: str, again: bool = False) -> Response:
    kept, engine = house.history.receipt(name), house.engine()
    if kept is None:
        return house.page(request, "missing.html", "", 404, what="This answer")
    key, words = "a1", words_for(request.headers)
    shown, panel = render.progress((), kept.sentences, kept.note, words), ""
    if kept.answer:
        cite_only = {d.id for d in engine.documents() if d.rights == "cite-only"} if engine else set()
        shown = render.answer(kept.answer, key, engine.figure if engine else lambda _: None, "", words)
        panel = sources.section(kept.answer, key, engine.passage if engine else lambda _: None, cite_only, words)
    told: dict[str, Any] = {"receipt": kept, "answer": kept.answer, "shown": Markup(shown), "sources": Markup(panel)}
    replay, refused = None, ""
    if again and kept.answer:
        try:
            replay = _replayed(house, kept, kept.answer)
        except AdvisorError as error:
            refused = str(error)
    other = replay is not None and not replay.same
    again_shown = Markup(render.answer(replay.now, "a2", lambda _: None, "", words)) if replay and other else ""
    return house.page(request, "answer.html", "history", replay=replay, refused=refused, again=again_shown, **told)


def _replayed(house: House, kept: Receipt, then: Answer) -> Replay:
    advisor = house.desk.advisor()
    now = advisor.answer(kept.question, kept.history)
    quotes = [[(c.passage_id, c.quote) for c in a.citations] for a in (then, now)]
    same = then.answer == now.answer and then.abstained == now.abstained and quotes[0] == quotes[1]
    return Replay(now, same, then.corpus != now.corpus, then.settings != now.settings)
