"""What every door for programs needs: reading a request, waiting for a turn, telling what went wrong."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from app.types import Turn
from app.web.limits import AT_ONCE, HISTORY_MAX_TURNS, WAITING_MAX
from app.web.text import whole
from ingest.errors import AdvisorError, QuestionRefused
from ingest.settings import Settings

_log = logging.getLogger(__name__)


class Refused(Exception):
    """A request that is not carried out: an HTTP status and one line that says why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Queue:
    """At most `AT_ONCE` questions are worked on, at most `WAITING_MAX` more wait; the rest get 503."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._inside = 0

    async def __aenter__(self) -> None:
        if self._inside >= AT_ONCE + WAITING_MAX:
            raise Refused(503, "the advisor is busy; try again in a moment")
        self._inside += 1
        try:
            await self._slots.acquire()
        except BaseException:
            self._inside -= 1
            raise

    async def __aexit__(self, *_: object) -> None:
        self._inside -= 1
        self._slots.release()


async def told(work: Callable[[], Awaitable[Response]], error: Callable[[int, str], dict[str, Any]]) -> Response:
    """What `work` returns; every failure becomes one line of JSON in the shape that `error` gives."""
    try:
        return await work()
    except Exception as failure:
        status, why = failed(failure)
        headers = {"retry-after": "2"} if status in (429, 503) else {}
        return JSONResponse(error(status, why), status, headers)


def failed(failure: Exception) -> tuple[int, str]:
    """The HTTP status and the one line for a failure; a fault's details go to the log alone."""
    if isinstance(failure, Refused):
        return failure.status, str(failure)
    if isinstance(failure, QuestionRefused):
        return 422, str(failure)
    if isinstance(failure, AdvisorError):
        return 503, str(failure)
    reference = uuid.uuid4().hex[:8]
    _log.error("fault %s", reference, exc_info=failure)
    return 500, f"the question could not be answered because of a fault; the log has it under {reference}"


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object that was sent; raises Refused."""
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Refused(422, "the body is not valid JSON; expected an object") from None
    if not isinstance(body, dict):
        raise Refused(422, "the body is not a JSON object")
    return body


def question_of(asked: Any, settings: Settings) -> str:
    """The question in a field of a request; raises Refused."""
    if not isinstance(asked, str) or not asked.strip():
        raise Refused(422, "question: expected text")
    if len(asked) > settings.question_max_chars:
        told = f"{len(asked):,} characters; at most {settings.question_max_chars:,}"
        raise Refused(413, f"question: it has {told} are read")
    return whole(asked).strip()


def turns_of(given: Any, name: str) -> tuple[Turn, ...]:
    """The history in a field of a request called `name`; raises Refused."""
    if not isinstance(given, list) or len(given) > HISTORY_MAX_TURNS:
        raise Refused(422, f"{name}: expected a list of at most {HISTORY_MAX_TURNS} messages")
    turns: list[Turn] = []
    for number, message in enumerate(given):
        role = message.get("role") if isinstance(message, dict) else None
        content = message.get("content") if isinstance(message, dict) else None
        if role not in ("user", "assistant") or not isinstance(content, str):
            raise Refused(422, f'{name}[{number}]: expected {{"role": "user" or "assistant", "content": text}}')
        turns.append(Turn(role, whole(content)))
    return tuple(turns)
