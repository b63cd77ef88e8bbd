"""The doors and what guards them, on a real server."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import openai
import pytest

from app.web.guard import policy
from app.web.limits import BODY_MAX_BYTES
from app.web.server import refuse_public, serve
from ingest.errors import AdvisorError, IndexMissing, SettingsError
from ingest.settings import Settings
from tests.app.web.conftest import Served, Start
from tests.app.web.scripted import ScriptedAdvisor, answered

ROOT = Path(__file__).resolve().parents[3]
EVIL = "http://evil.example.com"


@pytest.fixture(scope="module")
def http(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=20) as client:
        yield client


def test_health_comes_before_readiness(start: Start) -> None:
    go_on = threading.Event()

    def opening() -> ScriptedAdvisor:
        go_on.wait(20)
        return ScriptedAdvisor()

    running = start(opening)
    assert httpx.get(f"{running.url}/healthz").json() == {"status": "ok"}
    assert httpx.get(f"{running.url}/readyz").status_code == 503
    early = httpx.post(f"{running.url}/api/ask", json={"question": "Which skills?"})
    assert early.status_code == 503 and "getting ready" in early.json()["error"]
    assert early.headers["retry-after"]
    go_on.set()
    deadline = time.monotonic() + 10
    while (ready := httpx.get(f"{running.url}/readyz")).status_code != 200 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert ready.json() == {"status": "ready", "corpus": "1a2b3c4d5e6f", "composer": "extractive"}


def test_ask_gives_the_contract_s_answer(http: httpx.Client, served: Served) -> None:
    history = [{"role": "user", "content": "Before?"}, {"role": "assistant", "content": "Yes."}]
    reply = http.post("/api/ask", json={"question": " Which skills? ", "history": history})
    assert reply.status_code == 200
    assert reply.json() == json.loads(json.dumps(answered("Which skills?").to_json()))
    assert [t.content for t in served.advisor.histories[-1]] == ["Before?", "Yes."]


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        (b"", 422, "not valid JSON"),
        (b"{", 422, "not valid JSON"),
        (b"\xff\xfe", 422, "not valid JSON"),
        (b"[" * 5000, 422, "not valid JSON"),
        (b"[]", 422, "not a JSON object"),
        (b"{}", 422, "question: expected text"),
        (b'{"question": "  "}', 422, "question: expected text"),
        (b'{"question": 7}', 422, "question: expected text"),
        (b'{"question": "q", "history": "x"}', 422, "history: expected a list"),
        (b'{"question": "q", "history": [7]}', 422, "history[0]"),
        (b'{"question": "q", "history": [{"role": "system", "content": "x"}]}', 422, "history[0]"),
        (json.dumps({"question": "x" * 2001}).encode(), 413, "2,001 characters"),
        (b'{"question": "please refuse"}', 422, "the question is not text"),
    ],
)
def test_bad_requests_get_one_clear_line(http: httpx.Client, body: bytes, status: int, why: str) -> None:
    reply = http.post("/api/ask", content=body)
    assert reply.status_code == status
    assert why in reply.json()["error"] and "\n" not in reply.json()["error"]


@pytest.mark.parametrize("question", ["x" * 2000, "\x00", "🙂" * 1000, "\\ud800", "a\u202eb"])
def test_odd_questions_are_no_fault(http: httpx.Client, question: str) -> None:
    body = f'{{"question": "{question}"}}' if question.startswith("\\") else json.dumps({"question": question})
    assert http.post("/api/ask", content=body).status_code < 500


def test_a_fault_is_told_without_its_details(http: httpx.Client) -> None:
    reply = http.post("/api/ask", json={"question": "fault"})
    assert reply.status_code == 500
    assert "secret" not in reply.text and "the log has it under" in reply.json()["error"]


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions", "/gradio_api/queue/join"])
def test_a_large_body_is_refused_at_once(http: httpx.Client, path: str) -> None:
    began = time.monotonic()
    reply = http.post(path, content=b"x" * 5_000_000)
    assert reply.status_code == 413 and "64 KiB" in reply.json()["error"]
    assert time.monotonic() - began < 5


def test_a_large_body_without_a_length_is_refused(http: httpx.Client) -> None:
    def body() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 4096

    assert http.post("/api/ask", content=body()).status_code == 413


def test_the_answer_to_a_large_body_does_not_wait_for_it(served: Served) -> None:
    """The refusal comes while 5 MB are promised and only the first bytes are sent."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as line:
        line.sendall(f"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {5_000_000}\r\n\r\nx".encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 413")


def test_a_body_at_the_limit_is_read(http: httpx.Client) -> None:
    body = json.dumps({"question": "Which skills?", "padding": ""}).encode()
    full = body[:-2] + b"x" * (BODY_MAX_BYTES - len(body)) + body[-2:]
    assert len(full) == BODY_MAX_BYTES
    assert http.post("/api/ask", content=full).status_code == 200


POSTS = [
    "/api/ask",
    "/v1/chat/completions",
    "/gradio_api/queue/join",
    "/gradio_api/cancel",
    "/gradio_api/reset",
]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://127.0.0.1.evil.example.com"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example.com"},
        {"Host": "127.0.0.1.evil.example.com"},
        {"Host": ""},
    ],
)
def test_foreign_callers_are_refused(http: httpx.Client, path: str, headers: dict[str, str]) -> None:
    assert http.post(path, json={"question": "q"}, headers=headers).status_code == 403


