"""What names a run's ingredients: the code, the cases, one case."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import subprocess
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from eval.cases import Case

_ROOT = Path(__file__).resolve().parents[2]
_GIT_TIMEOUT_S = 10


def case_digest(case: Case) -> str:
    """12 hex digits that name a case with its gold: a reworded question or another gold gets others."""
    return hashlib.sha256(json.dumps(asdict(case), sort_keys=True, default=list).encode()).hexdigest()[:12]


def cases_digest(cases: Iterable[Case]) -> str:
    """12 hex digits that name a set of cases, whatever their order."""
    return hashlib.sha256("".join(sorted(case_digest(c) for c in cases)).encode()).hexdigest()[:12]


def code_version() -> str:
    """The commit that runs ("-dirty" after it when files differ), or the installed version outside a checkout."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
            capture_output=True,
            text=True,
            cwd=_ROOT,
            timeout=_GIT_TIMEOUT_S,
            check=True,
        )
        return done.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return importlib.metadata.version("mlops-advisor")
