"""What a question rules out: a statement about another sector, year, statistic, rank or measure does not answer it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.asides import ABOUT_OWN
from app.clauses import asks_of_the_base, denies
from app.match import (
    A_LIST,
    absent,
    claim,
    figures_in,
    premise_fit,
    sentence_quantities,
    surroundings,
)
from app.question import Question
from app.scope import years_of
from app.titles import title_lacking
from app.types import Conflict
from app.vocabulary import bodies, concepts, countries_of_bodies, name_of, regions, regions_of, slots
from ingest.lending import BUNDLED_KINDS
from ingest.quantities import same
from ingest.terms import words
from ingest.types import Document, Passage, Sentence

# Namespaces whose absence from a statement means that it is about everyone, not about the value asked for.
_STRICT = frozenset(
    {"gender", "group", "country", "sector", "role", "statistic", "technology", "grade", "size", "time"}
)

_SUPERLATIVE = re.compile(
    r"\b(?:most|least|highest|lowest|biggest|smallest|heaviest|furthest|fastest|slowest|best|worst|top|lead(?:s|ing)?|ahead|first|last|more than any)\b",
    re.I,
)

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
    about_own: bool
    outcome: bool
    since: bool
    change: bool
    lack: bool
    periods: frozenset[float]
    tables: frozenset[str]


@lru_cache(maxsize=1_024)
def _asked(text: str) -> _Asked:
    return _Asked(
        contest=_SUPERLATIVE.search(text) is not None,
        about_report=_ABOUT_REPORT.search(text) is not None,
        about_ourselves=_ABOUT_OURSELVES.search(text) is not None,
        about_own=ABOUT_OWN.search(text) is not None,
        outcome=_ASKS_OUTCOME.search(text) is not None,
        since=_SINCE_BEFORE.search(text) is not None,
        change=_ASKS_CHANGE.search(text) is not None,
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
    measured = figures_in(sentence)
    headings = " . ".join((*passage.section, document.title if document else ""))
    guides, apart = document is not None and document.kind == "guidance", _APART.search(text) is not None
    advises = guides and not measured and _MOST.search(text) is None
    told = _Told(
        slots(text),
        slots(headings),
        f"{text} . {around}",
        sentence.asks,
        any(q.unit == "percent" for q in measured),
        apart,
        advises,
    )
    found = list(_slot_conflicts(question, told))
    if question.figures and not set(question.figures) & (set(sentence.figures) | set(passage.figures)):
        found.append(Conflict("figure", str(question.figures[0])))
    found += _year_conflicts(question, f"{text} . {' . '.join(passage.section)}", document)
    found += _name_conflicts(question, f"{text} {' '.join(sentence.asks)} {around}")
    if question.wants_number:
        found += _measure_conflicts(question, sentence)
    if question.wants_number and asks_of_the_base(question, sentence):
        found.append(Conflict("base", "the respondents counted"))
    if asked.about_report and document and document.kind == "guidance" and not _is_of_the_report(question, text):
        found.append(Conflict("source", "the report"))
    found += _address_conflicts(question, sentence.text)
    found += _whose_conflicts(asked, document)
    if asked.outcome and _EXPECTS.search(claim(sentence.text)):
        found.append(Conflict("outcome", "what came of it"))
    if asked.since and not _STATES_CHANGE.search(sentence.text):
        found.append(Conflict("trend", "a comparison with earlier"))
    if question.wants_number and question.given and not premise_fit(question, sentence):
        found.append(Conflict("quantity", question.given[0].text))
    if question.levels and not any(names_level(level, text) for level in question.levels):
        found.append(Conflict("level", sorted(question.levels)[0]))
    return tuple(found)


def _whose_conflicts(asked: _Asked, document: Document | None) -> Iterator[Conflict]:
    if asked.about_ourselves:
        yield Conflict("self", "the advisor's own instructions")
    if asked.about_own and document and document.kind in BUNDLED_KINDS:
        yield Conflict("own", "your own figures")


@dataclass(frozen=True, slots=True)
class _Told:
    """What a statement says of whom it is about: itself, in its headings, `around` it, and in its phrasings.

    shares: whether it states a share. apart: whether a value stands with each place or group that it names ("5 per cent
    in Romania to 42 in Denmark"). advises: whether it is one of guidance, and measures nobody, in words either.
    """

    said: Mapping[str, frozenset[str]]
    above: Mapping[str, frozenset[str]]
    around: str
    asks: tuple[str, ...]
    shares: bool
    apart: bool
    advises: bool


_MOST = re.compile(r"\b(?:most|many|few|half|majority|respondents?|surveyed)\b", re.I)
# "42.0 per cent in Denmark", "20 per cent in Spain, 21 in France", "18 data scientists, 12 data engineers": a value with
# each.
_APART = re.compile(
    r"\d ?(?:per cent|percent|%)?(?: of [a-z-]+)? in [a-z]+,? (?:to |and |but |against |while )?(?:[a-z-]+ ){0,2}\d"
    r"|\b\d+ (?:[a-z-]+ ){1,3}?[a-z-]*s, (?:and )?\d+ (?:[a-z-]+ ){0,3}[a-z-]*s\b",
    re.I,
)


def _slot_conflicts(question: Question, told: _Told) -> Iterator[Conflict]:
    for namespace, wanted in question.slots.items():
        if namespace == "money" and not question.wants_money:
            continue
        own = told.said.get(namespace, frozenset())
        listed = not told.apart and _is_list(question, namespace, wanted, own)
        if _is_named(namespace, wanted, own, told, listed=listed) or _is_excused(question, namespace, wanted, own):
            continue
        if not listed and _is_of_such(question, namespace, wanted, own, told):
            continue
        if _clashes(question, namespace, wanted, own, advises=told.advises):
            yield Conflict(namespace, sorted(wanted - own or wanted)[0])


def _is_list(question: Question, namespace: str, wanted: frozenset[str], own: frozenset[str]) -> bool:
    """Whether a statement lists many, and so gives no number for one of them."""
    # A statement that lists countries of a region is about the region.
    many = len(own - regions_of(own)) >= A_LIST > len(wanted) and not wanted & (regions() - {"uk"})
    return question.wants_number and many and namespace in ("country", "sector", "role", "group")


def _is_named(namespace: str, wanted: frozenset[str], own: frozenset[str], told: _Told, *, listed: bool) -> bool:
    """Whether the statement is about what is wanted, by its own words or by what stands around it."""
    if wanted & own and not listed:
        return True
    # Eurostat's range from Romania to Denmark is about the European Union.
    if namespace == "country" and len(own) != 1 and wanted & countries_of_bodies(told.around):
        return True
    # A phrasing says what the statement answers, in words that the statement need not hold.
    above = told.above.get(namespace, frozenset())
    return not own and bool(wanted & above or any(wanted & slots(ask).get(namespace, frozenset()) for ask in told.asks))


def _is_excused(question: Question, namespace: str, wanted: frozenset[str], own: frozenset[str]) -> bool:
    """Whether a restriction rules nothing out here: where the asker sits does not, of what is said of everywhere; and
    "was France covered?" is answered by the list of what was."""
    if not own:
        return namespace in question.beside
    return question.kind in _OF_LISTS and not question.wants_number and len(own - regions_of(own)) >= A_LIST


def _is_of_such(question: Question, namespace: str, wanted: frozenset[str], own: frozenset[str], told: _Told) -> bool:
    """Whether a statement about others answers all the same: a contest among them, or a region for its countries."""
    if own and question.kind in ("yes_no", "who", "compare") and _asked(question.text).contest:
        return True
    return namespace == "country" and _holds_there(question, wanted, own, told)


def _holds_there(question: Question, wanted: frozenset[str], own: frozenset[str], told: _Told) -> bool:
    """A law of the European Union holds in Spain; "which country in Asia" is answered by one. A share of the one is
    none of the other."""
    if question.kind in _NAMING and _A_COUNTRY.fullmatch(question.head):
        return bool(wanted & regions_of(own))
    # "The European Union" is called Europe, too; its law holds in its own countries alone.
    own = own - {"europe"} if "eu" in own else own
    counted = told.shares or (question.wants_number and question.kind != "when")
    return bool(own and own <= regions() and not counted and own & regions_of(wanted))


def _clashes(question: Question, namespace: str, wanted: frozenset[str], own: frozenset[str], *, advises: bool) -> bool:
    if namespace == "statistic":
        tells = question.kind == "tell" and not advises
        return bool(own & _EXTREMES) or ((question.wants_number or tells) and not wanted <= _COUNTED_STATISTICS)
    if question.kind == "which_figure" and namespace in _SHOWN:
        return False
    # "We want to climb a level: what first?" asks for no value at some point in time.
    if namespace == "aspect" and not (question.wants_number or question.kind in _NAMING):
        return False
    if own:
        return question.kind != "yes_no" or namespace in ("country", "sector", "size")
    if namespace not in _STRICT:
        return False
    if namespace == "group":
        return question.wants_number
    # Advice for anybody serves an insurer, too, and a small firm.
    for_anybody = advises and not question.wants_number
    if namespace == "size":
        return question.kind not in ("yes_no", "advise", "why", "compare") and not for_anybody
    sector = namespace == "sector" and question.kind != "advise" and not for_anybody
    return question.wants_number or namespace == "country" or sector


_NAMING, _OF_LISTS = frozenset({"which", "who", "list"}), frozenset({"yes_no", "tell"})
_A_COUNTRY = re.compile(r"(?:countr(?:y|ies)|states?|nations?|lands?)", re.I)
_LEVEL_WORDS = dict(enumerate("zero one two three four five".split()))
_NTH = dict(enumerate("zeroth first second third fourth fifth".split()))


def names_level(level: str, text: str) -> bool:
    """Whether a text names a level, in digits ("level 3") or in words ("level three")."""
    word = _LEVEL_WORDS.get(int(level), level) if level.isdigit() else level
    scale = r"(?:levels?|stages?|tiers?|grades?|phases?|rungs?|steps?|scores?)"
    named = rf"\b{level}\b|\b{scale}\s+(?:of\s+)?{word}\b"
    nth = _NTH.get(int(level), level) if level.isdigit() else level
    upto = "|".join(n for i, n in enumerate(("two", "three", "four"), 2) if level.isdigit() and 0 < int(level) <= i)
    first = rf"|\bfirst (?:{upto}) (?:levels|stages|tiers)\b" if upto else ""
    return re.search(rf"{named}|\b{nth}(?: and \w+)? (?:levels?|stages?|tiers?)\b{first}", text, re.I) is not None


_TABLE = re.compile(r"\btable\s+(\d+)\b", re.I)


# "The third bullet", "on the 12th", "stages two and three": only what is ranked has a rank.
_RANKS = re.compile(
    r"\b(?:rank\w*|place[ds]?|position(?:ed)?|top of the list|runner[- ]up)\b"
    r"|\b(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th))[- ](?:most|least|best|worst|to last|from|\w+est)\b"
    r"|\b(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth) (?:obstacle|barrier|challenge|hurdle|reason|concern)\b"
    r"|\b(?:come|comes|came|finish\w*|takes?|is|are|was|were|stands?|stood|sits?)\s+(?:out )?(?:in |at )?(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th)|last)\b"
    r"|\bnumber (?:two|three|four|five|[2-9]) (?:on|in|of|among|obstacle|barrier|challenge|hurdle)\b",
    re.I,
)


def _address_conflicts(question: Question, text: str) -> list[Conflict]:
    """A table or a rank that the question names and the sentence does not."""
    tables = _asked(question.text).tables
    missing = tables - set(_TABLE.findall(text)) if tables else tables
    found = [Conflict("table", n) for n in sorted(missing)]
    ranks = [g for g in question.given if g.unit == "rank" and _RANKS.search(question.text)]
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
    if not years and document and question.years & years_of(document):
        return []
    return [Conflict("year", str(min(question.years)))]


_DATED = re.compile(
    r"\b(?:in|by|from|since|until|to|during|before|after|january|february|march|april|may|june|july|august|september|october|november|december) (?:early |mid-|late )?(?:19|20)\d\d\b",
    re.I,
)


def _name_conflicts(question: Question, around: str) -> list[Conflict]:
    if title := title_lacking(question.text, around):
        return [Conflict("name", title)]
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
    r"(?<!since )(?<!after )(?<!before )(?<!without )(?<!leave )(?<!than )(?<!not from )"
    r"\b(?:the|this|your|deloitte(?:'s)?) (?:(?!board\b|one\b|older\b|newer\b)\w+ )?(?:report(?! (?:generator|came out|was published))|survey|study|paper|poll|sample|authors?|respondents?|participants)\b|\b(?:surveyed|polled|respondents?|took part)\b",
    re.I,
)
# What our notes say of the report itself answers for it.
_OF_THE_REPORT = re.compile(
    r"\bdeloitte(?:'s|, the author of the)? (?:2023 )?report\b|\breport of 2023\b|\b2023 report\b|\b621\b", re.I
)
_REPORT_YEARS = frozenset({2022, 2023})
_DATED_SOURCE = re.compile(
    r"\b(20\d\d) (?:\w+ )?(?:report|survey|study|paper|poll|sample|authors?|research|edition)\b", re.I
)


def _is_of_the_report(question: Question, text: str) -> bool:
    """Whether a guidance statement may answer what asks of "the report": it speaks of it, or the question of another."""
    dated = {int(year) for year in _DATED_SOURCE.findall(question.text)}
    another = bool(question.bodies or question.names or dated - _REPORT_YEARS)
    return another or _OF_THE_REPORT.search(text) is not None


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
    r"\b(?:rise|rises|rose|risen|rising|grow|grows|grew|grown|increas\w+|fall|falls|fell|fallen|drop\w*|decreas\w+|climb\w*|doubl\w+|up by|down by|up from|against|twice|times|from (?:\w+ ){1,4}to (?:\d+|\w*(?:one|two|three|four|five|six|seven|eight|nine|ten|ty)))\b",
    re.I,
)
# "Is that up or down on last year?"
_SINCE_BEFORE = re.compile(
    r"\b(?:up|down|more|less|fewer|higher|lower|better|worse|better or worse|changed?|grown|risen|fallen|(?:the )?same)\b(?: \w+){0,3}? (?:on|than|as|against|from|versus|vs\.?|compared (?:to|with)|over|since)(?: in)?(?: the)? "
    r"(?:(?:year|one|survey|edition|report|wave|time)s? before|last (?:year|time)\b|a year (?:ago|earlier|before)|(?:previous|earlier|last|prior|preceding) (?:years?|surveys?|editions?|reports?|waves?|time))",
    re.I,
)
_SETS_APART = re.compile(
    r"\b(?:differ\w*|\d+ (?:percentage )?points|likelier|above|below|ahead|behind|higher|lower)\b|\b\w+(?:er|more|less) (?:\w+ ){0,4}than (?!\d)",
    re.I,
)
_ASKS_OF_LACK = re.compile(
    r"\b(?:not|never|no|none|without|nor|cannot|lack\w*|short\w*|inadequate|insufficient|fail\w*|unready|gap|behind|below|struggl\w*|miss\w*|poor\w*|weak\w*|problem\w*|"
    r"unfit|unsuitable|outdated|unable|worst|worse|bad|trouble|affected|lag\w*|deficien\w*|unprepared|non|wanting|isnt|dont|doesnt|"
    r"substandard|under-\w+)\b|n['’]t\b",
    re.I,
)
_MONTHS = {"months": 1.0, "years": 12.0, "weeks": 0.25, "days": 1 / 30}


def _measure_conflicts(question: Question, sentence: Sentence) -> list[Conflict]:
    """A share is not a change, a denial is not its opposite, and six months are not two years."""
    found, asked, text = [], _asked(question.text), sentence.text
    if asked.change and not (_STATES_CHANGE.search(text) or _SETS_APART.search(text)):
        found.append(Conflict("change", "the size of a change"))
    if not asked.lack and denies(question, sentence) and not (absent(sentence) and sentence.kind == "caveat"):
        found.append(Conflict("polarity", "the opposite"))
    stated = _periods(text) if asked.periods else asked.periods
    if stated and not asked.periods & stated:
        found.append(Conflict("time", "that period"))
    return found


def _periods(text: str) -> frozenset[float]:
    """Lengths of time that a text names, in months."""
    return frozenset(round(q.value * _MONTHS[q.unit], 1) for q in sentence_quantities(text) if q.unit in _MONTHS)
