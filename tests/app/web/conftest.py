"""A real server on a free loopback port, with the scripted engine behind it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from app.web.advisor import Advisor, Desk
from app.web.server import application, http_server, listen
from ingest.settings import Settings
from tests.app.web.chromium import ARGUMENTS, BOX, CHROMIUM, Open
from tests.app.web.scripted import ScriptedAdvisor


@dataclass
class Served:
    """A server that runs in this process; `advisor` is the engine behind it, `data` its data folder."""

    url: str
    advisor: ScriptedAdvisor
    data: Path
    stop: Callable[[], None]

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])


Start = Callable[..., Served]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start a server with an opening function or a scripted engine; all stop at the module's end."""
    running: list[tuple[Any, threading.Thread]] = []

    def begin(
        opening: Callable[[], Advisor] | None = None, data: Path | None = None, port: int = 0, **told: Any
    ) -> Served:
        engine = ScriptedAdvisor()
        listener = listen("127.0.0.1", port)
        settings = Settings(data=data or tmp_path_factory.mktemp("data"), port=listener.getsockname()[1], **told)
        desk = Desk(opening or (lambda: engine))
        listening = threading.Event()
        server = http_server(application(settings, desk), listening.set)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        desk.start()
        assert listening.wait(60), "the server did not listen within 60 s"
        running.append((server, thread))
        return Served(f"http://127.0.0.1:{settings.port}", engine, settings.data, lambda: end(server, thread, listener))

    def end(server: Any, thread: threading.Thread, listener: Any) -> None:
        server.should_exit = True
        thread.join(10)
        listener.close()

    yield begin
    for server, thread in running:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def served(start: Start) -> Served:
    """A server whose engine is ready."""
    running = start()
    deadline = time.monotonic() + 20
    while httpx.get(f"{running.url}/readyz").status_code != 200:
        assert time.monotonic() < deadline, "the engine did not get ready within 20 s"
        time.sleep(0.05)
    return running


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a data folder of their own."""
    return Settings(data=tmp_path)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("NOT RUN: no Chromium on this machine (Debian: apt-get install chromium); the page is untested")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def page_at(browser: Any) -> Iterator[Open]:
    """Open a page; afterwards nothing may have been logged as an error, nor asked of another address."""
    pages: list[tuple[Any, list[str], list[str]]] = []

    def begin(url: str, width: int = 1440, height: int = 900, awaited: str = BOX, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        page = context.new_page()
        complaints: list[str] = []
        requests: list[str] = []
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))

        def listen(request: Any) -> None:
            requests.append(request.url)

        page.on("request", listen)
        page.goto(url)
        for _ in range(3):
            if requests:
                break
            # Playwright subscribes without waiting for an answer, and now and then nothing is heard at all.
            page.remove_listener("request", listen)
            page.on("request", listen)
            page.wait_for_timeout(500)
            page.reload()
        page.wait_for_selector(awaited)
        page.complaints, page.requests = complaints, requests
        pages.append((context, complaints, requests))
        return page

    yield begin
    for context, complaints, requests in pages:
        context.close()
        assert complaints == []
        away = [
            u for u in requests if urlsplit(u).scheme not in ("data", "blob") and urlsplit(u).hostname != "127.0.0.1"
        ]
        assert requests, "the browser told of no request, so nothing is known of other addresses"
        assert away == []
