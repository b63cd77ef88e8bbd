"""Reading a question: what kind it is, which quantity it asks for, and what restricts it.

An answer must match all of it; `app.gate` refuses when the evidence does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from app.asides import OF_OURS, asked_in, question_in
from app.message import LIKE_US, WHO_ASKS
from app.vocabulary import Term, bodies, slots, terms, without_bodies
from ingest.quantities import Quantity, quantities
from ingest.sentences import split
from ingest.terms import STOPWORDS, words

QuestionType = Literal[
    "how_many", "how_much", "how_long", "when", "who", "which", "where", "why", "how",
    "compare", "list", "yes_no", "define", "advise", "figure", "which_figure", "tell",
]  # fmt: skip

_DURATION = frozenset({"years", "months", "weeks", "days", "hours", "minutes", "seconds"})
_MONEY: frozenset[str | None] = frozenset(
    {"USD", "GBP", "EUR", "AUD", "CAD", "JPY", "ZAR", "INR", "CHF", "SEK", "NOK", "DKK", "CNY"}
)
_SHARE: frozenset[str | None] = frozenset({"percent", "points", "count", "times"})
# None is a bare number ("from eight to ten"), which may count anything.
_UNITS: dict[QuestionType, frozenset[str | None]] = {
    "how_many": _SHARE | {"rank", None},
    "how_much": _MONEY | {"percent", "times", "points", "count"},
    "how_long": _DURATION | {"date", "year"},
    "when": frozenset({"date", "year"}) | _DURATION,
}

_NAMED_UNIT = re.compile(
    r"\bhow many (?:\w+ )?(hours?|days?|weeks?|months?|years?|percentage points)\b|\bpercentage (points)\b", re.I
)
_MONEY_WORD = re.compile(
    r"\b(?:dollars?|pounds?|euros?|money|fines?|penalt(?:y|ies)|bills?|rent|wages?|charge[sd]?|worth|costs?|earns?|spends?|spending|pa(?:y|ys|id)|salary|salaries|price[sd]?|revenue|budgets?|market (?:size|value)|fees?)\b",
    re.I,
)
_SHARE_WORD = re.compile(
    r"\b(?:(?<!per )share|proportion|percentage|per ?cent|fraction|portion|slice|interest rate|%)(?!\w)|\bhow much interest\b|\breturn|\broi\b|\blikel|\bodds\b|\bmuch better\b",
    re.I,
)
_SUMS = re.compile(
    r"\bhow many (?:dollars|pounds|euros|(?:millions?|billions?|trillions?) (?:of )?(?:dollars|pounds|euros))\b", re.I
)
_SCALE_WORD = re.compile(r"\b(?:trillions?|billions?|millions?)\b", re.I)
# "How much data does it need?" asks for no number; "by how much" does.
_BY_HOW_MUCH = re.compile(
    r"\bby how much\b|\bhow (?:big|large)\b|\bhow much (?:more|less|higher|lower|better|worse|keener|likelier)\W*$",
    re.I,
)
# "How large must a bank be", "how high is the bar": a threshold may be a sum, a count or a share.
_THRESHOLD = re.compile(r"\bhow (?:big|large|high|small|low|rich)\b", re.I)
# What is measured in money, shares or counts alike, as tables head their columns.
_MEASURED = (
    r"(?:margin|turnover|revenue|income|sales|dividend|(?<!technical )(?<!tech )debt|cash flow|headcount|discount|earnings|surplus|deficit|stock|throughput|workforce|output|volume|capacity|emissions|allowance|"
    r"downtime|uptime|balance|expenditure|outlay|amount|total|temperature|speed|distance|area|age|ratio|yield)s?"
)
_OF_ANY_UNIT = re.compile(rf"\b(?:what|which)\b.*\b{_MEASURED}\b", re.I)
_COUNT_WORD = re.compile(r"\b(?:how (?:many|common|widespread|often|likely)|number of|by what factor)\b", re.I)
# "How many people does an average team have?" asks for a count, never for a share.
_COUNT_EACH = re.compile(
    r"\bhow many (?!more\b|of\b)[\w' -]+? (?:does|do|did|will|would|should) (?:an?|each|every|one|our|your|the (?:average|typical|usual|median))\b",
    re.I,
)
_CHART = r"(?:chart|graph|exhibit|diagram|visual|graphic|infographic|plot)"
# "What figure do you have for staff?" asks for a number.
_STATED = r"\s+(?:do|does|did|can|could|have|has|is|was|are|were|would)\b[^?.]{0,25}\b(?:have|has|had|give|gives|given|quote[ds]?|state[ds]?|put|cite[ds]?|name[ds]?|mention(?:ed|s)?|report(?:ed|s)?)\b"
_COPULA = r"(?:'s| is| are| was| were| will| would)?"

# "Put A next to B": an order, so not "Should we put A next to B?".
BESIDE = r"^\W*(?:please |now |and |so )*(?:set|put|place|lay|hold)\s+([^?.:]{3,80}?)\s+(?:next to|beside|against)\s+"

# Tried in order: the first that matches names the type.
_PATTERNS: tuple[tuple[QuestionType, tuple[str, ...]], ...] = (
        ("figure", (
            rf"\b(?:figure|fig\.?|{_CHART})\s*(?:no\.?\s*|number\s*)?#?\d+",
            rf"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)\s+(?:figure|{_CHART})\b",
        )),
        ("which_figure", (
            rf"\b(?:which|what)\s+(?:figure|{_CHART}|picture|illustration)s?\b(?!{_STATED})",
            rf"\b(?:figure|{_CHART}|picture|illustration)\b.*\b(?:what|which) (?:is (?:its|the) )?number\b",
            r"\b(?:where|which page)\b.*\b(?:charted|plotted|graphed|pictured|illustrated|visuali[sz]ed)\b",
            rf"\b(?:is there|have you|do you have|got|any)\b[^?.]{{0,12}}\b(?:figure|{_CHART}|picture|illustration)s?\b(?! (?:for|of) \d)",
            r"\bwhere (?:can|could|do|would|might) (?:i|we|one|you) (?:see|look (?:at|up))\b",
            rf"^\W*(?:(?:a|the|any) )?(?:{_CHART}) (?:of|on|about|for|showing|with)\b",
            rf"\b(?:show|point|pull|give|see|find|bring|get|send|display|need|want)\b[^?.]{{0,30}}\b(?:(?<!dollar )(?<!realistic )(?<!ballpark )(?<!exact )(?<!rough )(?<!single )(?<!headline )(?<!hard )(?<!typical )(?<!official )(?<!precise )(?<!round )figure|{_CHART}|picture)\b",
        )),
        ("yes_no", (r"^\W*(?!how|what|which|who)[^?]*[.!,;:] (?:is (?:that|this|it) )?(?:true|right|correct)\?\W*$",)),
        ("compare", (
            r"\b(?:compare[ds]?|comparison|versus|vs\.?|differences? between|what(?:'s| is| are) the differences?|set(?:s)? apart|differ from|as opposed to|gap between|gulf between|distance between|side by side|(?:set|put|placed|laid|held) (?:beside|against|next to)|against having|stacks? up|measures? up)\b",
            r"\bhow (?:many|much) (?:more|fewer|less|higher|lower|bigger|greater|further)\b[^?]*\bthan\b(?! (?:\d|a |one|two|three))",
            r"\b(?:which|what|who)\b.*\b(?:more|less|bigger|better|worse|higher|lower|larger|smaller|further|fewer|greater|stronger)\b.*[,:].*\bor\b",
            r"\bor\b.*[,:.]\s*(?:which|what|who)\b", r"\b(?:against|versus|or)\b.*[:,]\s*where\b.*\b(?:more|less|higher|lower|fewer|most|least)\b",
            rf"{BESIDE}(?!each other|one another)", r"^\W*(?:please )?contrast\b", r"\b(?:is|are) (?:that|this|it|those) (?:\w+ )?(?:more|less|fewer|higher|lower|bigger|smaller|better|worse) than\b",
        )),
        ("define", (
            r"\bwhat\b.{0,12}\b(?:do|does|did)\b.{0,60}\b(?:mean|stand for)\b", r"\b(?:meant by|definition|(?:falls?|comes?) under|counts? as|stands? for)\b",
            r"^\W*(?:define|explain|describe)\b", r"\bwhat exactly (?:is|are)\b", r"\bin (?:plain|simple|layman'?s?) (?:english|terms|words|language)\b",
        )),
        ("how_long", (
            r"\bhow (?:long|soon)\b", r"\bhow many (?:years|months|weeks|days)\b", r"\bwhat (?:time ?frame|period)\b",
        )),
        ("when", (
            r"^\W*(?:and |so |but )?when (?:was|were|did|will|would(?! (?:we|i|you|one) (?:need|want)))\b[^,]*$",
            r"\bwhen (?:does|do|is|are)\b.*\b(?:start|begin|appl(?:y|ies)|bite|land|arrive|happen|hit|kick|come|expire|end|due|effective|live|force|effect|in(?=\W*$)|ready|over(?=\W*$)|published|expected|scheduled|planned|out|up)\b",
            r"\b(?:from|since|until|till|by) when\b", r"\b(?:what|which) (?:year|date|month|time of year)\b",
        )),
        ("advise", (
            r"\bhow often (?:should|must|do|ought|shall|need|would you) (?:we|i|one|you|our|a|an|the|models?|teams?)\b",
            r"^\W*(?:and |so |but )?what (?:should|ought|must) (?:we|i|our|my|a board|boards|leaders?|you)\b(?! (?:pay|spend|budget|cost|expect to (?:pay|spend)))",
        )),
        ("how_much", (
            r"\b(?:the|is|what) (?:most|least|highest|maximum|max|biggest|largest|steepest|top|upper) (?:money|fines?|penalt(?:y|ies)|sum|amount)\b",
            r"\b(?:which|what) (?:penalt(?:y|ies)|fines?|fees?|bill|sum|amount|price|salary|salaries|wages?)\b",
            r"\b(?:hourly|daily|weekly|monthly|quarterly|yearly|annual) (?:bill|fee|rent|price|salary|wage)\b",
            r"\bhow much\b(?! better| more likely| likelier)", r"\bhow (?:big|large)\b.*\bmarket\b", r"\bin (?:us )?(?:dollars|pounds|euros|money|usd|eur|gbp)\b", r"\bhow many (?:trillions?|billions?|millions?)\b.*\b(?:dollars|pounds|euros|usd)\b",
            r"(?<!control )(?<!reduce )(?<!track )\bwhat\b(?! (?:drives|explains|determines|makes|causes|if)\b).*\b(?:worth(?! (?:\w+ing|it|while|our|the|my|a))|(?<!hidden )cost|costs|earn|earns|spends?(?! (?:most of )?(?:their|our|its|the) time)|pay|pays|paid|charge|charges|charged|salary)\b",
            rf"\bwhat{_COPULA} (?!drives|explains|determines|causes|makes)(?:the |an? |our |their )?(?:\w+ ){{0,3}}(?:value|(?<!hidden )cost|price|roi|return|returns|payback|yield|profit|salary|budget)\b",
        )),
        ("how_many", (
            rf"\b(?:which|what)\s+figure{_STATED}", r"\bhow (?:many|big|large|common|widespread|often(?= (?:do|did|have|are|is)(?!.*\b(?:have to|has to|needs?)\b))|likely|high|low|few|prevalent|much better|much more)\b",
            r"(?:^|[.,:;!?] )\W*(?:and |so |but |just |exactly )?how mature\b",
            rf"\bwhat{_COPULA} (?!explains|causes|makes|drives)(?:the |an? |its |their )?(?:\w+ ){{0,2}}(?:share|proportion|percentage|per ?cent|percent|fraction|number(?! one| 1)|rate|portion|slice|odds|"
            r"chances?|average|median|mean|majority|size|headcount|factor|score|gap"
            rf"|(?:maximum|minimum)(?: \w+)? (?:return|share|number|value|roi|percentage|{_MEASURED}))\b",
            r"\b(?:share|proportion|percentage|fraction|number) of\b", r"\bwhat (?:%|per cent)", r"\bby what factor\b", r"\bhow far (?:behind|ahead|above|below|apart|off)\b",
            rf"\bwhat{_COPULA} (?:the |an? |its |their |our )?(?:\w+ ){{0,3}}{_MEASURED}\b",
            rf"\b(?:what|which) {_MEASURED}\b",
            r"\bwhat (?:did|do|does) [^?]*\bscore\b(?! (?:stand|mean|measure|say))", r"\bput a number on\b", r"\bis there a (?:number|stat|percentage)\b", r"\bthe percentage\b",
        )),
        ("advise", (
            r"\b(?:what|how|where) (?:should|ought|must|do|can|could|would) (?:we|i|our|my|a board|boards|leaders?|you)\b", r"\bshould (?:we|i|our|the board)\b",
            r"\b(?:next steps?|recommend\w*|advice|advise|what to do|best practices?|how to|road ?map|action plan|first steps?|get started)\b",
        )),
        ("list", (
            r"\b(?:list|name|enumerate|run through|give me all)\b", rf"\bwhat{_COPULA} the (?:main |biggest |big |key |top |chief )?\w+s\b",
            r"\b(?:which|what) (?:\w+ )?(?:countries|industries|sectors|roles|jobs|skills|barriers|obstacles|challenges|benefits|advantages|technologies|"
            r"sources|authors|steps|principles|reasons|risks|hurdles|gains|regulations|laws|levels|stages|types|parts|teams|departments|habits|lines|techniques)\b",
        )),
        ("define", (
            r"^\W*(?:so |and |ok |okay )?what(?:'s| is| are) (?:an? |the )?[\w-]+(?: [\w-]+)?\??$",
        )),
        ("who", (r"\b(?:who|whose|whom)\b",)),
        ("why", (r"\b(?:why|how come|reasons?|cause[sd]?|what makes|what explains)\b",)),
        ("which", (r"\bwhich\b", r"\bwhat (?:sector|industry|role|job|country|technology|kind|sort|type|group)\b")),
        ("where", (r"^\W*(?:and |so |but )?where\b",)),
        ("how", (r"\bhow\b",)),
        ("yes_no", (
            r"^\W*(?:and |so |but |ok |okay )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|must|shall|may|isn't|aren't|don't|doesn't|didn't)\b",
            r"^\W*any (?:\S+ ){1,3}(?:in|among|from) (?:it|there|them|the (?:survey|sample|study|report)|this)\b",
            r"\b(?:is it (?:true|right|correct|fair)|right\?|correct\?|true\?|is that so|i take it|aren't they|isn't it|don't they|\w+n't (?:it|they|we|he|she|you)\?)",
        )),
)  # fmt: skip
_TYPES = tuple((kind, re.compile("|".join(patterns), re.I)) for kind, patterns in _PATTERNS)

_ORDINALS = {w: i for i, w in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1)}
_FIGURE = re.compile(r"\b(?:figure|fig\.?|chart|graph|exhibit)s?\s*(?:no\.?\s*|number\s*)?#?(\d+)", re.I)
_FIGURE_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})\s+(?:figure|chart|graph|exhibit)\b", re.I)
_LEVEL = re.compile(
    r"\b(?:level|stage|tier|rating|score|rung|grade|phase)s?\s+(?:of\s+)?(\d|one|two|three|four|five|zero)\b|\b(\d) out of (?:5|five)\b",
    re.I,
)
_DIGIT = {w: str(i) for i, w in enumerate("zero one two three four five".split())}
_PREMISE_FROM = 20
# Nothing that the field knows is older: a year before it tells how old a house is.
_FIRST_YEAR = 1950
# "At least one corner of the business" states nothing; "number one" and "the top one" pick, they do not rank.
_FEW = 3
# "The third month" counts along, and "why, in the first place?" only insists: neither ranks anything.
_COUNTS_ON = re.compile(
    r"\s*(?:\w+ )?(?:months?|weeks?|quarters?|levels?|stages?|phases?|steps?|rungs?|tiers?|days?)\b|\s*place\b(?<=in the first place)"
    r"|(?<=\b(?:in|of) a hundred)|(?<=\b(?:in|of) one hundred)|(?<=\b(?:in|of) 100)\b(?! (?:per|%))",
    re.I,
)
_PICKED = re.compile(r"\b(?:number|step|the top|top|the) (?:one|1)\b|^(?:number )?one$", re.I)


@dataclass(frozen=True, slots=True)
class Question:
    """A stand-alone question, read.

    `units` are the units an answer may have (empty when no quantity is asked for); `slots` restrict it, those named
    in `beside` only by what is said of the asker; `figures` are figure numbers it names; `years` are calendar years it
    names; `given` are the quantities it states itself (a premise to be checked); `names` are capitalised words inside
    it, `bodies` the bodies it names; `head` is the noun that "which", "what" or "how many" stands before.
    """

    text: str
    kind: QuestionType
    terms: tuple[Term, ...]
    units: frozenset[str | None] = frozenset()
    slots: Mapping[str, frozenset[str]] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()
    figures: tuple[int, ...] = ()
    years: frozenset[int] = frozenset()
    levels: frozenset[str] = frozenset()
    given: tuple[Quantity, ...] = ()
    names: tuple[str, ...] = ()
    bodies: frozenset[str] = frozenset()
    head: str = ""

    @property
    def wants_number(self) -> bool:
        """True when the answer is a quantity."""
        return bool(self.units)

    @property
    def wants_money(self) -> bool:
        """True when the answer is a sum of money."""
        return bool(self.units) and self.units <= _MONEY


# "The median, not the mean": what is set aside restricts nothing.
_SET_ASIDE = re.compile(
    r"\b(?:not|rather than|instead of|as opposed to) (?:(?:just|only|merely) )?(?:(?:the|an?|its) )?(?:mean|average|median|maximum|best case)\b"
    r"|\bnot (?:just|only|merely) (?:planned|planning|plans|intended|intending|in the pipeline)\b"
    r"|\baverages? (?:lies?|mislead|hides?)\b",
    re.I,
)
# "What tech companies have in use" is about tech, not about tech companies.
_TECH_OF = re.compile(
    r"\b(what (?:[\w-]+ )?(?:tech|technology|technologies)) ((?:companies|firms|organi[sz]ations|businesses) (?:(?:already|now|currently|will|would|plan to|intend to|want to|are|say they) )*"
    r"(?:use|using|run|running|have|buy|buying|invest|put|own|operate|adopt|spend|rely|plan|planning|want)\b)",
    re.I,
)
_A_FIGURE_FOR = re.compile(
    r"\bfigures?(?: for| on| of)?\W+(?:what (?:share|percentage|number)|how m(?:any|uch))\b", re.I
)


def read(text: str) -> Question:
    """Read one stand-alone question."""
    kind = _kind(text)
    units = _units(kind, text)
    asked, restricting = asked_in(text), _restricting(text)
    return Question(
        text=text,
        kind=kind,
        terms=terms(text),
        units=units,
        slots=restricting,
        beside=frozenset(restricting) - frozenset(slots(asked)),
        figures=_figures(text),
        years=frozenset(int(q.value) for q in quantities(asked) if _names_a_year(asked, q)),
        levels=_levels(text),
        given=_premises(text, wants_number=bool(units)),
        names=names(asked),
        bodies=bodies(text),
        head=_head(text),
    )


def _premises(text: str, *, wants_number: bool) -> tuple[Quantity, ...]:
    """The quantities that a question states; none in "Half of us doubt it. How many in a hundred plan it?"."""
    if wants_number:
        start, end = split(text)[-1]
        text = text[start:end]
    return tuple(q for q in quantities(text) if _is_premise(q) and not _COUNTS_ON.match(text, q.end))


def _restricting(text: str) -> Mapping[str, frozenset[str]]:
    """What restricts a question. "Our bank plans a chatbot. What does the law ask?" is about the law, not about banks."""
    text = _TECH_OF.sub(r"\1 that \2", text)
    text = text if LIKE_US.search(WHO_ASKS.sub("", text)) else WHO_ASKS.sub("", text)
    found = slots(_SET_ASIDE.sub("", text))
    kept = {**slots(_SET_ASIDE.sub("", asked_in(text))), **slots(_SET_ASIDE.sub("", question_in(text)))}
    return {name: kept.get(name, values) for name, values in found.items() if name in kept or name not in OF_OURS}


def _levels(text: str) -> frozenset[str]:
    return frozenset(_DIGIT.get(m.lower(), m) for pair in _LEVEL.findall(text) for m in pair if m)


def unrestricted(question: Question, rest: str) -> Question:
    """`question` restricted only by what `rest`, a part of its text, says."""
    return replace(question, slots=_restricting(rest), names=names(rest), levels=_levels(rest))


def _units(kind: QuestionType, text: str) -> frozenset[str | None]:
    """Units an answer may have: the measure that the question names ("how many hours", "what share"), else the type's."""
    named = _NAMED_UNIT.search(text)
    if kind == "how_many" and _SUMS.search(text):
        return _MONEY
    if named and kind in ("how_many", "how_much", "how_long"):
        word = (named.group(1) or named.group(2)).lower().removeprefix("percentage ")
        return frozenset({word if word.endswith("s") else word + "s"})
    if kind in ("how_many", "how_much"):
        if (
            _MONEY_WORD.search(text)
            and not _SHARE_WORD.search(text)
            and (kind == "how_much" or not _COUNT_WORD.search(text))
        ):
            return _MONEY
        if _SHARE_WORD.search(text):
            return frozenset({"percent", "times"})
        if _COUNT_EACH.search(text):
            return frozenset({"count", None})
        if kind == "how_many" and (_THRESHOLD.search(text) or _OF_ANY_UNIT.search(text)):
            return _UNITS[kind] | _MONEY
        if kind == "how_much" and not _BY_HOW_MUCH.search(text):
            return frozenset()
    return _UNITS.get(kind, frozenset())


