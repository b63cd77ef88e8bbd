"""`python -m eval.train_adapter NOTES [--hold-out FILE] [--write]`: train `ingest/adapter.npz` on phrasings of notes.

Two phrasings of one statement, or a phrasing and the statement itself, are drawn together and those of all other
statements of the batch apart (in-batch negatives: Henderson and others 2017, "Efficient natural language response
suggestion for Smart Reply"; the temperature of Wang and Isola 2020 sets how hard). What a note says that it lacks is
a statement like any other: near misses lie apart from what they resemble. Questions of `--hold-out` (JSON Lines with
`q` and `gold`) are left out of training and looked up afterwards.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.phrasings import phrasings_of
from ingest.adapter import Adapter
from ingest.embedder import SentenceTransformerEmbedder
from ingest.weights import ADAPTER, BUNDLED

_HIDDEN = 1_024
_STEPS, _BATCH = 1_200, 800
_RATE, _TEMPERATURE = 5e-4, 0.05
_HOLD_NEAR = 0.01
"""Weight of the penalty on how far the adapter moves vectors: without it rare statements are learnt by heart."""
_DROPPED = 0.2
_SCALE = 20.0
"""Components of a unit vector are small; scaled, a unit of the hidden layer sees about one."""
_THEMSELVES = 0.4
"""So often a phrasing is paired with its statement, not with another phrasing."""
Vectors = NDArray[np.float32]


def train(statements: Vectors, questions: Vectors, of: NDArray[np.intp], seed: int = 0) -> Adapter:
    """An adapter for these vectors; a few minutes on two cores."""
    import torch

    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    dimension = statements.shape[1]
    into, out = torch.nn.Linear(dimension, _HIDDEN), torch.nn.Linear(_HIDDEN, dimension)
    torch.nn.init.zeros_(out.weight)
    torch.nn.init.zeros_(out.bias)
    identity = torch.eye(dimension)
    straight = torch.nn.Parameter(identity.clone())
    optimiser = torch.optim.AdamW([*into.parameters(), *out.parameters(), straight], lr=_RATE, weight_decay=0.0)

    def adapted(rows: Any) -> Any:
        hidden = torch.nn.functional.dropout(torch.relu(into(rows * _SCALE)), _DROPPED)
        return torch.nn.functional.normalize(rows @ straight + out(hidden), dim=1)

    order = np.argsort(of, kind="stable")
    kinds, first, count = np.unique(of[order], return_index=True, return_counts=True)
    told, asked = torch.from_numpy(statements), torch.from_numpy(questions)
    for step in range(_STEPS):
        for group in optimiser.param_groups:
            group["lr"] = _RATE * (1.0 - step / _STEPS)
        chosen = draw.permutation(len(kinds))[:_BATCH]
        one, other = (order[first[chosen] + draw.integers(0, count[chosen])] for _ in range(2))
        itself = torch.from_numpy((draw.random(len(chosen)) < _THEMSELVES) | (one == other))
        partner = torch.where(itself[:, None], told[kinds[chosen]], asked[other])
        likeness = adapted(asked[one]) @ adapted(partner).T / _TEMPERATURE
        moved = ((straight - identity) ** 2).sum() + (out.weight**2).sum()
        loss = torch.nn.functional.cross_entropy(likeness, torch.arange(len(chosen))) + _HOLD_NEAR * moved
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.inference_mode():
        return Adapter(
            straight=straight.numpy().copy(),
            into=(into.weight * _SCALE).T.numpy().copy(),
            bias_in=into.bias.numpy().copy(),
            out=out.weight.T.numpy().copy(),
            bias_out=out.bias.numpy().copy(),
        )


def first_and_third(
    questions: Vectors, gold: Sequence[int], known: Vectors, of: NDArray[np.intp]
) -> tuple[float, float]:
    """Share of questions whose statement comes first, and among the first three, by its nearest vector in `known`."""
    cosines = questions @ known.T
    best = np.full((len(questions), int(of.max()) + 1), -1.0, np.float32)
    np.maximum.at(best.T, of, cosines.T)
    order = np.argsort(-best, axis=1)[:, :3]
    hits = order == np.asarray(gold)[:, None]
    return float(hits[:, 0].mean()), float(hits.any(axis=1).mean())


def main() -> None:
    """Train, tell how questions held out fare before and after, and write on request."""
    import torch

    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("notes", type=Path)
    options.add_argument("--hold-out", type=Path)
    options.add_argument("--into", type=Path, default=ADAPTER)
    options.add_argument("--write", action="store_true")
    told = options.parse_args()
    held = [json.loads(line) for line in told.hold_out.read_text().splitlines()] if told.hold_out else []
    phrasings = phrasings_of(told.notes, frozenset(row["q"] for row in held))
    embedder = SentenceTransformerEmbedder(BUNDLED, torch.get_num_threads())
    statements, questions = embedder.encode(phrasings.statements), embedder.encode(phrasings.questions)
    of = np.asarray(phrasings.of, np.intp)
    before = time.perf_counter()
    found = train(statements, questions, of)
    print(f"{len(statements)} statements, {len(questions)} questions, {time.perf_counter() - before:.0f} s")
    places = {text: i for i, text in enumerate(phrasings.statements)}
    for source in sorted({row["src"] for row in held}):
        rows = [row for row in held if row["src"] == source and row["gold"] in places]
        if not rows:
            continue
        asked, gold = embedder.encode([row["q"] for row in rows]), [places[row["gold"]] for row in rows]
        known, owner = np.concatenate([questions, statements]), np.concatenate([of, np.arange(len(statements))])
        plain = first_and_third(asked, gold, known, owner)
        adapted = first_and_third(found(asked), gold, found(known), owner)
        print(f"{source}: {len(rows)} held out, first / first three: {plain[0]:.3f} / {plain[1]:.3f} before, "
              f"{adapted[0]:.3f} / {adapted[1]:.3f} after")  # fmt: skip
    if told.write:
        found.write(told.into)


if __name__ == "__main__":
    main()
