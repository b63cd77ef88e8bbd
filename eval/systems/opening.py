"""From a spec to an open system."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from eval.systems.protocol import Spec, System, SystemFailed
from ingest.errors import SettingsError
from ingest.settings import Settings, load

_PREFIX = "ADVISOR_"


def _advisor(spec: Spec) -> System:
    from eval.systems.advisor import AdvisorSystem

    return AdvisorSystem(settings_of(spec))


def _nearest(spec: Spec) -> System:
    from eval.systems.nearest import NearestSentences

    return NearestSentences(settings_of(spec), **spec.options)


def _langchain(spec: Spec) -> System:
    from eval.systems.langchain_recipe import langchain_search
    from eval.systems.recipe import Recipe

    return Recipe(settings_of(spec), langchain_search, **spec.options)


def _llamaindex(spec: Spec) -> System:
    from eval.systems.llamaindex_recipe import llamaindex_search
    from eval.systems.recipe import Recipe

    return Recipe(settings_of(spec), llamaindex_search, **spec.options)


def _haystack(spec: Spec) -> System:
    from eval.systems.haystack_recipe import haystack_search
    from eval.systems.recipe import Recipe

    return Recipe(settings_of(spec), haystack_search, **spec.options)


def _bot(name: str) -> Callable[[Spec], System]:
    def opened(spec: Spec) -> System:
        from eval.systems import bots

        kinds: Mapping[str, Callable[..., System]] = {
            "echo": bots.Echo,
            "refuse": bots.Refuse,
            "always-answer": bots.AlwaysAnswer,
            "swap-numbers": bots.SwapNumbers,
        }
        return kinds[name](settings_of(spec), **spec.options)

    return opened


_OPENERS: Mapping[str, Callable[[Spec], System]] = {
    "advisor": _advisor,
    "nearest": _nearest,
    "langchain": _langchain,
    "llamaindex": _llamaindex,
    "haystack": _haystack,
    **{f"bot-{name}": _bot(name) for name in ("echo", "refuse", "always-answer", "swap-numbers")},
}
NAMES = (*_OPENERS, "command:...", "http://...")
BOTS = tuple(name for name in _OPENERS if name.startswith("bot-"))


def open_system(spec: Spec) -> System:
    """The system that `spec` names; raises SettingsError on an unknown one and AdvisorError when it will not open."""
    if spec.system.startswith("command:"):
        from eval.systems.command import Command

        return Command(shlex.split(spec.system.removeprefix("command:")), **spec.options)
    if spec.system.startswith(("http://", "https://")):
        from eval.systems.endpoint import Endpoint

        return Endpoint(spec.system, **spec.options)
    opener = _OPENERS.get(spec.system)
    if opener is None:
        raise SettingsError(f"{spec.system!r} is no system; expected one of {', '.join(NAMES)}")
    try:
        return opener(spec)
    except TypeError as error:
        raise SettingsError(f"{spec.system}: an option is wrong ({error}); see the class's arguments") from error
    except ModuleNotFoundError as error:
        raise SystemFailed(
            f"{spec.system} needs the package {error.name}; install it with: pip install 'mlops-advisor[baselines]'"
        ) from error


def settings_of(spec: Spec, environ: Mapping[str, str] | None = None) -> Settings:
    """The environment's settings with the spec's own on top; raises SettingsError."""
    env = os.environ if environ is None else environ
    given: dict[str, Any] = {k: v for k, v in env.items() if k.startswith(_PREFIX)}
    given.update({_PREFIX + key.upper(): str(value) for key, value in spec.settings.items()})
    return load(given)


def runs_in_processes(spec: Spec) -> bool:
    """Whether workers are processes of their own (what computes here) or threads (what waits for a server)."""
    return spec.system in _OPENERS
