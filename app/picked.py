"""What a follow-up picks from the last answer by its place, to hear more of it: "the second point?", "spell out the
last two".

The parts of an answer are its bullets, the list in one of its sentences, or its sentences. A message that asks
something of what it picks ("the second one, who does that?") is heard like any other: it mostly names the thing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.cues import OPENING, trim
from app.heard import MARKER
from app.vocabulary import slots
from ingest.sentences import split
from ingest.terms import content_stems

_PLACES = {
    word: place
    for place, words in enumerate(
        (
            "first 1st one 1",
            "second 2nd two 2",
            "third 3rd three 3",
            "fourth 4th four 4",
            "fifth 5th five 5",
            "sixth 6th six 6",
            "seventh 7th seven 7",
        )
    )
    for word in words.split()
}
_PART = r"(?:ones?|points?|things?|steps?|bullets?|items?|parts?|bits?|sentences?|notes?|reasons?|habits?)"
_OF = (
    r"(?: (?:of (?:those|these|them|the (?:two|three|four|five|six|seven))|on (?:that|your|the) list"
    r"|(?:that )?you (?:name|list|give|mention)(?:ed|d)?))?"
)
_PICKED = re.compile(
    r"^\W*(?:(?:please|pls|can you|could you) )?"
    r"(?:spell out|explain|expand(?: on)?|elaborate(?: on)?|more (?:on|about)"
    r"|(?:tell|say|give) (?:me )?(?:more )?(?:about|on)"
    r"|(?:what|how) about)?\W*"
    r"(?:(?:the|your|those) )?"
    r"(?:(?P<place>first|second|third|fourth|fifth|sixth|seventh|last|[1-3](?:st|nd|rd)|[45]th)"
    rf"(?: (?P<many>two|three|2|3))?(?: (?P<part>{_PART}))?{_OF}"
    rf"|(?P<called>point|number|step|bullet|item|no\.?) (?P<number>one|two|three|four|five|six|seven|[1-7]))"
    r"(?: (?:please|pls|in more detail|further|then))*\W*$",
    re.I,
)
_BULLET = re.compile(r"^\s*- +(.+)$", re.M)
_NOTE = re.compile(r"^\s*Note: +(.+)$", re.M)
_LEAD = re.compile(r"^(?:our (?:advice|view|reading|rule|arithmetic)[^:]{0,40}|note): *", re.I)
_LED_INTO = re.compile(r"^(?:.*:|.*?\b(?:namely|such as|including|includes?|covers?|among them|names?)) (?=\S)", re.I)
_JOINED = re.compile(r"^(?:and|or) ", re.I)
OFFER = "They do answer this: “{ask}”"
"""How a refusal names a question near it that is answered."""
_OFFERED = re.compile(re.escape(OFFER).replace(re.escape("{ask}"), "(.+?)"))
_YES = r"yes|yeah|yep|ok|okay|sure|fine|good|please|pls"
_ACCEPTS = re.compile(
    rf"\W*(?:\b(?:{_YES}|then|and|so|well|go|on|ahead|do|tell|answer|ask|try|that|this|the|it|one|question|me)\b\W*)+",
    re.I,
)
_ONLY_YES = re.compile(rf"\W*(?:\b(?:{_YES}|thanks|thank you)\b\W*)+", re.I)
_TAKES = re.compile(rf"\b(?:{_YES}|go|that|this|it|one|do|tell)\b", re.I)
_DENIES = re.compile(r"\W*(?:no|nope|not|but)\b", re.I)
_LEAST_SHARED = 2
_LEAST_IN_LIST, _MOST_IN_ITEM, _MOST_WORDS = 3, 8, 16


def picked(question: str, answer: str) -> tuple[str, ...]:
    """The parts of `answer` that `question` asks to hear more of, in their own words; none where it picks none."""
    found = _PICKED.match(OPENING.sub("", question).strip() or question.strip())
    if not found:
        return ()
    parts = _parts(answer, (found["part"] or found["called"] or "").lower())
    place, many = (found["place"] or found["number"]).lower(), (found["many"] or "one").lower()
    count = _PLACES[many] + 1
    start = len(parts) - count if place == "last" else _PLACES[place]
    taken = parts[start : start + count] if 0 <= start <= len(parts) - count else []
    return tuple(part for part in taken if part)


def offered(question: str, answer: str) -> str:
    """The question that a refusal offered, where `question` takes it up; else nothing."""
    found = _OFFERED.search(answer)
    if not found:
        return ""
    own = set(content_stems(OPENING.sub("", question)))
    shared = own & set(content_stems(found[1]))
    takes_up = len(shared) >= _LEAST_SHARED and len(shared) > len(own) / 2 and _adds_nothing(question, found[1])
    return found[1] if takes_up or _accepts(question) else ""


def says_only_yes(message: str) -> bool:
    """Whether a message says yes, or thanks, and nothing else: where nothing was offered it asks nothing."""
    return _ONLY_YES.fullmatch(message) is not None


def _accepts(message: str) -> bool:
    return _ACCEPTS.fullmatch(message) is not None and _TAKES.search(message) is not None


def _adds_nothing(message: str, offer: str) -> bool:
    """Whether a message asks for nothing that the question offered does not restrict to: "and in Spain?" does."""
    if _DENIES.match(message) or re.search(r"\d", message):
        return False
    offered_slots = slots(offer)
    return all(values <= offered_slots.get(name, frozenset()) for name, values in slots(message).items())


def _parts(answer: str, called: str) -> Sequence[str]:
    """The parts of an answer, as the word for them ("sentence", "note") or else its form tells them."""
    plain = MARKER.sub("", answer)
    sentences = [plain[start:end].strip().removeprefix("- ").strip(" .") for start, end in split(plain)]
    if called.startswith("note"):
        return [_told(text) for text in _NOTE.findall(plain)]
    bullets = _BULLET.findall(plain)
    listed = [] if called.startswith("sentence") or bullets else next(filter(None, map(_listed, sentences)), [])
    return listed or [_told(text) for text in (bullets if len(bullets) > 1 else sentences)]


def _told(sentence: str) -> str:
    """A sentence without what leads into it, and no longer than a question may be."""
    return " ".join(_LEAD.sub("", trim(sentence)).split()[:_MOST_WORDS])


def _listed(sentence: str) -> list[str]:
    """The items of a list in a sentence ("seven things: a, b, c and d"); none where it has fewer than three."""
    plain = _LEAD.sub("", sentence)
    led = _LED_INTO.match(plain)
    pieces = [piece.strip(" .") for piece in re.split(r"[,;]\s+", plain[led.end() :])] if led else [""]
    head, _, tail = pieces[-1].rpartition(" and ")
    if head and not _JOINED.match(pieces[-1]):
        pieces[-1:] = [head, tail]
    items = [_JOINED.sub("", piece).strip() for piece in pieces]
    return items if len(items) >= _LEAST_IN_LIST and all(0 < len(i.split()) <= _MOST_IN_ITEM for i in items) else []
