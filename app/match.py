"""How well one sentence fits one question: the signals behind ranking and refusing.

Every feature is 0 to 1, higher is better, but `restriction`, which counts. What a question rules out altogether
is in `app.restrictions`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from app.question import Question
from app.vocabulary import Term, concepts, slots, terms
from ingest.quantities import Quantity, quantities, same
from ingest.terms import STOPWORDS, content_stems, stem, words
from ingest.types import Document, Passage, Sentence

_FRAME_WEIGHT = 0.1
_UNKNOWN_WORD = 0.9
_CONTEXT_CREDIT = 0.6
_CONCEPT_CREDIT = 0.85
_A_SUM_FROM = 1e6

# A statement that lists this many values of a namespace gives no value for a single one of them.
A_LIST = 3

_ABSENCE = re.compile(
    r"\b(?:does not|do not|doesn't|did not|is not|are not|was not|were not|gives? no|states? no|has no|have no|prints? no|without|never|no) "
    r"(?:\w+ ){0,3}?(?:say|state|stated|give|given|disclose|disclosed|show|shown|report|reported|define|defined|name|named|explain|explained|place|part of the text|"
    r"figures?|shares?|values?|percentages?|breakdown|base rates?|numbers?|counts?|details?)\b|\bundisclosed\b|\bnot (?:said|disclosed|stated|given)\b",
    re.I,
)

LEGEND = re.compile(r"^\W*[■•▪◆]|^the legend\b|\blegend of figure\b", re.I)
"""What begins like the legend of a chart."""

Rarity = Callable[[str], float]


@lru_cache(maxsize=32_768)
def sentence_quantities(text: str) -> tuple[Quantity, ...]:
    """Quantities of a sentence, remembered."""
    return quantities(text)


def weights(question: Question, rarity: Rarity) -> dict[Term, float]:
    """Weight of each term of the question: its rarity (0 to 1) in the corpus, less for words that only frame it."""
    found: dict[Term, float] = {}
    for term in question.terms:
        if term.frame and not term.concepts:
            found[term] = _FRAME_WEIGHT
            continue
        parts = [rarity(w) for w in term.text.split() if w not in STOPWORDS]
        found[term] = max(parts, default=_FRAME_WEIGHT) if parts else _FRAME_WEIGHT
        if term.concepts:
            found[term] = min(found[term], 0.75)
        if term.frame:
            found[term] = min(found[term], 0.3)
    return found


def coverage(weighted: Mapping[Term, float], sentence: Sentence, around: str) -> tuple[float, float]:
    """Share of the question's weight that the sentence (or, for less, its surroundings) speaks of,
    and the heaviest weight left uncovered."""
    own, own_concepts = _stems_told(sentence), _concepts_told(sentence)
    near, near_concepts = frozenset(content_stems(around)), concepts(around)
    total = credit = 0.0
    uncovered = 0.0
    for term, weight in weighted.items():
        here = held(term, own, own_concepts) or _CONTEXT_CREDIT * held(term, near, near_concepts)
        total += weight
        credit += weight * here
        if here < 0.5:
            uncovered = max(uncovered, weight)
    return (credit / total if total else 0.0), uncovered


# Text by text: a phrasing is met beside ever other ones, and is known when it is met again.
def _stems_told(sentence: Sentence) -> frozenset[str]:
    return frozenset(s for text in (sentence.text, *sentence.asks) for s in content_stems(text))


def _concepts_told(sentence: Sentence) -> frozenset[str]:
    return frozenset(c for text in (sentence.text, *sentence.asks) for c in concepts(text))


def spoken_of(weighted: Mapping[Term, float], sentence: Sentence) -> float:
    """Share of the question's weight that the sentence's own words speak of, whatever stands around it."""
    own, known = frozenset(content_stems(sentence.text)), concepts(sentence.text)
    total = sum(weighted.values())
    return sum(w * held(t, own, known) for t, w in weighted.items()) / total if total else 0.0


_COMMON_FROM = 0.1


def scarce_in(frequency: Callable[[str], int], statements: int) -> Callable[[str], bool]:
    """Tells the words that fewer than one statement in ten holds: sharing "AI" alone shares no topic."""

    @lru_cache(maxsize=16_384)
    def scarce(word: str) -> bool:
        return frequency(stem(word)) < _COMMON_FROM * statements

    return scarce


def topical(question: Question, sentence: Sentence, scarce: Callable[[str], bool]) -> bool:
    """Whether the sentence's own words speak of any of the question's scarce terms."""
    own, known = frozenset(content_stems(sentence.text)), concepts(sentence.text)
    asked = (t for t in question.terms if not t.frame and any(scarce(w) for w in t.text.split() if w not in STOPWORDS))
    return any(held(t, own, known) for t in asked)


def held(term: Term, stems: frozenset[str], known: frozenset[str]) -> float:
    """1 when a text with these stems and concepts holds the term, a little less when it holds its concept, else 0."""
    if stems.issuperset(_parts(term.stem)):
        return 1.0
    return 0.0 if term.concepts.isdisjoint(known) else _CONCEPT_CREDIT


@lru_cache(maxsize=65_536)
def _parts(phrase: str) -> tuple[str, ...]:
    """The stems of a phrase that carry content; all of them where none does."""
    return tuple(s for s in phrase.split() if s not in STOPWORDS) or tuple(phrase.split())


_AGREED_AT_MOST = 2


def agreement(question: Question, sentence: Sentence) -> float:
    """Restrictions of the question that the sentence meets by name, 0 (none) to 1 (two or more)."""
    said = slots(f"{sentence.context} {sentence.text}")
    met = sum(1 for namespace, wanted in question.slots.items() if wanted & said.get(namespace, frozenset()))
    return min(met, _AGREED_AT_MOST) / _AGREED_AT_MOST


def surroundings(sentence: Sentence, passage: Passage, document: Document | None) -> str:
    """The words a reader sees around a sentence: antecedent, headings, title."""
    title = document.title if document else ""
    return " . ".join((sentence.context, *passage.section, title))


def absent(sentence: Sentence) -> bool:
    """True for a statement of what a source does not say: it answers no question for a number."""
    return _ABSENCE.search(sentence.text) is not None


_QUANTIFIER = re.compile(
    r"\b(?:most|few|many|half|majority|minority|nearly all|hardly any|nobody|everyone|all of|mostly|always|rarely|per ?cent|%|third|quarter)\b",
    re.I,
)


_IN_A_MONTH = re.compile(
    r"\b(?:in|by|until|till|since|from|before|after|during|of|on|each|every) (?:early |mid-|late )?"
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)


def unit_fit(question: Question, sentence: Sentence) -> float:
    """1 when the sentence states a quantity of a unit the question asks for, 0 when not, 0.5 when none is asked."""
    if question.kind == "yes_no" and _QUANTIFIER.search(question.text):
        return float(any(q.unit in ("percent", "times", "rank") for q in sentence_quantities(sentence.text)))
    if not question.units:
        shares = any(q.unit == "percent" for q in sentence_quantities(sentence.text))
        return 0.75 if shares and question.kind in ("yes_no", "compare") else 0.5
    if question.kind == "when" and _IN_A_MONTH.search(sentence.text):
        return 1.0
    return float(any(q.unit in question.units for q in sentence_quantities(sentence.text)))


def figures_in(sentence: Sentence) -> tuple[Quantity, ...]:
    """Quantities of a sentence that measure something: a year or a figure's number does not."""
    return tuple(q for q in sentence_quantities(sentence.text) if q.unit not in ("year", "date", "figure"))


