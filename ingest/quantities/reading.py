"""Reading quantities out of a text: the scanner finds, one function per kind reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from ingest.quantities import dates
from ingest.quantities.amounts import amount
from ingest.quantities.counted import counted
from ingest.quantities.grammar import BEFORE, MAY_HOLD_ONE, NUMERAL, PLAIN, RATIO, SCANNER
from ingest.quantities.numerals import GLYPHS, PARTS, place, worth
from ingest.quantities.types import Quantity

_NUMERALS = re.compile(NUMERAL, re.I)
_LOOK_BACK_CHARS = 32
_WHOLE_PARTS = re.compile(r"[- ](?:part(?:y|ies)|person|persons|world|option|generation)\b", re.I)
_AFTER_A_PART = re.compile(
    r"\s+(?:of|said|say|says|report|reported|are|were|have|had|has|do|did|plan|planned|cite|cited|more|less"
    r"|fewer|higher|lower|"
    r"as|in|did|would|expect|agree|see|also|still|think|felt|feel)\b|\s*[.,;:)!?]|\s*$",
    re.I,
)
_NOT_HALF_AFTER = re.compile(
    r"[- ](?:hours?|years?|life|day|time|way|baked|hearted|term|yearly|marathon|step|dozen)\b", re.I
)
_NOT_HALF_BEFORE = re.compile(r"\b(?:second|first|other|latter|former|better|next|last|this|and a)[ -]$", re.I)
_NOT_RANK = re.compile(
    r"[- ](?:part(?:y|ies)|person|century|editions?|edn|quarters?|world|floor|options?|steps?|stage|phase"
    r"|points?|reason|time|"
    r"generation|anniversary|principle|line|group|row|column|figure|chart|class|hand|thirds?|half)\b",
    re.I,
)
_RANKED_AFTER = re.compile(
    r"[- ](?:ranked|placed|place|position|most|least|best|worst|(?!interest|request|test|invest|west"
    r"|rest)[a-z]{2,}est)\b",
    re.I,
)
_RANKED_BEFORE = re.compile(
    r"\b(?:ranks?|ranked|ranking|came|comes|placed|finished)(?: (?:as|at|the|in|in at))?\s*$", re.I
)
_TIMES = {"twice": 2.0, "thric": 3.0, "doubl": 2.0, "trebl": 3.0, "tripl": 3.0, "quadr": 4.0, "half ": 0.5}


@lru_cache(maxsize=16_384)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity of `text`, in order, never overlapping; labels and markers are left out."""
    plain = text.translate(PLAIN)
    return tuple(_scan(text, plain)) if MAY_HOLD_ONE.search(plain.lower()) else ()


def _scan(text: str, plain: str) -> Iterator[Quantity]:
    at = 0
    while match := SCANNER.search(plain, at):
        kind = match.lastgroup or ""
        found = [] if kind.startswith("mask") else _READERS[kind](plain, match)
        if not found and not kind.startswith("mask") and kind != "amount":
            found = amount(plain, match.start())  # "8 in 2022" is no ratio, yet 8 is a number
        for q in found:
            yield _finished(text, plain, q, at)
        at = max(match.end() if not found else found[-1].end, match.start() + 1)
        if not found and kind == "amount" and plain[match.start()].isalpha():
            at = _word_end(plain, match.start())


def _word_end(plain: str, at: int) -> int:
    while at < len(plain) and plain[at].isalpha():
        at += 1
    return at


def _finished(text: str, plain: str, q: Quantity, floor: int) -> Quantity:
    """`q` with its approximation word, what it counts, and its text as written."""
    approx, start = q.approx, q.start
    back = max(floor, q.start - _LOOK_BACK_CHARS)
    before = BEFORE.search(plain[back : q.start])
    if before and q.unit not in ("year", "date", "level", "figure") and not _is_period(before, q):
        start = back + before.start()
        approx = approx or (before.lastgroup or "").replace("_", " ")
    of, at_once = counted(plain, q.start, q.end) if q.unit not in ("year", "date", "figure") else ("", False)
    unit = "count" if q.unit is None and at_once and float(q.value).is_integer() else q.unit
    return Quantity(text[start : q.end], q.value, unit, start, q.end, approx, q.high, of)


def _is_period(before: re.Match[str], q: Quantity) -> bool:
    return (
        before[0].lower().split()[0] in ("over", "about", "around")
        and q.unit in ("years", "months")
        and before[0].endswith(("the ", "the"))
    )


