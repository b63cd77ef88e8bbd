"""What a system under test is, and how one is named in a settings file."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from ingest.errors import AdvisorError, SettingsError

Turns = Sequence[Mapping[str, str]]
_KEYS = {"system", "label", "settings", "options"}


class SystemFailed(AdvisorError):
    """A system could not be opened, or gave no answer to one question."""


class System(Protocol):
    """Something that answers questions."""

    @property
    def corpus(self) -> str:
        """Fingerprint of the corpus that answers; "" when only the answers tell."""
        ...

    def ask(self, question: str, history: Turns = ()) -> dict[str, Any]:
        """One answer, as the contract's object; raises AdvisorError when there is none.

        `evidence`, when given, is the ranked list that was searched: objects with the keys of a citation
        (`passage_id`, `document_id`, `section`, `quote`, `score`), best first.
        """
        ...

    def close(self) -> None:
        """Let go of processes and connections."""
        ...


@runtime_checkable
class AsksAll(Protocol):
    """A system that is best asked everything in one go."""

    def ask_all(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """Answers to rows of {id, question, history}, in order, each as soon as it is there; `ref` is the id."""
        ...


def one_object(data: str | bytes, told_by: str) -> dict[str, Any]:
    """The JSON object that a foreign system wrote; raises SystemFailed with who wrote what."""
    try:
        told = json.loads(data)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise SystemFailed(f"{told_by} wrote {data[:60]!r}; expected one JSON object an answer")
    return told


@dataclass(frozen=True, slots=True)
class Spec:
    """What is asked and how: the content of one settings file.

    system: a name of `eval.systems.NAMES`, "command:..." or an http address.
    settings: the advisor's own settings (the keys of `ADVISOR_*`) that differ from the environment's.
    options: what the system itself takes, such as `top` of a baseline.
    """

    system: str
    label: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The label, or else the system's name."""
        return self.label or self.system

    def to_json(self) -> dict[str, Any]:
        """As in a manifest."""
        return asdict(self)

    def fingerprint(self) -> str:
        """12 hex digits that name the system with its settings and options, whatever its label."""
        told = {k: v for k, v in self.to_json().items() if k != "label"}
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:12]


def read_spec(path: Path) -> Spec:
    """The settings file at `path` (TOML); its stem is the label when it has none; raises SettingsError."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}); expected a settings file in TOML") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML ({error}); expected system, label, [settings] and [options]") from None
    unknown = sorted(set(told) - _KEYS)
    if unknown:
        raise SettingsError(f"{path}: {unknown[0]!r} is no key; expected {', '.join(sorted(_KEYS))}")
    return spec_of({"label": path.stem, **told}, str(path))


def spec_of(told: Mapping[str, Any], where: str) -> Spec:
    """A spec from plain data; raises SettingsError."""
    if not isinstance(told.get("system"), str):
        raise SettingsError(f'{where}: no system; expected a line such as system = "advisor"')
    for key in ("settings", "options"):
        if not isinstance(told.get(key, {}), Mapping):
            raise SettingsError(f"{where}: {key} is {told[key]!r}; expected a table")
    return Spec(
        told["system"], str(told.get("label", "")), dict(told.get("settings", {})), dict(told.get("options", {}))
    )
