"""`python -m eval.train_reranker NOTES --more FILE ... [--paragraphs FOLDER] [--hold-out FILE] [--write]`.

Trains `ingest/reranker.npz`: which of four statements, or none, answers a question (softmax over their log odds and a
constant; Nogueira and Cho 2019 score pairs alike). The three beside the right one are those whose phrasings lie nearest
to the question. None is right for what the notes say that they lack, and for near misses by other writers. Learnt are
changes of low rank to the upper layers of the tuned encoder (Hu and others 2021) and a linear head.

FILEs hold further phrasings and near misses (see `eval.phrasings`); with `--in-full FILE ...` the last messages of
chats count too, as told in full (see `eval.talks`), and with `--natural FILE ...` natural questions, which are set more
often. FOLDER holds SQuAD 2.0 as `docs.jsonl` and `queries_all.jsonl`: of
its articles, by title, every other one is read; the others stay unseen.

With `--talks FILE ...` it trains `ingest/talk_reranker.npz` instead, beginning with the reranker at hand: the questions
are the last messages of chats, together with what went before them (see `eval.talks`); those of `--natural-chats FILE
...` are set more often, and of questions that stand alone after a chat half are the natural ones.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.heard import heard, lowered
from eval.low_rank import Changes
from eval.phrasings import Further, Phrasings, further, phrasings_of, tuned_vectors
from eval.talks import Talk, talks, told_in_full
from eval.tune_embedder import misspelt
from ingest.embedder import SentenceTransformerEmbedder
from ingest.reranker import MOST_TOKENS, Head, trained, write
from ingest.sentences import split
from ingest.tuning import Tuning
from ingest.weights import RERANKER, RERANKERS, TALK_RERANKER, TUNED

_FROM_LAYER = 2
_MINUTES, _RATE, _WARM_STEPS = 26.0, 1e-3, 20
_GROUP, _NEAREST, _OFTEN = 4, 10, 3
"""Statements a question is set before, of so many nearest; nearness is the mean cosine of so many phrasings."""
_ANSWERED, _NEAR_MISSES, _OF_PARAGRAPHS = 39, 16, 9
"""Questions of each kind in a batch."""
_LEFT_OUT = 0.07
"""So often the right statement is not among the four: none of them is right."""
_MISSPELT, _LOWERED = 0.12, 0.05
_NATURAL, _NATURAL_CHATS = 12, 3
"""So many times as often as others natural questions, and natural chats, are set."""
_CHANGED = 0.12
"""For every chat so many questions that stand alone, and as many natural ones."""
_PARTS, _ROWS = 8, 2_000
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Set:
    """A question before statements: `right` is the place of the one that answers, None when none does."""

    question: str
    statements: tuple[str, ...]
    right: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the reranker reads it, the same told in full, the place of its statement (-1: none), and those of
    others that it must not be told apart from."""

    text: str
    alone: str
    of: int
    beside: tuple[int, ...] = ()


class Sets:
    """Draws sets from questions, each `of` a statement (-1: of none), beside the statements nearest to it."""

    def __init__(
        self, phrasings: Phrasings, questions: Sequence[str], of: Sequence[int], near: NDArray[np.intp]
    ) -> None:
        self._statements, self._questions, self._of, self._near = phrasings.statements, questions, of, near
        answered = [of_one >= 0 and not phrasings.gaps[of_one] for of_one in of]
        self._answered, self._missed = np.flatnonzero(answered), np.flatnonzero(~np.asarray(answered))

    def draw(self, draw: np.random.Generator) -> list[Set]:
        """A batch's worth, answered ones first."""
        asked = draw.choice(self._answered, min(_ANSWERED, len(self._answered)), replace=False)
        missed = draw.choice(self._missed, min(_NEAR_MISSES, len(self._missed)), replace=False)
        return [self._set(int(i), draw, right=draw.random() >= _LEFT_OUT) for i in asked] + [
            self._set(int(i), draw, right=False) for i in missed
        ]

    def _set(self, place: int, draw: np.random.Generator, *, right: bool) -> Set:
        near = self._near[place]
        chance = np.arange(1, len(near) + 1) ** -0.7
        picked = [int(i) for i in draw.choice(near, min(_GROUP, len(near)), replace=False, p=chance / chance.sum())]
        if right:
            picked[0] = self._of[place]
        told = misspelt(self._questions[place], draw) if draw.random() < _MISSPELT else self._questions[place]
        told = lowered(told) if draw.random() < _LOWERED else told
        return Set(told, tuple(self._statements[i] for i in picked), 0 if right else None)