@pytest.mark.parametrize("path", ["/", "/healthz", "/config", "/gradio_api/queue/data"])
def test_foreign_hosts_read_nothing(http: httpx.Client, path: str) -> None:
    assert http.get(path, headers={"Host": "evil.example.com"}).status_code == 403


def test_the_own_page_may_call(http: httpx.Client, served: Served) -> None:
    for name in ("127.0.0.1", "localhost"):
        own = f"{name}:{served.port}"
        reply = http.post("/api/ask", json={"question": "q"}, headers={"Origin": f"http://{own}", "Host": own})
        assert reply.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/upload_progress?upload_id=x",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=pyproject.toml",
        "/gradio_api/file=http://169.254.169.254/",
        "/gradio_api/proxy=http://169.254.169.254/",
        "/gradio_api/run/ask",
        "/gradio_api/call/ask",
        "/gradio_api/runs",
        "/gradio_api/vibe-edit",
        "/gradio_api/openapi.json",
        "/gradio_api/component_server",
        "/monitoring",
        "/login",
        "/docs",
        "/static/..%2f..%2froutes.py",
        "/advisor/page.py",
        "/advisor/..%2fpage.py",
        "/.env",
    ],
)
def test_everything_that_is_not_needed_is_shut(http: httpx.Client, path: str) -> None:
    files = {"files": ("a.txt", b"hello", "text/plain")}
    assert http.get(path).status_code == 404
    assert http.post(path, files=files).status_code in (404, 405)


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/ask", "/nothing"])
def test_every_reply_carries_the_security_headers(http: httpx.Client, path: str) -> None:
    headers = http.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    told = headers["content-security-policy"]
    assert "default-src 'none'" in told and "frame-ancestors 'none'" in told and "object-src 'none'" in told
    assert "unsafe-eval" not in told and "http:" not in told and "*" not in told
    assert "'unsafe-inline'" not in told.split("script-src")[1].split(";")[0]
    assert "server" not in headers


def test_only_the_page_s_own_inline_scripts_may_run() -> None:
    page = b"<script>one()</script><script type='module' src='a.js'></script><script data-x>\ntwo()\n</script>"
    assert policy(page).count("'sha256-") == 2
    assert policy(page) != policy(page.replace(b"one", b"six"))


def test_the_page_names_no_handler_to_programs(http: httpx.Client) -> None:
    info = http.get("/gradio_api/info").json()
    assert info["named_endpoints"] == {} and info["unnamed_endpoints"] == {}


def test_a_slow_answer_does_not_hold_up_ten_others(http: httpx.Client, served: Served) -> None:
    slow_s = served.advisor.slow_s
    with ThreadPoolExecutor(11) as pool:
        began = time.monotonic()
        slow = pool.submit(http.post, "/api/ask", json={"question": "slow"})
        time.sleep(0.1)
        others = list(pool.map(lambda n: http.post("/api/ask", json={"question": f"q{n}"}), range(10)))
        took_s = time.monotonic() - began
        assert [r.status_code for r in others] == [200] * 10
        assert {r.json()["question"] for r in others} == {f"q{n}" for n in range(10)}
        assert not slow.done() and took_s < slow_s
        assert slow.result().status_code == 200


@pytest.mark.slow
def test_a_flood_gets_503_and_passes(start: Start) -> None:
    running = start()
    running.advisor.slow_s = 0.5
    with httpx.Client(base_url=running.url, timeout=60, limits=httpx.Limits(max_connections=60)) as http:
        with ThreadPoolExecutor(60) as pool:
            flood = list(pool.map(lambda _: http.post("/api/ask", json={"question": "slow"}).status_code, range(60)))
        assert set(flood) == {200, 503}
        assert flood.count(200) >= 36  # 4 worked on and 32 waiting
        assert http.post("/api/ask", json={"question": "q"}).status_code == 200


