"""The verifier: is each number, and the sentence as a whole, backed by a cited quote?"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.types import Number
from app.verify import polarity, population, tables, wording
from app.verify.clauses import TIME_UNITS, belongs, segment
from app.verify.entailment import entailment
from app.verify.readings import Reading, Synonyms, coverage, holds, lexicon, read, sentences, without_markers
from app.verify.types import Verdict
from app.verify.verbatim import is_of_one_row, is_verbatim, other_value
from ingest.quantities import Quantity, same

# Share of a claim's content words that must stand in the one sentence that states its number (research: 60 %
# binding
# accepted 2.7 % of swapped numbers and all true ones).
BOUND_FROM = 0.6
# The least `entailment`: on the first half of the faithfulness sets 0.45 to 0.6 do equally well; the
# strictest is taken.
ENTAILED_FROM = 0.6
_CONTRADICTED = 0.3
_CLOSE_FROM = 0.8
_COPIED_FROM = 0.9
_DIGITS = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_MINUS = re.compile(r"(?<=[\s(“])[-–−](?:US)?\W?[0-9][0-9.,]*")
_NUMERAL = re.compile(r"[-–−]?[0-9]+(?:[.,][0-9]+)*")
_FIGURE = re.compile(
    r"\b(?:fig(?:ure)?s?|exhibits?|tables?|charts?)\b[.:]?\s*((?:[-–−]?[0-9]+(?:[.,][0-9]+)*(?:, | and | to )?)+)", re.I
)
_LIST_MARKER = re.compile(r"^\s*(?:[-*•]\s+|\(?[0-9]{1,2}[.)]\s+)")
_UPPER_END = frozenset({"high", "most", "best", "top", "ceil", "upper"})
_SEGMENT = re.compile(
    r";|,? (?:while|whereas|but|although|compared (?:with|to)|versus|against|as opposed to)\b|, and\b|,(?= "
    r"[0-9])"
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence of a quote, the sentence that it points back to ("this sector"), and its whole quote."""

    reading: Reading
    before: str
    quote: str


@dataclass(frozen=True, slots=True)
class _Found:
    supported: bool
    why: str = ""


def check(text: str, quotes: Sequence[str], *, synonyms: Synonyms | None = None, about: str = "") -> Verdict:
    """Check one statement (one or more sentences) against the quotes that it cites.

    A number is supported when one sentence of one quote states the same value, in the same unit, with an
    approximation
    that does not contradict, of the same thing and the same population. A verbatim statement is always
    supported.
    `synonyms` maps a stem to stems that count as the same word; by default the lexicon of `readings`.
    `about` names the source of the quotes: a paraphrase may name it where they do not.
    """
    if not quotes or not any(q.strip() for q in quotes):
        numbers = tuple(_number(q, False) for q in read(text).numbers)
        return Verdict(numbers, False, 0.0, "it cites no quote")
    known = lexicon() if synonyms is None else synonyms
    parts = [_check_part(part, quotes, known, about) for part in _parts(text, quotes)]
    if not parts:
        return Verdict((), False, 0.0, "it says nothing")
    numbers = tuple(n for part in parts for n in part.numbers)
    why = next((part.why for part in parts if part.why), "") or other_value(text, quotes)
    why = why or _other_figure(text, quotes, known)
    return Verdict(numbers, not why and all(p.supported for p in parts), min(p.entailed for p in parts), why)


def _parts(text: str, quotes: Sequence[str]) -> list[str]:
    """Sentences of the statement; joined by ";" they are told apart when each is verbatim."""
    if any(is_of_one_row(text, quote) for quote in quotes):
        return [text]
    parts: list[str] = []
    for sentence in sentences(_LIST_MARKER.sub("", without_markers(text))):
        if not re.search(r"\w", sentence):
            continue
        joined = [p.strip() for p in sentence.split(";") if p.strip()]
        apart = len(joined) > 1 and all(is_verbatim(p, quotes) for p in joined)
        parts += joined if apart else [sentence]
    return parts


