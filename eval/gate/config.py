"""What the gate tolerates, from a small TOML file."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.cases import Case
from eval.errors import HarnessFailed
from eval.measures import MEASURES
from eval.summary import DECIDING

BUNDLED = Path(__file__).with_name("gate.toml")
_KEYS = {"alpha", "deciding", "must_pass", "measures"}


@dataclass(frozen=True, slots=True)
class Margin:
    """What one measure may do.

    margin: a fall up to here is tolerated; a greater one fails when it is more than chance.
    hard: a fall beyond it fails without a test. floor: a mean on the wrong side of it fails whatever the baseline.
    """

    margin: float
    hard: float = math.inf
    floor: float | None = None


@dataclass(frozen=True, slots=True)
class GateConfig:
    """alpha: level of the tests after Holm. deciding: the measure that is 1 when a must-pass case is right."""

    measures: Mapping[str, Margin]
    alpha: float = 0.05
    deciding: str = DECIDING
    must_pass: frozenset[str] = field(default_factory=frozenset)


def read_config(path: Path = BUNDLED) -> GateConfig:
    """The gate's file; raises HarnessFailed with what is wrong in it."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HarnessFailed(
            f"{path} cannot be read as TOML ({error}); expected a file such as {BUNDLED.name}"
        ) from None
    unknown = sorted(set(told) - _KEYS)
    if unknown:
        raise HarnessFailed(f"{path}: {unknown[0]!r} is no key; expected {', '.join(sorted(_KEYS))}")
    known = {m.name for m in MEASURES}
    wanted = {*told.get("measures", {}), told.get("deciding", DECIDING)}
    if not wanted <= known or not told.get("measures"):
        missing = ", ".join(sorted(wanted - known)) or "no measure"
        raise HarnessFailed(f"{path}: {missing}: not among the measures; expected some of {', '.join(sorted(known))}")
    return GateConfig(
        measures={name: _margin(path, name, row) for name, row in told["measures"].items()},
        alpha=float(told.get("alpha", 0.05)),
        deciding=told.get("deciding", DECIDING),
        must_pass=frozenset(told.get("must_pass", ())),
    )


def must_pass(case: Case, config: GateConfig) -> bool:
    """Whether the gate demands that this case is right."""
    return case.must_pass or case.id in config.must_pass


def _margin(path: Path, name: str, row: Mapping[str, Any]) -> Margin:
    try:
        return Margin(**{key: float(value) for key, value in row.items()})
    except (TypeError, ValueError) as error:
        raise HarnessFailed(
            f"{path}: {name}: {error}; expected margin, and perhaps hard and floor, as numbers"
        ) from None