def nearest(phrasings: Phrasings, vectors: Vectors, asked: Sequence[Asked], most: int = _NEAREST) -> NDArray[np.intp]:
    """For each question the statements nearest to it, its own left out; `vectors` begin with the phrasings' own."""
    known, gaps = len(phrasings.questions), np.asarray(phrasings.gaps)
    places = [np.flatnonzero(np.asarray(phrasings.of) == i) for i in range(len(gaps))]
    found = []
    for start in range(0, len(vectors), _ROWS):
        rows = np.arange(start, min(start + _ROWS, len(vectors)))
        cosines = (vectors[rows] @ vectors[:known].T).clip(0.0)
        own = rows[rows < known]
        cosines[own - start, own] = 0.0
        scores = np.stack([np.partition(cosines[:, p], -_OFTEN)[:, -_OFTEN:].sum(1) if len(p) > _OFTEN
                           else cosines[:, p].sum(1) for p in places], axis=1)  # fmt: skip
        scores[:, gaps] = -1.0
        for place, row in enumerate(rows.tolist()):
            scores[place, [i for i in (asked[row].of, *asked[row].beside) if i >= 0]] = -1.0
        found.append(np.argsort(-scores, axis=1)[:, :most])
    return np.concatenate(found)


def of_talks(
    rows: Sequence[Talk], phrasings: Phrasings, draw: np.random.Generator, natural: Sequence[Further] = ()
) -> list[Asked]:
    """Messages with what went before them, and questions that stand alone after a chat about something else."""
    places = {text: i for i, text in enumerate(phrasings.statements)}
    found = [_asked(heard(r.asked, r.before), r.in_full, places) for r in rows]
    most = int(_CHANGED * len(rows))
    others = draw.choice(len(phrasings.questions), min(most, len(phrasings.questions)), replace=False).tolist()
    alone = [Further(phrasings.questions[i], phrasings.statements[phrasings.of[i]]) for i in others]
    if natural:
        alone += [natural[i] for i in draw.choice(len(natural), most).tolist()]
    chats = draw.choice(len(rows), len(alone)).tolist()
    after = [_asked(heard(row.question, rows[k].before), row, places) for row, k in zip(alone, chats, strict=True)]
    return [*found, *after]


def _asked(text: str, row: Further, places: Mapping[str, int]) -> Asked:
    beside = tuple(places[told] for told in (*row.others, *row.also) if told in places)
    return Asked(text, row.question, places.get(row.statement or "", -1), beside)


def of_paragraphs(folder: Path) -> list[Set]:
    """Questions before all sentences of their paragraph; those whose answer stands in several are left out."""
    documents = [json.loads(line) for line in (folder / "docs.jsonl").read_text(encoding="utf-8").splitlines()]
    asked = [json.loads(line) for line in (folder / "queries_all.jsonl").read_text(encoding="utf-8").splitlines()]
    by_id = {d["id"]: d for d in documents}
    learnt = set(sorted({by_id[q["doc_id"]]["title"] for q in asked})[::2])
    found = []
    for query in asked:
        document = by_id[query["doc_id"]]
        sentences = tuple(document["text"][a:b] for a, b in split(document["text"]))
        holding = [i for i, s in enumerate(sentences) if any(a in s for a in query["answers"])]
        if document["title"] in learnt and len(sentences) >= _GROUP and len(holding) == int(query["answerable"]):
            found.append(Set(query["query"], sentences, holding[0] if holding else None))
    return found


def _few(whole: Set, draw: np.random.Generator) -> Set:
    """Four of a paragraph's sentences, the right one first."""
    others = [int(i) for i in draw.permutation(len(whole.statements)) if i != whole.right]
    picked = ([whole.right, *others] if whole.right is not None else others)[:_GROUP]
    return Set(whole.question, tuple(whole.statements[i] for i in picked), None if whole.right is None else 0)