def restriction(question: Question, sentence: Sentence) -> int:
    """How many restrictions the sentence carries that the question does not ask for (a sector, a country, a size)."""
    said = slots(f"{sentence.context} {sentence.text}")
    return sum(
        1
        for namespace in ("sector", "country", "size")
        if namespace in said and namespace not in question.slots and len(said[namespace]) < A_LIST
    )


BASE_CLAUSE = re.compile(
    r"^(?:an average of \d+ per cent )?(?:of|among|for) (?:the |those )?[^,]{8,90}?\b(?:who|that|which|planning|with|where)\b[^,]*,\s*",
    re.I,
)


def claim(text: str) -> str:
    """What a sentence says of its base: "Of those who X, N per cent Y" without "Of those who X"."""
    base = BASE_CLAUSE.match(text)
    return text[base.end() :] if base else text


def back_coverage(question: Question, sentence: Sentence, rarity: Rarity) -> float:
    """Share of what the sentence claims (its base clause left out) that the question speaks of: a question about
    something else than the claim covers little of it."""
    asked, asked_concepts = _asked_of(question.text, question.terms)
    total = spoken = 0.0
    for term, parts, wording in _claimed(sentence.text):
        weight = max((rarity(w) for w in wording), default=0.0)
        total += weight
        if not term.concepts.isdisjoint(asked_concepts) or all(p in asked for p in parts):
            spoken += weight
    return spoken / total if total else 0.0


