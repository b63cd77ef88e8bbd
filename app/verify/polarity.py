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
_PAIRS = (
    ("more", "less fewer"), ("most", "least fewest"), ("high", "low"),
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
    ("supervised", "unsupervised"),
)  # fmt: skip
_OPPOSITES: dict[str, frozenset[str]] = {}
for _left, _right in _PAIRS:
    _a, _b = (frozenset(one_form(w) for w in side.split()) for side in (_left, _right))
    for _w in _a:
        _OPPOSITES[_w] = _OPPOSITES.get(_w, frozenset()) | _b
    for _w in _b:
        _OPPOSITES[_w] = _OPPOSITES.get(_w, frozenset()) | _a
# Comparatives say nothing by themselves: they count when they qualify the same word.
_COMPARATIVE = frozenset("more less fewer most least fewest many few".split())
_PREFIXES = ("un", "in", "im", "dis", "non", "ir", "il")
_NOT_PREFIXED = frozenset(
    "improve inform intend invest discover disclose display discount impress import instance impact".split()
)
_SCOPE_WORDS = 3


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
    tokens = [t.lower().replace("’", "'") for t in _WORD.findall(_NEUTRAL.sub(" ", text))]
    scopes, qualified = [], set()
    for i, token in enumerate(tokens):
        if token in _NEGATORS or token.endswith("n't"):
            scopes.append(_scope(tokens, i))
        elif token in _COMPARATIVE:
            after = next(iter(_following(tokens, i, 1)), "")
            qualified.add((token, after))
    plain = frozenset(t for t in tokens if t[0].isalpha())
    counts = Counter(one_form(t) for t in tokens if t[0].isalpha())
    stems = frozenset(counts)
    only = sum(token in ("only", "just", "merely") for token in tokens)
    weak = not stems.isdisjoint(_WEAK)
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


def conflict(claim: str, quote: str, close: bool = False) -> str:
    """Why the two are the other way round, in plain words; empty when they are not.

    `close` says that the claim keeps nearly all words of the quote: then a lone "more" for "less" counts too.
    """
    a, b = polarity(claim), polarity(quote)
    if close and a.only > b.only and _NEUTRAL.search(quote) and not _NEUTRAL.search(claim):
        return "it leaves out the quote's “not”"
    return _negation(a, b) or _comparison(a, b) or _opposite(a, b, close)


def _negation(a: Polarity, b: Polarity) -> str:
    claimed, quoted = list(a.scopes), list(b.scopes)
    for scope in a.scopes:
        pair = next((q for q in quoted if q & scope or not (q and scope)), None)
        if pair is not None:
            claimed.remove(scope)
            quoted.remove(pair)
    if claimed and not quoted and not (b.weak and not a.weak):
        return "it denies what the quote says"
    missed = [scope for scope in quoted[len(claimed) :] if scope & a.stems]
    if missed and not (a.weak and not b.weak):
        return "it leaves out the quote's negation"
    return ""


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
