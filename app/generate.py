"""The composer that asks a chat model: it words the answer from numbered evidence, and every sentence is checked.

What the model may see is what was found; what it may say is what the quotes it cites support. Where too little of
it stands, the extractive answer takes its place and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app import prompting
from app.answering import markdown
from app.drafts import Draft, Quote, draft, kind_of
from app.models import ChatModel
from app.prompting import Item, Said
from app.replies import ModelFailed, Reply
from app.types import Evidence, StatementKind, Usage
from app.verify_drafts import Checked, Checking
from ingest.types import Document

if TYPE_CHECKING:
    from app.work import Part

_MOST_EVIDENCE = 12
_MORE_PER_PART = 4
_MORE_FROM = 0.5
_LEAST_WORDS = 3
# Of the words an answer aims at, how many a model may say before the rest is left out.
_OVER = 1.3
# More sentences struck than this for each one kept, and the rest is not trusted either.
_MOST_STRUCK = 3
_INSTEAD = "this answer is composed from quotes alone."


@dataclass(frozen=True, slots=True)
class Material:
    """A piece of evidence that a model is given: the words, and what kind of statement they are."""

    quote: Quote
    kind: StatementKind
    source: Document | None = None

    @property
    def place(self) -> str:
        """Title, year, section and figure, for the model to know where it is."""
        named = [self.source.title, str(self.source.year or "")] if self.source else []
        figure = f"figure {self.quote.figure}" if self.quote.figure else ""
        return ", ".join(filter(None, (*named, " › ".join(self.quote.passage.section[-1:]), figure)))

    @property
    def about(self) -> str:
        """Names by which a sentence may call the source."""
        return f"{self.source.title} {self.source.publisher or ''}" if self.source else ""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of asking a model; `checked` is None where the extractive answer takes its place.

    `notice` tells readers what they should know of it, `struck` counts the sentences that were withheld.
    """

    checked: Checked | None
    notice: str = ""
    usage: Usage | None = None
    struck: int = 0


Documents = Callable[[str], Document | None]


def write(
    model: ChatModel, question: str, parts: Sequence[Part], words: int, document: Documents
) -> Generator[str, None, Written]:
    """Yields Markdown to append, a checked sentence at a time; returns what came of it. Never raises ModelFailed."""
    if any(d.states for p in parts for d in p.drafts):
        return Written(None, f"A source may be cited and not quoted, so no chat model was asked; {_INSTEAD}")
    material = list(_material(parts, document))
    if not material:
        return Written(None, f"No source here may be shown to a chat model; {_INSTEAD}")
    items = [Item(m.place, m.quote.text) for m in material]
    reply = model.reply(prompting.INSTRUCTION, prompting.request(question, items, words))
    desk = _Desk(material, parts, words)
    try:
        yield from desk.read(reply)
    except ModelFailed as failure:
        notice = f"The chat model {model.name} {failure}; {_INSTEAD}"
        return Written(None, notice, model.usage(reply), desk.checking.struck)
    usage = model.usage(reply)
    if not desk.enough():
        notice = f"Too little of what the chat model {model.name} wrote could be traced to the sources; {_INSTEAD}"
        return Written(None, notice, usage, desk.checking.struck)
    desk.add_ours()
    cut = f"The chat model {model.name} stopped before its end; what stands here was checked." if desk.cut else ""
    return Written(desk.checking.done(), cut, usage, desk.checking.struck)


def _material(parts: Sequence[Part], document: Documents) -> Iterator[Material]:
    """What the extractive answer quotes, then what else was found for each part; each piece once."""
    seen: set[tuple[str, str]] = set()
    drafted = [Material(q, d.kind) for p in parts for d in p.drafts if d.kind != "inference" for q in d.quotes]
    found = [m for p in parts for m in _more(p)]
    for m in (*drafted, *found):
        key = (m.quote.passage.id, m.quote.text)
        source = document(m.quote.passage.document_id)
        shown = source is None or source.rights == "quote"
        if key in seen or not shown or prompting.addresses_a_machine(m.quote.text):
            continue
        seen.add(key)
        yield replace(m, source=source)
        if len(seen) == _MOST_EVIDENCE:
            return


