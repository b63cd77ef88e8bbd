"""Chat models: the one module that opens and calls them, through LangChain's `init_chat_model`.

A model is a guest here. It gets a wall clock, a limit on what it may write and no second try; whatever goes wrong
comes out as `ModelFailed` in our own words, since a provider's message may hold a key or the text of a prompt.
Nothing is imported and no address is called unless ADVISOR_MODEL is set.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.replies import Chunk, ModelFailed, Reply
from app.types import Usage
from ingest.errors import SettingsError
from ingest.settings import Settings, prices

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

LOCAL = "huggingface"
# Where a key is looked for; other providers read their own variables.
KEYS: Mapping[str, str] = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
# OpenAI-compatible servers that ask for no key still have to be sent one.
_NO_KEY = "none"
_PACKAGES = {"huggingface": "transformers", "google_genai": "langchain-google-genai"}
_OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_AT_ONCE = 8
_FAILURES_IN_A_ROW = 3
_REST_S = 10.0
_SAID_OF_STATUS: Mapping[int, str] = {
    400: "did not accept the request",
    401: "did not accept the key",
    403: "did not accept the key",
    404: "is not known at this address",
    408: "took too long",
    413: "did not accept the request",
    422: "did not accept the request",
    429: "has no room for more requests now, or its quota is spent",
}
_DECLINED = frozenset({"content_filter", "refusal", "safety"})


def shown(settings: Settings) -> str:
    """The model's name as readers see it: `provider:model`; of a local model the folder's name, not its place."""
    provider, _, name = settings.model.partition(":")
    return f"{provider}:{Path(name).name}" if provider == LOCAL else settings.model


def require_known(settings: Settings) -> None:
    """Raise SettingsError for a provider that LangChain does not know, or a local model that is not there."""
    from langchain.chat_models.base import _BUILTIN_PROVIDERS

    provider, _, name = settings.model.partition(":")
    if provider not in _BUILTIN_PROVIDERS:
        known = ", ".join(sorted(_BUILTIN_PROVIDERS))
        raise SettingsError(f"ADVISOR_MODEL names the provider {provider!r}; expected one of {known}")
    if provider == LOCAL and not (_folder(name) / "config.json").is_file():
        raise SettingsError(
            f"ADVISOR_MODEL is {settings.model!r}; expected the folder of a model (it holds config.json), such as "
            f"{LOCAL}:/models/my-model: nothing is downloaded"
        )


def package_of(provider: str) -> str:
    """The package that speaks to a provider."""
    return _PACKAGES.get(provider, f"langchain-{provider.replace('_', '-')}")


def destination(settings: Settings) -> str:
    """Where questions and evidence go: a host, this machine, or the provider's own address."""
    provider = settings.model.partition(":")[0]
    if settings.model_url:
        host = urlsplit(settings.model_url).hostname or ""
        return "this machine" if host in _OWN_MACHINE else host
    if provider == "ollama":
        return "this machine, or where OLLAMA_HOST points"
    return "this machine" if provider == LOCAL else f"{provider}'s own address"


def missing_key(settings: Settings) -> str:
    """The environment variable in which the provider's key is expected and absent; "" when none is missing."""
    variable = KEYS.get(settings.model.partition(":")[0], "")
    if not variable or os.environ.get(variable, "").strip() or settings.model_url:
        return ""
    return variable


def _folder(name: str) -> Path:
    return Path(name).expanduser().absolute()