class Trainer:
    """The tuned encoder with changes of low rank, and a head, that can be learnt."""

    def __init__(
        self,
        embedder: SentenceTransformerEmbedder,
        seed: int = 0,
        begin: tuple[Tuning, Head] | None = None,
        most_tokens: int = MOST_TOKENS[RERANKER],
    ) -> None:
        """`begin`: what an earlier training learnt, to go on from; None: from the tuned embedder alone.

        Pairs are cut after `most_tokens`.
        """
        import torch

        self._most_tokens = most_tokens
        torch.manual_seed(seed)
        self._draw = np.random.default_rng(seed)
        self._tokenizer, self._model = embedder.model.tokenizer, embedder.model[0].auto_model
        self._model.eval()  # dropout takes half of the time and has nothing to cure in so short a training
        self._changes = Changes(self._model, is_upper, begin[0] if begin else None)
        self._head = torch.nn.Linear(2 * embedder.dimension, 1)
        torch.nn.init.normal_(self._head.weight, std=0.02)
        torch.nn.init.constant_(self._head.bias, begin[1].bias if begin else 0.0)
        if begin:
            self._head.weight.data = torch.tensor(begin[1].weight)[None]

    def train(self, sets: Sets, paragraphs: Sequence[Set], minutes: float) -> tuple[Tuning, Head]:
        """Learn for so long; a batch of 256 pairs takes about two seconds on two cores."""
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
            batch = sets.draw(self._draw)
            if paragraphs:
                batch += [
                    _few(paragraphs[int(i)], self._draw) for i in self._draw.choice(len(paragraphs), _OF_PARAGRAPHS)
                ]
            with torch.nn.utils.parametrize.cached(), torch.autocast("cpu", torch.bfloat16):
                logits = self._logits(batch).view(len(batch), _GROUP)
            with_none = torch.cat([torch.zeros(len(batch), 1), logits], 1)
            right = torch.tensor([0 if s.right is None else s.right + 1 for s in batch])
            loss: Any = torch.nn.functional.cross_entropy(with_none, right)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            losses.append(loss.item())
            if step % 25 == 0:
                print(f"step {step}: loss {np.mean(losses[-25:]):.3f}, {time.monotonic() - begun:.0f} s", flush=True)
        return self._changes.tuning(), Head(self._head.weight.detach().numpy()[0], float(self._head.bias.detach()[0]))

    def judge(self, sets: Sequence[Set]) -> Vectors:
        """Log odds, one row for each set, whose statements are equally many."""
        import torch

        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            rows = [self._logits(sets[i : i + 50]).float().numpy() for i in range(0, len(sets), 50)]
        return np.concatenate(rows).reshape(len(sets), -1)

    def _logits(self, sets: Sequence[Set]) -> Any:
        """One number for each pair, in order; pairs are read in order of length, since padding costs time."""
        import torch

        pairs = [(s.question, statement) for s in sets for statement in s.statements]
        order = sorted(range(len(pairs)), key=lambda i: len(pairs[i][0]) + len(pairs[i][1]))
        size = -(-len(pairs) // _PARTS)
        parts = []
        for start in range(0, len(order), size):
            asked, told = zip(*(pairs[i] for i in order[start : start + size]), strict=True)
            most = self._most_tokens
            fed = self._tokenizer(
                list(asked), list(told), padding=True, truncation=True, max_length=most, return_tensors="pt"
            )
            states, mask = self._model(**fed).last_hidden_state, fed["attention_mask"][..., None]
            mean = (states * mask).sum(1) / mask.sum(1)
            parts.append(self._head(torch.cat([mean, states[:, 0]], 1).float())[:, 0])
        back = np.empty(len(order), np.intp)
        back[order] = np.arange(len(order))
        return torch.cat(parts)[torch.from_numpy(back)]


def is_upper(name: str) -> bool:
    """Whether a linear map of the encoder is one that is changed."""
    return name.startswith("encoder.layer.") and int(name.split(".")[2]) >= _FROM_LAYER


def told_apart(trainer: Trainer, sets: Sequence[Set]) -> str:
    """How often the right statement has the greatest log odds, and how well the greatest tells answerable questions."""
    from sklearn.metrics import roc_auc_score

    logits = trainer.judge(sets)
    there = [i for i, s in enumerate(sets) if s.right is not None]
    first = float(np.mean([int(logits[i].argmax()) == sets[i].right for i in there]))
    area = roc_auc_score([s.right is not None for s in sets], logits.max(axis=1))
    return f"{len(sets)} held out: the right one of {logits.shape[1]} first in {first:.3f}, AUROC {area:.3f}"


def main() -> None:
    """Train, tell how questions held out fare, and write on request."""
    import torch

    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("notes", type=Path)
    options.add_argument("--more", type=Path, nargs="*", default=[])
    options.add_argument("--talks", type=Path, nargs="*", default=[])
    options.add_argument("--in-full", type=Path, nargs="*", default=[])
    options.add_argument("--natural", type=Path, nargs="*", default=[])
    options.add_argument("--natural-chats", type=Path, nargs="*", default=[])
    options.add_argument("--paragraphs", type=Path)
    options.add_argument("--hold-out", type=Path, nargs="*", default=[])
    options.add_argument("--minutes", type=float, default=_MINUTES)
    options.add_argument("--go-on", action="store_true", help="begin with the weights at hand")
    options.add_argument("--into", type=Path, default=None)
    options.add_argument("--write", action="store_true")
    told = options.parse_args()
    phrasings = phrasings_of(told.notes)
    learnt, held = _material(told, phrasings)
    beside = {row.alone: row.beside for row in learnt}
    own = [Asked(q, q, of, beside.get(q, ())) for q, of in zip(phrasings.questions, phrasings.of, strict=True)]
    every = [*own, *learnt, *held]
    embedder = SentenceTransformerEmbedder(TUNED, torch.get_num_threads())
    vectors = tuned_vectors(embedder, [row.alone for row in every])
    near = nearest(phrasings, vectors, every)
    name = TALK_RERANKER if told.talks else RERANKER
    going_on = told.go_on or bool(told.talks)
    begin = trained(RERANKERS[name if told.go_on else RERANKER]) if going_on else None
    trainer = Trainer(embedder, int(going_on), begin, MOST_TOKENS[name])
    paragraphs = of_paragraphs(told.paragraphs) if told.paragraphs else []
    first = len(own) if told.talks else 0
    rows = every[first : len(own) + len(learnt)]
    sets = Sets(phrasings, [r.text for r in rows], [r.of for r in rows], near[first : len(own) + len(learnt)])
    tuning, head = trainer.train(sets, paragraphs, told.minutes)
    if told.write:
        write(tuning, head, told.into or RERANKERS[name])
    if held:
        print(told_apart(trainer, _before_nearest(held, near[len(own) + len(learnt) :], phrasings.statements)))


def _material(told: argparse.Namespace, phrasings: Phrasings) -> tuple[list[Asked], list[Asked]]:
    """Questions to learn beside the phrasings of the notes, and those held out."""
    places, draw = {text: i for i, text in enumerate(phrasings.statements)}, np.random.default_rng(0)
    natural = [row for path in told.natural for row in told_in_full(path)]

    def alone(rows: Sequence[Further]) -> list[Asked]:
        return [_asked(row.question, row, places) for row in rows]

    if told.talks:
        chats = [row for path in told.talks for row in talks(path)]
        chats += [row for path in told.natural_chats for row in talks(path)] * _NATURAL_CHATS
        held = [row for path in told.hold_out for row in of_talks(talks(path), phrasings, draw)]
        return of_talks(chats, phrasings, draw, natural), held
    learnt = [row for path in told.more for row in alone(further(path))]
    learnt += [row for path in told.in_full for row in alone(told_in_full(path))] + alone(natural) * _NATURAL
    return learnt, [row for path in told.hold_out for row in alone(further(path))]


def _before_nearest(asked: Sequence[Asked], near: NDArray[np.intp], statements: Sequence[str]) -> list[Set]:
    """Questions held out, each before its statement, where it has one, and the nearest others."""
    found = []
    for row, others in zip(asked, near, strict=True):
        chosen = [*([row.of] if row.of >= 0 else []), *others][:_GROUP]
        found.append(Set(row.text, tuple(statements[i] for i in chosen), 0 if row.of >= 0 else None))
    return found


if __name__ == "__main__":
    main()