def _check_part(text: str, quotes: Sequence[str], synonyms: Synonyms, about: str) -> Verdict:
    claim = read(text)
    figure = _strange_figure(text, quotes, about)
    if not figure and is_verbatim(text, quotes):
        return Verdict(tuple(_number(q, True) for q in claim.numbers), True, 1.0)
    cited = [Cited(read(s), _before(q, i), q) for q in quotes for i, s in enumerate(sentences(q))]
    readings = [c.reading for c in cited]
    everything = "\n".join(quotes)
    claim = _without_source(claim, everything, about)
    found = [_support(claim, q, cited, everything, synonyms) for q in claim.numbers]
    numbers = tuple(_number(q, f.supported) for q, f in zip(claim.numbers, found, strict=True))
    union = frozenset().union(*(r.stems for r in readings))
    entailed = entailment(claim, readings, synonyms)
    why = next((f.why for f in found if not f.supported), "")
    label = _strange_label(claim, everything) or figure
    if label and not why:
        why = f"no cited quote has the numeral {label}"
    if not why and entailed < ENTAILED_FROM:
        missing = [w.stem for w in claim.words if not holds(union, w.stem, synonyms)]
        why = f"the quotes hold too little of it (not: {', '.join(dict.fromkeys(missing))})"
    nearest, _ = _nearest(claim, readings, synonyms)
    turned = _contradiction(claim, readings, everything, synonyms) or wording.conflict(
        claim, nearest, everything, about, synonyms
    )
    if turned:
        entailed *= _CONTRADICTED
        why = why or turned
    return Verdict(numbers, not why, round(entailed, 4), why)


def _other_figure(text: str, quotes: Sequence[str], synonyms: Synonyms) -> str:
    """Why the one figure that the statement names is not that of the quote nearest to it."""
    named = set(_figures(text))
    if len(named) != 1:
        return ""
    claim = read(text)
    told = [(coverage(claim.stems, read(s).stems, synonyms), set(_figures(s))) for q in quotes for s in sentences(q)]
    best = max((share for share, _ in told), default=0.0)
    nearest = [figures for share, figures in told if share == best]
    if best < BOUND_FROM or not all(nearest) or any(named & figures for figures in nearest):
        return ""
    theirs = " or ".join(sorted(nearest[0]))
    return f"the quote nearest to it names figure {theirs}, not figure {named.pop()}"


def _without_source(claim: Reading, everything: str, about: str) -> Reading:
    """The claim without the name of the source, where it names one and the quotes do not: "Leeds Institute" restricts
    nothing to Leeds."""
    named = read(about).stems - read(everything).stems
    dropped = [w for w in claim.words if w.stem in named and claim.text[w.start].isupper()]
    words, text = tuple(w for w in claim.words if w not in dropped), claim.text
    for w in dropped:
        text = text[: w.start] + " " * (w.end - w.start) + text[w.end :]
    return replace(claim, words=words, text=text, stems=frozenset(w.stem for w in words))


def _before(quote: str, at: int) -> str:
    told = sentences(quote)
    return told[at - 1] if at and population.points_back(told[at]) else ""


def _number(q: Quantity, supported: bool) -> Number:
    return Number(q.text, q.value, q.unit, supported)


def _contradiction(claim: Reading, readings: Sequence[Reading], everything: str, synonyms: Synonyms | None) -> str:
    """Why the claim says otherwise than the sentence nearest to it; numbers are checked by `_support`."""
    nearest, share = _nearest(claim, readings, synonyms)
    turned = polarity.conflict(claim.text, nearest.text, share >= _CLOSE_FROM)
    if turned or claim.numbers or share < BOUND_FROM:
        return turned
    return population.conflict(claim.text, nearest.text, everything)


def _nearest(claim: Reading, readings: Sequence[Reading], synonyms: Synonyms | None) -> tuple[Reading, float]:
    shares = [(coverage(claim.stems, r.stems, synonyms), -i) for i, r in enumerate(readings)]
    share, at = max(shares)
    return readings[-at], share


def _support(
    claim: Reading, number: Quantity, cited: Sequence[Cited], everything: str, synonyms: Synonyms | None
) -> _Found:
    in_cell = tables.is_table(everything) and tables.holds(number, everything)
    if in_cell and tables.supports(claim.text, number, everything):
        return _Found(True)
    stating = [
        (c, q)
        for c in cited
        for q in c.reading.numbers
        if states(q, number, claim) and not (in_cell and tables.is_table(c.reading.text))
    ]
    if in_cell and not stating:
        return _Found(False, f"{number.text} stands in another row or column of the table")
    if not stating:
        return _Found(False, f"no cited quote states {number.text}")
    nearest, _ = _nearest(claim, [c.reading for c in cited], synonyms)
    copied = _is_copy(claim, nearest, synonyms)
    told = sum(states(q, number, claim) for q in nearest.numbers) if copied else len(stating)
    if sum(same(number, n) for n in claim.numbers) > told:
        return _Found(False, f"{number.text} is not what the quoted sentence says there")
    reasons = [_bound(claim, number, found, cited, synonyms) for found in stating]
    if "" in reasons:
        return _Found(True)
    return _Found(False, reasons[0])


