"""Chat models through their real clients, against a server on loopback and a model on disk that the test makes."""

from __future__ import annotations

import importlib.util
import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.chain import Advisor, open_advisor
from app.doctor import doctor_command
from app.models import ChatModel
from app.replies import ModelFailed
from app.types import Answer, Usage
from ingest.errors import SettingsError
from ingest.settings import Settings, load
from tests.app.scripted_model import Asked, ScriptedModel, serving

QUESTION = "How many of the large financial services firms say their infrastructure is not up to the job?"
KEY = "sk-canary-4711-never-shown"


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    """A scripted model that listens."""
    with serving() as script:
        yield script


def settings_of(data: Path, model: ScriptedModel, name: str = "openai:scripted", **more: str) -> Settings:
    """Settings that ask the scripted model."""
    url = model.openai_url if name.startswith("openai") else model.url
    given = {"ADVISOR_MODEL": name, "ADVISOR_MODEL_URL": url, "ADVISOR_MODEL_TIMEOUT_S": "10", **more}
    return load({"ADVISOR_DATA": str(data), **given})


def grounded(answer: Answer) -> None:
    """Every sentence cites, every number is supported, every quote is a citation's own."""
    assert all(s.citations for s in answer.statements)
    assert all(n.supported for s in answer.statements for n in s.numbers)
    assert all(c.quote for c in answer.citations)


def _needs(package: str) -> None:
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"NOT RUN: {package} is not installed: pip install {package.replace('_', '-')}")


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("openai:scripted", "langchain_openai"),
        ("anthropic:scripted", "langchain_anthropic"),
        ("ollama:scripted:8b", "langchain_ollama"),
    ],
)
def test_each_real_client_words_a_checked_answer(
    digest_data: Path, model: ScriptedModel, name: str, package: str
) -> None:
    _needs(package)
    advisor = open_advisor(settings_of(digest_data, model, name, ADVISOR_MODEL_PRICES=f"{name}=2.50/10"))
    answer = advisor.answer(QUESTION)
    assert answer.composer == advisor.composer == name
    assert not answer.notices and not answer.abstained
    assert model.asked[0].evidence[0].rstrip(".") in answer.answer and "two in three" in answer.answer.lower()
    grounded(answer)
    assert answer.usage and answer.usage.input_tokens > 0 and answer.usage.output_tokens > 0
    worth = (answer.usage.input_tokens * 2.50 + answer.usage.output_tokens * 10) / 1e6
    assert answer.usage.cost_usd == pytest.approx(worth)
    assert "Rules:" in model.asked[0].instruction and len(model.asked) == 1


def test_the_model_sees_numbered_statements_and_no_document(digest_data: Path, model: ScriptedModel) -> None:
    open_advisor(settings_of(digest_data, model)).answer(QUESTION)
    asked = model.asked[0]
    report = (Path(__file__).resolve().parents[2] / "corpus" / "report" / "report.md").read_text(encoding="utf-8")
    assert 2 <= len(asked.evidence) <= 12
    assert sum(map(len, asked.evidence)) < len(report) / 10
    assert asked.body["max_tokens" if "max_tokens" in asked.body else "max_completion_tokens"] == 700
    assert asked.body["temperature"] == 0


def test_a_sentence_is_shown_before_the_model_has_finished(digest_data: Path, model: ScriptedModel) -> None:
    go_on = threading.Event()

    def slowly(asked: Asked) -> Iterator[str]:
        yield f"{asked.evidence[0].rstrip('.')} [1]. And"
        assert go_on.wait(10)
        yield f" more: {asked.evidence[1]} [2]"

    model.say = slowly
    steps = open_advisor(settings_of(digest_data, model)).steps(QUESTION)
    told = [next(s for s in steps if s.kind == "sentence")]
    assert "[1]" in told[0].text and not go_on.is_set()
    go_on.set()
    told += list(steps)
    answer = told[-1].answer
    assert answer is not None and answer.composer == "openai:scripted"
    assert "".join(s.text for s in told if s.kind == "sentence").strip() == answer.answer.strip()