# "What does figure 7 say, with the percentage?"
_WITH_NUMBERS = re.compile(
    r",?\s+(?:with|including|and) (?:the |its |their |all |any )*(?:percentages?|numbers?|shares?|values?|percents?)\W*$",
    re.I,
)


def _kind(text: str) -> QuestionType:
    text = _WITH_NUMBERS.sub("", text)
    found = [kind for kind, pattern in _TYPES if pattern.search(text)]
    if found[:1] == ["which_figure"] and "how_many" in found and _A_FIGURE_FOR.search(text):
        return "how_many"  # "I need a figure: what share ...?" asks for no chart
    if found[:1] == ["figure"] and "how_many" in found and (_SHARE_WORD.search(text) or _COUNT_WORD.search(text)):
        return "how_many"
    return found[0] if found else "tell"


def _head(text: str) -> str:
    """ "parts" of "which parts of the world did ...": the last content word before a stop word ends the phrase."""
    asked = _HEAD.search(text)
    if not asked:
        return ""
    counted = text[asked.start() : asked.start() + 8].lower() == "how many"
    head = ""
    for word in words(asked.group(1)):
        if word in STOPWORDS:
            break
        head = word
        # "How many people took part": what is counted comes in the plural, and a verb may follow at once.
        if counted and (word in _COUNTED or (word.endswith("s") and not word.endswith("ss"))):
            break
    return head


