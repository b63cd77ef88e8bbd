"""`python -m eval.tune_embedder NOTES [--more FILE] [--natural FILE ...] [--hold-out FILE ...] [--write]`: train
`ingest/tuning.npz`.

Two phrasings of one statement, or a phrasing and the statement itself, are drawn together and those of all other
statements of the batch apart (in-batch negatives: Henderson and others 2017, "Efficient natural language response
suggestion for Smart Reply"), by changes of low rank to the encoder's weights (Hu and others 2021). A batch holds
statements with their nearest neighbours, since far ones teach little. What a note says that it lacks is a statement
like any other: near misses come to lie apart from what they resemble. Some phrasings are misspelt on purpose.
Natural questions (see `eval.phrasings`), those of chats told in full, begin half of each batch; what also answers one,
or may be shown, is not held against it.

FILEs of `--more` hold further phrasings to train on, those of `--hold-out` ones to look up before and afterwards.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.low_rank import Changes
from eval.phrasings import Further, further, phrasings_of
from eval.talks import told_in_full
from ingest.embedder import SentenceTransformerEmbedder
from ingest.tuning import Tuning, tuning
from ingest.weights import BUNDLED, TUNING

_MINUTES, _RATE, _WARM_STEPS, _TEMPERATURE = 30.0, 1e-3, 20, 0.05
_SEEDS, _NEIGHBOURS, _AMONG = 40, 3, 15
_TOLD_BY = 12
"""Where a statement lies is told by the mean of so many of its questions."""
_LONGEST_TOKENS = 64
_PARTS = 8
"""A batch is embedded in so many parts, sorted by length: padded to the longest, it takes twice as long."""
_THEMSELVES = 0.4
"""So often a phrasing is paired with its statement, not with another phrasing."""
_FIRST = 0.7
"""So often a natural question is paired with the statement that answers it best, else with any that answers it."""
_MISSPELT, _SLIPS, _LOWERED = 0.15, 2, 0.05
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
Vectors = NDArray[np.float32]
Draw = np.random.Generator


def misspelt(text: str, draw: Draw) -> str:
    """A text with a slip (letter lost, doubled, swapped, replaced) in up to two of its longer words."""
    words = text.split()
    long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    for i in draw.permutation(long)[:_SLIPS] if long else ():
        word, at = words[i], int(draw.integers(1, len(words[i]) - 1))
        put = ("", 2 * word[at], word[at + 1] + word[at], _LETTERS[draw.integers(len(_LETTERS))])[draw.integers(4)]
        words[i] = word[:at] + put + word[at + 1 + (len(put) == 2 and put[0] != put[1]) :]
    return " ".join(words)


class Trainer:
    """The encoder of the bundled embedder with changes of low rank that can be learnt."""

    def __init__(
        self,
        embedder: SentenceTransformerEmbedder,
        seed: int = 0,
        begin: Tuning | None = None,
        longest_tokens: int = _LONGEST_TOKENS,
    ) -> None:
        """`begin`: what an earlier training learnt, to go on from; None: from the bundled embedder alone.

        Texts are cut after `longest_tokens`.
        """
        import torch

        torch.manual_seed(seed)
        self._longest_tokens = longest_tokens
        self._tokenizer = embedder.model.tokenizer
        self.model = embedder.model[0].auto_model
        self.draw = np.random.default_rng(seed)
        self.changes = Changes(self.model, lambda name: name.startswith("encoder."), begin)

    def train(
        self,
        statements: Sequence[str],
        questions: Sequence[Sequence[str]],
        minutes: float,
        natural: Sequence[Further] = (),
    ) -> Tuning:
        """Learn from the `questions` of each statement; a batch of 320 texts takes about two seconds on two cores.

        natural: questions that one of the statements or several answer; half of the batches' seeds are of these.
        """
        import torch

        optimiser = torch.optim.AdamW(self.changes.parameters(), lr=_RATE, weight_decay=0.01)
        near = self._neighbours(questions)
        begun, step, losses = time.monotonic(), 0, []
        self.model.train()
        while (done := (time.monotonic() - begun) / 60 / minutes) < 1:
            for group in optimiser.param_groups:
                group["lr"] = _RATE * min(1.0, (step + 1) / _WARM_STEPS) * (1 - done)
            one, other, spared = self._batch(statements, questions, near, natural)
            with torch.autocast("cpu", torch.bfloat16):
                vectors = self.embed(one + other)
            likeness = vectors[: len(one)] @ vectors[len(one) :].T / _TEMPERATURE
            likeness = likeness.masked_fill(torch.from_numpy(spared), float("-inf"))
            right = torch.arange(len(one))
            both_ways = [torch.nn.functional.cross_entropy(rows, right) for rows in (likeness, likeness.T)]
            loss: Any = sum(both_ways) / 2
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            losses.append(loss.item())
            if step % 50 == 0:
                print(f"step {step}: loss {np.mean(losses[-50:]):.3f}, {time.monotonic() - begun:.0f} s", flush=True)
        self.model.eval()
        return self.changes.tuning()

    def _neighbours(self, questions: Sequence[Sequence[str]]) -> NDArray[np.intp]:
        """For each statement those whose questions lie nearest to its own."""
        few = [own[:_TOLD_BY] for own in questions]
        vectors, ends = self.encode([q for own in few for q in own]), np.cumsum([len(own) for own in few])
        means = np.stack([part.mean(axis=0) for part in np.split(vectors, ends[:-1])])
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        return np.argsort(-(means @ means.T), axis=1)[:, 1 : 1 + _AMONG]

    def _batch(
        self,
        statements: Sequence[str],
        questions: Sequence[Sequence[str]],
        near: NDArray[np.intp],
        natural: Sequence[Further],
    ) -> tuple[list[str], list[str], NDArray[np.bool_]]:
        """Texts that belong together, row by row, and where a row and another's text are not to be held apart."""
        draw = self.draw
        places = {text: i for i, text in enumerate(statements)}
        asked: dict[int, Further] = {}
        for i in draw.permutation(len(natural))[: _SEEDS // 2]:
            answers = [places[text] for text in natural[i].answers if text in places]
            asked.setdefault(answers[0] if draw.random() < _FIRST else answers[draw.integers(len(answers))], natural[i])
        seeds = [*asked, *draw.permutation(len(statements))[: _SEEDS - len(asked)].tolist()]
        chosen = list(
            dict.fromkeys(int(k) for seed in seeds for k in (seed, *draw.choice(near[seed], _NEIGHBOURS, False)))
        )
        column = {k: i for i, k in enumerate(chosen)}
        spared = np.zeros((len(chosen), len(chosen)), np.bool_)
        one, other = [], []
        for row, k in enumerate(chosen):
            first, second = (questions[k][int(draw.integers(len(questions[k])))] for _ in range(2))
            if k in asked:
                first = asked[k].question
                fit = {
                    column[places[text]] for text in (*asked[k].answers, *asked[k].also) if places.get(text) in column
                }
                spared[row, sorted(fit - {row})] = True
            one.append(self._heard(first))
            itself = first == second or draw.random() < _THEMSELVES
            other.append(statements[k] if itself else self._heard(second))
        return one, other, spared

    def _heard(self, question: str) -> str:
        told = misspelt(question, self.draw) if self.draw.random() < _MISSPELT else question
        return told.rstrip("?.").lower() if self.draw.random() < _LOWERED else told

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of texts by the model as it is now."""
        import torch

        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            return np.concatenate([self.embed(texts[i : i + 256]).numpy() for i in range(0, len(texts), 256)])

    def embed(self, texts: Sequence[str]) -> Any:
        """Rows in the order of the texts, which are embedded in order of length."""
        import torch

        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        size = -(-len(texts) // _PARTS)
        parts = []
        for start in range(0, len(order), size):
            rows = [texts[i] for i in order[start : start + size]]
            most = self._longest_tokens
            fed = self._tokenizer(rows, padding=True, truncation=True, max_length=most, return_tensors="pt")
            states, mask = self.model(**fed).last_hidden_state, fed["attention_mask"][..., None]
            mean = (states * mask).sum(1) / mask.sum(1)
            parts.append(torch.nn.functional.normalize(mean.float(), dim=1))
        back = np.empty(len(order), np.intp)
        back[order] = np.arange(len(order))
        return torch.cat(parts)[torch.from_numpy(back)]


def first_and_third(asked: Vectors, gold: Sequence[int], known: Vectors, of: NDArray[np.intp]) -> tuple[float, float]:
    """Share of questions whose statement comes first, and among the first three, by its nearest vector in `known`."""
    cosines = asked @ known.T
    best = np.full((len(asked), int(of.max()) + 1), -1.0, np.float32)
    np.maximum.at(best.T, of, cosines.T)
    order = np.argsort(-best, axis=1)[:, :3]
    hits = order == np.asarray(gold)[:, None]
    return float(hits[:, 0].mean()), float(hits.any(axis=1).mean())


def main() -> None:
    """Train, tell how questions held out fare before and after, and write on request."""
    import torch

    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("notes", type=Path)
    options.add_argument("--more", type=Path)
    options.add_argument("--natural", type=Path, nargs="*", default=[])
    options.add_argument("--hold-out", type=Path, nargs="*", default=[])
    options.add_argument("--minutes", type=float, default=_MINUTES)
    options.add_argument("--go-on", action="store_true", help="begin with the weights at hand")
    options.add_argument("--into", type=Path, default=TUNING)
    options.add_argument("--write", action="store_true", help="write where the advisor reads it")
    told = options.parse_args()
    phrasings = phrasings_of(told.notes)
    places = {text: i for i, text in enumerate(phrasings.statements)}
    questions: list[list[str]] = [[] for _ in phrasings.statements]
    for question, statement in zip(phrasings.questions, phrasings.of, strict=True):
        questions[statement].append(question)
    for row in further(told.more) if told.more else ():
        if row.statement in places:
            questions[places[row.statement]].append(row.question)
    embedder = SentenceTransformerEmbedder(BUNDLED, torch.get_num_threads())
    trainer = Trainer(embedder, seed=int(told.go_on), begin=tuning() if told.go_on else None)
    natural = [row for path in told.natural for row in told_in_full(path) if row.statement in places]
    held = {
        path: [(r.question, places[r.statement]) for r in told_in_full(path) if r.statement in places]
        for path in told.hold_out
    }
    known = (*phrasings.questions, *phrasings.statements)
    of = np.asarray([*phrasings.of, *range(len(phrasings.statements))], np.intp)

    def look_up(when: str) -> None:
        if not held:
            return
        all_known = trainer.encode(known)
        for path, rows in held.items():
            asked, gold = trainer.encode([question for question, _ in rows]), [place for _, place in rows]
            first, third = first_and_third(asked, gold, all_known, of)
            print(f"{when}: {path.stem}: {len(rows)}, first {first:.3f}, among the first three {third:.3f}", flush=True)

    look_up("before")
    found = trainer.train(phrasings.statements, questions, told.minutes, natural)
    look_up("after")
    if told.write or told.into != TUNING:
        found.write(told.into)


if __name__ == "__main__":
    main()
