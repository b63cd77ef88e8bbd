"""The page under load: time until it can be used, to the first words and to the whole answer, with 1, 10, 50 readers.

    python -m eval.bench_page [--users 1 10 50] [--rounds 3]

Two servers answer the same readers in the same run, in turns: ours over the index in the data folder, and the ceiling,
Gradio's chat page with a function that returns at once. Readers speak the wire of the page (join the queue, read the
stream of events), so what is measured is the server. One reader is also driven in Chromium, for the time until the
page can be used. Figures are medians and 95th percentiles in milliseconds, ours over the ceiling's as a ratio.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from ingest.settings import Settings, load

_QUESTIONS = (
    "How mature do organisations say their AI is today?",
    "What return do organisations see on MLOps investment?",
    "Which MLOps roles are organisations missing?",
    "What should we do in the first 90 days?",
    "What share of Spanish firms are very mature?",
)
_WAIT_S = 120.0


@dataclass(frozen=True, slots=True)
class Server:
    """A page that runs; `asking` is the number of the function that answers, `inputs` what it is given.

    says: stands in the stream as soon as the first words of an answer do.
    """

    url: str
    asking: int
    inputs: Callable[[str], list[Any]]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. Milliseconds to the first sign that it is worked on, to the first words, and to the end."""

    sign_ms: float
    first_ms: float
    whole_ms: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the bench and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else "")
    parser.add_argument("--users", type=int, nargs="+", default=[1, 10, 50])
    parser.add_argument("--rounds", type=int, default=3)
    told = parser.parse_args(arguments)
    with ours(load()) as page, ceiling() as trivial:
        for server in (page, trivial):  # warm
            asyncio.run(crowd(server, 2))
        usable = {name: time_to_use(server.url) for name, server in (("ours", page), ("ceiling", trivial))}
        print("| readers | first sign p50 / p95 | first words | ceiling | whole answer | ceiling | ratio of p50 |")
        print("|---|---|---|---|---|---|---|")
        for users in told.users:
            rounds = [(asyncio.run(crowd(page, users)), asyncio.run(crowd(trivial, users))) for _ in range(told.rounds)]
            print(_row(users, [a for mine, _ in rounds for a in mine], [a for _, other in rounds for a in other]))
        shown = {name: f"{ms:.0f} ms" for name, ms in usable.items() if ms is not None}
        print(f"\nPage usable in Chromium (median of 5 loads): {shown or 'not measured, no Chromium'}")


def _row(users: int, mine: Sequence[Asked], other: Sequence[Asked]) -> str:
    def told(values: Sequence[float]) -> str:
        ordered = sorted(values)
        return f"{statistics.median(ordered):.0f} / {ordered[int(0.95 * (len(ordered) - 1))]:.0f} ms"

    ratio = statistics.median(a.whole_ms for a in mine) / statistics.median(a.whole_ms for a in other)
    cells = (
        told([a.sign_ms for a in mine]),
        told([a.first_ms for a in mine]),
        told([a.first_ms for a in other]),
        told([a.whole_ms for a in mine]),
        told([a.whole_ms for a in other]),
    )
    return f"| {users} | {' | '.join(cells)} | {ratio:.1f} |"


@contextmanager
def ours(settings: Settings) -> Iterator[Server]:
    """Our page over the index in the data folder, on a free port."""
    from dataclasses import replace

    from app.chain import open_advisor
    from app.web.advisor import Desk
    from app.web.server import application, http_server, listen

    listener = listen("127.0.0.1", 0)
    told = replace(settings, port=listener.getsockname()[1])
    desk = Desk(lambda: open_advisor(told))
    desk.start()
    server = http_server(application(told, desk), lambda: None)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{told.port}"
    _until(lambda: httpx.get(f"{url}/readyz").status_code == 200)
    said = ("class='sentence'", "class='refusal-head'")
    yield Server(url, _named(url, "ask"), lambda question: [question, None], said)
    server.should_exit = True
    thread.join(10)


@contextmanager
def ceiling() -> Iterator[Server]:
    """Gradio's own chat page with a function that returns at once."""
    from app.web.trivial import trivial_page

    page, url = trivial_page()
    yield Server(url, _named(url, "ask"), lambda question: [question, None], ("Yes.",))
    page.close()


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WAIT_S
    while True:
        try:
            if holds():
                return
        except httpx.TransportError:
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(f"the page did not answer within {_WAIT_S:.0f} s")
        time.sleep(0.1)


def _named(url: str, name: str) -> int:
    """The number of the function of a name: the first that is set off by the question's own box."""
    config = httpx.get(f"{url}/config").json()
    for dependency in config["dependencies"]:
        if dependency["api_name"] == name or (dependency.get("api_name") or "").startswith(f"{name}"):
            return int(dependency["id"])
    raise LookupError(f"no function {name!r} among {[d['api_name'] for d in config['dependencies']]}")


async def crowd(server: Server, users: int) -> list[Asked]:
    """So many readers at once, each with a session and a question of their own."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=server.url, timeout=_WAIT_S, limits=limits) as client:
        return await asyncio.gather(*(_ask(client, server, _QUESTIONS[n % len(_QUESTIONS)]) for n in range(users)))


async def _ask(client: httpx.AsyncClient, server: Server, question: str) -> Asked:
    session = uuid.uuid4().hex[:11]
    data = {"data": server.inputs(question), "fn_index": server.asking, "session_hash": session, "trigger_id": None}
    started = time.perf_counter()
    sign = first = 0.0
    while (joined := await client.post("/gradio_api/queue/join", json=data)).status_code == 503:
        await asyncio.sleep(0.05)
    joined.raise_for_status()
    async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
        async for line in events.aiter_lines():
            if not line.startswith("data:"):
                continue
            told = json.loads(line[5:])
            if told["msg"] in ("process_generating", "process_completed"):
                sign = sign or time.perf_counter()
                if not first and any(words in line for words in server.says):
                    first = time.perf_counter()
            if told["msg"] == "process_completed":
                if not told["success"]:
                    raise RuntimeError(f"{server.url} failed: {told['output']}")
                break
    now = time.perf_counter()
    return Asked((sign - started) * 1000, ((first or now) - started) * 1000, (now - started) * 1000)


def time_to_use(url: str) -> float | None:
    """Milliseconds from the address to a box that takes a question, median of five; None without a Chromium."""
    import shutil

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        return None
    from playwright.sync_api import sync_playwright

    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(5):
            page = browser.new_page()
            started = time.perf_counter()
            page.goto(url)
            page.wait_for_selector("textarea:visible")
            page.fill("textarea:visible >> nth=0", "x")
            times.append((time.perf_counter() - started) * 1000)
            page.close()
        browser.close()
    return statistics.median(times)


if __name__ == "__main__":
    main()
