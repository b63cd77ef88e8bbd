"""From a message to its parts, each with the evidence that was found for it and the gate's verdict.

A question that stands alone is searched as it is; in a chat it is heard together with what went before it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, cached_property, partial, reduce
from itertools import islice
from typing import TYPE_CHECKING

from app import gate
from app.cues import depends
from app.drafts import said
from app.gate import is_phrased
from app.heard import MARKER, Heard, heard
from app.judging import Judges
from app.listening import Listening, read_as
from app.message import readings_of_parts
from app.question import Question, read
from app.resolve import Reading, resolve
from app.retrieve import Found, Retriever
from app.scope import EVERYTHING, Scopes
from app.sides import side_questions, side_units
from app.types import Evidence, Turn
from app.vocabulary import in_the_fields_words
from app.whose import NOTHING, UNLIKELY, Before, decided, parted
from app.work import Part
from ingest.index import Index
from ingest.lending import OURS
from ingest.phrased import Search
from ingest.sentences import split
from ingest.settings import Settings
from ingest.terms import words

if TYPE_CHECKING:
    from ingest.embedder import Embedder
    from ingest.reranker import Reranker

_OPENING_PASSAGES = 4
# Of more documents than this only titles are read for names: it takes a query for each.
_OPENED = 2_000
_MOST_PARTS = 4
# So many readings of a message in a chat are tried, until one is answered.
_READINGS = 2
_TURNS_AROUND = 2
# What was asked before is near to what was answered: nearness to it counts for so much of that to the message itself.
_AROUND_COUNTS = 0.92
# So many passages may hold a sentence that was quoted.
_HOLDING = 5
# So many sentences of the last answer are looked for in documents, where they have so many words.
_SENTENCES, _LEAST_WORDS = 3, 3
# A reading by rule that is answered so surely is not set against the next one.
_SURE_FROM = 0.8


class Finder:
    """Finds statements over one open index; safe to share between threads."""

    def __init__(self, index: Index, settings: Settings) -> None:
        self._index, self._settings = index, settings
        # Opened once, for messages that are heard and for documents that are read in chats; it holds no finder.
        self._talk_reranker = cache(partial(_talk_reranker, settings))

    def parts_in_chat(self, message: str, history: Sequence[Turn]) -> tuple[tuple[Part, ...], str]:
        """Each question of a message, heard with what went before it; and what they are read as.

        Over an index of another embedder than the listener's, a message is read by rule.
        """
        by_rule = resolve(message, history)
        answer = next((t.content for t in reversed(history) if t.role == "assistant"), "")
        if by_rule[0].alone:
            before = self.before("", history)
            return self.parts(by_rule[0], answer if by_rule[0].fresh else "", before), by_rule[0].text
        told = _first_sentence(answer)
        if self.listening is None:
            return self._by_rule(by_rule, told)
        asked = [text for text, *_ in readings_of_parts(message)[:_MOST_PARTS]]
        found, so_far = [], tuple(history)
        for text in asked:
            found.append(self.heard(text, so_far, told, whole=message if len(asked) == 1 else ""))
            so_far = (*so_far, Turn("user", text))
        return tuple(found), " ".join(dict.fromkeys(part.read_as for part in found))

    def heard(self, text: str, history: Sequence[Turn], told: str = "", whole: str = "") -> Part:
        """One question in a chat, answered from a statement with phrasings as it was heard, from others as it is read
        by rule: what the listener learnt says nothing of those. `whole`: the message that holds it, where it is the
        only question there."""
        by_rule = resolve(text, history)
        before = self.before(text, history)
        if by_rule[0].alone:
            return self._surest([by_rule[0].text], "", before)
        assert self.listening is not None
        message = self.listening.hear(whole or text, history, read(text))
        if self.listening.stands_alone(message):
            return self._surest([text], "", before)
        part, ruled_out = self._nearest_heard(message, by_rule, told)
        part = replace(part, asked=by_rule[0].text)
        borrowed = part.is_of_own and part.direct is not None and is_phrased(part.direct)
        if ruled_out or not self.has_others or borrowed:
            return part
        # A reading of one question is not taken apart: what leans on it would be heard and read by rule without end.
        other = self._by_rule(by_rule, told, lambda reading, told: (self._surest([reading.text], told, before),))[0][0]
        if other.is_of_own and (other.direct or part.direct is None or 1.0 - other.own < UNLIKELY):
            return replace(other, asked=by_rule[0].text)
        return part if part.direct is None or is_phrased(part.direct) else part.refused()

    def before(self, text: str, history: Sequence[Turn]) -> Before:
        """What was said before a question, for documents beside the bundled notes."""
        answer = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
        if not self.has_others or not history:
            return NOTHING
        own, ours = self._quoted(MARKER.sub("", answer))
        # A refusal is quoted from nothing, and says nothing of whose documents are spoken of.
        told = Before(own=True if own else False if ours else None, quoted=own)
        return replace(told, around=_around(text, history), read_as=heard(text, history)) if text else told

    def _quoted(self, answer: str) -> tuple[tuple[str, ...], bool]:
        """The passages of documents beside the bundled notes that an answer was quoted from, found by its sentences,
        and whether it was quoted from the notes."""
        found: dict[str, None] = {}
        ours = False
        for start, end in islice(split(answer), _SENTENCES):
            told = answer[start:end]
            if len(told.split()) < _LEAST_WORDS:
                continue
            held = self._index.store.lexical(list(dict.fromkeys(words(told))), _HOLDING)
            for passage in self._index.store.passages([number for (number, _), _ in held]).values():
                whole = (said(s.text).rstrip(".") for s in passage.sentences)
                texts = [text for text in whole if len(text.split()) >= _LEAST_WORDS]
                if not any(t in told or told.rstrip(". ") in t for t in texts):
                    continue
                document = self.retriever.document(passage.document_id)
                if document and document.kind in OURS:
                    ours = True
                else:
                    found[passage.id] = None
        return tuple(found), ours

    def _nearest_heard(self, message: Heard, by_rule: Sequence[Reading], told: str) -> tuple[Part, bool]:
        """The first of the likeliest readings that is answered, else the likeliest; and whether what it restricts rules
        an answer out."""
        assert self.listening is not None
        tried: list[Part] = []
        for reading in self.listening.readings(message, by_rule)[:_READINGS]:
            tried.append(self._as_read(reading, message, told))
            verdict = tried[-1].verdict
            if tried[-1].direct:
                break
            # What another country or year rules out, a phrasing that names none does not let in again.
            if reading.exact and verdict and verdict.clash:
                return tried[0], True
        best = tried[-1] if tried[-1].direct else tried[0]
        compares = best.question.kind == "compare" and not (best.verdict and best.verdict.clash)
        return self._by_sides(best) if compares else best, False

    def _as_read(self, reading: Reading, message: Heard, told: str) -> Part:
        """What is found for a message that was heard, in one reading of it."""
        return self.found(read_as(reading, message), told if reading.fresh else "", message)

    def _by_rule(
        self, readings: Sequence[Reading], told: str, parts: Callable[[Reading, str], tuple[Part, ...]] | None = None
    ) -> tuple[tuple[Part, ...], str]:
        """The surest of the readings by rule, and its text; what has just been said answers only where nothing else
        does, or where nothing new is asked. `parts`: what finds for a reading, by default each of its questions."""
        parts = parts or self.parts
        tried: list[tuple[float, Reading, tuple[Part, ...]]] = []
        for reading in readings:
            found = parts(reading, told if reading.fresh else "")
            sure = max((p.verdict.confidence for p in found if p.verdict and p.direct), default=0.0)
            tried.append((sure, reading, found))
            if sure >= (_SURE_FROM if reading.fresh else gate.ANSWER_FROM):
                break
        sure, reading, found = max(tried, key=lambda t: t[0])
        if told and reading.fresh and not sure:
            found = parts(reading, "")
        # Of several readings one finds something more easily.
        return tuple(p.unless_sure(gate.FOLLOW_UP_FROM) for p in found) if told else found, reading.text

    def parts(self, reading: Reading, told: str = "", before: Before = NOTHING) -> tuple[Part, ...]:
        """Each question of the message, found; a later one that leans on the first is read in its light.

        Statements that stand in `told` are left out.
        """
        first, *later = readings_of_parts(reading.text)[:_MOST_PARTS]
        found = [self._surest(first, told, before)]
        for texts in later:
            if depends(texts[0]) and self.listening:
                part = self.heard(texts[0], (Turn("user", first[0]),), told)
            else:
                leaning = [r.text for text in texts for r in resolve(text, (Turn("user", first[0]),))]
                part = self._surest(leaning, told)
            found.append(replace(part, asked=texts[0]))
        return tuple(found)

    def _surest(self, texts: Sequence[str], told: str, before: Before = NOTHING) -> Part:
        """Of several readings of one question the one that is answered most surely; the first when none is."""
        first, *others = dict.fromkeys(texts)
        tried = [self.found(read(first), told, before=before)]
        # What the question itself rules out, the words around it do not let in again.
        if not (tried[0].verdict and tried[0].verdict.clash):
            tried += [self.found(read(text), told, before=before) for text in others]
        best = reduce(lambda best, other: other if other.is_surer_than(best) else best, tried)
        return self._by_sides(best) if best.question.kind == "compare" else best

    def _by_sides(self, part: Part) -> Part:
        """A comparison with what answers for each of its sides; where no statement makes it, answered by them."""
        sides = self._sides(part.question)
        if part.direct or not sides:
            return replace(part, sides=sides)
        sure = min(p.verdict.confidence for p in sides if p.verdict)
        return replace(part, sides=sides, found=sides[0].found, verdict=gate.Verdict(sides[0].direct, sure))

    def _sides(self, question: Question) -> tuple[Part, ...]:
        """What answers for each side of a comparison that names both; nothing where they are not told apart."""
        asked = side_questions(question.text)
        if asked is None:
            return ()
        found = [self.found(replace(read(text), units=side_units(question))) for text in asked]
        apart = len({p.direct.sentence.text for p in found if p.direct}) == len(asked)
        return tuple(found) if apart else ()

    def found(self, question: Question, told: str = "", message: Heard | None = None, before: Before = NOTHING) -> Part:
        """One question that stands alone, or a reading of a message that was heard; `told` is no answer to it."""
        found = self.search(question, told, message, before)
        if message:  # what the listener learnt says nothing of other documents than the bundled notes
            _, ours = parted(found.evidence)
            found = replace(found, evidence=ours) if ours else found
        return Part(question, *decided(question, found, before))

    def search(
        self, question: Question, told: str = "", message: Heard | None = None, before: Before = NOTHING
    ) -> Found:
        """What is found for it, before anything is decided."""
        texts = list(dict.fromkeys((question.text, in_the_fields_words(question.text))))
        scope = self._scopes.of(message.alone.text if message else question.text)
        if message and scope == EVERYTHING:
            scope = self._scopes.of(question.text)
        # The tuned embedder knows a leader's words; with the field's beside them fewer statements are found first.
        unheard = self._index.tuned and not message
        phrased = self._beside.submit(self._phrased, question.text).result if unheard else None
        vectors = self.embedder.encode([text for text in (*texts, before.around, scope.rest) if text])
        rest = vectors[-1] if scope.rest else None
        so_far = _AROUND_COUNTS * vectors[len(texts)] if before.around else None
        found = self.retriever.find(
            question,
            vectors[: len(texts)],
            scope,
            rest,
            phrased=phrased,
            heard=message,
            so_far=so_far,
            in_chat=before.read_as,
            quoted=before.quoted,
        )
        if told:
            found = replace(found, evidence=tuple(e for e in found.evidence if _is_new(e, told)))
        return found

    def _phrased(self, text: str) -> Search:
        """How near a question is to what has phrasings."""
        assert self._tuned is not None
        return self._index.phrased(self._tuned.encode([text]))

    # What is loaded when it is first needed ---------------------------------------------------------------------

    @cached_property
    def embedder(self) -> Embedder:
        """What embeds questions."""
        from ingest.embedder import question_embedder

        return question_embedder(self._settings)

    @cached_property
    def has_others(self) -> bool:
        """Whether there are documents beside the bundled notes."""
        return any(document.kind not in OURS for document in self._index.store.documents())

    @cached_property
    def _tuned(self) -> Embedder | None:
        from ingest.embedder import tuned_embedder

        return tuned_embedder(self._settings) if self._index.tuned else None

    @cached_property
    def listening(self) -> Listening | None:
        """What hears messages in chats; None over an index of another embedder."""
        from ingest.embedder import listener

        if self._tuned is None:
            return None
        return Listening(listener(self._settings), self._talk_reranker(), self._tuned, self._index)

    @cached_property
    def _beside(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="embedding")

    @cached_property
    def retriever(self) -> Retriever:
        """What searches the index."""
        from ingest.reader import reader
        from ingest.reranker import reranker

        if not self._index.tuned:
            return Retriever(self._index, self.embedder.vocabulary())
        judges = Judges(reranker(self._settings), partial(reader, self._settings), self._talk_reranker)
        return Retriever(self._index, self.embedder.vocabulary(), judges)

    @cached_property
    def _scopes(self) -> Scopes:
        documents = self._index.store.documents()

        def opening(document_id: str) -> str:
            first = islice(self._index.store.passages_of_document(document_id), _OPENING_PASSAGES)
            return "\n".join(p.text for p in first)

        return Scopes(documents, self.embedder.vocabulary(), opening if len(documents) <= _OPENED else lambda _: "")


def _talk_reranker(settings: Settings) -> Reranker:
    from ingest.reranker import reranker
    from ingest.weights import TALK_RERANKER

    return reranker(settings, TALK_RERANKER)


def _around(message: str, history: Sequence[Turn]) -> str:
    """A message and those before it, the latest first, as one text: what is too long is cut at its end."""
    asked = [turn.content for turn in history if turn.role == "user"]
    return " ".join([message, *reversed(asked[-_TURNS_AROUND:])])


def _first_sentence(answer: str) -> str:
    """What an answer said first: what stood beside it may be what is asked for next."""
    return next((answer[start:end] for start, end in split(answer)), "")


def _is_new(evidence: Evidence, told: str) -> bool:
    """Whether a statement has not been said yet; a caveat may be pointed at again ("Can I trust that?")."""
    return evidence.sentence.kind == "caveat" or said(evidence.sentence.text).rstrip(".") not in told
