"""Dialogue: what a follow-up asks once the turns before it are taken into account.

`resolve` gives readings, most plausible first; the chain answers the first that the corpus answers surely, else the
surest.
A question that stands alone has exactly one reading, so that a change of topic is not dragged along.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.cues import NAME_WORDS, OPENING, POINTING, WH, WHAT_ABOUT, bare_phrase, depends, own_words, trim, unadded
from app.message import parts
from app.picked import offered, picked, says_only_yes
from app.reactions import REACTIONS, joined, of_our_own_kind, topic
from app.swapping import (
    NARROWING,
    asks_whether,
    of_a_year_said,
    of_all,
    other_name,
    other_statistic,
    swapped,
    under_another,
)
from app.types import Turn
from app.vocabulary import slots

_POINTER = re.compile(
    r"\b(?:that|this|those|these|it|them|they)\b(?!\s+(?:is|are|was|were|has|have|will|would|can|could)\b\s+\w+ing)",
    re.I,
)
_LIKE_THAT = re.compile(
    r"\b(?:(?:anything |something )?(?:like|similar to) (?:that|it|this)|similar|such (?=\w))\s*", re.I
)
# "How many of them want to lead?" counts the same people.
_OF_THEM = re.compile(
    r"\b(how many|(?:what|which) (?:share|proportion|percentage|per ?cent|fraction|part)|how much) of (?:them|these|those)(?! who\b)\b",
    re.I,
)
# "Is that more than generative models?" sets what was asked against another.
_MORE_THAN = re.compile(
    r"^\W*(?:is|are|was|were) (?:that|this|it|those|these|they) (?:(?:much|still|really|even|any|a lot|far) )?"
    r"(?:more|less|fewer|higher|lower|bigger|smaller|larger|better|worse) than (.{3,60})$",
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
    r"^\W*(?:(?:(?:and )?(?:what|which)(?:'s| is| was)? (?:the |your )?)?sources?(?: (?:of|for) (?:that|this|it|the)(?: (?:number|figure|claim|share|percentage))?)?|"
    r"says who|who says (?:so|that|this|it)|according to whom|how do you know|"
    r"where (?:does|did|is) (?:that|this|it)(?: (?:number|figure|claim|share|percentage))? (?:come |coming )?from|"
    r"is there a source(?: for (?:that|this|it))?|(?:can you )?(?:cite|back) (?:that|this|it)(?: up)?|"
    r"where (?:did|do|have) (?:you|they|we) (?:take|get|got|have|find|found) (?:that|this|it)(?: \w+)? from)\W*\??$",
    re.I,
)
_CHANGE = re.compile(
    r"^\W*(?:moving on|(?:a |on (?:a|to a) )?(?:completely |totally |very |quite )?"
    r"(?:different|new|another|other|change of) (?:subject|topic|question|matter|note|point|thing|tack)|something else|on to something else|something different|"
    r"(?:changing|switching|to change|to switch) (?:the )?(?:subjects?|topics?|tack|gears|tracks?)|next (?:topic|question|point)|forget (?:that|it|all that)|leav(?:e|ing) (?:that|this|it|the \w+(?=\s*[.,;:!-]))(?: aside)?|leav(?:e|ing) (?:\w+ ){1,4}aside|"
    r"unrelated(?:ly)?|separately|another matter)(?: (?:completely|entirely|altogether|now|for now|for a (?:moment|minute|second)))?\W*",
    re.I,
)
# "And the median? Averages lie": what is said after a short question is no part of it.
_ASIDE = re.compile(
    r"(?<=\w)\?\s+(?!\W*(?:and|or|also|plus|give|tell|show|what|which|how|who|when|where|why)\b)[^?]{3,80}$", re.I
)
_PHRASE_WORDS = 5
_STANDS_WORDS = 3
_FULL_WORDS = 5
_OF_SOMETHING = re.compile(r"\b(?:in|for|of|about|by|with|among|at|from|on) (?:the |an? |your |our )?", re.I)
_CHART = re.compile(r"\b(?:figure|chart|graph|exhibit|source|page)\b", re.I)
_OF_WHAT_WAS_SAID = re.compile(
    r"\b(?:that|this|the) (?:number|share|percentage|result|value|stat\w*|claim|finding|average)\b|^\W*(?:is|was) (?:that|this|it) (?:an?|the)\b",
    re.I,
)
# Where a number stands is no part of what was said: "(figure 1)" would ask for the figure.
_PLACE = re.compile(r"\s*\((?:see )?figures? \d+[^()]*\)", re.I)
_FIRST_SAID = re.compile(r"^\W*(.+?)\s*\[\d+\]", re.S)


Repeat = Literal["", "shorter", "longer", "sourced"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A stand-alone question.

    repeat: the same is asked again, in fewer words, in more, or with where it comes from. fresh: it asks for something that the last answer has not said. exact: it is the question before it, with one thing
    put in the place of another, or set against another. alone: the reader says that the subject changes, or picks a
    part of the last answer by its place.
    """

    text: str
    repeat: Repeat = ""
    fresh: bool = False
    exact: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class _Before:
    """What a follow-up can lean on: the last question as it was read, the last that stood alone, the last answer's
    first sentence, and the whole of it."""

    standing: str
    root: str
    said: str = ""
    answer: str = ""


