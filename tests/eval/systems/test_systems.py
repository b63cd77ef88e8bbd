"""Systems under test: ours, others' by command and address, the baselines, the bots."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from eval.systems import Spec, SystemFailed, open_system
from eval.systems.bots import SwapNumbers
from eval.systems.protocol import read_spec
from ingest.errors import SettingsError
from ingest.index import open_index
from ingest.settings import Settings

QUESTION = "What share of bosses want their firm to lead the market in AI?"
BASELINES = {"langchain": "langchain_text_splitters", "llamaindex": "llama_index.core", "haystack": "haystack"}


@pytest.fixture
def schema(shared: Path) -> Any:
    """The contract."""
    return json.loads((shared / "contracts" / "answer.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "name", ["advisor", "nearest", "bot-echo", "bot-refuse", "bot-always-answer", "bot-swap-numbers"]
)
def test_every_system_speaks_the_contract(name: str, indexed: Path, schema: Any) -> None:
    system = open_system(Spec(name))
    answer = system.ask(QUESTION, [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hello."}])
    jsonschema.validate(answer, schema)
    assert answer["corpus"] == system.corpus == open_index(Settings(data=indexed)).manifest.fingerprint
    system.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", BASELINES)
def test_baselines_search_the_same_corpus_and_quote_it_word_for_word(name: str, indexed: Path, schema: Any) -> None:
    pytest.importorskip(BASELINES[name], reason="NOT RUN: the extra [baselines] is not installed")
    answer = open_system(Spec(name)).ask(QUESTION)
    jsonschema.validate(answer, schema)
    store = open_index(Settings(data=indexed)).store
    text = (store.document(store.documents()[0].id) or pytest.fail("no document")).text
    assert answer["corpus"] == open_index(Settings(data=indexed)).manifest.fingerprint
    assert len(answer["evidence"]) == 20
    assert [e["score"] for e in answer["evidence"]] == sorted((e["score"] for e in answer["evidence"]), reverse=True)
    for citation in answer["citations"]:
        start = int(citation["passage_id"].rsplit(":", 1)[1])
        assert text[start : start + len(citation["quote"])] == citation["quote"]
    assert "92 per cent" in answer["answer"]
    assert open_system(Spec(name, options={"cutoff": 0.99})).ask(QUESTION)["abstained"]


def test_bots_do_what_they_are_called(indexed: Path) -> None:
    ours = open_system(Spec("advisor")).ask(QUESTION)
    assert "92 per cent" in ours["answer"]
    assert open_system(Spec("bot-echo")).ask(QUESTION)["answer"] == QUESTION
    assert open_system(Spec("bot-refuse")).ask(QUESTION)["abstained"]
    unanswerable = "What share of Spanish firms are very mature?"
    assert open_system(Spec("advisor")).ask(unanswerable)["abstained"]
    assert not open_system(Spec("bot-always-answer")).ask(unanswerable)["abstained"]


def test_the_swapper_changes_every_number_and_nothing_else(indexed: Path) -> None:
    settings = Settings(data=indexed)
    inner = open_system(Spec("advisor"))
    was, told = inner.ask(QUESTION), SwapNumbers(settings, inner).ask(QUESTION)
    assert "92" not in told["answer"]
    assert told["citations"] == was["citations"]
    blank = re.compile(r"\d[\d,.]*\d|\d")
    assert blank.sub("#", told["answer"]) == blank.sub("#", was["answer"])
    assert re.findall(r"\[\d+\]", told["answer"]) == re.findall(r"\[\d+\]", was["answer"])
    assert SwapNumbers(settings, inner).ask(QUESTION)["answer"] == told["answer"]


def test_settings_of_a_file_reach_the_advisor(indexed: Path, tmp_path: Path) -> None:
    path = tmp_path / "brief.toml"
    path.write_text('system = "advisor"\n[settings]\nquestion_max_chars = 20\n')
    spec = read_spec(path)
    assert spec.name == "brief"
    assert spec.fingerprint() != Spec("advisor").fingerprint() == Spec("advisor", label="x").fingerprint()
    with pytest.raises(Exception, match="at most 20"):
        open_system(spec).ask(QUESTION)


@pytest.mark.parametrize(
    ("text", "told"),
    [('system = "advisor"\nwords = 3\n', "'words' is no key"), ("label = 3\n", "no system"), ("system =", "not TOML"),
     ('system = "advisor"\nsettings = 4\n', "expected a table")],
)  # fmt: skip
def test_a_wrong_settings_file_is_refused(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=told):
        read_spec(path)


@pytest.mark.parametrize(
    ("spec", "told"),
    [(Spec("gpt"), "no system"), (Spec("advisor", settings={"wordz": 3}), "not a setting"),
     (Spec("nearest", options={"tops": 3}), "an option is wrong"), (Spec("command:"), "names no program"),
     (Spec("command:/no/such/program"), "cannot be started")],
)  # fmt: skip
def test_what_cannot_be_opened_says_why(spec: Spec, told: str, indexed: Path) -> None:
    with pytest.raises((SettingsError, SystemFailed), match=told):
        open_system(spec).ask(QUESTION)


# By command --------------------------------------------------------------------------------------------------------


def test_a_command_is_asked_through_the_contracts_batch(program: Callable[[str], str]) -> None:
    system = open_system(Spec(program("for row in rows: say(row, history=len(row['history']))\n")))
    assert system.ask("Why?", [{"role": "user", "content": "x"}])["history"] == 1


@pytest.mark.parametrize(
    ("body", "told"),
    [("say(rows[0]); sys.exit('no more ink')", "status 1 after 1 of 2 answers; it said: no more ink"),
     ("print('hello')", "expected one JSON object an answer")],
)  # fmt: skip
def test_a_command_that_breaks_off_is_told_with_its_last_words(
    body: str, told: str, program: Callable[[str], str]
) -> None:
    from eval.systems.command import Command

    system = open_system(Spec(program(body)))
    assert isinstance(system, Command)
    with pytest.raises(SystemFailed, match=told):
        list(system.ask_all([{"id": str(n), "question": "?", "history": []} for n in range(2)]))


def test_a_command_that_hangs_is_stopped(program: Callable[[str], str]) -> None:
    system = open_system(Spec(program("import time; time.sleep(60)"), options={"timeout_s": 0.5}))
    with pytest.raises(SystemFailed, match="after 0 of 1 answers"):
        system.ask("?")


# By address --------------------------------------------------------------------------------------------------------


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    replies: list[tuple[int, bytes]]
    bodies: list[dict[str, Any]]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        status, body = self.server.replies.pop(0) if len(self.server.replies) > 1 else self.server.replies[0]
        self.send_response(status)
        self.send_header("Retry-After", "0.1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[_Server]:
    """A real server on loopback that gives the replies it is told to."""
    made = _Server(("127.0.0.1", 0), _Handler)
    made.bodies = []
    made.replies = [(200, b'{"abstained": false, "answer": "Yes.", "corpus": "c1"}')]
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def _address(server: _Server) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"


def test_an_address_is_asked_as_the_contract_says(server: _Server) -> None:
    answer = open_system(Spec(_address(server))).ask("Why?", [{"role": "user", "content": "x"}])
    assert answer["answer"] == "Yes."
    assert server.bodies == [{"question": "Why?", "history": [{"role": "user", "content": "x"}]}]


def test_a_busy_server_is_asked_again(server: _Server) -> None:
    server.replies = [(429, b"busy"), (503, b"getting ready"), *server.replies]
    assert open_system(Spec(_address(server))).ask("Why?")["answer"] == "Yes."
    assert len(server.bodies) == 3


@pytest.mark.parametrize(
    ("reply", "told"),
    [((422, b'{"error": "question: expected text"}'), "answered 422: .*expected text"), ((200, b"<html>"), "JSON")],
)
def test_a_servers_refusal_is_told(reply: tuple[int, bytes], told: str, server: _Server) -> None:
    server.replies = [reply]
    with pytest.raises(SystemFailed, match=told):
        open_system(Spec(_address(server))).ask("Why?")


def test_no_server_is_told(server: _Server) -> None:
    address = _address(server)
    server.shutdown()
    server.server_close()
    with pytest.raises(SystemFailed, match="is the server running"):
        open_system(Spec(address)).ask("Why?")