def test_the_gate_decides_before_a_model_is_asked(digest_data: Path, model: ScriptedModel) -> None:
    answer = open_advisor(settings_of(digest_data, model)).answer("What is the capital of France?")
    assert answer.abstained and answer.composer == "extractive" and answer.usage is None
    assert not model.asked


def test_nothing_is_imported_or_called_without_a_model(digest_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []

    def refuse(self: socket.socket, address: Any) -> None:
        called.append(address)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **_: called.append(a) or [])
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2-not-a-key")
    advisor = open_advisor(load({"ADVISOR_DATA": str(digest_data)}))
    assert not advisor.answer(QUESTION).abstained
    assert list(advisor.steps(QUESTION))
    time.sleep(0.5)  # a tracer would send from a thread of its own
    assert not called


def test_a_key_is_sent_and_never_shown(
    digest_data: Path, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    model.status, model.error = 401, f"Incorrect API key provided: {KEY}"
    settings = settings_of(digest_data, model)
    with caplog.at_level(logging.DEBUG):
        answer = open_advisor(settings).answer(QUESTION)
    assert model.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert "did not accept the key (HTTP 401)" in answer.notices[0]
    for name, value in (("ADVISOR_DATA", str(digest_data)), ("ADVISOR_MODEL", "openai:scripted")):
        monkeypatch.setenv(name, value)
    doctor = CliRunner().invoke(doctor_command, [], standalone_mode=False)
    assert "OPENAI_API_KEY is set" in doctor.output
    told = capfd.readouterr()
    everything = (
        answer.to_json(),
        caplog.text,
        doctor.output,
        repr(settings),
        told.out,
        told.err,
        str(ChatModel(settings)),
    )
    assert not any(KEY in str(part) for part in everything)


def test_a_missing_key_and_a_missing_package_are_told_with_the_cure(
    digest_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    data = str(digest_data)
    answer = open_advisor(load({"ADVISOR_DATA": data, "ADVISOR_MODEL": "openai:gpt"})).answer(QUESTION)
    assert "has no key; set OPENAI_API_KEY" in answer.notices[0] and answer.composer == "extractive"
    monkeypatch.setitem(__import__("sys").modules, "langchain_groq", None)
    answer = open_advisor(load({"ADVISOR_DATA": data, "ADVISOR_MODEL": "groq:gpt"})).answer(QUESTION)
    assert "pip install -U langchain-groq" in answer.notices[0]
    assert answer.statements and answer.answer.endswith(answer.notices[0])


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"ADVISOR_MODEL": "gpt"}, "provider:model"),
        ({"ADVISOR_MODEL": "openai:"}, "provider:model"),
        ({"ADVISOR_MODEL": "openai:a\nb"}, "provider:model"),
        ({"ADVISOR_MODEL_URL": "http://127.0.0.1:1/v1"}, "ADVISOR_MODEL is not"),
        ({"ADVISOR_MODEL": "openai:a", "ADVISOR_MODEL_URL": "ftp://x/v1"}, "no address"),
        ({"ADVISOR_MODEL": "openai:a", "ADVISOR_MODEL_URL": f"http://me:{KEY}@x/v1"}, "a password"),
        ({"ADVISOR_MODEL": "openai:a", "ADVISOR_MODEL_URL": f"http://x/v1?key={KEY}"}, "a query"),
        ({"ADVISOR_MODEL_TIMEOUT_S": "nan"}, "TIMEOUT_S"),
        ({"ADVISOR_MODEL_TIMEOUT_S": "0"}, "TIMEOUT_S"),
        ({"ADVISOR_MODEL_TOKENS": "0"}, "TOKENS"),
        ({"ADVISOR_MODEL_PRICES": "gpt=1"}, "PRICES"),
        ({"ADVISOR_MODELS": "openai:a"}, "is not a setting"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_meant_is_refused(given: dict[str, str], why: str) -> None:
    with pytest.raises(SettingsError, match=why) as refused:
        load(given)
    assert KEY not in str(refused.value)


def test_a_provider_or_a_folder_that_is_not_there_is_refused_at_the_start(digest_data: Path, tmp_path: Path) -> None:
    for name, why in (("opnai:gpt", "expected one of"), (f"huggingface:{tmp_path}", "nothing is downloaded")):
        with pytest.raises(SettingsError, match=why):
            open_advisor(load({"ADVISOR_DATA": str(digest_data), "ADVISOR_MODEL": name}))


def test_a_price_that_is_not_set_is_not_shown(digest_data: Path, model: ScriptedModel) -> None:
    answer = open_advisor(settings_of(digest_data, model)).answer(QUESTION)
    assert answer.usage is not None and answer.usage.cost_usd is None
    assert answer.to_json()["usage"]["cost_usd"] is None


def test_a_model_that_fails_again_and_again_is_left_alone_for_a_while(digest_data: Path, model: ScriptedModel) -> None:
    advisor = open_advisor(settings_of(digest_data, model))
    model.status = 503
    for _ in range(3):
        assert "HTTP 503" in advisor.answer(QUESTION).notices[0]
    model.status = 200
    assert isinstance(advisor, Advisor) and advisor._model is not None
    until_s = advisor._model._rests_until_s
    assert "left alone" in advisor.answer(QUESTION).notices[0]
    assert len(model.asked) == 3, "a request was repeated"
    assert advisor._model._rests_until_s == until_s, "asking prolongs the rest"
    advisor._model._rests_until_s = 0.0
    worded = advisor.answer(QUESTION)
    assert (worded.composer, worded.confidence) == ("openai:scripted", None)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transformers model with random weights and a chat template, saved as safetensors."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("models") / "tiny"
    words = "[end] [1] . the of and organisations per cent say 15 AI maturity is high".split()
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate([*words, "[unk]"])}, unk_token="[unk]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="[end]", unk_token="[unk]")
    fast.chat_template = "{% for m in messages %}{{ m['content'] }} {% endfor %}"
    fast.save_pretrained(folder)
    torch.manual_seed(3)
    config = GPT2Config(vocab_size=len(words) + 1, eos_token_id=0, bos_token_id=0, n_layer=1, n_head=2, n_embd=16,
                        n_positions=4096)  # fmt: skip
    GPT2LMHeadModel(config).save_pretrained(folder, safe_serialization=True)
    return folder