@pytest.fixture(scope="module")
def client(served: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0)


def test_an_openai_client_gets_a_cited_answer(client: openai.OpenAI, served: Served) -> None:
    told = client.chat.completions.create(
        model="any-name",
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Before?"},
            {"role": "assistant", "content": "Yes."},
            {"role": "user", "content": [{"type": "text", "text": "Which skills?"}]},
        ],
        temperature=0.2,
    )
    assert told.model == "any-name" and told.object == "chat.completion"
    said = told.choices[0].message.content or ""
    assert said.startswith("26 per cent of growers") and "[1] Orchards and automation" in said
    assert told.choices[0].finish_reason == "stop"
    assert [t.content for t in served.advisor.histories[-1]] == ["Before?", "Yes."]


@pytest.mark.parametrize(
    "question", ["Which skills?", "In lines, please", "Mars in lines", "What is the weather on Mars?"]
)
def test_the_stream_says_what_the_whole_says(client: openai.OpenAI, question: str) -> None:
    whole = client.chat.completions.create(model="m", messages=[{"role": "user", "content": question}])
    stream = client.chat.completions.create(
        model="m",
        messages=[{"role": "user", "content": question}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    pieces = [c.choices[0].delta.content or "" for c in chunks if c.choices]
    assert "".join(pieces) == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None and chunks[-1].choices == []
    assert len({c.id for c in chunks}) == 1


def test_the_stream_ends_with_done(http: httpx.Client) -> None:
    body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "Which skills?"}]}
    reply = http.post("/v1/chat/completions", json=body)
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.text.endswith("data: [DONE]\n\n")


def test_a_fault_in_a_stream_is_told_as_an_error(http: httpx.Client) -> None:
    body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "fault"}]}
    reply = http.post("/v1/chat/completions", json=body)
    assert '"server_error"' in reply.text and "secret" not in reply.text


@pytest.mark.parametrize(
    "messages",
    [
        None,
        [],
        [{"role": "system", "content": "x"}],
        [{"role": "assistant", "content": "x"}],
        [{"role": "user", "content": ""}],
    ],
)
def test_openai_errors_have_openai_s_shape(client: openai.OpenAI, messages: object) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as refused:
        client.chat.completions.create(model="m", messages=messages)  # type: ignore[arg-type]
    assert refused.value.type == "invalid_request_error" and refused.value.body


def test_the_model_can_be_listed(client: openai.OpenAI) -> None:
    assert [m.id for m in client.models.list()] == ["mlops-advisor"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", ""])
def test_a_public_address_is_refused(host: str, settings: Settings) -> None:
    with pytest.raises(SettingsError, match=r"ADVISOR_HOST=127\.0\.0\.1"):
        serve(Settings(data=settings.data, host=host), ScriptedAdvisor)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_loopback_is_allowed(host: str) -> None:
    refuse_public(host)


def test_a_busy_port_is_told_in_one_line(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AdvisorError, match=f"127.0.0.1:{port} cannot be used") as busy:
            serve(Settings(data=settings.data, port=port), ScriptedAdvisor)
    assert busy.value.exit_status == 2 and "\n" not in str(busy.value)


def test_an_engine_that_cannot_be_opened_ends_the_server(settings: Settings) -> None:
    def opening() -> ScriptedAdvisor:
        time.sleep(0.2)
        raise IndexMissing("no index; run: advisor ingest")

    with pytest.raises(IndexMissing, match="run: advisor ingest"):
        serve(Settings(data=settings.data, port=0), opening, tell=lambda _: None)


SCRIPT = """
import sys
from pathlib import Path
from app.web.server import serve
from ingest.settings import Settings
from tests.app.web.scripted import ScriptedAdvisor
serve(Settings(data=Path(sys.argv[1]), port=0), ScriptedAdvisor, tell=lambda line: print(line, flush=True))
"""


@pytest.mark.slow
def test_serve_says_where_it_is_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        line = process.stdout.readline().strip()
        assert line.startswith("MLOps Advisor is at http://127.0.0.1:")
        url = line.rsplit(" ", 1)[1]
        assert httpx.get(f"{url}/healthz").status_code == 200
        with httpx.stream("GET", f"{url}/gradio_api/heartbeat/open", timeout=20):  # as an open page does
            process.send_signal(2)
            assert process.wait(15) == 0
        assert process.stderr.read() == ""
    assert [p.name for p in tmp_path.iterdir() if p.name != "page"] == []


def test_importing_the_web_layer_imports_no_gradio() -> None:
    code = "import sys, app.web.server, app.web.conversation, app.web.theme; print('gradio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
