"""The gate: does a run stand where the baseline stood?

Exit status of `advisor eval gate`: 0 pass, 1 regression, 2 not comparable (another corpus, other cases), 3 harness
error.
"""

from __future__ import annotations

from eval.gate.baseline import Baseline, accept, read_baseline
from eval.gate.config import GateConfig, Margin, read_config
from eval.gate.verdict import Lost, MeasureVerdict, Verdict, judge

__all__ = [
    "Baseline",
    "GateConfig",
    "Lost",
    "Margin",
    "MeasureVerdict",
    "Verdict",
    "accept",
    "judge",
    "read_baseline",
    "read_config",
]
