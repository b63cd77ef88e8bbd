"""Taking a message apart: the questions in it, each on its own, with preamble left out."""

from __future__ import annotations

import re

from app.vocabulary import concepts, slots, terms
from ingest.sentences import split

_QUESTIONLIKE = re.compile(
    r"\?|^\W*(?:and |so |but |also |then |now |ok |okay |please |kindly )*(?:who|whose|what|which|when|where|why|how|what's|tell|give|list|name|show|"
    r"compare|explain|describe|define|summari[sz]e|remind|talk|walk|find|help|pull|any|point|quote|cite|prove|i need|i want|i'd like|i would like|we need)\b",
    re.I,
)
_EMBEDDED = re.compile(
    r"\b(?:what (?:share|proportion|percentage|fraction|number|per ?cent)|how (?:many|much|long|soon|big|likely|often|quickly|widespread)|by what|"
    r"which \w+|who \w+|why \w+|what (?:is|are|does|do|was|were)\b|what's|"
    r"(?:show|tell|give|send|find|remind) (?:me|us)\b)",
    re.I,
)
# A second question in the same sentence: not "how far they are and where they want to be", which is one.
_PART = re.compile(
    r"(?:,|;)?\s+(?:and|also|as well as|plus|but),?\s+(?=(?:also\s+)?(?:what|which|who|whom|whose|when|where|why|how|is|are|do|does|did|can|should|of the ones|"
    r"tell me|give me)\b(?!\s+(?:they|we|it|he|she|you|i|their|our)\b))"
    r"|(?<=\w),\s+(?=(?:what's|what is|how many|how much|which|who|when)\b)"
    # "... in government, and also for the biggest banks"
    r"|,\s+and (?:also|likewise|the same|then) (?=(?:for|in|among|at|of|by) [^,?.]{3,40}\W*$)"
    # "When was it run, with how many people, and across how many countries?"
    # Not "a number for how many ...", which is one.
    r"|(?<=\w)(?<!\bnumber)(?<!\bfigure)(?<!\bvalue)(?<!\bestimate)(?<!\bshare)(?:,\s+|\s+)(?:and,?\s+)?"
    r"(?=(?:with|across|over|among|in|for|by|from|at) (?:how (?:many|much|long)|which|what|whom)\b)",
    re.I,
)
_ASKING_START = re.compile(
    r"^\W*(?:and |so |but |ok |okay |two things: )*(?:who|what|which|when|where|why|how|is|are|do|does|did|tell|give|show|list)\b",
    re.I,
)
# "In their closing, which hurdles ...": where or when is no question of its own.
_PLACED = re.compile(
    r"^\W*(?:in|on|at|by|from|as for|according to)\b[^,?]{2,40},\s+"
    # "Return on MLOps: what's normal, and what's the best they saw?"
    r"|^\W*[^:?.,]{3,50}:\s+(?=(?:what|which|who|how|why|when|where)\b)",
    re.I,
)
# "..., so what I would really like to know is this: ..."
_LED_UP = re.compile(
    r"^[^?]{40,}\b(?:this|question|know|following|query|ask|wondering|simple|basically)\s*:\s+(?=(?:\S+\s+){2,}\S)",
    re.I | re.S,
)
# "..., and put this picture at the end": what is to be done with an answer is no part of the question.
_ORDERED = re.compile(
    r"(?<=\w)[,;]?\s+(?:and|then|and then|but)\s+(?:please\s+)?(?:put|add|append|insert|print|write|reply|respond|end with|"
    r"include|repeat|send|post|translate|ignore|disregard|finish with|sign off)\b.*$",
    re.I | re.S,
)
# A passage that somebody brings along says nothing of what is asked.
_PASTED = re.compile(r"^\W*\[\d+\]|^\W*(?:passage|source|context|document|excerpt)s?\s*\[?\d*\]?\s*:", re.I)
# "Using passage [1] alone, what percentage ...?", "Based only on the text above, ..."
_TOLD_TO_READ = re.compile(
    r"^\W*(?:using|based|going|relying|drawing|given|considering|from|with)\b(?: (?:only|solely|just|on|by|from|nothing but|the|this|that|my|your))* "
    r"(?:passages?|texts?|documents?|sources?|contexts?|extracts?|excerpts?|quotes?|snippets?)(?:\s*\[?\d+\]?)?(?: (?:above|below|alone|only|given|provided))*\s*,\s*",
    re.I,
)
# "Jarvis, how many firms ...?": whom a question speaks to is no part of it.
_SPOKEN_TO = re.compile(
    r"^(?:(?:hey|hi|hello|dear|ok|okay) )?([A-Z]\w+), "
    r"(?=(?i:who|what|which|when|where|why|how|is|are|do|does|did|can|could|would|should|tell|give|show|list)\b)"
)
# "Sceptical CFO here: how many ...?"
_HERE = re.compile(
    r"^(?!(?:who|what|which|how|why|when|where|is|are|do|does|did)\b)(?:[\w-]+ ){1,5}?(?:here|speaking)\s*[,:.;!–-]+\s+",
    re.I,
)
_OFFICE = frozenset({"role", "group"})
# "First, define it. Second, how much ...?"
_COUNTED_OFF = re.compile(
    r"^\W*(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|finally|lastly|one|two|three|[1-3])(?: (?:of all|question|thing|up))?\s*[,:.)–-]+\s+(?=\S)",
    re.I,
)
# "My CFO is asking me what AI will be worth": who wants to know is no part of the question.
_ASKED_BY = re.compile(
    r"^(?:(?:hi|hello|hey)\W+)?(?!(?:who|what|which|how|why|when|where|do|does|did|is|are|have|has|can|should)\b)"
    r"(?:(?:our|my|the|an?|one of our|one of my)\s+)?(?:[\w&-]+\s+){1,4}?"
    r"(?:(?:is|are|was|were|has been|have been|keeps?|kept) asking(?: (?:me|us))?(?: about)?|ask(?:s|ed)? (?:me|us)(?: about)?|want(?:s|ed)? to know|would like to know|need(?:s|ed)? to know)"
    r"\W+(?=(?:what|which|who|whose|when|where|why|how)\b)",
    re.I,
)
# "I lead our Tokyo office, were any Japanese asked?": who asks is one thing, what is asked another.
_OF_MYSELF = re.compile(
    r"^((?:I|we)(?:'m|'re| am| are| lead| run| head| manage| chair| work| sit| own| sell| make)\b[^,?.:;]{3,70}),\s+"
    r"(?=(?:is|are|was|were|do|does|did|has|have|can|could|will|would|should|what|which|who|when|where|why|how)\b)(\w)",
    re.I,
)
# "Startup founder, 8 people: is it overkill?", "As CFO I need a number: ...": who asks restricts nothing.
WHO_ASKS = re.compile(
    r"^\W*(?!(?:who|what|which|how|why|when|where|do|does|did|is|are|can|should|has|have|was|were)\b)"
    r"(?:(?:as (?:an?|the|our)|i(?:'m| am)(?: an?| the)?|as) )?(?:[\w&'-]+ ){0,4}?"
    r"(?:founder|ceo|cfo|coo|cio|cto|cro|owner|director|manager|head|chair(?:man|woman)?|president)"
    r"(?: (?:of|at|in|for) (?:[\w&'-]+ ?){1,5})?(?:\s*[,:.!-]+\s+|\s+(?=i (?:need|want)\b|we (?:need|want)\b))",
    re.I,
)
# "Firms like ours", "our peers": what is asked is of the asker's own kind, which the sentence before it tells.
LIKE_US = re.compile(
    r"\b(?:like (?:us|ours?|me|mine)|our (?:own |kind|size|sort|peers?|rivals?|competitors?|sector|industry))\b", re.I
)
# "Two things: the usual return, and does turnover change it?", "Three percentages for my slide: products, staff."
_LISTED = re.compile(
    r"^\W*(?:(?:give|tell|get|show|send) (?:me|us) )?(?:(?:just|only|the) )?(?:two|three|four|2|3|4) "
    r"(things|questions|points|asks|percentages|shares|numbers|figures|facts)\b[^:?.]{0,40}:\s+(?=\S)",
    re.I,
)
_ITEM = re.compile(r"\s*(?:,\s*and|;\s*and|,|;|\band\b)\s+", re.I)
_COUNTED_AS = {"percentages": "What share", "shares": "What share", "numbers": "How many", "figures": "How many"}
_LONG_WORDS = 30
_TOO_LITTLE = 2
_LEAD_WORDS = 30
_LEANING_WORDS = 4
# "My CFO keeps asking whether any of this pays. What can I tell him?": his question is the one to answer.
_PASSED_ON = re.compile(
    r"\b(?:ask(?:s|ed|ing)?(?: (?:me|us))?|wonder(?:s|ed|ing)?|want(?:s|ed)? to know|doubt(?:s|ed|ing)?|not sure|unsure) (?:whether|if) (.+)$",
    re.I,
)
_LEANS = re.compile(
    r"\b(?:it|that|this|those|these|they|them|there|the (?:two|three|four|both|same|other|rest|latter|former))\b", re.I
)


