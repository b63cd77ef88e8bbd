"""The doors for programs: health, metrics, one JSON question, and the wire that OpenAI clients speak."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from app.types import Turn
from app.web import completions
from app.web.asking import Queue, body_of, failed, question_of, told, turns_of
from app.web.house import House
from app.web.metrics import CONTENT_TYPE
from app.web.readers import reader_of
from app.web.schema import ASK, COMPLETE
from app.web.steps import steps


def router(house: House) -> APIRouter:
    """The routes of all doors."""
    doors = APIRouter()
    queue = Queue()
    _watching(doors, house)

    @doors.post("/api/ask", openapi_extra=ASK, response_model=None, tags=["Asking"])
    async def ask(request: Request) -> Response:
        """One answer to a question, whole or step by step."""
        return await told(lambda: _ask(request, house, queue), lambda status, why: {"error": why})

    @doors.get("/v1/models", tags=["For OpenAI clients"])
    async def models() -> dict[str, Any]:
        """The one model that there is, for clients that ask first."""
        named = {"id": completions.MODEL, "object": "model", "created": 0, "owned_by": completions.MODEL}
        return {"object": "list", "data": [named]}

    @doors.post("/v1/chat/completions", openapi_extra=COMPLETE, response_model=None, tags=["For OpenAI clients"])
    async def complete(request: Request) -> Response:
        """OpenAI's chat completions, streaming and not."""
        return await told(lambda: _complete(request, house, queue), completions.error)

    return doors


def _watching(doors: APIRouter, house: House) -> None:
    @doors.get("/healthz", tags=["Watching"])
    async def healthz() -> dict[str, str]:
        """200 as soon as the process listens."""
        return {"status": "ok"}

    @doors.get("/readyz", tags=["Watching"], responses={503: {"description": "Getting ready"}})
    async def readyz() -> JSONResponse:
        """200 when a question can be answered, 503 before."""
        if not house.desk.ready:
            return JSONResponse({"status": "getting ready"}, 503)
        advisor = house.desk.advisor()
        return JSONResponse({"status": "ready", "corpus": advisor.corpus, "composer": advisor.composer})

    @doors.get("/metrics", tags=["Watching"], response_model=None)
    def metrics() -> Response:
        """Counts and times in Prometheus' text format."""
        engine = house.engine()
        return Response(house.metrics.text(len(engine.documents()) if engine else 0), media_type=CONTENT_TYPE)


async def _ask(request: Request, house: House, queue: Queue) -> Response:
    body = await body_of(request)
    question = question_of(body.get("question"), house.settings)
    history = turns_of(body.get("history", []), "history")
    reader = reader_of(request.headers)
    house.desk.advisor()  # a reader who comes too early is told so, and not counted
    if body.get("stream"):
        house.admit(reader)
        return StreamingResponse(_events(house, queue, question, history), media_type="text/event-stream")
    async with queue:
        given = await run_in_threadpool(house.answered, "api", reader, question, history)
    return JSONResponse(given.to_json())


async def _events(house: House, queue: Queue, question: str, history: tuple[Turn, ...]) -> AsyncIterator[str]:
    """Server-sent events: `stage` and `sentence` as they come, then one `answer`; or one `error`."""
    try:
        async with queue:
            with house.metrics.answering("api") as given:
                async for step in steps(house.desk.advisor(), question, history):
                    if step.answer is None:
                        yield _event(step.kind, {"text": step.text})
                    else:
                        given.append(step.answer)
                        yield _event("answer", step.answer.to_json())
    except Exception as failure:
        yield _event("error", {"error": failed(failure)[1]})


def _event(kind: str, data: dict[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def _complete(request: Request, house: House, queue: Queue) -> Response:
    asked = completions.completion_of(await body_of(request), house.settings)
    reader = reader_of(request.headers)
    advisor = house.desk.advisor()
    if asked.stream:
        house.admit(reader)
        chunks = completions.told_in_chunks(advisor, queue, asked)
        return StreamingResponse(chunks, media_type="text/event-stream")
    async with queue:
        given = await run_in_threadpool(house.answered, "openai", reader, asked.question, asked.history)
    return JSONResponse(completions.told_whole(given, asked.model))
