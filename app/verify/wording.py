"""What a paraphrase may not change besides numbers and negation: names, how many, how sure, which way round.

Each check is a cue list and a rule; all are silent on words taken from the quote. They hold a paraphrase to its
quote more strictly than shared words can, so that fewer shared words are needed (see `eval/LOG.md`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.verify.readings import GENERIC, Reading, Synonyms, holds, lexicon, one_form
from ingest.terms import STOPWORDS

_TOKEN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ’'&-]*")
_CAPITAL = re.compile(r"(?<![.!?:] )(?<!^)(?<![“\"‘'(])\b[A-Z][\w’'&-]*")
_FIRST_NAME = re.compile(
    r"^(?:[“\"(]?)(?P<name>[A-Z]+[a-z]+[A-Z]\w*|[A-Z]{2,}\w*|[A-Z][\w-]+(?=[’']s\b)|[A-Z][\w-]+(?= (?:and [A-Z]\w+ )?"
    r"(?:found|finds|says?|said|reports?|reported|recommends?|advises?|warns?|defines?|estimates?|expects?|shows?|showed|"
    r"surveyed|analysed|argues?|notes?|states?|published|describes?)\b))"
)
# Capitals that name nobody: pronouns, the field's own short forms, and dates, which are read as numbers.
_NO_NAME = frozenset(
    "i ai ml it we our the a an this these those that its in of for on by at to and or not what who there they january "
    "february march april may june july august september october november december monday tuesday wednesday thursday "
    "friday saturday sunday figure table".split()
)
_TITLED = re.compile(r"[“\"‘][^”\"’]{3,80}[”\"’]|(?<!\w)'[^']{3,80}'(?!\w)")
_PREFIX_CHARS = 5
_QUANTIFIED = re.compile(
    r"\b(?:(?P<all>all|every|each|everyone|everybody|everywhere|entire(?:ly)?|always|without exception|invariably)"
    r"|(?P<most>most of|(?<!the )most (?=(?:people|staff|of|\w+(?<!ou)(?<!es)s)\b)|"
    r"(?<!the )most (?=\w+ies\b|\w+sses\b)|mostly|majority|"
    r"nearly all|almost all|overwhelming(?:ly)?|predominantly|the bulk|vast)"
    r"|(?P<few>(?<!a )(?<!next )(?<!last )few|minority|hardly any|a handful|next to no\w*))\b",
    re.I,
)
_LIKE_MOST = re.compile(
    r"\b(?:most(?:ly)?|majority|largely|overwhelming\w*|predominantly|mainly|chiefly|usually|generally|typically|often|"
    r"widely|widespread|common\w*|nearly all|almost all|all|every|each)\b",
    re.I,
)
_LIKE_FEW = re.compile(r"\b(?:few\w*|minority|rare\w*|seldom|hardly|little|least|only|handful|small)\b", re.I)
# What is told of all things of a kind by a bare plural is told of each; what is told of a part is not.
_PARTLY = re.compile(
    r"\b(?:some|most(?:ly)?|many|several|few|part(?:ly|s)?|half|majority|minority|often|sometimes|usually|typically|may|"
    r"might|can|could|likely|certain)\b",
    re.I,
)
_SURE = re.compile(
    r"\b(?P<word>guarante\w+|prov(?:e|es|ed|en|ing)\b(?! to be)|proofs?|undoubtedly|certainly|definitely|impossible|"
    r"inevitabl\w+|unquestionabl\w+|audited|verified|mandatory|illegal|required by law)\b",
    re.I,
)
_DENIED = re.compile(r"(?:n[’']t|\bnot|cannot|never|no|nor|without|hardly)\b", re.I)
_LATER = re.compile(
    r"\b(?:plan\w*|will|expect\w*|intend\w*|aim\w*|hop(?:e|es|ing)|forecast\w*|next|future|should)\b", re.I
)
_DONE = re.compile(
    r"\b(?:already|have (?:now )?(?:done|spent|completed|achieved|finished)|past decade|in the past)\b", re.I
)
_TIME = re.compile(r"\b(day|week|month|quarter|year|decade|hour|minute|centur)(?:s|y|ies|ly)?\b", re.I)
_LOOSE = re.compile(
    r"\b(?:dozens?|hundreds|thousands|millions|billions|trillions|doubl\w+|tripl\w+|treb\w+|quadrupl\w+|halv\w+|thrice|"
    r"\w+fold|countless|umpteen|myriad|score of|hal(?:f|ves)|quarters?|(?:third|fourth|fifth|sixth|seventh|eighth|"
    r"ninth|tenth)s?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|"
    r"nine)ty(?:-\w+)?)\b",
    re.I,
)
_BEFORE_NOUN = re.compile(
    r"\b(?:of|on|in|for|to|by|with|from|at|under|over|between|than|the|an?|their|its|our|his|her|more|each|every|this|that)\s$",
    re.I,
)
_UNIT = re.compile(r"per ?cent(?!age)|%|\b(?:m|b|tr)illion\b|\bpercentage points?\b", re.I)
_DIRECTED = (
    re.compile(r"\bfrom (?P<one>[^,;:.]{2,60}?) (?:in)?to (?P<two>[^,;:.]{2,60})", re.I),
    re.compile(r"(?P<one>[^,;:.]{2,90}) (?:before|prior to|ahead of|precedes?|leads? to|rather than|instead of|"
               r"(?:and|but) not|outweighs?|exceeds?|(?:more|less|fewer|higher|lower|larger|smaller|better|worse)\b"
               r"[^,;:.]{0,40}? than) (?P<two>[^,;:.]{2,90})", re.I),
)  # fmt: skip
_SWAPPED = re.compile(r"(?P<two>[^,;:.]{2,90}) (?:after|following|follows?) (?P<one>[^,;:.]{2,90})", re.I)


def conflict(claim: Reading, nearest: Reading, quotes: str, about: str, synonyms: Synonyms | None = None) -> str:
    """Why the claim says another thing than `nearest`, the sentence of `quotes` closest to it; else empty.

    `about` names the source (title, publisher, year): a claim may name it where the quote does not.
    """
    known = lexicon() if synonyms is None else synonyms
    return (
        _strange_name(claim.text, quotes, about)
        or _more_or_fewer(claim, nearest, quotes)
        or _surer(claim.text, quotes)
        or _other_time(claim, nearest)
        or _loose_number(claim, quotes)
        or _turned(claim.text, nearest.text, known)
        or _put_in_place(claim, nearest, known)
    )


def names(text: str) -> Iterator[str]:
    """Proper names and acronyms of one sentence; its first word only where it can be no other word."""
    first = _FIRST_NAME.match(text)
    if first:
        yield first["name"]
    bare = _TITLED.sub(lambda m: " " * len(m[0]), text)
    yield from (m[0] for m in _CAPITAL.finditer(bare) if len(m[0]) > 1 and not any(c.isdigit() for c in m[0]))


def _strange_name(text: str, quotes: str, about: str) -> str:
    known = f"{quotes} {about}"
    words = _words(known)
    for name in names(text):
        for part in re.split(r"[-&]", re.sub(r"[’']s?$", "", name)):
            if part.lower() in _NO_NAME or not part[:1].isupper() or _is_known(part, words, known):
                continue
            if not _spelt_out(text, part, known):
                return f"no cited quote names {part}"
    return ""


@lru_cache(maxsize=2048)
def _words(text: str) -> frozenset[str]:
    return frozenset(
        w.lower().removesuffix("'s").removesuffix("’s") for t in _TOKEN.findall(text) for w in t.split("-")
    )


def _is_known(name: str, words: frozenset[str], text: str) -> bool:
    lower = name.lower()
    if lower in words or lower.removesuffix("s") in words or one_form(lower) in {one_form(w) for w in words}:
        return True
    if not name[1:2].isupper():
        return len(lower) >= _PREFIX_CHARS and any(w.startswith(lower[:_PREFIX_CHARS]) for w in words)
    initials = "".join(w[0] for w in _TOKEN.findall(text)).lower()
    return lower.removesuffix("s")[:2] in initials and len(lower) <= 4


def _spelt_out(text: str, part: str, known: str) -> bool:
    """Whether the name is a word of an acronym that the quotes have ("European Union" for "EU")."""
    at = text.find(part)
    near = _TOKEN.findall(text[max(0, at - 40) : at + 60])
    initials = "".join(w[0].upper() for w in near)
    return any(a in initials for a in re.findall(r"\b[A-Z]{2,5}\b", known))


def _more_or_fewer(claim: Reading, nearest: Reading, quotes: str) -> str:
    """A quantifier that the quote does not use and no number of it bears out."""
    shares = [_share(q.value, q.unit) for q in nearest.numbers]
    known = frozenset(_TOKEN.findall(quotes.lower()))
    for found in _QUANTIFIED.finditer(claim.text):
        word = found[0].lower()
        if word in known or any(q.start <= found.start() < q.end for q in claim.numbers):
            continue
        partly = _PARTLY.search(nearest.text) or any(s < 100 for s in shares if s is not None)
        if found["all"] and partly and _counts(claim.text, found, nearest):
            return f"it says “{word}”, which the quote does not"
        if found["most"] and not _LIKE_MOST.search(nearest.text) and not any(s > 50 for s in shares if s is not None):
            return f"it says “{word}”, which the quote does not"
        if found["few"] and not _LIKE_FEW.search(nearest.text) and not any(s < 50 for s in shares if s is not None):
            return f"it says “{word}”, which the quote does not"
    return ""


def _share(value: float, unit: str | None) -> float | None:
    return value if unit == "percent" else None


def _counts(text: str, found: re.Match[str], nearest: Reading) -> bool:
    """Whether a quantifier stands before a thing that the quote speaks of ("all respondents", not "they all agree")."""
    before = _TOKEN.findall(text[: found.start()])[-1:]
    if before and (before[0].lower() in ("they", "we", "these", "them") or before[0].endswith("s")):
        return False
    after = [w.lower() for w in _TOKEN.findall(text[found.end() : found.end() + 40]) if w.lower() not in STOPWORDS]
    return bool(after) and (one_form(after[0]) in nearest.stems or one_form(after[-1]) in nearest.stems)


def _surer(claim: str, quotes: str) -> str:
    for found in _SURE.finditer(claim):
        if (
            not _DENIED.search(claim, max(0, found.start() - 24), found.start())
            and one_form(found[0].lower())[:5] not in quotes.lower()
        ):
            return f"it says “{found[0].lower()}”, which the quote does not"
    if _DONE.search(claim) and _LATER.search(quotes) and not _DONE.search(quotes):
        return "it tells as done what the quote tells as to come"
    return ""


def _other_time(claim: Reading, nearest: Reading) -> str:
    """A measure of time in place of the quote's ("years" for "weeks"), where neither is part of a number."""
    ours = {
        m[1].lower() for m in _TIME.finditer(claim.text) if not any(q.start <= m.start() < q.end for q in claim.numbers)
    }
    theirs = {m[1].lower() for m in _TIME.finditer(nearest.text)}
    if ours and theirs and ours.isdisjoint(theirs):
        return f"it says “{min(ours)}” where the quote says “{min(theirs)}”"
    return ""


