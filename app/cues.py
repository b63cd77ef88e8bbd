"""What in the wording of a follow-up tells that it leans on what was asked before it."""

from __future__ import annotations

import re

from app.vocabulary import terms

# What is said to the last answer before the next question: "pity.", "no, no,", "thx".
_REMARK = (
    r"(?:hm+|thx|thanks|thank you|cheers|ta|wow|ah|oh|aha|i see|got it|understood|pity|perfect|lovely|cool|nice|good(?: one| to know)?|fair enough|"
    r"yes|yeah|yep|no|nope|sorry|please|alright|all right|hello|hi|hey|great|sure|fine|interesting|ok(?:ay)?|right|well|btw|by the way)"
)
_REMARKS = re.compile(rf"^\W*(?:{_REMARK}(?: {_REMARK})?\s*[,.:;!…-]+\s*)+", re.I)
# A polite word alone leans on nothing; these do, before a short question.
_CONNECTING = r"and|but|so|or|then|ok(?:ay)?|right|also|now|well|hmm|thanks|great|sure|fine|interesting"
_CONNECTED = re.compile(rf"^\W*(?:{_CONNECTING})\b", re.I)
OPENING = re.compile(
    rf"^\W*(?:(?:(?:{_CONNECTING}|hm+|thx|btw|by the way)\b[\s,.:;!…-]*)"
    rf"|(?:{_REMARK}(?: {_REMARK})?\s*[,.:;!…-]+\s*))+",
    re.I,
)
WHAT_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay)\W+)?(?:what about|how about|(?:the )?same (?:question |thing |again )?(?:for|with|but|in|at)|now (?:for|do|try)|"
    r"and (?:for|in|at|by|of|with)\b|what of|for|in(?! (?:which|what|whom|whose|how))|likewise|do the same for|anything on|"
    r"(?:is|was|are|were) (?:it|that|this|they|things?)(?: all)? (?:(?:also|just|exactly|much|quite|any) )?(?:the same|different|similar|"
    r"true|so|like that|better|worse)(?: story| thing)? (?:in|for|at|with|among|of|over in)|"
    r"(?:is|are) there (?:an?y? )?(?:\w+ )?(?:like (?:that|it|this)|similar|such \w+|anything (?:similar|like (?:it|that)))(?: here)? (?:in|for|at|among)|"
    r"(?:does|do|would|will) (?:it|that|this|they|the same) (?:also )?(?:hold|apply|go|work|count)(?: true)?(?: as well)? (?:in|for|to|at|with|among))\s+(.+?)\W*$",
    re.I,
)
POINTING = re.compile(
    r"\b(?:it|its|that|this|those|these|they|them|their|theirs|there|the same|such|ones?|the (?:other|former|latter)|he|she|his|her|are we (?:talking|speaking))\b",
    re.I,
)
WH = re.compile(
    r"^\W*(?:(?:what|which)(?:'s| is| are| was| were)?(?: the| an?)?(?: \w+)? (?:share|proportion|percentage|per ?cent|fraction|number)(?: of)?|"
    r"how (?:many|much|long|soon|big|likely|often)|since when|by how much|what|which|who(?:'s)?|why|how|when|where|is it true that|is|are|do|does|did|can|tell me)\b",
    re.I,
)
# "..., across how many countries?" goes on with what was asked before it.
_HANGING = re.compile(
    r"^\W*(?:with|across|over|among|in|for|by|from|at) (?:how (?:many|much|long)|which|what|whom)\b", re.I
)
# "What's the best case, then?"
_CLOSING = re.compile(
    r"[\s,]+(?:then|too|either|instead|as well|all the same|though|in that case|by (?:comparison|contrast)|in (?:comparison|contrast))\W*$",
    re.I,
)
# "Why take the smallest?"
_SHORT_WHY = re.compile(r"^\W*(?:why|how come|how so|since when|by how much|for how long|with what|at what)\b", re.I)
IS_THERE = re.compile(r"^\W*(?:(?:and|but|so)\W+)?(?:is|are) there\b", re.I)
SHORT_WORDS = 6
NAME_WORDS = 2
# "For banks", "anyone from Asia".
_LED = re.compile(
    r"^(?:(?:any|some|every)(?:one|body|thing)? (?:from|in|at|of|among) |(?:for|in|at|by|of|with|among|the case of)\s+)",
    re.I,
)
_PLEASE = re.compile(r",?\s+(?:please|thanks|thank you|pls)$", re.I)
_ADDED = re.compile(r"\s*\([^()]*\)")


def own_words(text: str) -> list[str]:
    """Content words that a text brings itself."""
    return [t.text for t in terms(text) if not t.frame]


def depends(question: str) -> bool:
    """Whether a question needs what was asked before it."""
    own = own_words(question)
    if not own or WHAT_ABOUT.match(question):
        return True
    connected = _CONNECTED.match(question) or _CONNECTED.match(_REMARKS.sub("", question))
    if (connected or _CLOSING.search(question)) and len(question.split()) <= 14:
        return True
    if (_HANGING.match(question) or _SHORT_WHY.match(question)) and len(question.split()) <= SHORT_WORDS:
        return True
    pointing = POINTING.search(question) is not None
    return (pointing and len(own) <= 4) or (len(question.split()) <= 3 and len(own) <= 2 and not WH.match(question))


def bare_phrase(phrase: str) -> str:
    """A phrase without its preposition."""
    return _LED.sub("", trim(phrase))


def unadded(before: str) -> str:
    """A question without what earlier follow-ups added to it."""
    return trim(_ADDED.sub("", before)) or trim(before)


def trim(text: str) -> str:
    """A text without its question mark and its please."""
    return _PLEASE.sub("", text.strip().rstrip("?!. ")).strip()
