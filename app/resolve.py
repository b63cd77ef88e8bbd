"""Dialogue: what a follow-up asks once the turns before it are taken into account.

`resolve` gives readings, most plausible first; the chain answers the first that the corpus answers surely, else the
surest.
A question that stands alone has exactly one reading, so that a change of topic is not dragged along.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.message import parts
from app.types import Turn
from app.vocabulary import slots, terms

_OPENING = re.compile(
    r"^\W*(?:(?:and|but|so|or|then|ok(?:ay)?|right|also|now|well|hmm|thanks|great|sure|fine|interesting)\b[\s,.:;!…-]*)+",
    re.I,
)
_WHAT_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay)\W+)?(?:what about|how about|same (?:question )?(?:for|with|but)|now (?:for|do|try)|"
    r"and (?:for|in|at|by|of|with)\b|what of|for|in|likewise|do the same for|anything on|"
    r"(?:is|was|are|were) (?:it|that|this|they|things?)(?: all)? (?:(?:also|just|exactly|much|quite|any) )?(?:the same|different|similar|"
    r"true|so|like that|better|worse)(?: story| thing)? (?:in|for|at|with|among|of|over in)|"
    r"(?:is|are) there (?:an?y? )?(?:\w+ )?(?:like (?:that|it|this)|similar|such \w+|anything (?:similar|like (?:it|that)))(?: here)? (?:in|for|at|among)|"
    r"(?:does|do|would|will) (?:it|that|this|they|the same) (?:also )?(?:hold|apply|go|work|count)(?: true)?(?: as well)? (?:in|for|to|at|with|among))\s+(.+?)\W*$",
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
# "..., across how many countries?" goes on with what was asked before it.
_HANGING = re.compile(
    r"^\W*(?:with|across|over|among|in|for|by|from|at) (?:how (?:many|much|long)|which|what|whom)\b", re.I
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
    r"^\W*(?:(?:ok(?:ay)?|right|well|fine|thanks?|great|now|so|and|but)\W+)*(?:moving on|(?:a |on (?:a|to a) )?(?:completely |totally |very |quite )?"
    r"(?:different|new|another|change of) (?:subject|topic|question|matter|note|point|thing|tack)|something else|on to something else|"
    r"(?:changing|switching|to change|to switch) (?:the )?(?:subjects?|topics?|tack|gears|tracks?)|next (?:topic|question|point)|forget (?:that|it|all that)|leaving that aside|"
    r"unrelated(?:ly)?|separately|another matter)(?: (?:completely|entirely|altogether|now|for a (?:moment|minute|second)))?\W*",
    re.I,
)
_YEAR_SHIFT = re.compile(
    r"\b(?:the )?year (after|later|following|before|earlier)\b|\b(?:the )?(next|following|previous|preceding) year\b",
    re.I,
)
_LATER = frozenset({"after", "later", "following", "next"})
_SHORT_WORDS = 6
_PHRASE_WORDS = 5
_NAME_WORDS = 2
_STANDS_WORDS = 3
# "And the best case?", said of a return: the word alone names the statistic that is meant.
_STATISTIC = {
    "worst": "the worst case",
    "lowest": "the lowest return",
    "best": "the best case",
    "highest": "the best case",
    "average": "the average",
    "median": "the median",
}
_WHOLE = re.compile(
    r"^\W*(?:overall|in total|in general|generally|across (?:the board|all \w+)|everyone|everybody|everywhere|all of them|"
    r"the (?:rest|whole (?:sample|group|lot))|all (?:firms|companies|organi[sz]ations|sectors|respondents))\W*$",
    re.I,
)
_OF_SOMETHING = re.compile(r"\b(?:in|for|of|about|by|with|among|at|from|on) (?:the |an? |your |our )?", re.I)
_NARROWING = ("sector", "country", "size", "role")
_CHART = re.compile(r"\b(?:figure|chart|graph|exhibit|source|page)\b", re.I)
_OF_WHAT_WAS_SAID = re.compile(
    r"\b(?:that|this|the) (?:number|share|percentage|result|value|stat\w*|claim|finding|average)\b|^\W*(?:is|was) (?:that|this|it) (?:an?|the)\b",
    re.I,
)
_SIZE_LEFT = re.compile(r"\b(?:big|bigger|large|larger|small|smaller|major)\s+(?=all organisations)", re.I)
_ADDED = re.compile(r"\s*\([^()]*\)")
_FIRST_SAID = re.compile(r"^\W*(.+?)\s*\[\d+\]", re.S)
_PROPER = re.compile(r"\b[A-Z][\w-]*(?:\s[A-Z][\w-]*)*(?='s\b)")


@dataclass(frozen=True, slots=True)
class Reading:
    """A stand-alone question; `shorter` when the reader asked for the same in fewer words.

    fresh: it asks for something that the last answer has not said.
    """

    text: str
    shorter: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class _Before:
    """What a follow-up can lean on: the last question as it was read, the last that stood alone, and the last answer's
    first sentence."""

    standing: str
    root: str
    said: str = ""


def resolve(question: str, history: Sequence[Turn] = ()) -> tuple[Reading, ...]:
    """Stand-alone readings of `question` after `history`, most plausible first, at least one."""
    before = _before(history)
    if before is None:
        return (Reading(question.strip()),)
    return tuple(dict.fromkeys(_readings(question.strip(), before)))


def _before(history: Sequence[Turn]) -> _Before | None:
    before: _Before | None = None
    for turn in history:
        text = turn.content.strip()
        if not text:
            continue
        if turn.role != "user":
            before = before and replace(before, said=_first_sentence(text))
        elif before is None:
            last = parts(text)[-1]
            before = _Before(last, last)
        else:
            first = _readings(text, before)[0]
            if _own(text) and not _CHART.search(text):  # "Why?" and "Which chart?" leave the topic where it is
                before = _Before(first.text, before.root if first.fresh else first.text)
    return before


def _first_sentence(answer: str) -> str:
    found = _FIRST_SAID.match(answer)
    return found.group(1).strip(" .") if found else ""


def _readings(question: str, before: _Before) -> tuple[Reading, ...]:
    if _CHANGE.search(question):
        return (Reading(_CHANGE.sub("", _OPENING.sub("", question)).strip()),)
    if _SHORTER.search(question) and len(_own(question)) <= 2:
        return (Reading(before.standing, shorter=True),)
    if _MORE.match(question) or _SOURCE.match(question):
        return (Reading(before.standing),)
    about = _WHAT_ABOUT.match(question)
    plain = _OPENING.sub("", question).strip() or question
    for same in (_swapped, _other_name, _of_all):
        if other := same(question, before.standing):
            return (Reading(other),)
    if not _depends(question):
        return (Reading(question),)
    texts = _about(_bare_phrase(about.group(1)), before) if about else _leaning(question, plain, before)
    return tuple(Reading(text, fresh=_CHART.search(question) is None) for text in texts)


def _about(phrase: str, before: _Before) -> list[str]:
    """Readings of "What about ...?"."""
    return [
        *_in_place(phrase, before.standing),
        _with_opening(phrase, before.standing),
        _joined(phrase, before.standing),
    ]


def _in_place(phrase: str, before: str) -> list[str]:
    """ "What about hiring software?" after "When do the rules for medical devices start?": the one for the other."""
    new = phrase.split()
    found = list(_OF_SOMETHING.finditer(_plain(before)))
    if not found or len(new) > _PHRASE_WORDS:
        return []
    start = found[-1].end()
    old = _plain(before)[start:].split()
    taken = min(len(new), _NAME_WORDS, len(old))
    return [f"{_plain(before)[:start]}{' '.join([*new, *old[taken:]])}?"]


def _leaning(question: str, plain: str, before: _Before) -> list[str]:
    """Readings of a question that needs what was asked, or said, before it."""
    pointing = _POINTING.search(plain) is not None
    if not _own(plain):
        texts = [_bare(plain, before.standing)]
    elif _is_phrase(question, plain):
        statistic = _statistic(plain)
        texts = [f"{_plain(before.standing)} ({statistic or _trim(plain)})?"]
        texts += [] if statistic else [_joined(plain, before.standing)]
    elif pointing:
        alone = [plain] if len(_own(plain)) >= _STANDS_WORDS else []
        texts = [_joined(plain, before.standing), *alone]
    else:
        texts = [plain, _joined(plain, before.standing)]
    if pointing and before.root != before.standing:
        texts.insert(1, _bare(plain, before.root) if not _own(plain) else _joined(plain, before.root))
    if pointing and before.said:
        told = f"{_trim(plain)} ({before.said})?"
        texts = [told, *texts] if _OF_WHAT_WAS_SAID.search(plain) else [*texts, told]
    return texts


def _is_phrase(question: str, plain: str) -> bool:
    """ "And the worst?": a few words that ask nothing by themselves."""
    return _OPENING.match(question) is not None and not _WH.match(plain) and len(plain.split()) <= _PHRASE_WORDS


def _statistic(phrase: str) -> str:
    """The statistic that a phrase names by itself ("the worst"), or ""."""
    named = [w for w in re.findall(r"[a-z]+", phrase.lower()) if w in _STATISTIC]
    return _STATISTIC[named[0]] if named and len(_own(phrase)) <= _NAME_WORDS else ""


def _other_name(question: str, before: str) -> str:
    """ "And Microsoft's?" after a question about Google's: the same question with the other name."""
    old, new = _PROPER.search(before), _PROPER.search(_OPENING.sub("", question))
    if not old or not new or len(_own(question)) > _NAME_WORDS:
        return ""
    return before[: old.start()] + new.group(0) + before[old.end() :]