def resolve(question: str, history: Sequence[Turn] = ()) -> tuple[Reading, ...]:
    """Stand-alone readings of `question` after `history`, most plausible first, at least one."""
    before = _before(history)
    if before is None:
        return (Reading(question.strip()),)
    return tuple(dict.fromkeys(_readings(question.strip(), before)))


def to_repeat(history: Sequence[Turn]) -> tuple[str, Sequence[Turn]]:
    """The last message that asked for more than the same again, and what went before it; "" where there is none."""
    for i in range(len(history) - 1, -1, -1):
        turn = history[i]
        if turn.role == "user" and not resolve(turn.content, history[:i])[0].repeat:
            return turn.content, history[:i]
    return "", ()


def _before(history: Sequence[Turn]) -> _Before | None:
    before: _Before | None = None
    for turn in history:
        text = turn.content.strip()
        if not text:
            continue
        if turn.role != "user":
            before = before and replace(before, said=_first_sentence(text), answer=text)
        elif before is None:
            last = parts(text)[-1]
            before = _Before(last, last)
        else:
            first = _readings(text, before)[0]
            if own_words(text) and not _CHART.search(text):  # "Why?" and "Which chart?" leave the topic where it is
                before = _Before(first.text, before.root if first.fresh else first.text)
    return before


def _first_sentence(answer: str) -> str:
    found = _FIRST_SAID.match(answer)
    return _PLACE.sub("", found.group(1)).strip(" .") if found else ""


def _readings(question: str, before: _Before) -> tuple[Reading, ...]:
    if (taken_up := offered(question, before.answer)) or says_only_yes(question):
        return (Reading(taken_up or question, alone=True),)
    unled = OPENING.sub("", question).strip()
    if _CHANGE.search(unled):
        return (Reading(_CHANGE.sub("", unled).strip() or question, alone=True),)
    if _SHORTER.search(question) and len(own_words(question)) <= 2:
        return (Reading(before.standing, repeat="shorter"),)
    if _MORE.match(question):
        return (Reading(before.standing, repeat="longer"),)
    if _SOURCE.match(unled):
        return (Reading(before.standing, repeat="sourced"),)
    question = _ASIDE.sub("?", question)
    for reaction, fresh in REACTIONS:
        if texts := reaction(question, before.standing):
            return tuple(Reading(text, fresh=fresh) for text in texts)
    if taken := picked(question, before.answer):
        asked = (joined(f"{part[0].upper()}{part[1:]}", before.standing) for part in taken)
        return (Reading(" ".join(asked), fresh=True, alone=True),)
    return _of_the_same(of_our_own_kind(question), before)


