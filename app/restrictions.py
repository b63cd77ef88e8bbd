"""What a question rules out: a statement about another sector, year, statistic, rank or measure does not answer it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from app.match import A_LIST, BASE_CLAUSE, claim, held, premise_fit, sentence_quantities, surroundings
from app.question import Question
from app.types import Conflict
from app.vocabulary import bodies, concepts, countries_of_bodies, name_of, slots
from ingest.quantities import same
from ingest.terms import content_stems, words
from ingest.types import Document, Passage, Sentence

# Namespaces whose absence from a statement means that it is about everyone, not about the value asked for.
_STRICT = frozenset(
    {"gender", "group", "country", "sector", "role", "statistic", "technology", "grade", "size", "time"}
)

_SUPERLATIVE = re.compile(
    r"\b(?:most|least|highest|lowest|biggest|smallest|heaviest|furthest|fastest|slowest|best|worst|top|lead(?:s|ing)?|ahead|first|last|more than any)\b",
    re.I,
)

# A statement that lists countries of a region is about the region.
_REGIONS = frozenset({"eu", "europe", "asia", "africa", "latin-america", "middle-east", "nordics"})

# A figure that compares all roles shows that of unit heads.
_SHOWN = frozenset({"group", "role", "aspect"})
_COUNTED_STATISTICS = frozenset({"mean"})
# The best case is no answer to what is usual.
_EXTREMES = frozenset({"maximum", "minimum"})


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the wording of a question asks, read once for all the statements that it is held against."""

    contest: bool
    about_report: bool
    about_ourselves: bool
    outcome: bool
    since: bool
    change: bool
    compared: bool
    lack: bool
    periods: frozenset[float]
    tables: frozenset[str]


@lru_cache(maxsize=1_024)
def _asked(text: str) -> _Asked:
    return _Asked(
        contest=_SUPERLATIVE.search(text) is not None,
        about_report=_ABOUT_REPORT.search(text) is not None,
        about_ourselves=_ABOUT_OURSELVES.search(text) is not None,
        outcome=_ASKS_OUTCOME.search(text) is not None,
        since=_SINCE_BEFORE.search(text) is not None,
        change=_ASKS_CHANGE.search(text) is not None,
        compared=_COMPARES.search(text) is not None,
        lack=_ASKS_OF_LACK.search(text) is not None or "inadequate" in concepts(text),
        periods=_periods(text),
        tables=frozenset(_TABLE.findall(text)),
    )


def conflicts(
    question: Question, sentence: Sentence, passage: Passage, document: Document | None
) -> tuple[Conflict, ...]:
    """Restrictions of the question that the sentence does not meet."""
    asked = _asked(question.text)
    text = f"{sentence.context} {sentence.text}"
    around = f"{surroundings(sentence, passage, document)} . {document.publisher if document else ''}"
    found = list(
        _slot_conflicts(question, text, (*passage.section, document.title if document else ""), around, sentence.asks)
    )
    if question.figures and not set(question.figures) & (set(sentence.figures) | set(passage.figures)):
        found.append(Conflict("figure", str(question.figures[0])))
    found += _year_conflicts(question, f"{text} . {' . '.join(passage.section)}", document)
    found += _name_conflicts(question, f"{text} {' '.join(sentence.asks)} {around}")
    if question.wants_number:
        found += _measure_conflicts(question, sentence.text)
    if question.wants_number and _only_of_the_base(question, sentence):
        found.append(Conflict("base", "the respondents counted"))
    names_another = bool(question.bodies or question.names)
    if document and document.kind == "guidance" and not names_another and asked.about_report:
        found.append(Conflict("source", "the report"))
    found += _address_conflicts(question, sentence.text)
    if asked.about_ourselves:
        found.append(Conflict("self", "the advisor's own instructions"))
    if asked.outcome and _EXPECTS.search(claim(sentence.text)):
        found.append(Conflict("outcome", "what came of it"))
    if asked.since and not _STATES_CHANGE.search(sentence.text):
        found.append(Conflict("trend", "a comparison with earlier"))
    if question.wants_number and question.given and not premise_fit(question, sentence):
        found.append(Conflict("quantity", question.given[0].text))
    if question.levels and not any(names_level(level, text) for level in question.levels):
        found.append(Conflict("level", sorted(question.levels)[0]))
    return tuple(found)


def _slot_conflicts(
    question: Question, text: str, headings: tuple[str, ...], around: str, asks: tuple[str, ...]
) -> list[Conflict]:
    found = []
    said = slots(text)
    above = slots(" . ".join(headings))
    contest = question.kind in ("yes_no", "who", "compare") and _asked(question.text).contest
    for namespace, wanted in question.slots.items():
        if namespace == "money" and not question.wants_money:
            continue
        own = said.get(namespace, frozenset())
        listed = (
            question.wants_number
            and len(own) >= A_LIST > len(wanted)
            and namespace in ("country", "sector", "role", "group")
            and not wanted & _REGIONS
        )
        if wanted & own and not listed:
            continue
        if not own and wanted & above.get(namespace, frozenset()):
            continue
        # Eurostat's range from Romania to Denmark is about the European Union.
        many = not own or len(own) > 1
        if namespace == "country" and many and wanted & countries_of_bodies(f"{text} . {around}"):
            continue
        # A phrasing says what the statement answers, in words that the statement need not hold.
        if not own and any(wanted & slots(ask).get(namespace, frozenset()) for ask in asks):
            continue
        if contest and own and not listed:
            continue
        # "Was France covered?" is answered by the list of what was.
        if question.kind == "yes_no" and len(own) >= A_LIST:
            continue
        if _clashes(question, namespace, wanted, own):
            found.append(Conflict(namespace, sorted(wanted - own or wanted)[0]))
    return found