def states(quoted: Quantity, claimed: Quantity, claim: Reading | None = None) -> bool:
    """Whether a quote's quantity backs a claim's: the same, or a date within the year claimed.

    "as high as 149" backs "the highest was 149": the claim's own words say that it is the upper end.
    """
    if claimed.unit == "date" and quoted.unit == "year":
        return False
    if claim and quoted.approx == "up to" and not claimed.approx and _UPPER_END & claim.stems:
        return same(replace(quoted, approx=""), claimed)
    return same(quoted, claimed)


def _bound(
    claim: Reading,
    number: Quantity,
    found: tuple[Cited, Quantity],
    cited: Sequence[Cited],
    synonyms: Synonyms | None,
) -> str:
    """Why this statement of the number is of something else; empty when it is of the same thing."""
    stating, stated = found
    quote = stating.reading
    part = _part(claim, number)
    whole = coverage(claim.stems, quote.stems, synonyms)
    share = max(whole, coverage(part.stems, quote.stems, synonyms) if len(part.stems) > 1 else 0.0)
    if number.unit in TIME_UNITS and share < BOUND_FROM:
        return _dated(claim, number, cited, synonyms)
    if share < BOUND_FROM:
        return f"{number.text} is told of something else: that sentence has {share:.0%} of the claim's words"
    if not belongs(segment(claim, number), quote, stated, synonyms):
        return f"{number.text} belongs to another part of the quoted sentence"
    told = claim if whole >= BOUND_FROM else part
    return population.conflict(told.text, f"{stating.before} {quote.text}", stating.quote)


def _part(claim: Reading, number: Quantity) -> Reading:
    """The part of a claim that holds the number, for claims that join two facts."""
    cuts = [0, *(m.start() for m in _SEGMENT.finditer(claim.text)), len(claim.text)]
    for low, high in itertools.pairwise(cuts):
        if low <= number.start < high:
            return read(claim.text[low:high])
    return claim


def _is_copy(claim: Reading, quote: Reading, synonyms: Synonyms | None) -> bool:
    """Whether the claim repeats one quoted sentence: then its numbers must be that sentence's own."""
    return (
        coverage(claim.stems, quote.stems, synonyms) >= _COPIED_FROM
        and coverage(quote.stems, claim.stems, synonyms) >= BOUND_FROM
    )


def _strange_label(claim: Reading, everything: str) -> str:
    """A numeral that counts nothing ("Article 73", "GPT-4") and stands in no quote; else empty."""
    known = frozenset(_DIGITS.findall(everything))
    if (minus := _MINUS.search(claim.text)) and minus[0].rstrip(".,") not in everything:
        return minus[0].rstrip(".,")
    return next(
        (
            m[0]
            for m in _DIGITS.finditer(claim.text)
            if m[0] not in known and not any(q.start <= m.start() < q.end for q in claim.numbers)
        ),
        "",
    )


def _strange_figure(text: str, quotes: Sequence[str], about: str) -> str:
    """The number of a figure that a claim points at and no quote does; `read` leaves "(figure 4)" out."""
    known = frozenset(_figures("\n".join((*quotes, about))))
    return next((n for n in _figures(text) if n not in known), "")


def _figures(text: str) -> list[str]:
    return [n for m in _FIGURE.finditer(text) for n in _NUMERAL.findall(m[1])]


def _dated(claim: Reading, number: Quantity, cited: Sequence[Cited], synonyms: Synonyms | None) -> str:
    """A date may stand beside the sentence it dates, unless that sentence has a date of its own."""
    nearest, _ = _nearest(claim, [c.reading for c in cited], synonyms)
    if any(q.unit in TIME_UNITS for q in nearest.numbers) and not any(states(q, number) for q in nearest.numbers):
        return f"{number.text} is told of something else"
    return ""