def _ratio(plain: str, match: re.Match[str]) -> list[Quantity]:
    found = RATIO.match(plain, match.start())
    if not found:
        return []
    some, whole = (
        worth(found["some"]),
        worth(re.sub(r"^(?:a |one )?hundred$", "one hundred", found["all"], flags=re.I)),
    )
    usual = whole <= 12 or whole in (20, 25, 50, 100, 1000)
    if some >= whole or not usual or (some != 1 and whole > 100):
        return []
    return [Quantity("", round(100 * some / whole, 2), "percent", found.start(), found.end())]


def _fraction(plain: str, match: re.Match[str]) -> list[Quantity]:
    word, start, end = match[0].lower(), match.start(), match.end()
    if word in GLYPHS:
        value = GLYPHS[word]
    elif "/" in word:
        top, bottom = word.split("/")
        value = int(top) / int(bottom)
    elif word == "half":
        if _NOT_HALF_AFTER.match(plain, end) or _NOT_HALF_BEFORE.search(plain[max(0, start - 10) : start]):
            return []
        value = 0.5
    else:
        count, part = re.split(r"[- ]", word, maxsplit=1)
        of_one = count in ("a", "an", "one")
        loose = count in ("a", "an") and part != "half"
        if _WHOLE_PARTS.match(plain, end) or (loose and not _AFTER_A_PART.match(plain, end)):
            return []
        value = (1.0 if of_one else worth(count)) / PARTS[part]
    if value >= 1:
        return []
    return [Quantity("", round(100 * value, 2), "percent", start, end)]


def _times(plain: str, match: re.Match[str]) -> list[Quantity]:
    word = match[0].lower()
    value = _TIMES.get(word[:5])
    if value is None:
        value = worth(word.removesuffix("fold").rstrip("-"))
    return [Quantity("", value, "times", match.start(), match.end())]


def _none(plain: str, match: re.Match[str]) -> list[Quantity]:
    return [Quantity("", 0.0, "count", match.start(), match.end())]


def _rank(plain: str, match: re.Match[str]) -> list[Quantity]:
    word, start, end = match[0].lower(), match.start(), match.end()
    top = _NUMERALS.search(word) if word.startswith(("top", "bottom", "number", "no.")) else None
    if top:
        approx = "" if word.startswith("n") else "at most"
        return [Quantity("", worth(top[0]), "rank", start, end, approx)]
    if word.startswith(("top", "bottom", "number", "no.")):
        return []
    after = _RANKED_AFTER.match(plain, end)
    before = _RANKED_BEFORE.search(plain[max(0, start - 24) : start])
    if not (after or before) and (_NOT_RANK.match(plain, end) or word in ("first", "second") or _is_step(plain, start)):
        return []
    return [Quantity("", place(word), "rank", start, end)]


def _is_step(plain: str, start: int) -> bool:
    """A sentence that opens with a bare ordinal counts its own points."""
    return start == 0 or plain[max(0, start - 2) : start] in (". ", "; ", ": ", "! ", "? ")


def _levels(plain: str, match: re.Match[str]) -> list[Quantity]:
    unit = "figure" if match[0].lower().startswith("fig") else "level"
    numbers = list(_NUMERALS.finditer(plain, match.start() + 3, match.end()))
    if not numbers:
        return []
    found = [Quantity("", worth(n[0]), unit, n.start(), n.end()) for n in numbers]
    first = found[0]
    found[0] = Quantity("", first.value, unit, match.start(), first.end)
    between = plain[numbers[0].end() : numbers[1].start()].strip() if len(numbers) == 2 else ""
    if between in ("-", "to") and found[0].value < found[1].value:
        return [Quantity("", found[0].value, unit, match.start(), match.end(), "", found[1].value)]
    return found


def _rating(plain: str, match: re.Match[str]) -> list[Quantity]:
    numbers = [
        n for n in _NUMERALS.finditer(match[0]) if match[0][: n.start()].count("(") == match[0][: n.start()].count(")")
    ]
    low, high = worth(numbers[0][0]), worth(numbers[-1][0])
    return [Quantity("", min(low, high), "level", match.start(), match.end(), "", max(low, high))]


def _amount(plain: str, match: re.Match[str]) -> list[Quantity]:
    return amount(plain, match.start())


_READERS: dict[str, Callable[[str, re.Match[str]], list[Quantity]]] = {
    "date": dates.date,
    "period": dates.period,
    "fiscal": dates.fiscal,
    "season": dates.season,
    "decade": dates.decade,
    "levels": _levels,
    "rating": _rating,
    "ratio": _ratio,
    "fraction": _fraction,
    "times": _times,
    "none": _none,
    "rank": _rank,
    "amount": _amount,
}