def _of_all(question: str, before: str) -> str:
    """ "What about overall?" after a question about a sector: the same of all organisations."""
    about = _WHAT_ABOUT.match(question)
    if not _WHOLE.match(about.group(1) if about else _OPENING.sub("", question)):
        return ""
    first, *rest = [n for n in _NARROWING if n in slots(before)] or [""]
    wider = _replace_form(before, first, "all organisations") if first else ""
    for namespace in rest:
        wider = _replace_form(wider, namespace, "") or wider
    return re.sub(r"\s+", " ", _SIZE_LEFT.sub("", wider))


def _own(text: str) -> list[str]:
    """Content words that a text brings itself."""
    return [t.text for t in terms(text) if not t.frame]


def _depends(question: str) -> bool:
    own = _own(question)
    if not own or _WHAT_ABOUT.match(question):
        return True
    if _OPENING.match(question) and len(question.split()) <= 14:
        return True
    if _HANGING.match(question) and len(question.split()) <= _SHORT_WORDS:
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
    if new and not set(new) & set(old) and len(_own(phrase)) <= 3 and not _WH.match(phrase):
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


def _plain(before: str) -> str:
    """A question without what earlier follow-ups added to it."""
    return _trim(_ADDED.sub("", before)) or _trim(before)


def _topic(text: str) -> str:
    """What a question is about: itself without its opening."""
    plain = _OPENING.sub("", _plain(text))
    cut = _WH.sub("", plain, count=1).strip(" ,")
    return cut if len(_own(cut)) >= 1 else plain


def _trim(text: str) -> str:
    return text.strip().rstrip("?!. ").strip()