_IN_SHORT = re.compile(
    r"\b(?:in|just|only|give me|need) (?:(?:just|only) )?(?:one|a single|a|1) (?:short |plain |simple )?(?:sentence|line(?! (?:of|manager)))\b"
    r"|\bone[- ]liner\b|\b(?:short|brief) (?:answer|version)\b|\b(?:answer|put it|keep it|be) (?:short|brief)(?:ly)?\b(?! (?:of|on)\b)"
    r"|\bin (?:ten|fifteen|twenty|10|15|20|25) words\b",
    re.I,
)


def wants_it_short(message: str) -> bool:
    """Whether a message asks for no more than a sentence."""
    return _IN_SHORT.search(message) is not None


def is_asking(sentence: str) -> bool:
    """Whether a sentence asks something."""
    return _QUESTIONLIKE.search(sentence) is not None


def parts(text: str) -> tuple[str, ...]:
    """The questions in a message, each on its own, with preamble left out; at least one.

    A question that says too little by itself takes along the sentence before it.
    """
    return tuple(dict.fromkeys(readings[0] for readings in readings_of_parts(text)))


def readings_of_parts(text: str) -> tuple[tuple[str, ...], ...]:
    """The same, each with its other reading where there is one: together with what was said just before it."""
    # What follows begins a sentence of its own, as a capital says.
    plain = _OF_MYSELF.sub(lambda told: f"{told[1]}. {told[2].upper()}", calm(text))
    told = [plain[a:b].strip() for a, b in split(plain)]
    sentences = [_spoken(_ORDERED.sub("", _LED_UP.sub("", sentence))) for sentence in told]
    asked = [i for i, s in enumerate(sentences) if _QUESTIONLIKE.search(s)]
    if not asked:
        return ((_tail(plain),),)
    found: list[tuple[str, ...]] = []
    for i in asked:
        whole = sentences[i]
        listed = _listed(whole)
        if listed:
            found += [(item,) for item in listed]
            continue
        placed = _PLACED.match(whole)
        led = placed.group(0) if placed else ""
        rest = whole[len(led) :]
        pieces = [p.strip(" ,;") for p in _PART.split(rest)] if _ASKING_START.search(rest) else [rest]
        pieces[0] = led + pieces[0]
        pieces = _with_their_base(_each_whole(pieces))
        before = sentences[i - 1] if i > 0 and not _PASTED.match(sentences[i - 1]) else ""
        if before and _own_words(pieces[0]) < _TOO_LITTLE and not _COUNTED_OFF.match(told[i]):
            if found and before in found[-1][0]:
                found[-1] = (f"{found[-1][0]} {pieces[0]}",)
            else:
                passed_on = _PASSED_ON.search(before)
                found.append(
                    (f"Is it so that {passed_on.group(1).rstrip('.')}?" if passed_on else f"{before} {pieces[0]}",)
                )
            pieces = pieces[1:]
        elif before and i - 1 not in asked and len(before.split()) <= _LEAD_WORDS:
            leaning = _LEANS.search(pieces[0]) is not None and _own_words(pieces[0]) <= _LEANING_WORDS
            both = (pieces[0], f"{before} {pieces[0]}")
            found.append(both[1:] if LIKE_US.search(pieces[0]) else both[::-1] if leaning else both)
            pieces = pieces[1:]
        found += [(p,) for p in pieces if len(p.split()) > 1 or len(pieces) == 1]
    return tuple(dict.fromkeys(found))


