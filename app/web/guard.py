"""What stands before every door: who may call, how much they may send, and what the browser may load.

Gradio checks none of this itself (a POST from a foreign page is queued, uploads are taken by apps that have
no upload, a body of any size is read). Written as plain ASGI, so that streams pass through untouched.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import quote, urlsplit

from app.web.limits import BODY_MAX_BYTES, BODY_WAIT_S, UPLOAD_MAX_BYTES, UPLOAD_WAIT_S
from app.web.readers import HEADER, Readers

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_DRAIN_MAX_BYTES = 8 * 1024 * 1024
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

# All that the page needs of Gradio; what else it serves (uploads, files, proxies, runs, logins) stays shut.
_OPEN = re.compile(
    r"/(?:config|theme\.css|favicon\.ico|healthz|readyz|metrics|v1/[\w/]+|quality|rating|mcp|sign-(?:in|out))?"
    r"|/api/(?:\w+|openapi\.json)"
    r"|/(?:figures|corpus|history|self-check|answer|brief|feedback)(?:/[\w.-]+)*"
    r"|/(?:assets|static|advisor)/.+"
    r"|/gradio_api/(?:queue/(?:join|data)|heartbeat/\w+|cancel|reset|startup-events|info)"
)
# What is told to everybody, signed in or not.
_PUBLIC = re.compile(r"/(?:healthz|readyz|favicon\.ico|sign-in|advisor/[\w.-]+)")
_UPLOADS = frozenset({"/corpus/add"})
_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)

_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with "no-referrer" our own forms would tell no origin
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Guard:
    """Refuses foreign hosts and origins (403), shut paths (404), strangers (401) and large bodies (413), in that order.

    readers: tells who is asking; `hosts`: names beside loopback under which the page is reached.
    """

    def __init__(self, app: App, readers: Readers, hosts: frozenset[str] = frozenset()) -> None:
        self.app, self._readers, self._hosts = app, readers, _LOOPBACK | hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":  # no door speaks WebSocket
            return None
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        dressed = _dressed(scope, send)
        if refused := _refusal(scope, headers, self._hosts):
            return await _refuse(dressed, *refused)
        reader = await self._reader(scope, headers)
        if reader is None and not _PUBLIC.fullmatch(scope["path"]):
            return await self._stranger(scope, headers, dressed)
        scope["headers"] = _naming(scope["headers"], reader)
        if scope["method"] in _SAFE_METHODS:
            return await self.app(scope, receive, dressed)
        await self._with_body(scope, reader, headers, receive, dressed)

    async def _with_body(
        self, scope: Scope, reader: str | None, headers: dict[str, str], receive: Receive, dressed: Send
    ) -> None:
        most, wait_s = BODY_MAX_BYTES, BODY_WAIT_S
        if scope["path"] in _UPLOADS and self._readers.edits(reader or ""):
            most, wait_s = UPLOAD_MAX_BYTES, UPLOAD_WAIT_S
        if _declared_bytes(headers) > most:
            return await _too_large(receive, dressed, most)
        try:
            body = await asyncio.wait_for(_read(receive, most), wait_s)
        except TimeoutError:
            return await _refuse(dressed, 408, f"the request's body did not arrive within {wait_s:.0f} s")
        if body is None:
            return await _too_large(receive, dressed, most)
        await self.app(scope, _replay(body, receive), dressed)

    async def _reader(self, scope: Scope, headers: dict[str, str]) -> str | None:
        peer = (scope.get("client") or ("", 0))[0]
        if not self._readers.asked:
            return self._readers.named(headers, peer)
        return await asyncio.to_thread(self._readers.named, headers, peer)

    async def _stranger(self, scope: Scope, headers: dict[str, str], dressed: Send) -> None:
        if self._readers.here and scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
            asked = scope["query_string"].decode("latin-1")
            back = quote(scope["path"] + (f"?{asked}" if asked else ""))
            told = [(b"location", f"/sign-in?next={back}".encode()), (b"content-length", b"0")]
            await dressed({"type": "http.response.start", "status": 303, "headers": told})
            return await dressed({"type": "http.response.body", "body": b""})
        await _refuse(dressed, 401, "sign in first: /sign-in, or send your name and password (Basic)")


def _naming(headers: Iterable[tuple[bytes, bytes]], reader: str | None) -> list[tuple[bytes, bytes]]:
    """The headers with the reader's name in ours; what a caller put there is dropped."""
    kept = [(k, v) for k, v in headers if k.lower() != HEADER.encode()]
    return kept if reader is None else [*kept, (HEADER.encode(), reader.encode("latin-1"))]


