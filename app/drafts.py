"""What an answer is proposed to say: drafts, each with the words that back it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.types import Evidence, StatementKind
from ingest.quantities import quantities, same
from ingest.sentences import without_note_markers
from ingest.terms import content_stems
from ingest.types import Passage, Sentence

_ALIKE, _JACCARD = 0.55, 0.42
_CONNECTIVE = re.compile(
    r"^(?:however|moreover|indeed|notably|in addition|furthermore|also|therefore|thus|additionally|significantly|yet|"
    r"and|but|so(?! far\b)|for example|for instance|that said|nevertheless|meanwhile|similarly|likewise|consequently|"
    r"as a result|overall)\s*,?\s+",
    re.I,
)


_ITEM = re.compile(r"^(?:\d{1,2}[.)]|[-*•–])\s+(?=\S)|(?<=\w)[,;]$")
"""What stands before an item of a list, and between two."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a passage: `text` is `passage.text[start:end]`, character for character."""

    passage: Passage
    text: str
    figure: int | None
    score: float


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence proposed for the answer with the words that back it; `step` marks an item of a list.

    `states` is what the sentence takes from its quotes, where the rest of it only names their place.
    `about` names their sources: the sentence may name them where the quotes do not.
    """

    text: str
    kind: StatementKind
    quotes: tuple[Quote, ...]
    step: bool = False
    states: str = ""
    about: str = ""


_LABEL = re.compile(
    r"^(?P<series>figure|fig\.?|exhibit|table|chart)\s+(?P<number>\d+)\s*[:.–-]\s*(?P<title>.+)$", re.I | re.S
)
_ASKED = re.compile(r"^questions? asked:\s*(?P<asked>.+)$", re.I | re.S)


def _of_label(text: str, figures: Sequence[int]) -> str:
    """A figure's printed title or question as a sentence; anything else as it stands."""
    title = _LABEL.match(text)
    if title:
        return f"{title['series'].capitalize()} {title['number']} is titled “{title['title'].strip()}”."
    asked = _ASKED.match(text)
    return f"The question asked for figure {figures[0]} was: “{asked['asked'].strip()}”" if asked and figures else text


def draft(evidence: Evidence, step: bool = False) -> Draft:
    """One statement from one piece of evidence, its antecedent joined in when it does not stand alone."""
    sentence, passage = evidence.sentence, evidence.passage
    text = said(_ITEM.sub("", sentence.text) if step else sentence.text)
    if evidence.features["label"]:
        quote = quote_of(passage, sentence.start, sentence.end, sentence, evidence.score)
        return Draft(_of_label(text, passage.figures), "finding", (quote,), step)
    quotes = [quote_of(passage, sentence.start, sentence.end, sentence, evidence.score)]
    start = passage.text.find(sentence.context) if sentence.context else -1
    if 0 <= start < sentence.start:
        before = said(sentence.context).rstrip(".!?; ")
        text = f"{before}; {_lower_first(text)}"
        quotes = [quote_of(passage, start, sentence.end, sentence, evidence.score)]
    return Draft(text, kind_of(sentence), tuple(quotes), step)


def kind_of(sentence: Sentence) -> StatementKind:
    """What kind of statement a sentence makes; raises ValueError on a gap, which states nothing."""
    if sentence.kind == "gap":
        raise ValueError(f"a gap is a reason to refuse and never a statement: {sentence.text!r}")
    return sentence.kind


def said(text: str) -> str:
    """A sentence as an answer says it: no note marks, no connective that points at what stood before."""
    plain = re.sub(r"\s+", " ", without_note_markers(text)).strip()
    cut = _CONNECTIVE.sub("", plain, count=1)
    return cut[:1].upper() + cut[1:]


def quote_of(passage: Passage, start: int, end: int, sentence: Sentence, score: float) -> Quote:
    """The words of a passage from `start` to `end`, with the figure that the sentence belongs to, or else one before it
    that is quoted with it."""
    before = (n for s in passage.sentences if start <= s.start < end for n in s.figures)
    figures = sentence.figures or tuple(before) or (passage.figures if passage.kind == "figure" else ())
    return Quote(passage, passage.text[start:end], figures[0] if figures else None, score)


def _lower_first(text: str) -> str:
    second = text[1:2]
    first = text.split(" ", 1)[0]
    if first == "A":
        return "a" + text[1:]
    return text if second.isupper() or not first.isalpha() or first.isupper() else text[:1].lower() + text[1:]


def adds_nothing(text: str, title: str) -> bool:
    """True when most of what a text says stands in a title: a short title shares much with all that is about it."""
    own = set(content_stems(text))
    return bool(own) and len(own & set(content_stems(title))) / len(own) > _ALIKE


def alike(a: str, b: str) -> bool:
    """True when two sentences say nearly the same: most content stems of the smaller set are shared, and not by far
    fewer than both have, and neither states a number where the other states another. Findings of one survey have its
    name, year and sample in common, and say different things."""
    one, other = set(content_stems(a)), set(content_stems(b))
    shared = len(one & other)
    if not one or not other or shared / min(len(one), len(other)) <= _ALIKE or shared / len(one | other) <= _JACCARD:
        return False
    return not (_numbers(a, b) and _numbers(b, a))


def _numbers(a: str, b: str) -> bool:
    """Whether a text states a number that the other does not."""
    there = quantities(b)
    return any(not any(same(q, o) for o in there) for q in quantities(a) if q.unit not in ("figure", "year", "date"))