def _clashes(question: Question, namespace: str, wanted: frozenset[str], own: frozenset[str]) -> bool:
    if namespace == "statistic":
        return bool(own & _EXTREMES) or (
            (question.wants_number or question.kind == "tell") and not wanted <= _COUNTED_STATISTICS
        )
    if question.kind == "which_figure" and namespace in _SHOWN:
        return False
    if own:
        return question.kind != "yes_no" or namespace in ("country", "sector", "size")
    if namespace not in _STRICT:
        return False
    if namespace == "group":
        return question.wants_number
    if namespace == "size":
        return question.kind not in ("yes_no", "advise", "why", "compare")
    # Advice for anybody serves an insurer, too.
    return question.wants_number or namespace == "country" or (namespace == "sector" and question.kind != "advise")


_LEVEL_WORDS = dict(enumerate("zero one two three four five".split()))


def names_level(level: str, text: str) -> bool:
    """Whether a text names a level, in digits ("level 3") or in words ("level three")."""
    word = _LEVEL_WORDS.get(int(level), level) if level.isdigit() else level
    named = rf"\b{level}\b|\b(?:levels?|stages?|tiers?|grades?|phases?|rungs?|steps?|scores?)\s+(?:of\s+)?{word}\b"
    return re.search(named, text, re.I) is not None


_TABLE = re.compile(r"\btable\s+(\d+)\b", re.I)


def _address_conflicts(question: Question, text: str) -> list[Conflict]:
    """A table or a rank that the question names and the sentence does not."""
    tables = _asked(question.text).tables
    missing = tables - set(_TABLE.findall(text)) if tables else tables
    found = [Conflict("table", n) for n in sorted(missing)]
    ranks = [g for g in question.given if g.unit == "rank"]
    if ranks and not any(same(g, q) for g in ranks for q in sentence_quantities(text)):
        found.append(Conflict("rank", ranks[0].text))
    return found


def _year_conflicts(question: Question, text: str, document: Document | None) -> list[Conflict]:
    if not question.years:
        return []
    years = {int(q.value) for q in sentence_quantities(text) if q.unit in ("year", "date")}
    years |= {int(q.high) for q in sentence_quantities(text) if q.unit == "year" and q.high}
    if question.years & years:
        return []
    # "Was it carried out in 2023?" is answered by when it was.
    if question.kind == "yes_no" and _DATED.search(text):
        return []
    # A survey published in a year speaks of that year and of the fieldwork before it, where it names no year itself.
    if not years and document and document.year and question.years & {document.year, document.year - 1}:
        return []
    return [Conflict("year", str(min(question.years)))]


_DATED = re.compile(
    r"\b(?:in|by|from|since|until|to|during|before|after|january|february|march|april|may|june|july|august|september|october|november|december) (?:early |mid-|late )?(?:19|20)\d\d\b",
    re.I,
)


def _name_conflicts(question: Question, around: str) -> list[Conflict]:
    if not (question.names or question.bodies):
        return []
    told = frozenset(words(around))
    found = [Conflict("name", name) for name in question.names if not set(words(name)) & told]
    unmet = question.bodies if question.bodies and not question.bodies & bodies(around) else ()
    return found + [Conflict("name", name_of(body)) for body in sorted(unmet)]


# What the advisor was told is in no source, however much the sources say of prompts.
_ABOUT_OURSELVES = re.compile(
    r"\byour (?:(?:own|system|hidden|secret|internal|initial|original|developer) )*"
    r"(?:prompts?|instructions?|hidden rules|rules|guidelines|configuration|settings|api keys?|passwords?)\b",
    re.I,
)
_ABOUT_REPORT = re.compile(
    r"\b(?:the|this|your|deloitte(?:'s)?) (?:\w+ )?(?:report|survey|study|paper|poll|sample|authors?|respondents?|participants)\b|\b(?:surveyed|polled|respondents?|took part)\b",
    re.I,
)