@pytest.mark.slow
def test_a_local_model_is_asked_and_its_babble_is_not_shown(
    digest_data: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: socket.socket, address: Any) -> None:
        raise AssertionError(f"a local model called {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    given = {"ADVISOR_MODEL": f"huggingface:{tiny_model}", "ADVISOR_MODEL_TOKENS": "40"}
    settings = load({"ADVISOR_DATA": str(digest_data), **given})
    said = "".join(ChatModel(settings).reply("Say something.", "Question: What?"))
    assert said.strip(), "the local model was never asked"
    advisor = open_advisor(settings)
    answer = advisor.answer(QUESTION)
    assert advisor.composer == "huggingface:tiny", "the place of a model is nobody's business"
    assert answer.composer == "extractive" and "huggingface:tiny" in answer.notices[0]
    assert "Two in three" in answer.answer
    grounded(answer)


def test_weights_that_can_run_code_are_not_loaded(digest_data: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    settings = load({"ADVISOR_DATA": str(digest_data), "ADVISOR_MODEL": f"huggingface:{tmp_path}"})
    with pytest.raises(ModelFailed, match="safetensors"):
        list(ChatModel(settings).reply("a", "b"))


def test_usage_is_none_where_the_provider_tells_nothing(model: ScriptedModel, tmp_path: Path) -> None:
    chat = ChatModel(settings_of(tmp_path, model))
    reply = chat.reply("a", "Question: b\n")
    assert chat.usage(reply) is None
    reply.input_tokens, reply.output_tokens = 10, 5
    assert chat.usage(reply) == Usage(10, 5, None)
