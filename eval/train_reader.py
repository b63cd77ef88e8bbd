"""`python -m eval.train_reader NOTES --own FOLDER [--paragraphs FOLDER] [...] [--write]`.

Trains `ingest/reader.npz`: which sentence of a few passages, or none, answers a question (softmax over the log odds of
all sentences and a constant). Material: documents of made-up companies with what their leaders would ask (FOLDER of
`--own`: `*.md` and `*.jsonl`, see `eval/own_documents/README.md`), questions on the bundled notes, alone and in chats,
set before a few statements that stand together, and half of SQuAD 2.0's articles (`--paragraphs`; see
`eval.train_reranker`). Learnt are changes of low rank to the upper layers of the tuned encoder and a linear head.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.heard import heard, lowered
from app.types import Turn
from eval.low_rank import Changes
from eval.phrasings import further, tuned_vectors
from eval.talks import talks
from eval.train_reranker import is_upper
from eval.tune_embedder import misspelt
from ingest.chunker import passages
from ingest.embedder import SentenceTransformerEmbedder
from ingest.reader import MOST_TOKENS, UNREAD, Page, page, page_of, places
from ingest.reading import read
from ingest.reranker import Head, trained, write
from ingest.sentences import split
from ingest.tuning import Tuning
from ingest.types import Passage
from ingest.weights import READER, READERS, RERANKER, RERANKERS, TUNED

_MINUTES, _RATE, _WARM_STEPS = 45.0, 6e-4, 20
_OWN, _OF_PARAGRAPHS, _OF_NOTES = 16, 12, 12
"""Questions of each kind in a batch."""
_OWN_PAGES, _OTHER_PAGES = 3, 2
"""Passages that a question is set before."""
_WINDOW_WORDS = 90
_MISSPELT, _LOWERED, _IN_FULL, _WITHOUT_HEADING = 0.1, 0.08, 0.4, 0.3
_CHATS = 0.4
"""So often a question is a follow-up."""
_PARTS, _ROWS, _NEAREST = 8, 2_000, 12
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Set:
    """A question before passages; `right`: the sentences that answer (passage, sentence), none where nothing does."""

    question: str
    pages: tuple[Page, ...]
    right: frozenset[Place]
    unsure: frozenset[Place] = frozenset()
    """Sentences that may answer, too: neither right nor wrong."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a document: as heard in its chat, told in full, and the sentences that answer."""

    question: str
    in_full: str
    answers: frozenset[str]
    may: frozenset[str] = frozenset()
    history: tuple[Turn, ...] = ()

    def told(self, draw: np.random.Generator) -> str:
        """As it is put to the reader."""
        text = heard(self.question, self.history) if self.history else self.question
        return self.in_full if self.history and draw.random() < _IN_FULL else text


@dataclass(frozen=True)
class Own:
    """A document of a company and what is asked of it."""

    name: str
    passages: tuple[Passage, ...]
    asked: tuple[Asked, ...]
    pages: tuple[Page, ...]

    def set(self, asked: Asked, draw: np.random.Generator, near: Callable[[str], NDArray[np.intp]]) -> Set:
        """A question before passages of the document, those that hold an answer first, then such as lie near."""
        holding = [i for i, p in enumerate(self.passages) if any(s.text in asked.answers for s in p.sentences)]
        others = [int(i) for i in near(asked.in_full or asked.question) if i not in holding]
        chance = np.arange(1, len(others) + 1) ** -1.0
        most = max(1, _OWN_PAGES - len(holding))
        picked = draw.choice(others, min(most, len(others)), replace=False, p=chance / chance.sum()).tolist()
        chosen = [*holding[:_OWN_PAGES], *picked]
        right = {
            (n, k)
            for n, i in enumerate(chosen)
            for k, s in enumerate(self.passages[i].sentences)
            if s.text in asked.answers
        }
        return Set(asked.told(draw), tuple(self.pages[i] for i in chosen), frozenset(right))