def _spoken(sentence: str) -> str:
    """A sentence without what it tells to read, and without whom it speaks to, unless that restricts what is asked."""
    sentence = _ASKED_BY.sub("", _TOLD_TO_READ.sub("", _COUNTED_OFF.sub("", sentence)))
    here = _HERE.match(sentence)
    if here and set(slots(here[0])) <= _OFFICE:
        return sentence[here.end() :]
    called = _SPOKEN_TO.match(sentence)
    if called is None or slots(called[1]) or concepts(called[1]):
        return sentence
    return sentence[called.end() :]


def _listed(sentence: str) -> list[str]:
    """The questions of a sentence that says how many there are and lists them; nothing where it does not."""
    said = _LISTED.search(sentence)
    if said is None:
        return []
    items = [item.strip(" .?!") for item in _ITEM.split(sentence[said.end() :])]
    items = [item for item in items if item]
    lead = _COUNTED_AS.get(said[1].lower(), "")
    return [f"{lead} {item}?".strip() for item in items] if len(items) > 1 else []


_BARE = re.compile(
    r"(?:.*\b)?(?:when|where|why|how|who|which|what|how (?:much|many|often|long|soon|far)|by (?:whom|when))", re.I
)
_WORD_AND_REST = re.compile(
    r"(?:(?:by|for|from|to|with) )?(?:how (?:much|many|often|long|soon|far)|when|where|why|how|who|whom|which|what)\s+(.+)",
    re.I,
)


