"""Systems that can be asked: ours, others behind a command or an address, baselines and bots.

`open_system(Spec(...))` gives one; every system answers with the contract's object (`answer.schema.json`).
"""

from __future__ import annotations

from eval.systems.opening import NAMES, open_system
from eval.systems.protocol import AsksAll, Spec, System, SystemFailed, Turns

__all__ = ["NAMES", "AsksAll", "Spec", "System", "SystemFailed", "Turns", "open_system"]