_COUNTED = frozenset({"people", "women", "men", "staff", "respondents"})
_HEAD = re.compile(r"\b(?:which|what (?:sort|kind|type)s? of|how many|what)\s+([a-z][\w' -]*)", re.I)


def _figures(text: str) -> tuple[int, ...]:
    found = [int(n) for n in _FIGURE.findall(text)]
    found += [_ORDINALS[w.lower()] for w in _FIGURE_ORDINAL.findall(text)]
    return tuple(dict.fromkeys(found))


def _names_a_year(text: str, quantity: Quantity) -> bool:
    named = quantity.unit == "year" and quantity.value >= _FIRST_YEAR
    return named and not (_is_decade(text, quantity) or _is_of_a_paper(text, quantity))


def _is_decade(text: str, quantity: Quantity) -> bool:
    """True for "the mid-2020s", which names no single year."""
    return text[quantity.end : quantity.end + 1] == "s" or quantity.text.endswith("s")


# "Says our 2024 memo": how old the asker's paper is restricts nothing.
_OWN_PAPER = re.compile(
    r"\s+(?:memos?|notes?|decks?|slides?|plans?|polic(?:y|ies)|e-?mails?|minutes|briefings?)\b", re.I
)


def _is_of_a_paper(text: str, quantity: Quantity) -> bool:
    return _OWN_PAPER.match(text[quantity.end :]) is not None