def _of_the_same(question: str, before: _Before) -> tuple[Reading, ...]:
    """Readings of what asks the same of another, stands alone, or leans on what was asked before it."""
    about = WHAT_ABOUT.match(question)
    plain = OPENING.sub("", question).strip() or question
    if of_year := of_a_year_said(question, before.standing, before.said):
        return (Reading(of_year, exact=True),)
    for same in (other_statistic, swapped, other_name, of_all, under_another):
        if other := same(question, before.standing):
            return (Reading(other, exact=True),)
    if not depends(question):
        return (Reading(question),)
    if about and asks_whether(question, before.standing):
        alone = re.sub(r"\s+", " ", _LIKE_THAT.sub("", plain))
        return Reading(joined(alone, before.standing), fresh=True), Reading(alone, fresh=True)
    if about:
        texts, against = _about(bare_phrase(about.group(1)), before), None
    else:
        texts, against = _leaning(question, plain, before), _MORE_THAN.match(plain)
    fresh = _CHART.search(question) is None
    if against:
        versus = f"{unadded(before.standing)} versus {trim(against[1])}?"
        return Reading(versus, exact=True), *(Reading(text, fresh=fresh) for text in texts)
    return tuple(Reading(text, fresh=fresh) for text in texts)


def _about(phrase: str, before: _Before) -> list[str]:
    """Readings of "What about ...?"."""
    return [
        *_in_place(phrase, before.standing),
        _with_opening(phrase, before.standing),
        joined(phrase, before.standing),
    ]


def _in_place(phrase: str, before: str) -> list[str]:
    """ "What about hiring software?" after "When do the rules for medical devices start?": the one for the other."""
    new = phrase.split()
    found = list(_OF_SOMETHING.finditer(unadded(before)))
    if not found or len(new) > _PHRASE_WORDS:
        return []
    start = found[-1].end()
    old = unadded(before)[start:].split()
    taken = min(len(new), NAME_WORDS, len(old))
    return [f"{unadded(before)[:start]}{' '.join([*new, *old[taken:]])}?"]


def _leaning(question: str, plain: str, before: _Before) -> list[str]:
    """Readings of a question that needs what was asked, or said, before it."""
    pointing = POINTING.search(plain) is not None
    if not own_words(plain):
        bare = _bare(plain, before.standing)
        texts = [plain, bare] if _asks_fully(plain) else [bare]
    elif _is_phrase(question, plain):
        texts = [f"{unadded(before.standing)} ({trim(plain)})?", joined(plain, before.standing)]
        texts.append(_with_opening(trim(plain), before.standing))
    elif pointing:
        alone = [plain] if len(own_words(plain)) >= _STANDS_WORDS else []
        texts = [joined(plain, before.standing), *alone]
    else:
        texts = [plain, joined(plain, before.standing)]
    if pointing and before.root != before.standing:
        texts.insert(1, _bare(plain, before.root) if not own_words(plain) else joined(plain, before.root))
    counted = _OF_THEM.sub(r"\1", plain)
    # "How many of them British?" says too little without them.
    if counted != plain and (len(own_words(counted)) > 1 or not set(slots(counted)) & set(NARROWING)):
        texts.insert(0, counted)
    if pointing and before.said and not _is_phrase(question, plain):
        told = f"{trim(plain)} ({before.said})?"
        texts = [told, *texts] if _OF_WHAT_WAS_SAID.search(plain) else [*texts, told]
    return texts


# "How many people did they ask?": who asked is plain.
_THEY_WHO_ASKED = re.compile(r"\bdid (?:they|you|it) (?=ask|survey|poll|interview|question|talk|speak|reach)", re.I)


def _asks_fully(plain: str) -> bool:
    """ "How many people were asked?" needs nothing before it, though all its words are common ones."""
    plain = _THEY_WHO_ASKED.sub("was ", plain)
    return len(plain.split()) >= _FULL_WORDS and WH.match(plain) is not None and not POINTING.search(plain)


def _is_phrase(question: str, plain: str) -> bool:
    """ "And the worst?": a few words that ask nothing by themselves."""
    return OPENING.match(question) is not None and not WH.match(plain) and len(plain.split()) <= _PHRASE_WORDS


def _with_opening(phrase: str, before: str) -> str:
    opening = WH.match(before)
    lead = opening.group(0).strip() if opening and len(opening.group(0).split()) > 1 else "What is said about"
    return f"{lead} {phrase}?"


def _bare(question: str, before: str) -> str:
    """A bare "Why?" or "Which chart shows that?" with the topic put where the pointer stood."""
    about = topic(before)
    if _POINTER.search(question):
        return _POINTER.sub(lambda _: about, trim(question), count=1) + "?"
    return f"{trim(question)} {about}?"