@lru_cache(maxsize=1_024)
def _asked_of(text: str, told: tuple[Term, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Stems and concepts of a question."""
    asked = frozenset(t.stem for t in told) | frozenset(content_stems(text))
    return asked, frozenset(c for t in told for c in t.concepts)


@lru_cache(maxsize=32_768)
def _claimed(text: str) -> tuple[tuple[Term, tuple[str, ...], tuple[str, ...]], ...]:
    """The terms of what a sentence claims, each with its stems and with its words that carry content."""
    counted = (t for t in terms(claim(text)) if not t.frame and not t.stem[:1].isdigit())
    return tuple((t, tuple(t.stem.split()), tuple(w for w in t.text.split() if w not in STOPWORDS)) for t in counted)


_HEAD_SLOTS = {
    "sector": "sector",
    "industry": "sector",
    "line": "sector",
    "country": "country",
    "part": "country",
    "role": "role",
    "job": "role",
    "technology": "technology",
}


def head_fit(question: Question, sentence: Sentence) -> float:
    """1 when the sentence speaks of the kind of thing the question asks for ("which vendor"), 0 when not, 0.5 when open."""
    if not question.head:
        return 0.5
    namespace = _HEAD_SLOTS.get(
        question.head.rstrip("s").replace("industrie", "industry").replace("countrie", "country")
    )
    if namespace and any(namespace in slots(text) for text in (sentence.text, *sentence.asks)):
        return 1.0
    wanted = terms(question.head)
    own, known = _stems_told(sentence), _concepts_told(sentence)
    return float(all(t.stem in own or bool(t.concepts & known) or t.frame for t in wanted))


def is_label(sentence: Sentence, passage: Passage) -> bool:
    """True for the printed parts of a figure (title, question, legend), which say nothing by themselves."""
    if " = " in sentence.text:
        return False
    return passage.kind == "figure" and not sentence.text.rstrip('”"’) ').endswith(".")


_DEFINING = frozenset({"is", "are", "means", "mean", "refers", "encompasses", "comprises", "stands", "denotes"})
_DEFINED_WITHIN_WORDS = 10
_CAUSAL = re.compile(
    r"\b(?:because|since|due to|owing to|reasons?|cause[sd]?|so that|in order to|therefore|lack(?:s|ing)? of|leads? to|results? in|which (?:makes|means)|as a result|"
    r"makes? it|struggle|without|difficult|needs?|important|essential|critical|significant)\b",
    re.I,
)


def type_fit(question: Question, sentence: Sentence) -> float:
    """1 when the sentence has the form that the question's type asks for (a definition, a cause), 0 when not, 0.5 when open."""
    if question.kind == "define":
        start = words(sentence.text.replace(" = ", " means "))[:_DEFINED_WITHIN_WORDS]
        verb = next((i for i, word in enumerate(start) if word in _DEFINING), 0)
        subject = frozenset(stem(w) for w in start[:verb])
        return float(any(t.stem in subject for t in question.terms if not t.frame))
    if question.kind == "why":
        return float(_CAUSAL.search(sentence.text) is not None)
    return 0.5


def premise_fit(question: Question, sentence: Sentence) -> float:
    """1 when the sentence states a quantity that the question itself names, 0 when not, 0.5 when it names none."""
    if not question.given:
        return 0.5
    stated = sentence_quantities(sentence.text)
    return float(any(_agree(g, q) for g in question.given for q in stated))


_IN_ROUND_WORDS = re.compile(r"\b(?:in|out of) (?:\d+|[a-z]+)$|\b(?:half|third|quarter|fifth|tenth)s?$", re.I)
_ROUNDED_POINTS = 3.0


def _agree(asked: Quantity, stated: Quantity) -> bool:
    """The same quantity; "a dozen or more" is "more than 11", and a sum may be named without its currency."""
    if same(asked, stated):
        return True
    bounds = {(asked.approx, asked.value), (stated.approx, stated.value)}
    by_bound = dict(bounds)
    # "Nearly nine in ten" is how a reader remembers 88 per cent.
    if asked.unit == stated.unit == "percent" and (asked.approx or _IN_ROUND_WORDS.search(asked.text)):
        low, high = stated.value, stated.high or stated.value
        return low - _ROUNDED_POINTS <= asked.value <= high + _ROUNDED_POINTS
    if set(by_bound) == {"at least", "over"} and by_bound["at least"] == by_bound["over"] + 1:
        return True
    return asked.unit in ("count", None) and asked.value >= _A_SUM_FROM and asked.value == stated.value


def rarity_of(frequency: Callable[[str], int], statements: int, english: Mapping[str, float]) -> Rarity:
    """Weight of a word, 0 to 1: how rare it is in the corpus (scaled inverse frequency) and in English, in equal parts.

    A word that the corpus does not hold weighs what it weighs in English: "better" little, "salary" much.
    """
    top = math.log(statements + 1) or 1.0

    @lru_cache(maxsize=16_384)
    def rarity(word: str) -> float:
        in_english = english.get(word, english.get(word.removesuffix("s"), _UNKNOWN_WORD))
        common = 0.5 if word[:1].isdigit() else in_english
        count = frequency(stem(word))
        here = min(1.0, math.log((statements + 1) / count) / top) if count else common
        return 0.5 * here + 0.5 * common

    return rarity
