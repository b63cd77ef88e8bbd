"""The same question of something else: "And in Germany?", "And at its best?", "What about overall?"."""

from __future__ import annotations

import re

from app.cues import (
    IS_THERE,
    NAME_WORDS,
    OPENING,
    SHORT_WORDS,
    WH,
    WHAT_ABOUT,
    bare_phrase,
    depends,
    own_words,
    trim,
    unadded,
)
from app.message import LIKE_US
from app.vocabulary import slots

_SIZED = re.compile(r"\b(?:big(?:ger|gest)?|small(?:er|est)?|larg(?:e|er|est)|medium-sized|mid-?sized?)\b", re.I)
_SIZED_ONES = re.compile(r"(?:only )?(?:the )?(?:very )?(\S+) ones?", re.I)
_OPEN_QUESTION = re.compile(r"^\W*(?:what|which|who|whom|whose|why|how|when|where|since when|by)\b", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_YEAR_SHIFT = re.compile(
    r"\b(?:the )?year (after|later|following|before|earlier)\b|\b(?:the )?(next|following|previous|preceding) year\b",
    re.I,
)
# "I meant before that, when they were asked."
_BACK_THEN = re.compile(
    r"\b(?:before (?:that|then)|back then|at (?:the|that) time|when (?:they|you|people|firms|it|the survey)\b[^?]*\b(?:asked|survey(?:ed)?|polled|done|run|took part))\b",
    re.I,
)
_YEAR_NAMED = re.compile(r"\b(?:(?:in|by|for|during|from) )?(?:the year )?(?:19|20)\d\d\b", re.I)
_LED_BY = re.compile(
    r"^\W*(?:and|or) (under|on|from|behind|without|through|via|against|beyond|over|to) ((?:\S+ ){0,3}\S+)\W*$", re.I
)
_FEW_WORDS = 3
_LATER = frozenset({"after", "later", "following", "next"})
# "And the best case?", said of a return: the word alone names the statistic that is meant.
_STATISTIC = {
    "worst": "the worst case",
    "lowest": "the lowest return",
    "best": "the best case",
    "highest": "the best case",
    "average": "the average",
    "median": "the median",
}
_WHICH_STATISTIC = re.compile(
    r"^what(?:'s| is| was| were| would be| about)? (?:the |its |their )?(?:very |absolute )?\w+"
    r"(?: (?:case|one|result|value|figure|number|outcome))?(?:\W+\w+)?\W*$",
    re.I,
)
_TAKES_ARTICLE = re.compile(r"(?:UK|US|USA|EU|United|Netherlands|Nordics|European|States)\b", re.I)
# "What share overall ...?", asked again of a sector.
_OVERALL = re.compile(r",?\s+(?:overall|in general|in total|all in all|across the board)(?=\W)", re.I)
_WHOLE = re.compile(
    r"^\W*(?:(?:[^?.]{3,40}\?\s+)?(?:(?:give|tell|show) (?:me|us) |what(?:'s| is) )?(?:the )?(?:number|share|percentage|figure|value|picture|result) )?"
    r"(?:(?:over|across|for|in|among|of|taking) )?(?:overall|all|total|general|generally|the board|everyone|everybody|everywhere|all of them|"
    r"the (?:rest|whole (?:sample|group|lot|survey))|(?:all|every|each)(?: the)? (?:\w+ )?(?:firms?|compan(?:y|ies)|organi[sz]ations?|sectors?|"
    r"industr(?:y|ies)|respondents?))(?: (?:together|combined|as a whole|taken together|surveyed|polled|asked))?\W*$",
    re.I,
)
NARROWING = ("sector", "country", "size", "role")
"""Slots whose values are parts of those who were asked."""
# Of a group, or of money, another word for it is no other of its kind.
_NO_KINDS = frozenset({"group", "money"})
_SIZE_LEFT = re.compile(r"\b(?:big|bigger|large|larger|small|smaller|major)\s+(?=all organisations)", re.I)
_KIND_LEFT = re.compile(
    r"\b(all organisations) (?:bodies|agencies|companies|firms|organi[sz]ations|enterprises|institutions|businesses|respondents|sector|industry)\b",
    re.I,
)
_COUNTED_ALL = re.compile(r"(?<=\bhow many )all organisations\b", re.I)
_TWICE = re.compile(r"\b(\w{4,}) \1\b", re.I)
_PROPER = re.compile(r"\b[A-Z][\w-]*(?:\s[A-Z][\w-]*)*(?='s\b)")


def other_statistic(question: str, before: str) -> str:
    """ "And at its best?", "What's the best case, then?": the same question with the statistic that is named."""
    plain = OPENING.sub("", question).strip()
    named = [w for w in re.findall(r"[a-z]+", plain.lower()) if w in _STATISTIC]
    asks_more = WH.match(plain) and not _WHICH_STATISTIC.match(plain)
    if not named or asks_more or len(own_words(plain)) > NAME_WORDS or not depends(question):
        return ""
    other = _replace_form(unadded(before), "statistic", _STATISTIC[named[0]])
    return f"{trim(other)}?" if other else f"{unadded(before)} ({_STATISTIC[named[0]]})?"


def other_name(question: str, before: str) -> str:
    """ "And Microsoft's?" after a question about Google's: the same question with the other name."""
    old, new = _PROPER.search(before), _PROPER.search(OPENING.sub("", question))
    if not old or not new or len(own_words(question)) > NAME_WORDS:
        return ""
    return before[: old.start()] + new.group(0) + before[old.end() :]


def of_all(question: str, before: str) -> str:
    """ "What about overall?" after a question about a sector: the same of all organisations."""
    about = WHAT_ABOUT.match(question)
    if not _WHOLE.match(about.group(1) if about else OPENING.sub("", question)):
        return ""
    first, *rest = [n for n in NARROWING if n in slots(before)] or [""]
    wider = _replace_form(before, first, "all organisations") if first else ""
    for namespace in rest:
        wider = _replace_form(wider, namespace, "") or wider
    return re.sub(r"\s+", " ", _COUNTED_ALL.sub("organisations", _KIND_LEFT.sub(r"\1", _SIZE_LEFT.sub("", wider))))


def under_another(question: str, before: str) -> str:
    """ "And under classical?" after "What is counted under next-gen?": the one for the other."""
    told = _LED_BY.match(question)
    if not told:
        return ""
    start = re.search(rf"\b{told[1]} (?=\S)(?!.*\b{told[1]}\b)", before, re.I)
    return f"{before[: start.end()]}{trim(told[2])}?" if start else ""


def asks_whether(question: str, before: str) -> bool:
    """ "Is there a law like that in Japan?" after "When did the act start?": not the same question of another."""
    return IS_THERE.match(question) is not None and _OPEN_QUESTION.match(before) is not None


def swapped(question: str, before: str) -> str:
    """`before` with one slot's value replaced by the one that `question` names, when it brings little else."""
    about = WHAT_ABOUT.match(question)
    if asks_whether(question, before):
        return ""
    length = len(question.split())
    bare = length <= NAME_WORDS + 1 and not WH.match(question)  # "IT architects?"
    if not about and not bare and not (OPENING.match(question) and length <= SHORT_WORDS):
        return ""
    phrase = trim(about.group(1) if about else OPENING.sub("", question))
    return _of_another_size(phrase, before) or of_another_year(phrase, before) or _of_another_slot(phrase, before)


def _of_another_size(phrase: str, before: str) -> str:
    ones = _SIZED_ONES.fullmatch(LIKE_US.sub("", phrase).strip())
    if ones and _SIZED.fullmatch(ones.group(1)) and _SIZED.search(before):
        return _SIZED.sub(ones.group(1), before, count=1)
    return ""


def of_another_year(phrase: str, before: str) -> str:
    """ "And the year after?", "before that, when they were asked": the same question of another time."""
    years, named = _YEAR.findall(phrase), _YEAR.findall(before)
    if years and named:
        return _YEAR.sub(years[0], before, count=1)
    if _BACK_THEN.search(phrase):
        then = "at the time of the survey"
        return _YEAR_NAMED.sub(then, before, count=1) if named else f"{trim(before)} {then}?"
    shift = _YEAR_SHIFT.search(phrase)
    if shift and len(set(named)) == 1:
        return before.replace(named[0], _shifted(named[0], shift))
    return ""


def of_a_year_said(question: str, before: str, said: str) -> str:
    """ "And the year after?" where only the answer told a year: the same question of the one after that."""
    plain = OPENING.sub("", question).strip()
    shift, told = _YEAR_SHIFT.search(plain), _YEAR.search(said)
    if not shift or not told or _YEAR.search(before) or _YEAR.search(question) or len(own_words(plain)) > NAME_WORDS:
        return ""
    return f"{unadded(before)} in {_shifted(told.group(0), shift)}?"


def _shifted(year: str, shift: re.Match[str]) -> str:
    return str(int(year) + (1 if (shift.group(1) or shift.group(2)).lower() in _LATER else -1))


def _of_another_slot(phrase: str, before: str) -> str:
    new, old = slots(phrase), slots(before)
    for namespace in new:
        if namespace in old and namespace not in _NO_KINDS:
            replaced = _replace_form(before, namespace, phrase)
            if replaced:
                return replaced
    if not new or set(new) & set(old) or len(own_words(phrase)) > _FEW_WORDS or WH.match(phrase):
        return ""
    whole = trim(_OVERALL.sub("", before))
    if set(new) & {"country", "sector", "size"}:
        return f"{whole}, in {bare_phrase(phrase)}?"
    return f"{whole} ({phrase})?"


def _replace_form(before: str, namespace: str, phrase: str) -> str:
    tokens = before.split()
    best = ""
    for size in range(1, 6):
        for i in range(len(tokens) - size + 1):
            piece = " ".join(tokens[i : i + size])
            if namespace in slots(piece) and (not best or len(piece) > len(best)):
                wider = (
                    any(namespace in slots(" ".join(tokens[j : j + size - 1])) for j in (i, i + 1))
                    if size > 1
                    else False
                )
                if not wider or slots(piece)[namespace] != slots(best or piece).get(namespace):
                    best = piece
    if not best:
        return ""
    end = "?" if best.endswith("?") else ""
    bare = bare_phrase(phrase)
    if namespace == "country" and not _TAKES_ARTICLE.match(bare):
        before = re.sub(rf"\bthe (?={re.escape(best)})", "", before, flags=re.I)
    return re.sub(
        r"\b(the|an?|in) (?:the|an?|in)\b",
        r"\1",
        _TWICE.sub(r"\1", before.replace(best, bare + end, 1)),
        flags=re.I,
    )