def _more(part: Part) -> list[Material]:
    if part.found is None or part.verdict is None or part.verdict.direct is None:
        return []
    floor = _MORE_FROM * part.verdict.direct.score
    near = [e for e in part.found.evidence if _may_be_told(e) and e.score >= floor][:_MORE_PER_PART]
    return [Material(q, kind_of(e.sentence)) for e in near for q in draft(e).quotes]


def _may_be_told(evidence: Evidence) -> bool:
    return not evidence.features["conflicts"] and not evidence.features["label"]


class _Desk:
    """Reads one reply, keeps what stands, and knows when that is enough."""

    def __init__(self, material: Sequence[Material], parts: Sequence[Part], words: int) -> None:
        self._material, self._parts = material, parts
        self._most_words = words * _OVER
        self._words = 0
        self._shown = ""
        self._texts: set[str] = set()
        self._items: bool | None = None
        self.checking = Checking()
        self.cut = False

    def read(self, reply: Reply) -> Iterator[str]:
        """Markdown of each sentence that stands, as it comes."""
        sentences = prompting.Sentences()
        for piece in reply:
            for sentence in sentences.feed(piece):
                yield from self._take(sentence)
        left, whole = sentences.end()
        if left and whole:
            yield from self._take(left)
        self.cut = reply.cut or not whole

    def _take(self, sentence: str) -> Iterator[str]:
        said = prompting.said(sentence, len(self._material))
        if not said.text.strip(" .") or said.text.lower() in self._texts:
            return
        self._texts.add(said.text.lower())
        size = len(said.text.split())
        if self._words and self._words + size > self._most_words:
            return
        if not self._stands(said):
            return
        self._words += size
        whole = markdown(self.checking.done())
        new, self._shown = whole.removeprefix(self._shown), whole
        yield new

    def _stands(self, said: Said) -> bool:
        fit = said.prose and said.markers and len(said.text.split()) >= _LEAST_WORDS
        if not fit or prompting.addresses_a_machine(said.text):
            self.checking.struck += 1
            return False
        cited = [self._material[m - 1] for m in said.markers]
        kind: StatementKind = next((m.kind for m in cited if m.kind != "caveat"), "caveat")
        lists = any(p.question.kind in ("advise", "list") for p in self._parts)
        item = (said.item and lists) if self._items is None else self._items
        about = " ".join(m.about for m in cited)
        if not self.checking.take(Draft(said.text, kind, tuple(m.quote for m in cited), item, about=about)):
            return False
        self._items = item
        return True

    def enough(self) -> bool:
        """Whether what stands answers: something does, most was not struck, and a number asked for is there."""
        kept = self.checking.done().statements
        if not kept or self.checking.struck > _MOST_STRUCK * len(kept):
            return False
        stated = {n.unit for s in kept for n in s.numbers}
        return all(not wanted or stated & wanted for wanted in map(_units, self._parts))

    def add_ours(self) -> None:
        """The caveat and the worked difference of the extractive answer, where the model left them out."""
        for ours in (d for p in self._parts for d in p.drafts):
            cited = [self.checking.quoted(q) for q in ours.quotes]
            if (ours.kind == "inference" and all(cited)) or (ours.kind == "caveat" and not any(cited)):
                self.checking.take(replace(ours, step=False))


def _units(part: Part) -> set[str | None]:
    """The units in which the extractive answer states the number asked for; empty when none is asked for."""
    if not part.question.wants_number or not part.drafts:
        return set()
    checking = Checking()
    checking.take(part.drafts[0])
    stated = {n.unit for s in checking.done().statements for n in s.numbers}
    return stated & set(part.question.units)