def own_documents(folder: Path) -> list[Own]:
    """The documents of a folder, each with its questions."""
    found = []
    for file in sorted(folder.rglob("*.jsonl")):
        document = tuple(passages(read(file.with_suffix(".md"))))
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        asked = [_asked_of(row, document) for row in rows]
        known = tuple(a for a, row in zip(asked, rows, strict=True) if bool(a.answers) == bool(row["sentences"]))
        if len(known) < len(rows):
            print(f"{file.stem}: {len(rows) - len(known)} of {len(rows)} questions name no sentence as it is read")
        found.append(Own(file.stem, document, known, tuple(page(p) for p in document)))
    return found


def _asked_of(row: Mapping[str, Any], document: Sequence[Passage]) -> Asked:
    told = [_plain(s) for s in row["sentences"]]
    answers = {s.text for p in document for s in p.sentences if any(_same(_plain(s.text), one, p.kind) for one in told)}
    history = tuple(Turn(t["role"], t["content"]) for t in row["history"])
    return Asked(row["question"], row["in_full"], frozenset(answers), history=history)


def _plain(text: str) -> tuple[str, ...]:
    return tuple(word for word in "".join(c if c.isalnum() else " " for c in text.lower()).split())


def _same(read: tuple[str, ...], told: tuple[str, ...], kind: str) -> bool:
    """Whether a sentence as it is read is one that is told; a row of a table holds its cells between their headings."""
    if kind == "row":
        return bool(told) and set(told) <= set(read)
    shorter, longer = sorted((read, told), key=len)
    return bool(shorter) and 2 * len(shorter) > len(longer) and " ".join(shorter) in " ".join(longer)


@dataclass(frozen=True)
class Notes:
    """The statements of the bundled notes, where they stand, and questions on them."""

    statements: Sequence[tuple[tuple[str, ...], str]]
    """Headings and text, in order."""
    asked: Sequence[Asked]
    near: NDArray[np.intp]
    """For each question, statements that lie near."""

    def set(self, number: int, draw: np.random.Generator) -> Set:
        """A question before stretches of statements: one that holds an answer, and others near to it."""
        asked = self.asked[number]
        right = [i for i, (_, text) in enumerate(self.statements) if text in asked.answers]
        near = [int(i) for i in self.near[number] if i not in right]
        first = [int(draw.choice(right))] if right else []
        chosen = [*first, *draw.choice(near, _OTHER_PAGES - len(first), replace=False).tolist()]
        stretches = [self._stretch(int(i), draw) for i in chosen]
        placed = [(n, k, self.statements[i][1]) for n, own in enumerate(stretches) for k, i in enumerate(own)]
        pages = tuple(self._page(own, draw) for own in stretches)
        return Set(
            asked.told(draw),
            pages,
            frozenset((n, k) for n, k, text in placed if text in asked.answers),
            frozenset((n, k) for n, k, text in placed if text in asked.may),
        )

    def _stretch(self, at: int, draw: np.random.Generator) -> range:
        """Up to four statements under one heading around one of them."""
        before, after = int(draw.integers(0, 3)), int(draw.integers(0, 3))
        first = last = at
        while first > 0 and at - first < before and self.statements[first - 1][0] == self.statements[at][0]:
            first -= 1
        most = len(self.statements) - 1
        while last < most and last - at < after and self.statements[last + 1][0] == self.statements[at][0]:
            last += 1
        return range(first, last + 1)

    def _page(self, stretch: range, draw: np.random.Generator) -> Page:
        heading = () if draw.random() < _WITHOUT_HEADING else self.statements[stretch[0]][0]
        return _joined(heading, [self.statements[i][1] for i in stretch])


def _joined(heading: Sequence[str], sentences: Sequence[str]) -> Page:
    spans, at = [], 0
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    return page_of(heading, " ".join(sentences), spans)