class ChatModel:
    """A chat model that is opened when it is first called; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self.name = shown(settings)
        self._settings = settings
        self._price = prices(settings).get(settings.model)
        local = settings.model.partition(":")[0] == LOCAL
        self._slots = threading.BoundedSemaphore(1 if local else _AT_ONCE)
        self._opening = threading.Lock()
        self._model: BaseChatModel | None = None
        self._failures = 0
        self._rests_until_s = 0.0

    def reply(self, instruction: str, request: str) -> Reply:
        """A reply that is made as it is read; reading it raises ModelFailed."""
        return Reply(lambda: self._chunks(instruction, request), self._settings.model_timeout_s, self._judge)

    def usage(self, reply: Reply) -> Usage | None:
        """What a reply cost; None when the provider did not say how many tokens it took."""
        read, written = reply.input_tokens, reply.output_tokens
        if not read and not written:
            return None
        cost = (read * self._price[0] + written * self._price[1]) / 1e6 if self._price else None
        return Usage(read, written, cost)

    def _judge(self, failed: bool) -> None:
        """Several failures in a row, and the model is left alone for a while: readers do not wait for it again."""
        if time.monotonic() < self._rests_until_s:
            return  # it was not asked, or by one who began before
        self._failures = self._failures + 1 if failed else 0
        if self._failures >= _FAILURES_IN_A_ROW:
            self._rests_until_s = time.monotonic() + _REST_S

    def _chunks(self, instruction: str, request: str) -> Iterator[Chunk]:
        if time.monotonic() < self._rests_until_s:
            raise ModelFailed("failed several times in a row and is left alone for a moment")
        if not self._slots.acquire(timeout=self._settings.model_timeout_s):
            raise ModelFailed("is busy")
        try:
            yield from self._streamed(instruction, request)
        except ModelFailed:
            raise
        except Exception as failure:
            raise ModelFailed(_said_of(failure, self._settings)) from None
        finally:
            self._slots.release()

    def _streamed(self, instruction: str, request: str) -> Iterator[Chunk]:
        from langchain_core.messages import HumanMessage, SystemMessage

        with untraced():
            stream = self._opened().stream([SystemMessage(instruction), HumanMessage(request)])
            with contextlib.closing(stream):  # type: ignore[type-var]
                for message in stream:
                    used: Mapping[str, Any] = getattr(message, "usage_metadata", None) or {}
                    told = message.response_metadata
                    ended = told.get("finish_reason") or told.get("stop_reason") or told.get("done_reason")
                    yield Chunk(
                        str(message.text),
                        max(0, int(used.get("input_tokens") or 0)),
                        max(0, int(used.get("output_tokens") or 0)),
                        ended in _DECLINED or bool(message.additional_kwargs.get("refusal")),
                    )

    def _opened(self) -> BaseChatModel:
        with self._opening:
            if self._model is None:
                if variable := missing_key(self._settings):
                    raise ModelFailed(f"has no key; set {variable}")
                self._model = _open(self._settings)
            return self._model


def _open(settings: Settings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    provider, _, name = settings.model.partition(":")
    if provider == LOCAL:
        return _open_local(_folder(name), settings)
    options: dict[str, Any] = {"temperature": 0, "timeout": settings.model_timeout_s, "max_retries": 0}
    options["max_tokens"] = settings.model_tokens
    if provider == "openai":
        options["stream_usage"] = True
    if provider == "ollama":  # has neither retries nor these names
        options = {
            "temperature": 0,
            "num_predict": settings.model_tokens,
            "client_kwargs": {"timeout": settings.model_timeout_s},
        }
    if settings.model_url:
        options["base_url"] = settings.model_url
        variable = KEYS.get(provider)
        if variable and not os.environ.get(variable, "").strip():
            options["api_key"] = _NO_KEY
    model: BaseChatModel = init_chat_model(settings.model, **options)
    return model


def _open_local(folder: Path, settings: Settings) -> BaseChatModel:
    """A transformers model on disk: safetensors only, no code of its own, no look at any hub."""
    if not any(folder.glob("*.safetensors")):
        raise ModelFailed("has no safetensors weights in its folder; other weights can run code and are not loaded")
    from app.local_model import LocalModel

    return LocalModel(folder, settings.model_tokens)


def _said_of(failure: Exception, settings: Settings) -> str:
    """What became of the call, without a word of the provider's own message."""
    provider = settings.model.partition(":")[0]
    if isinstance(failure, ImportError):
        package = package_of(provider)
        return f"needs a package that is missing or does not fit; run: pip install -U {package}"
    status = getattr(failure, "status_code", None)
    if isinstance(status, int) and status > 0:
        return _SAID_OF_STATUS.get(status, "failed") + f" (HTTP {status})"
    names = " ".join(kind.__name__ for kind in type(failure).__mro__)
    if "Timeout" in names or isinstance(failure, queue.Empty):
        return f"took longer than {settings.model_timeout_s:g} s"
    if "Connect" in names:
        return "cannot be reached"
    if "Protocol" in names or "Read" in names:
        return "broke off"
    return f"failed ({type(failure).__name__})"


@contextlib.contextmanager
def untraced() -> Iterator[None]:
    """No question leaves this machine for a tracing service, whatever the environment says."""
    from langsmith import tracing_context

    with tracing_context(enabled=False):
        yield
