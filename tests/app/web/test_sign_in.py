"""Who may come in, and what each reader sees of the others."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from app.accounts import Users, users_command
from app.kept.history import History, Receipt
from app.kept.sessions import Sessions
from app.web.rates import Rates
from app.web.readers import COOKIE, Readers
from ingest.errors import SettingsError
from ingest.settings import Settings
from tests.app.web.conftest import Served, Start
from tests.app.web.scripted import answered

PASSWORD = "a long enough one"


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("users") / "users.txt"
    for name in ("ada", "bob"):
        Users(path).put(name, PASSWORD)
    return path


@pytest.fixture(scope="module")
def served(start: Start, users: Path) -> Served:
    running = start(users=str(users), editors="ada", asks_per_minute=5)
    while httpx.get(f"{running.url}/readyz").status_code != 200:
        time.sleep(0.05)
    return running


@pytest.fixture
def ada(served: Served) -> Iterator[httpx.Client]:
    with signed_in(served, "ada") as client:
        yield client


@contextmanager
def signed_in(served: Served, name: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url) as client:
        told = client.post("/sign-in", data={"name": name, "password": PASSWORD, "next": "/history"})
        assert (told.status_code, told.headers["location"]) == (303, "/history")
        yield client


def test_a_stranger_sees_the_door_and_nothing_else(served: Served) -> None:
    pages = ("/", "/history", "/figures", "/corpus", "/self-check", "/quality", "/answer/x", "/feedback", "/api/docs")
    for path in pages:
        told = httpx.get(f"{served.url}{path}", headers={"accept": "text/html"})
        assert told.status_code == 303 and told.headers["location"].startswith("/sign-in?next=/"), path
    for path in (
        "/config",
        "/metrics",
        "/api/openapi.json",
        "/gradio_api/info",
        "/gradio_api/queue/data",
        "/v1/models",
    ):
        assert httpx.get(f"{served.url}{path}").status_code == 401, path
    for path in ("/api/ask", "/v1/chat/completions", "/mcp", "/gradio_api/queue/join", "/corpus/add", "/api/feedback"):
        assert httpx.post(f"{served.url}{path}", json={"question": "?"}).status_code == 401, path
    for path in ("/healthz", "/readyz", "/sign-in", "/advisor/theme.css"):
        assert httpx.get(f"{served.url}{path}").status_code == 200, path


def test_a_wrong_password_and_a_wrong_name_look_alike(served: Served) -> None:
    told = [
        httpx.post(f"{served.url}/sign-in", data={"name": name, "password": word})
        for name, word in (("bob", "wrong wrong"), ("eve", PASSWORD), ("", ""), ("bob", PASSWORD + "x" * 80))
    ]
    assert {t.status_code for t in told} == {401}
    assert all("is not right" in t.text and "set-cookie" not in t.headers for t in told)


def test_the_cookie_is_the_browser_s_alone(served: Served) -> None:
    told = httpx.post(f"{served.url}/sign-in", data={"name": "ada", "password": PASSWORD})
    cookie = told.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and PASSWORD not in cookie
    (token,) = [c.value for c in told.cookies.jar if c.name == COOKIE]
    kept = b"".join(f.read_bytes() for f in served.data.glob("kept.sqlite3*"))
    assert token and token.encode() not in kept


@pytest.mark.parametrize("after", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_the_door_leads_inside_only(served: Served, after: str) -> None:
    told = httpx.post(f"{served.url}/sign-in", data={"name": "ada", "password": PASSWORD, "next": after})
    assert told.headers["location"] == "/"


def test_programs_send_name_and_password(served: Served) -> None:
    url = f"{served.url}/v1/models"
    assert httpx.get(url, auth=("ada", PASSWORD)).status_code == 200
    assert httpx.get(url, headers={"authorization": f"Bearer ada:{PASSWORD}"}).status_code == 200
    for wrong in (f"Bearer ada:{PASSWORD}x", "Bearer ada", "Basic !!!", "Basic YWRh", "Digest x", "Bearer :"):
        assert httpx.get(url, headers={"authorization": wrong}).status_code == 401, wrong


def test_nobody_can_name_themselves(served: Served) -> None:
    for header in ("x-advisor-reader", "X-Advisor-Reader", "x-forwarded-user", "remote-user"):
        assert httpx.get(f"{served.url}/v1/models", headers={header: "ada"}).status_code == 401


def test_readers_do_not_see_each_other_s_history(served: Served, ada: httpx.Client) -> None:
    kept = Receipt("receipt1", "Ada's own question?", (), answered("Ada's own question?"), at="2026-11-24T10:00:00")
    History(served.data).keep("talk1", "ada", [kept])
    with signed_in(served, "bob") as bob:
        assert "Ada&#39;s own question" in ada.get("/history").text
        assert "own question" not in bob.get("/history").text
        assert bob.get("/brief/talk1").status_code == 404 and ada.get("/brief/talk1").status_code == 200
        bob.post("/history/delete", data={"id": "talk1"})
        bob.post("/history/delete", data={"all": "yes"})
        assert "own question" in ada.get("/history").text
        assert bob.get("/answer/receipt1").status_code == 200  # whoever was given the link may read it
    ada.post("/history/delete", data={"id": "talk1"})
    assert ada.get("/answer/receipt1").status_code == 404


def test_editors_alone_change_the_corpus_and_review(served: Served, ada: httpx.Client) -> None:
    with signed_in(served, "bob") as bob:
        assert bob.get("/feedback").status_code == 403 and ada.get("/feedback").status_code == 200
        assert 'id="add"' not in bob.get("/corpus").text and 'id="add"' in ada.get("/corpus").text
        assert bob.post("/corpus/add", files={"files": ("a.txt", b"x")}).status_code == 403
        assert bob.post("/corpus/remove", data={"id": "survey"}).status_code == 403
        assert bob.post("/feedback/judge", data={"id": "1", "state": "accepted"}).status_code == 403


def test_signing_out_ends_it(served: Served) -> None:
    with signed_in(served, "bob") as bob:
        token = bob.cookies[COOKIE]
        assert bob.get("/history").status_code == 200
        bob.post("/sign-out")
        assert httpx.get(f"{served.url}/history", cookies={COOKIE: token}).status_code == 401


def test_each_reader_has_their_own_rate(served: Served, ada: httpx.Client) -> None:
    with signed_in(served, "bob") as bob:
        told = [bob.post("/api/ask", json={"question": "Which?"}).status_code for _ in range(7)]
        assert told == [200] * 5 + [429] * 2
        late = bob.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "?"}]})
        assert late.status_code == 429 and late.headers["retry-after"]
    assert ada.post("/api/ask", json={"question": "Which?"}).status_code == 200


def test_who_is_taken_out_is_out_at_once(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "users.txt"
    Users(path).put("carl", PASSWORD)
    Users(path).put("dora", PASSWORD)
    served = start(users=str(path))
    with signed_in(served, "carl") as carl:
        assert carl.get("/history").status_code == 200
        Users(path).drop("carl")
        assert carl.get("/history").status_code == 401


def test_a_proxy_may_tell_who_it_is_if_it_is_trusted(tmp_path: Path) -> None:
    readers = Readers(Settings(data=tmp_path, trusted_header="X-Forwarded-User", trusted_proxy="10.0.0.0/8"))
    told = {"x-forwarded-user": "ada"}
    assert readers.named(told, "10.1.2.3") == "ada"
    assert readers.named(told, "127.0.0.1") is None and readers.named(told, "not an address") is None
    assert readers.named({}, "10.1.2.3") is None and readers.named({"x-forwarded-user": "a b\n"}, "10.1.2.3") is None


def test_settings_that_contradict_each_other_are_refused(tmp_path: Path, users: Path) -> None:
    with pytest.raises(SettingsError, match="both set"):
        Readers(Settings(data=tmp_path, users=str(users), trusted_header="x-user"))
    with pytest.raises(SettingsError, match="expected addresses"):
        Readers(Settings(data=tmp_path, trusted_header="x-user", trusted_proxy="somewhere"))
    with pytest.raises(SettingsError, match="advisor users add NAME"):
        Readers(Settings(data=tmp_path, users=str(tmp_path / "none.txt")))
    (tmp_path / "bad.txt").write_text("ada:plain\n")
    with pytest.raises(SettingsError, match="line 1"):
        Readers(Settings(data=tmp_path, users=str(tmp_path / "bad.txt")))


def test_passwords_cannot_be_tried_for_ever() -> None:
    now = [0.0]
    rates = Rates(3, lambda: now[0])
    assert [rates.wait_s("ada") for _ in range(3)] == [0, 0, 0]
    assert rates.wait_s("ada") == 60 and rates.wait_s("bob") == 0
    now[0] = 61
    assert rates.wait_s("ada") == 0
    assert Rates(0).wait_s("anybody") == 0


def test_sessions_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions(tmp_path)
    token = sessions.begin("ada")
    assert sessions.owner(token) == "ada" and sessions.owner("made up") is None
    sessions.end_all("ada")
    assert sessions.owner(token) is None
    token = sessions.begin("ada")
    monkeypatch.setattr("app.kept.sessions.time.time", lambda: 9e12)
    assert sessions.owner(token) is None


def test_the_users_file_is_made_by_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "in" / "users.txt"
    monkeypatch.setenv("ADVISOR_USERS", str(path))
    monkeypatch.setenv("ADVISOR_DATA", str(tmp_path / "data"))
    run = CliRunner()
    assert run.invoke(users_command, ["add", "ada"], input=f"{PASSWORD}\n{PASSWORD}\n").exit_code == 0
    assert run.invoke(users_command, ["list"]).output == "ada\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and PASSWORD not in path.read_text()
    short = run.invoke(users_command, ["add", "bob", "--password", "short"])
    assert isinstance(short.exception, SettingsError) and "at least 10" in str(short.exception)
    odd = run.invoke(users_command, ["add", "b:b", "--password", PASSWORD])
    assert isinstance(odd.exception, SettingsError)
    assert run.invoke(users_command, ["remove", "ada"]).exit_code == 0
    assert run.invoke(users_command, ["list"]).output == "nobody\n"
