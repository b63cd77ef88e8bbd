"""Changes of low rank that can be learnt, on the linear maps of an encoder that stays as it is otherwise.

Hu and others 2021, "LoRA: Low-rank adaptation of large language models".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ingest.tuning import Tuning

_RANK, _SCALE = 32, 2.0


class Changes:
    """What is learnt of a torch encoder: for each linear map that `chosen` names, `out` (o, r) and `into` (r, i)."""

    def __init__(self, encoder: Any, chosen: Callable[[str], bool], begin: Tuning | None = None) -> None:
        """`begin`: what an earlier training learnt, to go on from; None: from the encoder as it is."""
        import torch

        encoder.set_attn_implementation("eager")  # twice as fast on a processor, backwards
        for parameter in encoder.parameters():
            parameter.requires_grad = False
        self._learnt: dict[str, tuple[Any, Any]] = {}
        for name, module in list(encoder.named_modules()):
            if not (isinstance(module, torch.nn.Linear) and chosen(name)):
                continue
            weight = f"{name}.weight"
            out = torch.zeros(module.out_features, _RANK)
            into = torch.randn(_RANK, module.in_features) / math.sqrt(module.in_features)
            if begin:
                told = begin.changes[weight]
                out, into = torch.tensor(told[0]) / _SCALE, torch.tensor(told[1])
            both = torch.nn.Parameter(out), torch.nn.Parameter(into)
            self._learnt[weight] = both
            torch.nn.utils.parametrize.register_parametrization(module, "weight", _changed(*both))

    def parameters(self) -> list[Any]:
        """What an optimiser steps."""
        return [parameter for both in self._learnt.values() for parameter in both]

    def tuning(self) -> Tuning:
        """The changes as they are now."""
        return Tuning(
            {n: (_SCALE * out.detach().numpy(), into.detach().numpy()) for n, (out, into) in self._learnt.items()}
        )


def _changed(out: Any, into: Any) -> Any:
    """A torch parametrization that adds the product of what is learnt to a weight (o, i)."""
    import torch

    class Changed(torch.nn.Module):
        """A weight with its change added."""

        def forward(self, weight: Any) -> Any:
            return weight + _SCALE * (out @ into)

    return Changed()