# "Did they reach ten in the end?" is not answered by what they expected.
_ASKS_OUTCOME = re.compile(
    r"\b(?:did|have|has|had)\b[^?]*\b(?:actually|really|in the end|ever|eventually|in fact)\b[^?]*\b(?:reach|hit|me[e]?t|achiev|attain|get to|got|arriv|make it|made it|fulfil|deliver)"
    r"|\b(?:did|have|has|had)\b[^?]*\b(?:reach|hit|me[e]?t|achiev|attain|get to|got|arriv|make it|made it|fulfil|deliver)[^?]*\b(?:in the end|after all|as (?:\w+ ){0,3}(?:hoped|planned|forecast|expected|predicted|promised))\b"
    r"|\b(?:did|have|has|had)\b[^?]*\b(?:got|get|gotten) there\b"
    r"|\b(?:have|has|had|did)\b[^?]*\b(?:really|actually|ever|already)\b[^?]*\b(?:live[d]? through|experience[d]?|suffer(?:ed)?|see|seen|go(?:ne)? through|face[d]?|under(?:go|gone)|happen(?:ed)?)\b"
    r"|\b(?:did|have|has|was|were)\b[^?]*\b(?:come true|came true|turn(?:ed)? out|pan(?:ned)? out|materiali[sz]e|end(?:ed)? up|prove[dn]? (?:right|wrong|correct|true))\b",
    re.I,
)
_EXPECTS = re.compile(
    r"\b(?:expect\w*|estimat\w*|forecast\w*|projected|anticipat\w*|predict\w*|plan(?:s|ned|ning)?|target\w*|aim\w*|hop(?:e|ed|ing)|intend\w*|will|would|set to|"
    r"advancing|regard(?:s|ed)?|consider(?:s|ed)?|deem\w*|by 20\d\d|(?:in|within) the next)\b",
    re.I,
)


_ASKS_CHANGE = re.compile(
    r"\bby how (?:much|many)\b|\bhow (?:much|many)\b.*\b(?:did|has|have)\b.*\b(?:rise|rose|risen|grow|grown|increase[d]?|fall|fallen|drop(?:ped)?|decrease[d]?|go(?:ne)? (?:up|down)|climb(?:ed)?)\b",
    re.I,
)
_STATES_CHANGE = re.compile(
    r"\b(?:rise|rises|rose|risen|rising|grow|grows|grew|grown|increas\w+|fall|falls|fell|fallen|drop\w*|decreas\w+|climb\w*|doubl\w+|up by|down by|up from|against|twice|times)\b",
    re.I,
)
# "Is that up or down on last year?"
_SINCE_BEFORE = re.compile(
    r"\b(?:up|down|more|less|fewer|higher|lower|better|worse|better or worse|changed?|grown|risen|fallen|(?:the )?same)\b(?: \w+){0,3}? (?:on|than|as|against|from|versus|vs\.?|compared (?:to|with)|over|since)(?: in)?(?: the)? "
    r"(?:(?:year|one|survey|edition|report|wave|time)s? before|last (?:year|time)\b|a year (?:ago|earlier|before)|(?:previous|earlier|last|prior|preceding) (?:years?|surveys?|editions?|reports?|waves?|time))",
    re.I,
)
# "By how much are bosses likelier than engineers": groups are compared, not years.
_COMPARES = re.compile(r"\b(?:more|less|fewer|\w+er)\b.*\bthan\b", re.I)
_DENIES = re.compile(r"\b(?:do|does|did) not\b|n't\b", re.I)
_ASKS_OF_LACK = re.compile(
    r"\b(?:not|never|no|none|without|nor|cannot|lack\w*|short\w*|inadequate|insufficient|fail\w*|unready|gap|behind|below|struggl\w*|miss\w*|poor\w*|weak\w*|problem\w*|"
    r"unfit|unsuitable|outdated|unable|worst|worse|bad|trouble|affected|lag\w*|deficien\w*|unprepared|non)\b|n't\b",
    re.I,
)
_MONTHS = {"months": 1.0, "years": 12.0, "weeks": 0.25, "days": 1 / 30}


def _measure_conflicts(question: Question, text: str) -> list[Conflict]:
    """A share is not a change, a denial is not its opposite, and six months are not two years."""
    found, asked = [], _asked(question.text)
    if asked.change and not _STATES_CHANGE.search(text) and not (asked.compared and _COMPARES.search(text)):
        found.append(Conflict("change", "the size of a change"))
    if not asked.lack and _DENIES.search(claim(text)):
        found.append(Conflict("polarity", "the opposite"))
    stated = _periods(text) if asked.periods else asked.periods
    if stated and not asked.periods & stated:
        found.append(Conflict("time", "that period"))
    return found


def _periods(text: str) -> frozenset[float]:
    """Lengths of time that a text names, in months."""
    return frozenset(round(q.value * _MONTHS[q.unit], 1) for q in sentence_quantities(text) if q.unit in _MONTHS)


def _only_of_the_base(question: Question, sentence: Sentence) -> bool:
    """True when all that a question shares with "Of those who X, N per cent Y" is X: it asks for the share of X."""
    base = BASE_CLAUSE.match(sentence.text)
    if not base:
        return False
    said = claim(sentence.text)
    given, given_concepts = frozenset(content_stems(base.group(0))), concepts(base.group(0))
    told, told_concepts = frozenset(content_stems(said)), concepts(said)
    left = [t for t in question.terms if not t.frame and not held(t, given, given_concepts)]
    return not any(held(t, told, told_concepts) for t in left)
