"""The doors for programs: health, one JSON question, and the wire that OpenAI clients speak."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from app.web import completions
from app.web.advisor import Desk
from app.web.asking import Queue, body_of, question_of, told, turns_of
from app.web.house import House
from ingest.settings import Settings


def router(house: House) -> APIRouter:
    """The routes of all doors."""
    desk, settings = house.desk, house.settings
    doors = APIRouter()
    queue = Queue()

    @doors.get("/healthz")
    async def healthz() -> dict[str, str]:
        """200 as soon as the process listens."""
        return {"status": "ok"}

    @doors.get("/readyz")
    async def readyz() -> JSONResponse:
        """200 when a question can be answered, 503 before."""
        if not desk.ready:
            return JSONResponse({"status": "getting ready"}, 503)
        advisor = desk.advisor()
        return JSONResponse({"status": "ready", "corpus": advisor.corpus, "composer": advisor.composer})

    @doors.post("/api/ask")
    async def ask(request: Request) -> Response:
        """One Answer for `{"question": ..., "history": [...]}`."""
        return await told(lambda: _ask(request, desk, queue, settings), lambda status, why: {"error": why})

    @doors.get("/v1/models")
    async def models() -> dict[str, Any]:
        """The one model that there is, for clients that ask first."""
        named = {"id": completions.MODEL, "object": "model", "created": 0, "owned_by": completions.MODEL}
        return {"object": "list", "data": [named]}

    @doors.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        """OpenAI's chat completions, streaming and not."""
        return await told(lambda: _complete(request, desk, queue, settings), completions.error)

    return doors


async def _ask(request: Request, desk: Desk, queue: Queue, settings: Settings) -> Response:
    body = await body_of(request)
    question = question_of(body.get("question"), settings)
    history = turns_of(body.get("history", []), "history")
    advisor = desk.advisor()
    async with queue:
        given = await run_in_threadpool(advisor.answer, question, history)
    return JSONResponse(given.to_json())


async def _complete(request: Request, desk: Desk, queue: Queue, settings: Settings) -> Response:
    asked = completions.completion_of(await body_of(request), settings)
    advisor = desk.advisor()
    if asked.stream:
        chunks = completions.told_in_chunks(advisor, queue, asked)
        return StreamingResponse(chunks, media_type="text/event-stream")
    async with queue:
        given = await run_in_threadpool(advisor.answer, asked.question, asked.history)
    return JSONResponse(completions.told_whole(given, asked.model))
