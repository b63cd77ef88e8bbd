"""Does a claim say the same way round as its quote? Negation by scope, opposites by a cue list.

Embeddings do not see negation, hence lexical cues.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from app.verify.readings import one_form
from ingest.terms import STOPWORDS

_WORD = re.compile(r"[A-Za-z]+(?:[’'][A-Za-z]+)?|[,;:.()]")
_NEUTRAL = re.compile(
    r"\b(?:not (?:only|just|merely|surprisingly)|not least(?=,| because| in| the)|no (?:doubt|less than"
    r"|more than|fewer than|matter|later than|sooner)"
    r"|not (?:less|more|fewer) than|whether or not|or not|none the less|nonetheless|no\. ?[0-9])\b",
    re.I,
)
_NEGATORS = frozenset(
    "no not never none nobody nothing neither nor cannot without hardly barely scarcely rarely seldom".split()
)
_WEAK = frozenset(
    one_form(w)
    for w in (
        "lack lacks lacking missing fail fails failing failed short shortfall insufficient inadequate "
        "unable absent prevent prevents avoid "
        "gap inadequacy unmet below behind struggle lag lagging unlikely few deny denied refuse free "
        "exclude excluded opposite instead "
        "stop stopped unready beyond underestimate false wrong restrict disagree"
    ).split()
)
# What a claim may not do where its quote denies nothing and wants for nothing.
_DENIES = frozenset(
    one_form(w)
    for w in (
        "lack lacks lacking fail fails failed insufficient inadequate unable avoid avoids refuse exclude excludes stop "
        "stops omit ignore neglect reject oppose abandon remove eliminate forbid cut cuts slash scrap halt freeze "
        "withdraw cancel skip weaken worsen hinder hamper"
    ).split()
)
_WANTING = frozenset(
    one_form(w)
    for w in (
        "need needs require demand seek short shortage barrier obstacle challenge hurdle difficult difficulty problem "
        "risk lose loss cut reduce lower decrease fall drop decline shrink save saving replace remove limit ban "
        "prohibit against rather only weak weaken poor worse hard late legacy outdated old debt"
    ).split()
)
_LEFT_OUT = re.compile(
    r"\b(?:leav\w+|left|keep\w*|kept)\b[^.;]{0,80}?\b(?:out|apart|away|aside|for later|until later|behind)\b|"
    r"\bno need\b",
    re.I,
)
_PAIRS = (
    ("more extra additional", "less fewer"), ("most", "least fewest"), ("high", "low"),
    ("increase rise grow growth gain climb expand up boost",
     "decrease decline fall drop reduce shrink loss down diminish"),
    ("strengthen strong improve enhance better", "weaken weak worsen worse harm reduce deteriorate"),
    ("above", "below"), ("majority", "minority"), ("always often", "never rarely seldom"), ("many", "few"),
    ("large", "small"),
    ("optimistic", "pessimistic"), ("easy simple", "difficult hard complex"),
    ("success succeed", "failure fail"), ("include", "exclude"),
    ("enable allow", "prevent forbid prohibit"), ("fast quick", "slow"), ("best", "worst"),
    ("advantage benefit", "disadvantage drawback"),
    ("before", "after"), ("all every", "none"), ("short", "long"), ("cheap", "expensive costly"),
    ("accept", "reject"),
    ("support", "oppose"), ("faster sooner", "slower later"), ("widespread common", "rare"),
    ("with", "without"), ("first", "last"),
    ("adopt", "abandon"), ("ahead", "behind"), ("positive", "negative"), ("start begin", "stop end"),
    ("full", "partial empty"),
    ("agree", "disagree"), ("win", "lose"), ("internal", "external"), ("public", "private"),
    ("rapidly", "slowly"), ("greater", "lesser"),
    ("manual", "automatic automated"), ("ready prepared", "unready unprepared"),
    ("sufficient adequate", "insufficient inadequate"),
    ("mature", "immature"), ("overestimate", "underestimate"), ("accelerate", "slow delay"),
    ("lack shortage shortfall scarcity", "surplus abundance plenty excess"),
    ("mandatory required", "optional voluntary"), ("legal lawful", "illegal unlawful"),
    ("supervised", "unsupervised"), ("risky riskiest riskier dangerous", "safe safest safer harmless"),
    ("same", "different"), ("right correct", "wrong false"), ("join merge combine unite", "split separate divide"),
    ("confidence trust", "doubt distrust mistrust"), ("give bring build", "undermine"),
    ("together", "separately apart"),
    ("gain win", "lose"), ("create build construct", "destroy dismantle"), ("hire recruit", "fire dismiss lay"),
    ("early", "late"), ("open", "closed"), ("permanent", "temporary"), ("central", "local"), ("top", "bottom"),
    ("inside", "outside"), ("join enter", "leave exit"), ("push", "pull"), ("once", "twice"), ("visible", "hidden"),
    ("simple", "complicated"), ("earliest", "latest"), ("newest", "oldest"), ("fastest", "slowest"),
    ("silently quietly", "openly loudly"), ("import", "export"), ("lend", "borrow"), ("own", "rent"),
)  # fmt: skip
_OPPOSITES: dict[str, frozenset[str]] = {}
for _left, _right in _PAIRS:
    _a, _b = (frozenset(one_form(w) for w in side.split()) for side in (_left, _right))
    for _w in _a:
        _OPPOSITES[_w] = _OPPOSITES.get(_w, frozenset()) | _b
    for _w in _b:
        _OPPOSITES[_w] = _OPPOSITES.get(_w, frozenset()) | _a
# Comparatives say nothing by themselves: they count when they qualify the same word.
_COMPARATIVE = frozenset("more extra additional less fewer most least fewest many few".split())
_PREFIXES = ("un", "in", "im", "dis", "non", "ir", "il")
_NOT_PREFIXED = frozenset(
    "improve inform intend invest discover disclose display discount impress import instance impact".split()
)
_NOT = re.compile(r"\b(?:rather than|instead of|as opposed to)\b", re.I)
_TOO = re.compile(r"\btoo \w+ (?:for \w+ )?to\b", re.I)
_SCOPE_WORDS = 3
_ENUMERATED_WORDS = 16
_NEAR_WORDS = 2


@dataclass(frozen=True, slots=True)
class Polarity:
    """Scopes of the negators, every stem, the comparatives with what they qualify, and the plain words."""

    scopes: tuple[frozenset[str], ...]
    stems: frozenset[str]
    plain: frozenset[str]
    qualified: frozenset[tuple[str, str]]
    weak: bool
    counts: tuple[tuple[str, int], ...]
    only: int


@lru_cache(maxsize=8192)
def polarity(text: str) -> Polarity:
    """Read the polarity cues of one sentence."""
    tokens = [t.lower().replace("’", "'") for t in _WORD.findall(_NOT.sub("not", _NEUTRAL.sub(" ", text)))]
    scopes, qualified = [], set()
    for i, token in enumerate(tokens):
        if token in _NEGATORS or token.endswith("n't"):
            scopes.append(_scope(tokens, i) | _enumerated(tokens, i))
        elif token in _COMPARATIVE:
            after = next(iter(_following(tokens, i, 1)), "")
            qualified.add((token, after))
    plain = frozenset(t for t in tokens if t[0].isalpha())
    counts = Counter(one_form(t) for t in tokens if t[0].isalpha())
    stems = frozenset(counts)
    only = sum(token in ("only", "just", "merely") for token in tokens)
    weak = not stems.isdisjoint(_WEAK) or _TOO.search(text) is not None
    return Polarity(tuple(scopes), stems, plain, frozenset(qualified), weak, tuple(counts.items()), only)


def _following(tokens: list[str], at: int, size: int) -> list[str]:
    found: list[str] = []
    for token in tokens[at + 1 :]:
        if token in ",;:.()" or token == "but" or len(found) == size:
            break
        if token not in STOPWORDS and not token.endswith("n't"):
            found.append(one_form(token))
    return found


def _scope(tokens: list[str], at: int) -> frozenset[str]:
    return frozenset(_following(tokens, at, _SCOPE_WORDS))


def _enumerated(tokens: list[str], at: int) -> frozenset[str]:
    """What "no" and "without" deny one after the other ("no median, period or cost base")."""
    if tokens[at] not in ("no", "without", "neither", "never"):
        return frozenset()
    found: list[str] = []
    for i in range(at + 1, min(len(tokens), at + 1 + _ENUMERATED_WORDS)):
        if tokens[i] in ".;:()" or tokens[i] in ("but", "and", "so", "that", "which", "who"):
            break
        if tokens[i] in ("or", "nor"):
            return frozenset((*found, *_following(tokens, i, 2)))
        if tokens[i] != "," and tokens[i] not in STOPWORDS:
            found.append(one_form(tokens[i]))
    return frozenset()


def conflict(claim: str, quote: str, close: bool = False) -> str:
    """Why the two are the other way round, in plain words; empty when they are not.

    `close` says that the claim keeps nearly all words of the quote: then a lone "more" for "less" counts too.
    """
    a, b = polarity(claim), polarity(quote)
    if close and a.only > b.only and _NEUTRAL.search(quote) and not _NEUTRAL.search(claim):
        return "it leaves out the quote's “not”"
    return _negation(a, b) or _denial(claim, quote, a, b) or _comparison(a, b) or _opposite(a, b, close)


def _negation(a: Polarity, b: Polarity) -> str:
    claimed, quoted = list(a.scopes), list(b.scopes)
    for scope in a.scopes:
        pair = next((q for q in quoted if q & scope or not (q and scope)), None)
        if pair is not None:
            claimed.remove(scope)
            quoted.remove(pair)
    if claimed and not quoted and not (b.weak and not a.weak):
        return "it denies what the quote says"
    if any(c & _affirmed(b) and q & _affirmed(a) for c in claimed for q in quoted):
        return "it denies what the quote affirms and affirms what it denies"
    missed = [scope for scope in quoted[len(claimed) :] if scope & a.stems]
    if missed and not (a.weak and not b.weak):
        return "it leaves out the quote's negation"
    return ""


def _affirmed(told: Polarity) -> frozenset[str]:
    return told.stems - frozenset().union(*told.scopes)


def _denial(claim: str, quote: str, a: Polarity, b: Polarity) -> str:
    """Denial without a negator ("avoid", "leave out"), where nothing in the quote comes near one."""
    if b.scopes or b.weak or _LEFT_OUT.search(quote):
        return ""
    if _LEFT_OUT.search(claim):
        return "it leaves out what the quote puts in"
    ours, theirs = _content(claim), _content(quote)
    for i, word in enumerate(ours):
        if word in _DENIES and not _wanted(ours[i + 1 : i + 1 + _SCOPE_WORDS], theirs):
            return f"it says “{word}”, and the quote denies nothing"
    return ""


def _content(text: str) -> list[str]:
    tokens = (t.lower().replace("’", "'") for t in _WORD.findall(text))
    return [one_form(t) for t in tokens if t[0].isalpha() and t not in STOPWORDS]


def _wanted(denied: list[str], quote: list[str]) -> bool:
    """Whether the quote tells of a want, or denies in its own words, near what a claim denies."""
    places = [j for j, word in enumerate(quote) if word in denied]
    cues = [j for j, word in enumerate(quote) if word in _WANTING or word in _DENIES]
    return any(abs(j - k) <= _NEAR_WORDS for j in places for k in cues) if places else bool(cues)


def _comparison(a: Polarity, b: Polarity) -> str:
    for word, qualified in a.qualified:
        opposite = _OPPOSITES.get(one_form(word), frozenset())
        for other, same in b.qualified:
            turned = one_form(other) in opposite and qualified == same
            if turned and (other, same) not in a.qualified and (word, qualified) not in b.qualified:
                return f"it says “{word}” where the quote says “{other}”"
    return ""


def _opposite(a: Polarity, b: Polarity, close: bool) -> str:
    ours, theirs = dict(a.counts), dict(b.counts)
    for word, count in ours.items():
        if count <= theirs.get(word, 0) or (word in _COMPARATIVE and not close):
            continue
        for other in _OPPOSITES.get(word, frozenset()):
            if theirs.get(other, 0) > ours.get(other, 0) and (close or other not in _COMPARATIVE):
                return f"it says “{word}” where the quote says “{other}”"
    for one, two in ((a, b), (b, a)):
        for word in one.plain - two.plain - _NOT_PREFIXED:
            for prefix in _PREFIXES:
                rest = word.removeprefix(prefix)
                if rest != word and len(rest) >= 5 and rest in two.plain and rest not in one.plain:
                    return f"it turns “{rest}” round" if one is a else f"it turns “{word}” round"
    return ""