def questions_on_notes(told: argparse.Namespace, embedder: SentenceTransformerEmbedder) -> Notes:
    """Questions on the notes, from all files that are named."""
    statements: list[tuple[tuple[str, ...], str]] = []
    asked: list[Asked] = []
    for path in sorted(told.notes.rglob("*.md")):
        for passage in passages(read(path)):
            for s in passage.sentences:
                if s.asks and s.kind != "gap":
                    statements.append((passage.section, s.text))
                asks = s.asks if s.kind != "gap" else ()
                asked += [Asked(ask, "", frozenset({s.text})) for ask in asks]
    for path in (*told.more, *told.natural):
        asked += [Asked(r.question, "", frozenset(r.answers), frozenset(r.also)) for r in further(path)]
    for path in told.talks:
        for talk in talks(path):
            full = talk.in_full
            asked.append(Asked(talk.asked, talk.alone, frozenset(full.answers), frozenset(full.also), talk.before))
    there = frozenset(text for _, text in statements)
    asked = [a for a in asked if a.answers <= there]
    vectors = embedder.encode([text for _, text in statements])
    own = tuned_vectors(embedder, [a.in_full or a.question for a in asked])
    near = [np.argsort(-(own[i : i + _ROWS] @ vectors.T), axis=1)[:, :_NEAREST] for i in range(0, len(own), _ROWS)]
    return Notes(statements, asked, np.concatenate(near))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A question on a paragraph of an article; `answer`: the sentence that holds it, None: none does."""

    question: str
    sentences: tuple[str, ...]
    answer: int | None
    title: str
    others: tuple[tuple[str, ...], ...]


def of_paragraphs(folder: Path, *, learnt: bool = True) -> list[Paragraph]:
    """Questions on every other article, by title, or on those between; those answered in several sentences left out."""
    documents = [json.loads(line) for line in (folder / "docs.jsonl").read_text(encoding="utf-8").splitlines()]
    asked = [json.loads(line) for line in (folder / "queries_all.jsonl").read_text(encoding="utf-8").splitlines()]
    by_id = {d["id"]: d for d in documents}
    half = set(sorted({by_id[q["doc_id"]]["title"] for q in asked})[0 if learnt else 1 :: 2])
    cut = {d["id"]: tuple(d["text"][a:b] for a, b in split(d["text"])) for d in documents if d["title"] in half}
    of_title: dict[str, list[str]] = {}
    for d in documents:
        of_title.setdefault(d["title"], []).append(d["id"])
    found = []
    for query in asked:
        title = by_id[query["doc_id"]]["title"]
        if title not in half:
            continue
        sentences = cut[query["doc_id"]]
        holding = [i for i, s in enumerate(sentences) if any(a in s for a in query["answers"])]
        if query["answerable"] and len(holding) != 1:
            continue
        others = tuple(cut[i] for i in of_title[title] if i != query["doc_id"])
        found.append(Paragraph(query["query"], sentences, holding[0] if query["answerable"] else None, title, others))
    return found


def paragraph_set(told: Paragraph, draw: np.random.Generator) -> Set:
    """A question before a stretch of its paragraph and one of another paragraph of the same article."""
    own, first = _some(told.sentences, told.answer, draw)
    other, _ = _some(told.others[int(draw.integers(len(told.others)))], None, draw)
    heading = () if draw.random() < _WITHOUT_HEADING else (told.title.replace("_", " "),)
    right = frozenset() if told.answer is None else frozenset({(0, told.answer - first)})
    return Set(told.question, (_joined(heading, own), _joined(heading, other)), right)


def _some(sentences: Sequence[str], around: int | None, draw: np.random.Generator) -> tuple[Sequence[str], int]:
    """As many neighbouring sentences as a passage holds, around one of them, and the place of the first."""
    at = int(draw.integers(len(sentences))) if around is None else around
    first = last = at
    words = len(sentences[at].split())
    most = float(_WINDOW_WORDS * draw.uniform(0.5, 1.5))
    while True:
        free = [i for i in (first - 1, last + 1) if 0 <= i < len(sentences)]
        if not free:
            break
        chosen = int(draw.choice(free))
        words += len(sentences[chosen].split())
        if words > most:
            break
        first, last = min(first, chosen), max(last, chosen)
    return sentences[first : last + 1], first


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
    notes = questions_on_notes(told, embedder)
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
    vectors = embedder.encode([p.text for p in document.pages])
    texts = list(dict.fromkeys(a.in_full or a.question for a in document.asked))
    order = dict(zip(texts, np.argsort(-(embedder.encode(texts) @ vectors.T), axis=1), strict=True))
    return lambda text: order[text]


if __name__ == "__main__":
    main()
