"""`python -m eval.train_listener TALKS [--natural-chats FILE] [--natural FILE] [--hold-out FILE ...] [--write]`: train
`ingest/listening.npz`.

The tuned embedder learns, by changes of low rank, to say of a message and what went before it what it says of the same
message told in full (Yu and others 2021, "Few-shot conversational dense retrieval"): near to that, apart from the
other messages of a batch, and nearest of all to the phrasings of the statement that answers. Some messages stand alone
after a chat about something else; some are misspelt. Natural chats are set more often (see `eval.talks`), and of
the messages that stand alone half are natural questions (see `eval.phrasings`).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.heard import MOST_TOKENS, heard
from eval.phrasings import Further, Phrasings, phrasings_of, tuned_vectors
from eval.talks import Talk, talks, told_in_full
from eval.tune_embedder import Trainer, Vectors, misspelt
from ingest.embedder import SentenceTransformerEmbedder
from ingest.tuning import Tuning, tuning
from ingest.weights import BUNDLED, LISTENING, TUNED, TUNING

_MINUTES, _RATE, _WARM_STEPS, _TEMPERATURE = 20.0, 1e-3, 20, 0.05
_BATCH = 96
_ALONE, _MISSPELT, _UNANSWERED = 0.16, 0.15, 0.1
"""So often a message stands alone after another chat, is misspelt, or comes without the answers before it."""
_NATURALLY = 0.5
"""So often one that stands alone is a natural question."""
_NATURAL = 3
"""So many times as often as others natural chats are set."""
_NEAR = 4.0
"""How much nearness to the message told in full counts beside telling it from others."""


class Teacher:
    """What the tuned embedder says of all phrasings of the notes, and of messages told in full."""

    def __init__(
        self, embedder: SentenceTransformerEmbedder, phrasings: Phrasings, natural: Sequence[Further] = ()
    ) -> None:
        """`natural`: questions by other writers that stand alone."""
        import torch

        self._questions, self.statements = phrasings.questions, len(phrasings.statements)
        self.known = torch.from_numpy(tuned_vectors(embedder, [*phrasings.questions, *phrasings.statements]))
        self.of = torch.tensor([*phrasings.of, *range(self.statements)])
        self._embedder = embedder
        self._places = {text: i for i, text in enumerate(phrasings.statements)}
        self._natural = natural
        self._of_natural = torch.from_numpy(embedder.encode([row.question for row in natural])) if natural else None

    def standing_alone(self, draw: np.random.Generator) -> tuple[str, int | None, Any]:
        """A question that stands alone, the place of its statement, and its vector."""
        if self._of_natural is not None and draw.random() < _NATURALLY:
            other = int(draw.integers(len(self._natural)))
            row = self._natural[other]
            return row.question, self._places.get(row.statement or ""), self._of_natural[other]
        other = int(draw.integers(len(self._questions)))
        return self._questions[other], int(self.of[other]), self.known[other]

    def in_full(self, rows: Sequence[Talk]) -> Any:
        """The vectors (n, dimension) of the messages told in full."""
        import torch

        return torch.from_numpy(self._embedder.encode([row.alone for row in rows]))

    def gold(self, rows: Sequence[Talk]) -> list[int | None]:
        """The places of the statements that answer."""
        return [self._places.get(row.statement or "") for row in rows]

    def beside(self, rows: Sequence[Talk]) -> list[list[int]]:
        """The places of further statements that answer or may be shown: nothing must be told apart from them."""
        return [[self._places[text] for text in (*row.others, *row.also) if text in self._places] for row in rows]

    def nearest(self, vectors: Any) -> Any:
        """The greatest cosine of each vector with each statement (n, statements)."""
        import torch

        cosines = vectors @ self.known.T
        best = torch.full((len(vectors), self.statements), -1.0)
        return best.scatter_reduce(1, self.of.expand(len(vectors), -1), cosines, "amax")


def train(trainer: Trainer, teacher: Teacher, rows: Sequence[Talk], minutes: float) -> Tuning:
    """Learn from the chats; a batch takes about three seconds on two cores."""
    import torch

    in_full, gold, beside = teacher.in_full(rows), teacher.gold(rows), teacher.beside(rows)
    optimiser = torch.optim.AdamW(trainer.changes.parameters(), lr=_RATE, weight_decay=0.01)
    begun, step, losses = time.monotonic(), 0, []
    order: list[int] = []
    trainer.model.train()
    while (done := (time.monotonic() - begun) / 60 / minutes) < 1:
        for group in optimiser.param_groups:
            group["lr"] = _RATE * min(1.0, (step + 1) / _WARM_STEPS) * (1 - done)
        if len(order) < _BATCH:
            order += trainer.draw.permutation(len(rows)).tolist()
        batch, order = order[:_BATCH], order[_BATCH:]
        texts, wanted, right = _batch(
            trainer, teacher, [rows[i] for i in batch], in_full[batch], [gold[i] for i in batch]
        )
        with torch.autocast("cpu", torch.bfloat16):
            vectors = trainer.embed(texts)
        entropy = torch.nn.functional.cross_entropy
        apart = entropy(vectors @ wanted.T / _TEMPERATURE, torch.arange(len(batch)))
        answered = [i for i, place in enumerate(right) if place is not None]
        cosines = teacher.nearest(vectors[answered])
        as_well = torch.zeros(cosines.shape, dtype=torch.bool)
        for own, i in enumerate(answered):
            if right[i] == gold[batch[i]]:
                as_well[own, beside[batch[i]]] = True
        cosines = cosines.masked_fill(as_well, -1.0)
        found = entropy(cosines / _TEMPERATURE, torch.tensor([right[i] for i in answered]))
        loss: Any = apart + found + _NEAR * (1 - (vectors * wanted).sum(1)).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        losses.append(loss.item())
        if step % 25 == 0:
            print(f"step {step}: loss {np.mean(losses[-25:]):.3f}, {time.monotonic() - begun:.0f} s", flush=True)
    trainer.model.eval()
    return trainer.changes.tuning()


def _batch(
    trainer: Trainer, teacher: Teacher, rows: Sequence[Talk], in_full: Any, gold: Sequence[int | None]
) -> tuple[list[str], Any, list[int | None]]:
    """Texts, the vectors wanted of them, and the statements that answer."""
    draw, texts, wanted, right = trainer.draw, [], in_full.clone(), list(gold)
    for i, row in enumerate(rows):
        asked, before = row.asked, row.before
        if draw.random() < _ALONE:
            asked, right[i], wanted[i] = teacher.standing_alone(draw)
        if draw.random() < _UNANSWERED:
            before = tuple(turn for turn in before if turn.role == "user")
        if draw.random() < _MISSPELT:
            asked = misspelt(asked, draw)
        texts.append(heard(asked, before))
    return texts, wanted, right


def told(vectors: Vectors, teacher: Teacher, rows: Sequence[Talk]) -> str:
    """How near the vectors of messages are to those of the same messages in full, and how often they find the same."""
    import torch

    in_full, answers = teacher.in_full(rows), teacher.gold(rows)
    with torch.inference_mode():
        mine, full = (teacher.nearest(v).argmax(dim=1) for v in (torch.from_numpy(vectors), in_full))
    near = float((torch.from_numpy(vectors) * in_full).sum(1).mean())
    places = [i for i, place in enumerate(answers) if place is not None]
    gold = torch.tensor([answers[i] for i in places], dtype=torch.long)
    first = [float((v[places] == gold).float().mean()) if places else 0.0 for v in (mine, full)]
    same = float((mine == full).float().mean())
    return f"cosine {near:.3f}, finds the same {same:.3f}, the right one {first[0]:.3f} (told in full {first[1]:.3f})"


def main() -> None:
    """Train, tell how chats held out fare before and after, and write on request."""
    import torch

    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("talks", type=Path)
    options.add_argument("--notes", type=Path, default=Path("corpus"))
    options.add_argument("--natural-chats", type=Path, nargs="*", default=[])
    options.add_argument("--natural", type=Path, nargs="*", default=[])
    options.add_argument("--hold-out", type=Path, nargs="*", default=[])
    options.add_argument("--minutes", type=float, default=_MINUTES)
    options.add_argument("--go-on", action="store_true", help="begin with the weights at hand")
    options.add_argument("--into", type=Path, default=LISTENING)
    options.add_argument("--write", action="store_true")
    asked = options.parse_args()
    phrasings, embedder = phrasings_of(asked.notes), SentenceTransformerEmbedder(TUNED, torch.get_num_threads())
    rows = talks(asked.talks) + [row for path in asked.natural_chats for row in talks(path)] * _NATURAL
    held = [row for path in asked.hold_out for row in talks(path)]
    teacher = Teacher(embedder, phrasings, [row for path in asked.natural for row in told_in_full(path)])
    begin = tuning(LISTENING if asked.go_on else TUNING)
    learner = SentenceTransformerEmbedder(BUNDLED, torch.get_num_threads())
    trainer = Trainer(learner, seed=int(asked.go_on), begin=begin, longest_tokens=MOST_TOKENS)
    texts = [heard(row.asked, row.before) for row in held]
    if held:
        print("before:", told(trainer.encode(texts), teacher, held), flush=True)
    found = train(trainer, teacher, rows, asked.minutes)
    if held:
        print("after:", told(trainer.encode(texts), teacher, held), flush=True)
    if asked.write:
        found.write(asked.into)


if __name__ == "__main__":
    main()
