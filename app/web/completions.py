"""The wire that OpenAI clients speak: chat completions, whole and streamed."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from app.types import Answer, Turn, Usage
from app.web import sources
from app.web.advisor import Advisor
from app.web.asking import Queue, Refused, failed, question_of, turns_of
from app.web.steps import steps
from app.web.text import whole
from ingest.settings import Settings

MODEL = "mlops-advisor"


@dataclass(frozen=True, slots=True)
class Completion:
    """What a client asked for; `model` is only repeated, since there is one advisor."""

    question: str
    history: tuple[Turn, ...]
    model: str
    stream: bool
    usage: bool


def completion_of(body: dict[str, Any], settings: Settings) -> Completion:
    """The request in a body; system messages do not steer the advisor. Raises Refused."""
    model = body.get("model") or MODEL
    if not isinstance(model, str):
        raise Refused(422, "model: expected a string")
    *history, asked = _chat(body.get("messages"))
    options = body.get("stream_options")
    return Completion(
        question=question_of(asked.content, settings),
        history=tuple(history),
        model=whole(model),
        stream=bool(body.get("stream")),
        usage=isinstance(options, dict) and bool(options.get("include_usage")),
    )


def _chat(messages: Any) -> tuple[Turn, ...]:
    """The user's and the assistant's messages; content may be text or a list of text parts."""
    if not isinstance(messages, list):
        raise Refused(422, "messages: expected a list")
    kept: list[dict[str, Any]] = []
    for message in messages:
        if isinstance(message, dict) and message.get("role") in ("user", "assistant"):
            content = message.get("content")
            if isinstance(content, list):
                parts = [p.get("text", "") for p in content if isinstance(p, dict) and p.get("type") == "text"]
                content = "\n".join(p for p in parts if isinstance(p, str))
            kept.append({"role": message["role"], "content": content if content is not None else ""})
    turns = turns_of(kept, "messages")
    if not turns or turns[-1].role != "user":
        raise Refused(422, "messages: expected the last one to be the user's")
    return turns


def told_whole(given: Answer, model: str) -> dict[str, Any]:
    """An answer with its references, as one chat completion."""
    return {
        "id": f"chatcmpl-{given.id}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": sources.as_text(given), "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": _usage(given),
    }


async def told_in_chunks(advisor: Advisor, queue: Queue, asked: Completion) -> AsyncIterator[str]:
    """Server-sent events: each verified sentence as it comes, then the references."""
    head = {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": asked.model,
    }

    def event(delta: dict[str, str], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return f"data: {json.dumps({**head, 'choices': [choice]})}\n\n"

    told: list[Answer] = []
    try:
        async with queue:
            yield event({"role": "assistant", "content": ""})
            async for text in _pieces(advisor, asked, told):
                yield event({"content": text})
        yield event({}, "stop")
        if asked.usage:
            yield f"data: {json.dumps({**head, 'choices': [], 'usage': _usage(*told)})}\n\n"
    except Exception as failure:
        yield f"data: {json.dumps(error(*failed(failure)))}\n\n"
    yield "data: [DONE]\n\n"


def _usage(given: Answer | None = None) -> dict[str, int]:
    """The tokens of the chat model behind the advisor; none are counted without one, and clients expect the field."""
    used = given.usage if given and given.usage else Usage(0, 0)
    total = used.input_tokens + used.output_tokens
    return {"prompt_tokens": used.input_tokens, "completion_tokens": used.output_tokens, "total_tokens": total}


async def _pieces(advisor: Advisor, asked: Completion, told: list[Answer]) -> AsyncIterator[str]:
    """Pieces that add up to the whole answer with its references; spaces wait for the words after them.

    The answer itself is put in `told`.
    """
    said, gap = "", ""
    async for step in steps(advisor, asked.question, asked.history):
        if step.kind == "sentence":
            words = step.text.strip()
            if words:
                gap += step.text[: len(step.text) - len(step.text.lstrip())]
                piece = (gap or " ") + words if said else words
                gap = ""
                said += piece
                yield piece
            gap += step.text[len(step.text.rstrip()) :]
        elif step.answer is not None:
            told.append(step.answer)
            whole_text = sources.as_text(step.answer)
            if whole_text.startswith(said):
                yield whole_text[len(said) :]
            elif " ".join(sources.body(step.answer).split()).startswith(" ".join(said.split())):
                yield whole_text.removeprefix(sources.body(step.answer))  # laid out otherwise than it was streamed
            else:  # another answer took the place of what was streamed, and says so
                yield f"\n\n{whole_text}"


def error(status: int, why: str) -> dict[str, Any]:
    """A failure in OpenAI's shape."""
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": why, "type": kind, "param": None, "code": None}}
