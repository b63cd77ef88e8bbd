"""All settings, as one frozen object, read from the environment in one place.

Every key is an environment variable `ADVISOR_<KEY>`; an unknown `ADVISOR_*` variable is refused,
since a misspelt setting that is silently ignored is a wrong answer later.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ingest.errors import SettingsError

_PREFIX = "ADVISOR_"
_NOT_IN_FINGERPRINT = {"data", "host", "port", "threads"}


def _default_data() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("mlops-advisor", appauthor=False))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may be set.

    data: folder for all that the program writes; made when absent.
    model: "provider:model" of a chat model; empty means the extractive composer.
    base_url: address of an OpenAI-compatible server for `model`; empty means the provider's own.
    embedder: "minilm" (bundled weights) or the path of a local sentence-transformers model.
    search: "auto" (exact below `exact_max_vectors`, Chroma above), "chroma" or "exact".
    threads: threads for one forward pass; 1 is fastest on a busy machine.
    question_max_chars: longer questions are refused.
    words: the length an answer aims at.
    """

    data: Path
    model: str = ""
    base_url: str = ""
    model_timeout_s: float = 60.0
    embedder: str = "minilm"
    search: str = "auto"
    exact_max_vectors: int = 2_000_000
    threads: int = 1
    host: str = "127.0.0.1"
    port: int = 7860
    question_max_chars: int = 2_000
    words: int = 120

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
    return settings


def _parse(key: str, kind: str, text: str) -> Any:
    try:
        return {"int": int, "float": float, "Path": Path, "str": str}[kind](text)
    except ValueError:
        raise SettingsError(
            f"{_PREFIX}{key.upper()} is {text!r}; expected {'a whole number' if kind == 'int' else 'a number'}"
        ) from None
