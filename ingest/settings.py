"""All settings, as one frozen object, read from the environment in one place.

Every key is an environment variable `ADVISOR_<KEY>`; an unknown `ADVISOR_*` variable is refused,
since a misspelt setting that is silently ignored is a wrong answer later.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ingest.errors import SettingsError

_PREFIX = "ADVISOR_"
_NOT_IN_FINGERPRINT = {
    "data", "host", "port", "threads", "model_prices",
    "users", "trusted_header", "trusted_proxy", "public_host", "editors", "asks_per_minute",
}  # fmt: skip
_PROVIDER = re.compile(r"[a-z][a-z0-9_]*")
_PRICE = re.compile(r"(?P<model>[a-z][a-z0-9_]*:.+)=(?P<input>[0-9]+(?:\.[0-9]+)?)/(?P<output>[0-9]+(?:\.[0-9]+)?)")
_LONGEST_S = 600
_MOST_TOKENS = 8_000


def _default_data() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("mlops-advisor", appauthor=False))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may be set.

    data: folder for all that the program writes; made when absent.
    model: "provider:model" of a chat model; empty means the extractive composer.
    model_url: where the model is served, such as an OpenAI-compatible server; empty means the provider's own address.
    model_timeout_s: the longest that a model may take for one answer; then the extractive answer takes its place.
    model_tokens: the most tokens that a model may write for one answer.
    model_prices: "model=input/output", comma-separated, in US dollars per million tokens; empty shows no cost.
    embedder: "minilm" (bundled weights) or the path of a local sentence-transformers model.
    search: "auto" (exact below `exact_max_vectors`, Chroma above), "chroma" or "exact".
    threads: threads for one forward pass; 1 is fastest on a busy machine.
    question_max_chars: longer questions are refused.
    words: the length an answer aims at.
    users: file of those who may sign in, `name:bcrypt-hash` a line; empty means that nobody has to.
    trusted_header: name of the header in which a reverse proxy tells who is signed in; empty trusts none.
    trusted_proxy: addresses and networks, comma-separated, from which that header is believed.
    public_host: names, comma-separated, under which the page is reached beside loopback, such as advisor.example.org.
    editors: names, comma-separated, of those signed in who may change the corpus and review feedback.
    asks_per_minute: the most questions of one signed-in reader; 0 sets no limit.
    """

    data: Path
    model: str = ""
    model_url: str = ""
    model_timeout_s: float = 60.0
    model_tokens: int = 700
    model_prices: str = ""
    embedder: str = "minilm"
    search: str = "auto"
    exact_max_vectors: int = 2_000_000
    threads: int = 1
    host: str = "127.0.0.1"
    port: int = 7860
    question_max_chars: int = 2_000
    words: int = 120
    users: str = ""
    trusted_header: str = ""
    trusted_proxy: str = "127.0.0.1,::1"
    public_host: str = ""
    editors: str = ""
    asks_per_minute: int = 30

    def fingerprint(self) -> str:
        """12 hex digits that name the settings an answer depends on (never the paths or ports)."""
        told = {k: v for k, v in asdict(self).items() if k not in _NOT_IN_FINGERPRINT}
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:12]


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment (`os.environ` when None); raises SettingsError."""
    env = os.environ if environ is None else environ
    kinds = {f.name: f.type for f in fields(Settings)}
    given = {k[len(_PREFIX) :].lower(): v for k, v in env.items() if k.startswith(_PREFIX)}
    for key in sorted(set(given) - set(kinds)):
        known = ", ".join(_PREFIX + k.upper() for k in kinds)
        raise SettingsError(f"{_PREFIX}{key.upper()} is not a setting; known settings: {known}")
    values: dict[str, Any] = {}
    for key, text in given.items():
        if text == "":
            continue
        values[key] = _parse(key, str(kinds[key]), text)
    data = values.pop("data", None) or _default_data()
    settings = Settings(data=data.expanduser().absolute(), **values)
    if settings.search not in ("auto", "chroma", "exact"):
        raise SettingsError(f"ADVISOR_SEARCH is {settings.search!r}; expected auto, chroma or exact")
    if not 0 <= settings.port <= 65_535:
        raise SettingsError(f"ADVISOR_PORT is {settings.port}; expected 0 to 65535")
    _check_model(settings)
    return settings


def _check_model(settings: Settings) -> None:
    provider, _, name = settings.model.partition(":")
    if settings.model and not (_PROVIDER.fullmatch(provider) and name.strip() and name.isprintable()):
        raise SettingsError(f"ADVISOR_MODEL is {settings.model!r}; expected provider:model, such as openai:gpt-5.5")
    if settings.model_url:
        _check_url(settings)
    if not 0 < settings.model_timeout_s <= _LONGEST_S:
        raise SettingsError(f"ADVISOR_MODEL_TIMEOUT_S is {settings.model_timeout_s:g}; expected up to {_LONGEST_S} s")
    if not 1 <= settings.model_tokens <= _MOST_TOKENS:
        raise SettingsError(f"ADVISOR_MODEL_TOKENS is {settings.model_tokens}; expected 1 to {_MOST_TOKENS}")
    prices(settings)


def _check_url(settings: Settings) -> None:
    """Refuse an address that is none, or that holds a secret: the address is shown, and keys never are."""
    try:
        parts = urlsplit(settings.model_url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        secret = bool(parts.username or parts.password or parts.query or parts.fragment)
    except ValueError:
        sound, secret = False, False
    if secret:
        raise SettingsError(
            "ADVISOR_MODEL_URL holds a user name, a password or a query; expected a plain address, "
            "such as http://127.0.0.1:8000/v1: keys go in the provider's own variable, such as OPENAI_API_KEY"
        )
    if not sound:
        raise SettingsError("ADVISOR_MODEL_URL is no address; expected one such as http://127.0.0.1:8000/v1")
    if not settings.model:
        raise SettingsError("ADVISOR_MODEL_URL is set and ADVISOR_MODEL is not; set ADVISOR_MODEL=openai:NAME")


def prices(settings: Settings) -> dict[str, tuple[float, float]]:
    """US dollars per million tokens read and written, by "provider:model"; raises SettingsError."""
    told: dict[str, tuple[float, float]] = {}
    for entry in filter(None, (e.strip() for e in settings.model_prices.split(","))):
        found = _PRICE.fullmatch(entry)
        if not found:
            raise SettingsError(
                f"ADVISOR_MODEL_PRICES has {entry!r}; expected provider:model=input/output in US dollars per million "
                "tokens, such as openai:gpt-5.5=2.50/15"
            )
        told[found["model"].strip()] = (float(found["input"]), float(found["output"]))
    return told


def _parse(key: str, kind: str, text: str) -> Any:
    try:
        return {"int": int, "float": float, "Path": Path, "str": str}[kind](text)
    except ValueError:
        raise SettingsError(
            f"{_PREFIX}{key.upper()} is {text!r}; expected {'a whole number' if kind == 'int' else 'a number'}"
        ) from None
