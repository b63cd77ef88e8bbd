"""Dialogue: what a follow-up asks once the turns before it are taken into account.

`resolve` gives readings, most plausible first; the chain answers the first that the corpus answers.
A question that stands alone has exactly one reading, so that a change of topic is not dragged along.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.question import parts
from app.types import Turn
from app.vocabulary import slots, terms

_OPENING = re.compile(
    r"^\W*(?:(?:and|but|so|or|then|ok(?:ay)?|right|also|now|well|hmm|thanks|great|sure|fine|interesting)\b[\s,.:;!…-]*)+",
    re.I,
)
_WHAT_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay)\W+)?(?:what about|how about|same (?:question )?(?:for|with|but)|now (?:for|do|try)|"
    r"and (?:for|in|at|by|of|with)\b|what of|for|in|likewise|do the same for|anything on)\s+(.+?)\W*$",
    re.I,
)
_POINTING = re.compile(
    r"\b(?:it|its|that|this|those|these|they|them|their|theirs|there|the same|such|ones?|the (?:other|former|latter)|he|she|his|her)\b",
    re.I,
)
_POINTER = re.compile(
    r"\b(?:that|this|those|these|it|them|they)\b(?!\s+(?:is|are|was|were|has|have|will|would|can|could)\b\s+\w+ing)",
    re.I,
)
_WH = re.compile(
    r"^\W*(?:(?:what|which)(?:'s| is| are| was| were)?(?: the| an?)?(?: \w+)? (?:share|proportion|percentage|per ?cent|fraction|number)(?: of)?|"
    r"how (?:many|much|long|soon|big|likely|often)|what|which|who|why|how|when|where|is it true that|is|are|do|does|did|can|tell me)\b",
    re.I,
)
_SHORTER = re.compile(
    r"\b(?:shorter|in (?:one|a) (?:sentence|line|word)|brief(?:ly|er)?|sum (?:it|that) up|summari[sz]e (?:it|that)|more concise(?:ly)?|tl;?dr)\b",
    re.I,
)
_MORE = re.compile(
    r"^\W*(?:tell me more|more( detail)?s?|go on|elaborate|expand( on (?:it|that))?|say more|can you elaborate)\W*$",
    re.I,
)
_SOURCE = re.compile(
    r"^\W*(?:source|says who|according to whom|where (?:does|did|is) (?:that|this|it) (?:come )?from|how do you know)\W*\??$",
    re.I,
)
_CHANGE = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|right|well|fine|thanks?|great)\W+)*(?:moving on|(?:a |on a )?(?:different|new|another|change of) (?:subject|topic|question|matter)|something else|"
    r"changing (?:the )?(?:subject|topic)|next (?:topic|question)|switching (?:topics?|gears)|forget that|unrelated(?:ly)?)\W*",
    re.I,
)
_YEAR_SHIFT = re.compile(
    r"\b(?:the )?year (after|later|following|before|earlier)\b|\b(?:the )?(next|following|previous|preceding) year\b",
    re.I,
)
_LATER = frozenset({"after", "later", "following", "next"})
_SHORT_WORDS = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """A stand-alone question; `shorter` when the reader asked for the same in fewer words."""

    text: str
    shorter: bool = False


def resolve(question: str, history: Sequence[Turn] = ()) -> tuple[Reading, ...]:
    """Stand-alone readings of `question` after `history`, most plausible first, at least one."""
    before = _last_standing(history)
    if not before:
        return (Reading(question.strip()),)
    return _readings(question.strip(), before)


def _last_standing(history: Sequence[Turn]) -> str:
    standing = ""
    for turn in history:
        if turn.role != "user" or not turn.content.strip():
            continue
        standing = _readings(turn.content.strip(), standing)[0].text if standing else parts(turn.content)[-1]
    return standing


def _readings(question: str, before: str) -> tuple[Reading, ...]:
    if _CHANGE.search(question):
        return (Reading(_CHANGE.sub("", _OPENING.sub("", question)).strip()),)
    if _SHORTER.search(question) and len(_own(question)) <= 2:
        return (Reading(before, shorter=True),)
    if _MORE.match(question) or _SOURCE.match(question):
        return (Reading(before),)
    swapped = _swapped(question, before)
    if swapped:
        return (Reading(swapped),)
    if not _depends(question):
        return (Reading(question),)
    plain = _OPENING.sub("", question).strip() or question
    about = _WHAT_ABOUT.match(question)
    if about:
        phrase = _bare_phrase(about.group(1))
        return (Reading(_with_opening(phrase, before)), Reading(_joined(phrase, before)))
    if not _own(plain):
        return (Reading(_bare(plain, before)),)
    pointed = _POINTING.search(plain)
    joined = Reading(_joined(plain, before))
    return (joined, Reading(plain)) if pointed else (Reading(plain), joined)


def _own(text: str) -> list[str]:
    """Content words that a text brings itself."""
    return [t.text for t in terms(text) if not t.frame]


def _depends(question: str) -> bool:
    own = _own(question)
    if not own or _WHAT_ABOUT.match(question):
        return True
    if _OPENING.match(question) and len(question.split()) <= 14:
        return True
    pointing = _POINTING.search(question) is not None
    return (pointing and len(own) <= 4) or (len(question.split()) <= 3 and len(own) <= 2 and not _WH.match(question))


def _swapped(question: str, before: str) -> str:
    """`before` with one slot's value replaced by the one that `question` names, when it brings little else."""
    about = _WHAT_ABOUT.match(question)
    if not about and not (_OPENING.match(question) and len(question.split()) <= _SHORT_WORDS):
        return ""
    phrase = _trim(about.group(1) if about else _OPENING.sub("", question))
    years = re.findall(r"\b(?:19|20)\d\d\b", phrase)
    if years and re.search(r"\b(?:19|20)\d\d\b", before):
        return re.sub(r"\b(?:19|20)\d\d\b", years[0], before, count=1)
    shift = _YEAR_SHIFT.search(phrase)
    named = re.findall(r"\b(?:19|20)\d\d\b", before)
    if shift and len(set(named)) == 1:
        year = int(named[0]) + (1 if (shift.group(1) or shift.group(2)).lower() in _LATER else -1)
        return before.replace(named[0], str(year))
    new, old = slots(phrase), slots(before)
    for namespace in new:
        if namespace in old and namespace != "group":
            replaced = _replace_form(before, namespace, phrase)
            if replaced:
                return replaced
    if new and not set(new) & set(old) and len(_own(phrase)) <= 3:
        return (
            f"{_trim(before)} ({phrase})?"
            if not set(new) & {"country", "sector", "size"}
            else f"{_trim(before)}, in {_bare_phrase(phrase)}?"
        )
    return ""


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
    return re.sub(
        r"\b(the|an?|in) (?:the|an?|in)\b",
        r"\1",
        before.replace(best, _bare_phrase(phrase) + end, 1),
        flags=re.I,
    )


def _bare_phrase(phrase: str) -> str:
    return re.sub(r"^(?:for|in|at|by|of|with|among|the case of)\s+", "", _trim(phrase), flags=re.I)


def _with_opening(phrase: str, before: str) -> str:
    opening = _WH.match(before)
    lead = opening.group(0).strip() if opening and len(opening.group(0).split()) > 1 else "What is said about"
    return f"{lead} {phrase}?"


def _bare(question: str, before: str) -> str:
    """A bare "Why?" or "Which chart shows that?" with the topic put where the pointer stood."""
    topic = _topic(before)
    if _POINTER.search(question):
        return _POINTER.sub(lambda _: topic, _trim(question), count=1) + "?"
    return f"{_trim(question)} {topic}?"


def _joined(question: str, before: str) -> str:
    return f"{_trim(question)} ({_topic(before)})?"


def _topic(text: str) -> str:
    """What a question is about: itself without its opening."""
    plain = _OPENING.sub("", _trim(text))
    cut = _WH.sub("", plain, count=1).strip(" ,")
    return cut if len(_own(cut)) >= 1 else plain


def _trim(text: str) -> str:
    return text.strip().rstrip("?!. ").strip()
