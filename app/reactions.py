"""Follow-ups of kinds of their own: "Where can I see this?", "And the lesson?", "The next one?", "No, I meant ...".

Each takes a follow-up and the question before it, and gives stand-alone readings, most plausible first; none when the
follow-up is of another kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from app.cues import OPENING, WH, WHAT_ABOUT, own_words, trim, unadded
from app.message import LIKE_US, parts
from app.swapping import of_another_year, swapped
from app.vocabulary import slots

# "Where can I see this?" asks for the figure of what was asked.
_SEEN_WHERE = re.compile(
    r"^\W*(?![^?]*\bfrom\b)(?:where\b[^?]{0,30}\b(?:see|find|look|shown|charted|plotted|pictured)\b[^?]{0,20}"
    r"|(?:in )?(?:which|what) (?:figure|chart|graph|exhibit|picture)\b[^?]{0,30}\b(?:see|find|shows?|shown|look|it|that|this)\b[^?]{0,20}"
    r"|is there an? (?:figure|chart|graph|exhibit|picture)\b[^?]{0,20}\b(?:it|that|this)\b[^?]{0,12})\W*$",
    re.I,
)
# "What's the lesson from that?" asks for advice.
_LESSON = re.compile(
    r"^\W*(?:and |so )?what(?:'s| is| would be| are)? (?:the |our |your )?(?:lessons?|takeaways?|moral|upshot|consequences?|implications?|conclusions?)\b"
    r"|^\W*(?:and |so )?what (?:can be done|helps?|would help|might help|could help)(?: (?:here|there|then|(?:about|against|with) (?:it|that|this)))?\W*$"
    r"|^\W*(?:and |so )?what (?:follows|(?:can|should|do|could) (?:i|we|one|you) (?:learn|take|conclude|do|make))\b[^?]{0,30}\b(?:that|this|it)\b",
    re.I,
)
# "What does that mean, next-gen?", "large meaning what?": a word of the last answer is to be explained.
_MEANING = re.compile(
    r"^\W*what (?:does|do|did) (?:that|this|it|they|you) mean(?: by)?\W+(?:this |that |the )?(?!for\b|to\b|in\b)([\w'/& -]{2,40}?)\W*$"
    r"|^\W*([\w'/& -]{2,40}?),? meaning what(?: exactly)?\W*$|^\W*what(?:'s| is) meant by (?:this |that |the )?([\w'/& -]{2,40}?)\W*$",
    re.I,
)
# "We are an insurance group. What about those like us?"
_SENTENCES = re.compile(r"(?<=[.!;])\s+")
_WE_ARE = re.compile(r"\bwe(?:'re| are) (an? [^.,;?]{3,70})", re.I)
# "No, I meant ...", "no, not the return, I mean ...": what was understood is put right.
_PUT_RIGHT = re.compile(
    r"^\W*(?:(?:no\b\W*)+(?:sorry\W+)?(?:not? (?:that(?: one)?|the [\w ]{3,24}|[\w ]{3,24}?)\s*[,.;:-]+\s*)?(?:[\w' ]{3,24}[.;]\s*)?"
    r"(?:(?:i|we) (?:rather |really |actually )?(?:meant?|asked(?: for| about)?|was asking(?: for| about)?)|rather|i'm (?:after|asking (?:for|about)))"
    r"|(?:i|we) (?:rather |really |actually )?meant?)\b[\s,:]*",
    re.I,
)
# "The next one down?", "third?": the place after the first of what was asked for.
_NEXT_PLACE = re.compile(
    r"^\W*(?:and )?(?:which (?:one )?(?:is|comes|was|came) |what(?:'s| is| comes| was| came) )?(?:the )?(?:(?:very )?next(?: one)?(?: down| after (?:that|it)| on the list| in line)?|runner-?up|"
    r"(second|third|fourth|fifth|2nd|3rd|4th|number (?:two|three|four|2|3|4))(?: (?:one|place|most|biggest|highest|on the list))?)(?: then| please| pls)?\W*$",
    re.I,
)
_FOREMOST = re.compile(
    r"\b(?:(?:second|third|fourth|fifth)\s+)?(most|biggest|largest|highest|main|greatest|worst|best|top|first|commonest)\b(?! of\b)",
    re.I,
)
_FEW_OF_ITS_OWN = 1
_ORDINALS = {"2": "second", "two": "second", "3": "third", "three": "third", "4": "fourth", "four": "fourth"}


def seen_where(question: str, before: str) -> tuple[str, ...]:
    """ "Where can I see this?": the figure that shows what was asked."""
    plain = OPENING.sub("", question).strip()
    asks = _SEEN_WHERE.match(plain) is not None and len(own_words(plain)) <= _FEW_OF_ITS_OWN
    return (f"Which figure shows: {trim(before)}?",) if asks else ()


def explained(question: str, before: str) -> tuple[str, ...]:
    """ "What does that mean, next-gen?": a definition."""
    meant = _MEANING.match(OPENING.sub("", question).strip())
    if not meant:
        return ()
    asked = f"What does {next(filter(None, meant.groups()))} mean"
    return f"{asked}?", joined(asked, before)


def lesson(question: str, before: str) -> tuple[str, ...]:
    """ "What's the lesson from that?": advice on what was asked."""
    asks = _LESSON.match(OPENING.sub("", question).strip())
    return (f"What should we do about this: {unadded(before)}?",) if asks else ()


def next_place(question: str, before: str) -> tuple[str, ...]:
    """ "The next one down?": the next place of the list whose first was asked for."""
    place = _NEXT_PLACE.match(OPENING.sub("", question).strip())
    if not place or not _FOREMOST.search(before):
        return ()
    return (_FOREMOST.sub(rf"{_ordinal(place[1])} \1", before, count=1),)


def put_right(question: str, before: str) -> tuple[str, ...]:
    """ "No, I meant ...": a question of its own, else the one before with what was meant."""
    if not _PUT_RIGHT.match(question):
        return ()
    meant = _PUT_RIGHT.sub("", question)
    last = parts(meant)[-1]
    if WH.match(last):
        return (last, joined(last, before)) if len(own_words(last)) > 1 else (joined(last, before),)
    other = of_another_year(meant, before) or swapped(f"And {meant}", before)
    return (other,) if other else (f"{unadded(before)} ({trim(meant)})?", joined(meant, before))


def of_our_own_kind(question: str) -> str:
    """ "We are an insurance group. What about those like us?" as "What about an insurance group?"; else as it is."""
    ours, last = _WE_ARE.search(question), _SENTENCES.split(question)[-1]
    if ours and LIKE_US.search(last) and WHAT_ABOUT.match(last) and not slots(last):
        return f"What about {ours[1]}?"
    return question


REACTIONS: tuple[tuple[Callable[[str, str], tuple[str, ...]], bool], ...] = (
    (seen_where, False),
    (explained, True),
    (lesson, True),
    (next_place, True),
    (put_right, True),
)
"""Each kind, and whether it asks for something that the last answer has not said."""


def joined(question: str, before: str) -> str:
    """A question with what the one before it was about."""
    return f"{trim(question)} ({topic(before)})?"


def topic(text: str) -> str:
    """What a question is about: itself without its opening."""
    plain = OPENING.sub("", unadded(text))
    cut = WH.sub("", plain, count=1).strip(" ,")
    return cut if len(own_words(cut)) >= 1 else plain


def _ordinal(told: str | None) -> str:
    """ "second" of "2nd" and of "number two"; the next one after the first is the second, too."""
    word = (told or "second").lower().removeprefix("number ")
    return _ORDINALS.get(word[:1] if word[:1].isdigit() else word, word)
