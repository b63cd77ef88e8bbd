"""`advisor serve`: one process that listens on loopback, opens the engine, and serves page and doors."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from app.quality.published import FOLDER, REPORT
from app.web.advisor import Advisor, Desk
from app.web.guard import App, Guard
from app.web.readers import Readers
from ingest.errors import AdvisorError, SettingsError
from ingest.settings import Settings

_log = logging.getLogger(__name__)
_STATIC = Path(__file__).parent / "static"
_KEPT_FILES = {
    "page.js": "text/javascript",
    "rooms.js": "text/javascript",
    "self_check.js": "text/javascript",
    "theme.css": "text/css",
    "rooms.css": "text/css",
    "icon.svg": "image/svg+xml",
}


def serve(
    settings: Settings, opening: Callable[[], Advisor] | None = None, tell: Callable[[str], None] = print
) -> None:
    """Serve until interrupted; `opening` makes the engine, by default over the index in the data folder.

    The port is taken first, so that a busy one is known at once; the engine opens in the background while
    the page is built. `tell` gets the one line with the address, once the process listens.
    Raises SettingsError for a host that is not loopback, AdvisorError for a busy port, and what
    `opening` raises.
    """
    readers = Readers(settings)
    refuse_public(settings.host, signed_in=readers.asked)
    listener = listen(settings.host, settings.port)
    with contextlib.closing(listener):
        port = listener.getsockname()[1]
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        server: Any = None

        def give_up() -> None:
            if server is not None:
                server.should_exit = True

        desk = Desk(opening or (lambda: _open(settings)), on_failure=give_up)
        desk.start()
        app = application(settings, desk)
        server = http_server(app, lambda: tell(f"MLOps Advisor is at http://{host}:{port}"))
        if desk.failure is None:
            with contextlib.suppress(KeyboardInterrupt):
                server.run(sockets=[listener])
    if desk.failure is not None:
        raise desk.failure


def _open(settings: Settings) -> Advisor:
    from app.chain import open_advisor

    advisor = open_advisor(settings)
    if advisor.composer == "extractive":  # costs nothing; loads what the first reader would wait for
        advisor.answer("What is MLOps?")
    return advisor


def application(settings: Settings, desk: Desk) -> App:
    """The whole ASGI application, guarded: doors first, then the page at `/`."""
    # Gradio reads these when it is imported: no telemetry, and no files outside the data folder.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("GRADIO_TEMP_DIR", str(settings.data / "page"))
    from fastapi import FastAPI
    from fastapi.responses import FileResponse, Response

    from app.web import doors, page, rooms, tools
    from app.web.house import House

    readers = Readers(settings)
    house = House(desk, settings, readers)
    server = tools.tools(house)
    assistants = server.streamable_http_app(
        stateless_http=True, json_response=True, transport_security=tools.security()
    )

    @contextlib.asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    app = FastAPI(
        title="MLOps Advisor",
        version=version("mlops-advisor"),
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=running,
    )
    app.router.routes.extend(assistants.routes)
    app.include_router(doors.router(house))
    app.include_router(rooms.router(house))

    @app.get("/advisor/{name}", include_in_schema=False)
    async def kept_file(name: str) -> Response:
        if name not in _KEPT_FILES:
            return Response(status_code=404)
        return FileResponse(_STATIC / name, media_type=_KEPT_FILES[name])

    @app.get("/advisor/quality/report.html", include_in_schema=False)
    async def report() -> Response:
        path = settings.data / FOLDER / REPORT
        return FileResponse(path, media_type="text/html") if path.is_file() else Response(status_code=404)

    @app.get("/favicon.ico", include_in_schema=False)
    async def icon() -> Response:
        return FileResponse(_STATIC / "icon.svg", media_type=_KEPT_FILES["icon.svg"])

    hosts = frozenset(h.strip().lower() for h in settings.public_host.split(",") if h.strip())
    return Guard(page.mount(app, house), readers, hosts)


def refuse_public(host: str, *, signed_in: bool = False) -> None:
    """Raise SettingsError unless `host` is a loopback address or readers have to sign in."""
    if signed_in:
        return
    try:
        private = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        private = False
    if not private:
        raise SettingsError(
            f"ADVISOR_HOST is {host!r}; expected a loopback address, since nobody has to sign in: use "
            "ADVISOR_HOST=127.0.0.1, or make readers sign in: export ADVISOR_USERS=users.txt, advisor users add NAME"
        )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises AdvisorError when the port is taken."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except OSError as failure:
        listener.close()
        raise AdvisorError(
            f"{host}:{port} cannot be used ({failure.strerror}); stop the program that listens there, "
            f"or choose another port: ADVISOR_PORT={port + 1 if port < 65_535 else 7860} advisor serve"
        ) from None
    return listener


def http_server(app: App, listening: Callable[[], None]) -> Any:
    """A uvicorn server of `app` that calls `listening` once it accepts connections."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if not self.should_exit:
                listening()

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=1,  # the page holds a stream open for as long as it is shown
    )
    logging.getLogger("uvicorn.error").addFilter(_not_about_leaving)
    return Server(config)


def _not_about_leaving(record: logging.LogRecord) -> bool:
    """False for the traces of streams that were open when the server was stopped: pages hold one each."""
    cancelled = record.exc_info is not None and record.exc_info[0] is asyncio.CancelledError
    return not cancelled and "graceful shutdown exceeded" not in str(record.msg)