def _is_premise(quantity: Quantity) -> bool:
    """True for a quantity that states something to be found, not a small count ("the top three") or a period."""
    if quantity.unit == "count":
        return quantity.value >= (_FEW if quantity.approx else _PREMISE_FROM)
    if quantity.unit == "rank" and _PICKED.search(quantity.text):
        return False
    return quantity.unit in _MONEY | {"percent", "points", "times", "rank"}


def names(text: str) -> tuple[str, ...]:
    """Capitalised words inside a text that name somebody or something; those that the field knows are left out."""
    known = {w for phrase in _NOT_NAMES for w in phrase.split()}
    found = [
        n
        for n in _NAME.findall(without_bodies(text))
        if not set(n.split()) & known and n.lower() not in STOPWORDS and not slots(n)
    ]
    return tuple(dict.fromkeys(found))


_NAME = re.compile(r"(?<=[a-z,;:’'\"(] )([A-ZÀ-Þ][\w&.-]*\w(?:\s+[A-ZÀ-Þ][\w&-]+)*)")
_NOT_NAMES = frozenset(
    "I I'm I'd I'll I've AI ML MLOps IT ROI CEO CIO CTO CDO CFO C-suite C-Suite UK US EU TMT R&D English USD EUR GBP Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December Deloitte GenAI LLM LLMs KPI KPIs HR PDF FD MD COO CISO CRO CMO CHRO NED NEDs VP SVP EVP GM PM AGM EGM PR QA UX FAQ TL DR ASAP FYI BTW NB PS OK Q1 Q2 Q3 Q4 FTSE ERP CRM KYC CV CVs GC USB API DPO ExCo T&Cs DB MBA Easter Christmas God".split()
)
