"""What a number counts or measures: the noun phrase that follows it, by simple rules."""

from __future__ import annotations

import re

_WORD = re.compile(r"[ -]?([A-Za-z][A-Za-z'/&-]*)")
_LEAD = re.compile(
    r"\s*(?:\((?:[^)]{0,40})\)\s*)?(?:(?:out\s)?of\s)?(?:(?:the|all|our|their|its|these|those|this|that"
    r"|every|his|her)\s)*"
    r"(?:(?:more|other|new|additional|different|separate|surveyed|key)\s(?=[a-z]))?",
    re.I,
)
_OPENING = re.compile(
    r"(?:^|[.;:!?]\s+)of (?:the |those |our |all (?:the )?)?([a-z][^,.;]{2,60}),(?:[^.;]{0,25})$", re.I
)

STOP = frozenset(
    """a an and are as at at be been between both but by can could currently did do does during each either
    else even for from had has have he how however if in into is it its just less likely least may might
    more most must near not now of off on only or over per rather say said says should since so such
    than that the their then there these they this those through to today under until up us very was we
    were what when where whether which while who whom whose will with within without would yet you your
    vs versus respectively overall alone already also across among after before because about against
    around toward us them it me him one towards worldwide globally behind below above strong""".split()
)
# Also nouns ("plan", "need"), so they end a phrase only after a plural.
_VERBS = frozenset(
    """acknowledge agree answer believe choose cite consider describe expect face feel find fail give
    identify indicate intend know lack make meet mention miss name need plan rank rate realise realize
    recognise report respond see seem select show state struggle suggest take tell think use view want
    work belong came come drive""".split()
)
_LIMIT = 4


def counted(text: str, start: int, end: int) -> tuple[str, bool]:
    """The noun phrase that `text[start:end]` quantifies, and whether it follows at once ("seven banks")."""
    lead = _LEAD.match(text, end)
    at = lead.end() if lead else end
    words: list[str] = []
    plural = False
    bare = "of" not in (lead[0] if lead else "").lower().split() and text[end : end + 1] == " "
    while len(words) < _LIMIT:
        found = _WORD.match(text, at)
        if not found or (found.start(1) == at and words) or _ends(found[1].lower(), plural or bare):
            break
        bare = False
        words.append(found[1])
        plural = plural or _is_plural(found[1].lower())
        at = found.end()
    if words:
        return " ".join(words), True
    opening = _OPENING.search(text[max(0, start - 120) : start])
    if opening:
        return _head(opening[1]), False
    return "", False


def _head(phrase: str) -> str:
    kept: list[str] = []
    for word in phrase.split()[:_LIMIT]:
        if kept and _ends(word.lower(), True):
            break
        kept.append(word)
    return " ".join(kept)


def _is_plural(word: str) -> bool:
    return (word.endswith("s") and not word.endswith(("ss", "us", "is"))) or word in {
        "people",
        "staff",
        "personnel",
    }


def _ends(word: str, plural: bool) -> bool:
    if word in STOP or (word.endswith("ly") and len(word) > 4):
        return True
    verbal = word.endswith(("ed", "ing")) and "-" not in word
    return plural and (verbal or word in _VERBS or word.removesuffix("s") in _VERBS)
