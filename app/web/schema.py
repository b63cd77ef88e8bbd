"""What the doors take and give, as OpenAPI has it; requests are read by hand, so that errors are one clear line."""

from __future__ import annotations

from typing import Any

_TURN = {
    "type": "object",
    "required": ["role", "content"],
    "properties": {"role": {"enum": ["user", "assistant"]}, "content": {"type": "string"}},
}
_ERROR = {"type": "object", "properties": {"error": {"type": "string"}}}
_TEXT = {"type": "string"}
_LIST = {"type": "array", "items": {"type": "object"}}
_ANSWER = {
    "type": "object",
    "description": "One answer; the whole shape is answer.schema.json.",
    "properties": {
        "id": _TEXT,
        "question": _TEXT,
        "resolved_question": {**_TEXT, "description": "the question as it stands alone after the history"},
        "abstained": {"type": "boolean", "description": "true when the sources have no answer"},
        "answer": {**_TEXT, "description": "Markdown with markers such as [1]"},
        "statements": {**_LIST, "description": "sentences with kind, markers and numbers"},
        "citations": {**_LIST, "description": "marker, title, section, page, figure, quote, url ..."},
        "figures": {"type": "array", "items": {"type": "integer"}},
        "follow_ups": {"type": "array", "items": _TEXT},
        "checks": {"type": "object"},
        "confidence": {"type": ["number", "null"]},
        "composer": _TEXT,
        "corpus": _TEXT,
    },
}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _refusals(*statuses: int) -> dict[str, Any]:
    why = {401: "Sign in first", 413: "Too long", 422: "Not understood", 429: "Too often", 503: "Not ready, or busy"}
    return {str(status): {"description": why[status], **_json(_ERROR)} for status in statuses}


ASK: dict[str, Any] = {
    "requestBody": {
        "required": True,
        **_json(
            {
                "type": "object",
                "required": ["question"],
                "properties": {
                    "question": {"type": "string", "maxLength": 2000},
                    "history": {"type": "array", "items": _TURN},
                    "stream": {
                        "type": "boolean",
                        "description": "server-sent events: stage, sentence ..., then answer; or error",
                    },
                },
                "example": {"question": "How mature do organisations say their AI is today?", "history": []},
            }
        ),
    },
    "responses": {"200": {"description": "The answer", **_json(_ANSWER)}, **_refusals(401, 413, 422, 429, 503)},
}
COMPLETE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        **_json(
            {
                "type": "object",
                "required": ["messages"],
                "properties": {
                    "model": _TEXT,
                    "messages": {"type": "array", "items": _TURN},
                    "stream": {"type": "boolean"},
                },
                "example": {"messages": [{"role": "user", "content": "What is MLOps?"}]},
            }
        ),
    },
    "responses": {"200": {"description": "As OpenAI's", **_json({"type": "object"})}, **_refusals(401, 413, 422, 503)},
}