def _loose_number(claim: Reading, quotes: str) -> str:
    """A number in no form that is read, or a unit without its number: neither can be checked."""
    free = [
        m
        for pattern in (_LOOSE, _UNIT)
        for m in pattern.finditer(claim.text)
        if not any(q.start <= m.start() < q.end for q in claim.numbers)
    ]
    strange = next((m[0] for m in free if m[0].lower() not in quotes.lower()), "")
    if strange:
        return f"“{strange}” cannot be checked against the quotes"
    bare = next((m[0] for m in free if _UNIT.fullmatch(m[0]) and "percentage" not in m[0].lower()), "")
    return f"“{bare}” stands there without a number that can be checked" if bare else ""


def _turned(claim: str, quote: str, synonyms: Synonyms) -> str:
    """Two things told the other way round ("from B to A", "B before A")."""
    for one, two in _directions(claim):
        for first, second in _directions(quote):
            crossed = _shared(one, second, synonyms), _shared(two, first, synonyms)
            straight = _shared(one, first, synonyms) + _shared(two, second, synonyms)
            swapped = one[-1] == second[0] and two[0] == first[-1] and one[-1] != two[0]
            if swapped or (all(crossed) and sum(crossed) > straight):
                return "it turns round what the quote sets in order"
    return ""


@lru_cache(maxsize=4096)
def _directions(text: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    found = [m for pattern in (*_DIRECTED, _SWAPPED) for m in pattern.finditer(text)]
    both = [(_stems(m["one"]), _stems(m["two"])) for m in found]
    return tuple((one, two) for one, two in both if one and two)


def _stems(text: str) -> tuple[str, ...]:
    return tuple(one_form(w.lower()) for w in _TOKEN.findall(text) if w.lower() not in STOPWORDS)


def _shared(a: tuple[str, ...], b: tuple[str, ...], synonyms: Synonyms) -> int:
    return sum(holds(frozenset(b), w, synonyms) for w in set(a))


def _put_in_place(claim: Reading, quote: Reading, synonyms: Synonyms) -> str:
    """A thing between the quote's own neighbours in place of another ("effect on regulators" for "on customers").

    Only where both stand as nouns do, after a preposition or a determiner: verbs have too many words for the same.
    """
    ours, theirs = _slots(claim), _slots(quote)
    mine, yours = claim.stems, quote.stems
    strange = [i for i in range(1, len(ours) - 1) if ours[i].noun and not holds(yours, ours[i].stem, synonyms)]
    left = [j for j in range(1, len(theirs) - 1) if theirs[j].noun and not holds(mine, theirs[j].stem, synonyms)]
    for i in strange:
        for j in left:
            sides = [(ours[i + d].stem, theirs[j + d].stem) for d in (-1, 1)]
            same = all(holds(frozenset((b,)), a, synonyms) for a, b in sides)
            if same and sides != [("", ""), ("", "")]:
                return f"it says “{ours[i].stem}” where the quote says “{theirs[j].stem}”"
    return ""


@dataclass(frozen=True, slots=True)
class _Slot:
    """A content word in its place; `noun`: it follows a preposition or a determiner. The ends are empty words."""

    stem: str
    noun: bool = False


def _slots(reading: Reading) -> list[_Slot]:
    found = [
        _Slot(
            w.stem,
            w.stem not in GENERIC and _BEFORE_NOUN.search(reading.text, max(0, w.start - 12), w.start) is not None,
        )
        for w in reading.words
    ]
    return [_Slot(""), *found, _Slot("")]
