"""`python -m eval.train_reader NOTES --own FOLDER [--paragraphs FOLDER] [...] [--write]`.

Trains `ingest/reader.npz`: which sentence of a few passages, or none, answers a question (softmax over the log odds of
all sentences and a constant). Material: documents of made-up companies with what their leaders would ask (FOLDER of
`--own`: `*.md` and `*.jsonl`, see `eval/own_documents/README.md`), questions on the bundled notes, alone and in chats,
set before a few statements that stand together, and half of SQuAD 2.0's articles (`--paragraphs`; see
`eval.train_reranker`). Learnt are changes of low rank to the upper layers of the tuned encoder and a linear head.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.heard import lowered
from eval.low_rank import Changes
from eval.reading_sets import Asked, Own, Place, Set, of_paragraphs, own_documents, paragraph_set, questions_on_notes
from eval.train_reranker import is_upper
from eval.tune_embedder import misspelt
from ingest.embedder import SentenceTransformerEmbedder
from ingest.reader import MOST_TOKENS, UNREAD, page, places
from ingest.reranker import Head, trained, write
from ingest.tuning import Tuning
from ingest.weights import READER, READERS, RERANKER, RERANKERS, TUNED

_MINUTES, _RATE, _WARM_STEPS = 45.0, 6e-4, 20
_OWN, _OF_PARAGRAPHS, _OF_NOTES = 18, 8, 6
"""Questions of each kind in a batch."""
_MISSPELT, _LOWERED = 0.1, 0.08
_CHATS = 0.4
"""So often a question is a follow-up."""
_PARTS = 8


class Trainer:
    """The tuned encoder with changes of low rank, and a head, that can be learnt."""

    def __init__(self, embedder: SentenceTransformerEmbedder, begin: tuple[Tuning, Head]) -> None:
        import torch

        torch.manual_seed(0)
        self._tokenizer, self._model = embedder.model.tokenizer, embedder.model[0].auto_model
        self._model.eval()  # dropout takes half of the time and has nothing to cure in so short a training
        self._changes = Changes(self._model, is_upper, begin[0])
        self._head = torch.nn.Linear(2 * embedder.dimension, 1)
        self._head.weight.data = torch.tensor(begin[1].weight)[None]
        torch.nn.init.constant_(self._head.bias, begin[1].bias)

    def train(self, draw_sets: Callable[[], list[Set]], minutes: float, seen: Callable[[int], None]) -> None:
        """Learn for so long."""
        import torch

        groups = [
            {"params": self._changes.parameters(), "times": 1.0},
            {"params": list(self._head.parameters()), "times": 2.0},
        ]
        optimiser = torch.optim.AdamW(groups, lr=_RATE, weight_decay=0.01)
        begun, step, losses = time.monotonic(), 0, []
        while (done := (time.monotonic() - begun) / 60 / minutes) < 1:
            for group in optimiser.param_groups:
                group["lr"] = _RATE * group["times"] * min(1.0, (step + 1) / _WARM_STEPS) * (1 - done)
            sets = draw_sets()
            with torch.nn.utils.parametrize.cached(), torch.autocast("cpu", torch.bfloat16):
                logits = self.logits(sets)
            loss = _loss(logits, sets)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            losses.append(loss.item())
            if step % 25 == 0:
                print(f"step {step}: loss {np.mean(losses[-25:]):.3f}, {time.monotonic() - begun:.0f} s", flush=True)
            if step % 200 == 0:
                seen(step)

    def logits(self, sets: Sequence[Set]) -> list[Any]:
        """For each set the log odds of all sentences of its pages, in order."""
        import torch

        read_pages = [(number, p) for number, s in enumerate(sets) for p in s.pages]
        order = sorted(range(len(read_pages)), key=lambda i: len(read_pages[i][1].text))
        found: list[Any] = [None] * len(order)
        size = -(-len(order) // _PARTS)
        for start in range(0, len(order), size):
            part = order[start : start + size]
            fed = self._tokenizer(
                [sets[read_pages[i][0]].question for i in part],
                [read_pages[i][1].text for i in part],
                padding=True,
                truncation="only_second",
                max_length=MOST_TOKENS,
                return_tensors="pt",
                return_offsets_mapping=True,
            )
            offsets, kinds = fed.pop("offset_mapping").tolist(), fed["token_type_ids"].tolist()
            states = self._model(**fed).last_hidden_state.float()
            of_word, of_first = self._head.weight[0].chunk(2)
            words = states @ of_word + (states[:, 0] @ of_first + self._head.bias)[:, None]
            for row, i in enumerate(part):
                own = read_pages[i][1]
                at = places(own, offsets[row], kinds[row])
                held = torch.from_numpy(np.flatnonzero(at >= 0))
                where = torch.from_numpy(at[at >= 0])
                sums = torch.zeros(len(own.spans)).index_add(0, where, words[row][held])
                counts = torch.zeros(len(own.spans)).index_add(0, where, torch.ones(len(where)))
                found[i] = torch.where(counts > 0, sums / counts.clamp(min=1), torch.tensor(UNREAD))
        first, told = 0, []
        for s in sets:
            told.append(torch.cat(found[first : first + len(s.pages)]))
            first += len(s.pages)
        return told

    def judge(self, sets: Sequence[Set], at_once: int = 24) -> list[NDArray[np.float32]]:
        """The same, learning nothing."""
        import torch

        with torch.inference_mode(), torch.nn.utils.parametrize.cached(), torch.autocast("cpu", torch.bfloat16):
            return [
                row.numpy()
                for start in range(0, len(sets), at_once)
                for row in self.logits(sets[start : start + at_once])
            ]

    def learnt(self) -> tuple[Tuning, Head]:
        """What has been learnt so far."""
        return self._changes.tuning(), Head(
            self._head.weight.detach().numpy()[0].copy(), float(self._head.bias.detach()[0])
        )


def _places(told: Set) -> list[Place]:
    return [(n, k) for n, p in enumerate(told.pages) for k in range(len(p.spans))]


def _loss(logits: Sequence[Any], sets: Sequence[Set]) -> Any:
    """The mean of minus the log of the probability that a right sentence, or that none, is chosen."""
    import torch

    losses = []
    for row, told in zip(logits, sets, strict=True):
        known = _places(told)
        keep = [i for i, place in enumerate(known) if place in told.right or place not in told.unsure]
        with_none = torch.cat([torch.zeros(1), row[keep]])
        right = [1 + n for n, i in enumerate(keep) if known[i] in told.right] or [0]
        losses.append(torch.logsumexp(with_none, 0) - torch.logsumexp(with_none[right], 0))
    return torch.stack(losses).mean()


def told_apart(trainer: Trainer, sets: Sequence[Set]) -> str:
    """How often a right sentence has the greatest log odds, and how well the greatest tells answerable questions."""
    from sklearn.metrics import roc_auc_score

    logits = trainer.judge(sets)
    there = [i for i, s in enumerate(sets) if s.right]
    first = float(np.mean([_places(sets[i])[int(logits[i].argmax())] in sets[i].right for i in there]))
    sure, answerable = np.array([row.max() for row in logits]), np.array([bool(s.right) for s in sets])
    area = roc_auc_score(answerable, sure)
    refused = float(np.mean(sure[~answerable] < np.quantile(sure[answerable], 0.1)))
    return (
        f"{len(sets)} held out: a right sentence first in {first:.3f}, AUROC {area:.3f}, "
        f"{refused:.3f} refused where 0.9 are answered"
    )


def main() -> None:
    """Train, tell how questions held out fare, and write on request."""
    import torch

    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("notes", type=Path)
    options.add_argument("--own", type=Path, required=True)
    options.add_argument("--paragraphs", type=Path)
    options.add_argument("--more", type=Path, nargs="*", default=[])
    options.add_argument("--natural", type=Path, nargs="*", default=[])
    options.add_argument("--talks", type=Path, nargs="*", default=[])
    options.add_argument("--held-documents", type=int, default=0, help="so many documents of --own are held out")
    options.add_argument("--minutes", type=float, default=_MINUTES)
    options.add_argument("--go-on", action="store_true", help="begin with the weights at hand")
    options.add_argument("--into", type=Path, default=READERS[READER])
    options.add_argument("--write", action="store_true")
    told = options.parse_args()
    embedder = SentenceTransformerEmbedder(TUNED, torch.get_num_threads())
    notes = questions_on_notes(told.notes, (*told.more, *told.natural), told.talks, embedder)
    documents = own_documents(told.own)
    near = {id(d): _nearest(d, embedder) for d in documents}
    held, learnt = documents[: told.held_documents], documents[told.held_documents :]
    paragraphs = of_paragraphs(told.paragraphs) if told.paragraphs else []
    between = of_paragraphs(told.paragraphs, learnt=False)[::5] if told.paragraphs else []
    draw = np.random.default_rng(0)
    asked = [(d, a) for d in learnt for a in d.asked]
    still = np.random.default_rng(1)
    held_sets = {
        "own documents": [d.set(a, still, near[id(d)]) for d in held for a in d.asked],
        "paragraphs": [paragraph_set(p, still) for p in between],
    }
    of_each = f"{len(notes.asked)} on notes, {len(paragraphs)} on paragraphs"
    print(f"{len(asked)} questions on {len(learnt)} documents, {of_each}")

    of_own, of_notes = _chances([a for _, a in asked]), _chances(notes.asked)

    def batch() -> list[Set]:
        own = [asked[int(i)] for i in draw.choice(len(asked), _OWN, p=of_own)]
        sets = [d.set(a, draw, near[id(d)]) for d, a in own]
        sets += [notes.set(int(i), draw) for i in draw.choice(len(notes.asked), _OF_NOTES, p=of_notes)]
        if paragraphs:
            sets += [paragraph_set(paragraphs[int(i)], draw) for i in draw.choice(len(paragraphs), _OF_PARAGRAPHS)]
        return [_spoilt(s, draw) for s in sets]

    trainer = Trainer(embedder, trained(told.into if told.go_on else RERANKERS[RERANKER]))

    def seen(step: int) -> None:
        for name, sets in held_sets.items():
            if sets:
                print(f"step {step}, {name}: {told_apart(trainer, sets)}", flush=True)
        if told.write:
            write(*trainer.learnt(), told.into)

    trainer.train(batch, told.minutes, seen)
    seen(-1)


def _chances(asked: Sequence[Asked]) -> NDArray[np.float64]:
    """How likely each question is drawn: follow-ups together `_CHATS` of the time."""
    chats = np.array([bool(a.history) for a in asked])
    chances = np.where(chats, _CHATS / max(1, chats.sum()), (1 - _CHATS) / max(1, (~chats).sum()))
    return np.asarray(chances / chances.sum(), np.float64)


def _spoilt(told: Set, draw: np.random.Generator) -> Set:
    """A set whose question is now and then as people type it."""
    question = misspelt(told.question, draw) if draw.random() < _MISSPELT else told.question
    question = lowered(question) if draw.random() < _LOWERED else question
    return Set(question, told.pages, told.right, told.unsure)


def _nearest(document: Own, embedder: SentenceTransformerEmbedder) -> Callable[[str], NDArray[np.intp]]:
    """Tells the passages of a document that lie nearest to a question."""
    vectors = embedder.encode([page((p,), document.title).text for p in document.passages])
    texts = list(dict.fromkeys(a.in_full or a.question for a in document.asked))
    order = dict(zip(texts, np.argsort(-(embedder.encode(texts) @ vectors.T), axis=1), strict=True))
    return lambda text: order[text]


if __name__ == "__main__":
    main()