def _each_whole(pieces: list[str]) -> list[str]:
    """ "When" and "where was it done?": the first asks when it was done."""
    for i in range(len(pieces) - 2, -1, -1):
        rest = _WORD_AND_REST.fullmatch(pieces[i + 1])
        if rest and _BARE.fullmatch(pieces[i]):
            pieces[i] = f"{pieces[i]} {rest[1]}"
    return pieces


def _with_their_base(pieces: list[str]) -> list[str]:
    """ "of the ones who ..., how many ...": the base and its question are one piece."""
    joined: list[str] = []
    for piece in pieces:
        if joined and joined[-1].lower().startswith("of the ones") and "," not in joined[-1]:
            joined[-1] = f"{joined[-1]}, {piece}"
        else:
            joined.append(piece)
    return joined


def _tail(text: str) -> str:
    """Of a long message without a question mark, the part from its first question word on."""
    if len(text.split()) <= _LONG_WORDS:
        return text.strip()
    starts = [m.start() for m in _EMBEDDED.finditer(text)]
    return text[starts[-1] :].strip() if starts else text.strip()


def _own_words(text: str) -> int:
    return sum(1 for t in terms(text) if not t.frame)


# "We got a grant. what headings do we need": whoever types in haste begins sentences in small letters.
_SMALL_START = re.compile(
    r"(?<=\w\w[.?!] )(?<!\bvs\. )(?<!\betc\. )(?<!\bapprox\. )(?<!\bincl\. )(?<!\bno\. )(?<!\bavg\. )(?<!\bmax\. )(?<!\bmin\. )"
    r"(?<!\best\. )(?<!\bgovt\. )(?<!\bdept\. )(?<!\binc\. )(?<!\bltd\. )(?<!\bfig\. )[a-z]"
)


def calm(text: str) -> str:
    """A message as it would be typed at leisure: shouting is read as plain words, since capitals carry no names there,
    and sentences begin with a capital."""
    letters = [c for c in text if c.isalpha()]
    if len(letters) > 12 and sum(c.isupper() for c in letters) > 0.8 * len(letters):
        text = text.lower()
    return _SMALL_START.sub(lambda found: found[0].upper(), text)
