"""What the reader is trained on: questions before passages, in which a sentence answers, or none does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.heard import heard
from app.types import Turn
from eval.phrasings import further, tuned_vectors
from eval.talks import talks
from ingest.chunker import passages
from ingest.embedder import SentenceTransformerEmbedder
from ingest.reader import Page, page, page_of, sheet
from ingest.reading import read
from ingest.sentences import split
from ingest.types import Passage

_OWN_PAGES, _OTHER_PAGES = 6, 2
"""Pages that a question is set before: of one's own documents as many as are read when it is asked, or nearly."""
_WINDOW_WORDS = 90
_IN_FULL, _WITHOUT_HEADING = 0.4, 0.3
_ROWS, _NEAREST = 2_000, 12
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
    title: str
    passages: tuple[Passage, ...]
    asked: tuple[Asked, ...]

    def set(self, asked: Asked, draw: np.random.Generator, near: Callable[[str], NDArray[np.intp]]) -> Set:
        """A question before pages of the document, those that hold an answer first, then such as lie near."""
        holding = [i for i, p in enumerate(self.passages) if any(s.text in asked.answers for s in p.sentences)]
        others = [int(i) for i in near(asked.in_full or asked.question) if i not in holding]
        chance = np.arange(1, len(others) + 1) ** -1.0
        order = [*holding, *draw.choice(others, len(others), replace=False, p=chance / chance.sum()).tolist()]
        sheets: list[tuple[Passage, ...]] = []
        for i in order:
            if len(sheets) < _OWN_PAGES and not any(self.passages[i] in told for told in sheets):
                sheets.append(sheet(self.passages, i))
        right = {
            (n, k)
            for n, told in enumerate(sheets)
            for k, s in enumerate(s for p in told for s in p.sentences)
            if s.text in asked.answers
        }
        return Set(asked.told(draw), tuple(page(told, self.title) for told in sheets), frozenset(right))


def own_documents(folder: Path) -> list[Own]:
    """The documents of a folder, each with its questions."""
    found = []
    for file in sorted(folder.rglob("*.jsonl")):
        document = read(file.with_suffix(".md"))
        held = tuple(passages(document))
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        asked = [_asked_of(row, held) for row in rows]
        known = tuple(a for a, row in zip(asked, rows, strict=True) if bool(a.answers) == bool(row["sentences"]))
        if len(known) < len(rows):
            print(f"{file.stem}: {len(rows) - len(known)} of {len(rows)} questions name no sentence as it is read")
        found.append(Own(file.stem, document.title, held, known))
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
        return joined(heading, [self.statements[i][1] for i in stretch])


def joined(heading: Sequence[str], sentences: Sequence[str]) -> Page:
    """Sentences as one page under its headings."""
    spans, at = [], 0
    for sentence in sentences:
        spans.append((at, at + len(sentence)))
        at += len(sentence) + 1
    return page_of(heading, " ".join(sentences), spans)


def questions_on_notes(
    folder: Path, plain: Sequence[Path], chats: Sequence[Path], embedder: SentenceTransformerEmbedder
) -> Notes:
    """Questions on the notes in a folder: their phrasings, those of `plain` files, and the last messages of `chats`."""
    statements: list[tuple[tuple[str, ...], str]] = []
    asked: list[Asked] = []
    for path in sorted(folder.rglob("*.md")):
        for passage in passages(read(path)):
            for s in passage.sentences:
                if s.asks and s.kind != "gap":
                    statements.append((passage.section, s.text))
                asks = s.asks if s.kind != "gap" else ()
                asked += [Asked(ask, "", frozenset({s.text})) for ask in asks]
    for path in plain:
        asked += [Asked(r.question, "", frozenset(r.answers), frozenset(r.also)) for r in further(path)]
    for path in chats:
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
    return Set(told.question, (joined(heading, own), joined(heading, other)), right)


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
