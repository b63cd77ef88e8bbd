"""A chat model on loopback whose every word is scripted: OpenAI's wire, Anthropic's and Ollama's, streamed."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_EVIDENCE = re.compile(r"^\[(\d+)\] \((.*?)\) (.*)$", re.M)
_QUESTION = re.compile(r"^Question: (.*)$", re.M)
PIECE_CHARS = 7
LINES_BEFORE_BREAK = 6


@dataclass(frozen=True)
class Asked:
    """What a request holds: the question, the evidence in its order, and all that was sent."""

    question: str
    evidence: tuple[str, ...]
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def instruction(self) -> str:
        """The system message."""
        if "system" in self.body:
            return json.dumps(self.body["system"], ensure_ascii=False)
        return str(next(m["content"] for m in self.body["messages"] if m["role"] in ("system", "developer")))


Say = Callable[[Asked], str | Iterable[str]]


def honest(asked: Asked) -> str:
    """Repeats the first two pieces of evidence and cites them."""
    return " ".join(f"{text.rstrip('.')} [{n}]." for n, text in enumerate(asked.evidence[:2], 1))


@dataclass
class ScriptedModel:
    """How the server behaves, and what it was asked; tests change it as they go."""

    say: Say = honest
    status: int = 200
    error: str = "no"
    hangs_s: float = 0.0
    gap_s: float = 0.0
    breaks_off: bool = False
    finish: str | None = "stop"
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it listens, without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def openai_url(self) -> str:
        """The base URL of its OpenAI wire."""
        return f"{self.url}/v1"


@contextmanager
def serving() -> Iterator[ScriptedModel]:
    """A scripted model that listens until the block ends."""
    script = ScriptedModel()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(script))
    server.daemon_threads = True
    script.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        script.gone.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def _read(body: dict[str, Any], headers: dict[str, str]) -> Asked:
    content = next(m["content"] for m in reversed(body["messages"]) if m["role"] == "user")
    text = content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
    question = _QUESTION.search(text)
    evidence = tuple(m[3] for m in _EVIDENCE.finditer(text))
    return Asked(question[1] if question else "", evidence, body, headers)


def _handler(script: ScriptedModel) -> type[BaseHTTPRequestHandler]:  # noqa: C901
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            script.asked.append(_read(body, {k.lower(): v for k, v in self.headers.items()}))
            try:
                if script.status != 200:
                    self._plain(script.status, {"error": {"message": script.error, "type": "x", "code": "x"}})
                elif script.hangs_s and script.gone.wait(script.hangs_s):
                    return
                else:
                    self._stream(script.asked[-1])
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _stream(self, asked: Asked) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("connection", "close")
            if script.breaks_off:  # a length that is never reached
                self.send_header("content-length", "10000000")
            self.end_headers()
            self.close_connection = True
            said = script.say(asked)
            pieces = _pieces(said) if isinstance(said, str) else said
            wire = _WIRES[self.path.split("?")[0]]
            for number, line in enumerate(wire(pieces, asked, script.finish)):
                if script.breaks_off and number == LINES_BEFORE_BREAK:
                    return
                self.wfile.write(line.encode())
                self.wfile.flush()
                if script.gap_s:
                    time.sleep(script.gap_s)

        def _plain(self, status: int, told: dict[str, Any]) -> None:
            data = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def _pieces(text: str) -> Iterator[str]:
    size = PIECE_CHARS if len(text) < 10_000 else 100_000
    yield from (text[i : i + size] for i in range(0, len(text), size))


def _openai(pieces: Iterable[str], asked: Asked, finish: str | None) -> Iterator[str]:
    head = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}
    count = 0

    def event(delta: dict[str, Any], ended: str | None = None) -> str:
        return f"data: {json.dumps({**head, 'choices': [{'index': 0, 'delta': delta, 'finish_reason': ended}]})}\n\n"

    yield event({"role": "assistant", "content": ""})
    for piece in pieces:
        count += 1
        yield event({"content": piece})
    if finish:
        yield event({}, finish)
    if (asked.body.get("stream_options") or {}).get("include_usage"):
        read = len(json.dumps(asked.body["messages"])) // 4
        usage = {"prompt_tokens": read, "completion_tokens": count, "total_tokens": read + count}
        yield f"data: {json.dumps({**head, 'choices': [], 'usage': usage})}\n\n"
    yield "data: [DONE]\n\n"


def _anthropic(pieces: Iterable[str], asked: Asked, finish: str | None) -> Iterator[str]:
    def event(kind: str, **told: Any) -> str:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **told})}\n\n"

    stopped = {"stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 11, "output_tokens": 1}}
    message: dict[str, Any] = {
        "id": "x",
        "type": "message",
        "role": "assistant",
        "model": "scripted",
        "content": [],
        **stopped,
    }
    yield event("message_start", message=message)
    yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    count = 0
    for piece in pieces:
        count += 1
        yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    yield event("content_block_stop", index=0)
    stop = "end_turn" if finish == "stop" else finish
    yield event(
        "message_delta",
        delta={"stop_reason": stop, "stop_sequence": None},
        usage={"input_tokens": 11, "output_tokens": count},
    )
    yield event("message_stop")


def _ollama(pieces: Iterable[str], asked: Asked, finish: str | None) -> Iterator[str]:
    def line(text: str, **told: Any) -> str:
        message = {"role": "assistant", "content": text}
        made = "2026-01-01T00:00:00Z"
        return json.dumps({"model": "scripted", "created_at": made, "message": message, **told}) + "\n"

    count = 0
    for piece in pieces:
        count += 1
        yield line(piece, done=False)
    yield line("", done=True, done_reason=finish or "stop", prompt_eval_count=13, eval_count=count)


_WIRES: dict[str, Callable[[Iterable[str], Asked, str | None], Iterator[str]]] = {
    "/v1/chat/completions": _openai,
    "/v1/messages": _anthropic,
    "/api/chat": _ollama,
}