def _refusal(scope: Scope, headers: dict[str, str], hosts: frozenset[str]) -> tuple[int, str] | None:
    host = headers.get("host", "")
    if _name(host) not in hosts:
        return 403, "this address is not served here; use http://127.0.0.1 or http://localhost"
    if scope["method"] not in _SAFE_METHODS:
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return 403, "requests from pages of another origin are refused"
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "requests from pages of another site are refused"
    path = scope["path"]
    if not _OPEN.fullmatch(path) or ".." in path:
        return 404, "there is nothing at this path"
    return None


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _declared_bytes(headers: dict[str, str]) -> int:
    told = headers.get("content-length", "0")
    return int(told) if told.isascii() and told.isdigit() else 0


async def _read(receive: Receive, most: int) -> bytes | None:
    """The body, or None as soon as it is larger than allowed."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was read, then what comes after it."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


async def _refuse(send: Send, status: int, why: str) -> None:
    await _start(send, status, body := json.dumps({"error": why}).encode())
    await send({"type": "http.response.body", "body": body})


async def _too_large(receive: Receive, send: Send, most: int) -> None:
    """Answer at once, then let the sender finish: closing on unread bytes would lose the answer too."""
    why = f"the request is larger than {most // 1024} KiB"
    await _start(send, 413, body := json.dumps({"error": why}).encode())
    await send({"type": "http.response.body", "body": body, "more_body": True})
    drained = 0
    try:
        async with asyncio.timeout(2):
            while drained < _DRAIN_MAX_BYTES:
                message = await receive()
                drained += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    break
    except TimeoutError:
        pass
    await send({"type": "http.response.body", "body": b""})


async def _start(send: Send, status: int, body: bytes) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})


def _dressed(scope: Scope, send: Send) -> Send:
    """A `send` that adds the security headers; an HTML page is held until its scripts' hashes are known."""
    held: list[Message] = []
    page = bytearray()

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            if _is_html(message):
                held.append(message)
                return
            await send(_with_headers(message, policy(), scope))
        elif held:
            page.extend(message.get("body", b""))
            if not message.get("more_body", False):
                await send(_with_headers(held.pop(), policy(bytes(page)), scope))
                await send({"type": "http.response.body", "body": bytes(page)})
        else:
            await send(message)

    return dressed


def _is_html(message: Message) -> bool:
    return any(k.lower() == b"content-type" and v.startswith(b"text/html") for k, v in message["headers"])


def _with_headers(message: Message, csp: str, scope: Scope) -> Message:
    told = {**_HEADERS, "content-security-policy": csp}
    if not scope["path"].startswith(("/assets/", "/static/")):
        told["cache-control"] = "no-store"
    named = {k.encode() for k in told}
    kept = [(k, v) for k, v in message["headers"] if k.lower() not in named and k.lower() != b"server"]
    return {**message, "headers": kept + [(k.encode(), v.encode()) for k, v in told.items()]}


def policy(page: bytes = b"") -> str:
    """The content security policy of a page: its own inline scripts run, and nothing leaves this address."""
    scripts = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(code).digest()).decode()}'"
        for code in _INLINE_SCRIPT.findall(page)
        if code.strip()
    )
    return (
        f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
        "worker-src 'self' blob:; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; "
        "object-src 'none'"
    ).replace("'self' ;", "'self';")
