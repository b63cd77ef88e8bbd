"""The grammar of quantities: one scanner of alternatives, first match wins, labels before numbers.

Kinds whose name begins with "mask" are numerals that count nothing (citations, versions, articles of law).
"""

from __future__ import annotations

import re

from ingest.quantities.numerals import DIGITS, GLYPHS, ORDINAL, ORDINALS, PARTS, SCALES, SPELLED, WORDS

# One character for one character, so that every offset still points into the original text.
PLAIN = str.maketrans({"\u00a0": " ", "\u2009": " ", "\u2011": "-", "\u2010": "-", "–": "-", "−": "-", "’": "'"})

NUMERAL = rf"(?:{DIGITS}|{SPELLED})"
YEAR = r"(?:1[89][0-9]{2}|20[0-9]{2})"
MONTH_NAMES = "january february march april may june july august september october november december".split()
_MONTH = (
    r"(?-i:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(?:[12][0-9]|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![0-9])"
_TO = r"\s?(?:-|to|and|through|until)\s?"
_NOT_AMOUNT = r"(?!\s?(?:%|per\s?cent|percent|[.,][0-9]|million|billion))"
_DATE = (
    rf"{_DAY}(?:{_TO}{_DAY})?\s(?:of\s)?{_MONTH}(?:,?\s{YEAR}\b)?(?:{_TO}{_DAY}\s{_MONTH}(?:,?\s{YEAR}\b)?)?"
    rf"|{_MONTH}(?:\s{YEAR})?{_TO}{_MONTH},?\s{YEAR}\b"
    rf"|{_MONTH}\s{_DAY}(?:{_TO}{_DAY})?{_NOT_AMOUNT}(?:,?\s{YEAR}\b)?"
    rf"|{_MONTH},?\s(?:of\s)?{YEAR}\b{_NOT_AMOUNT}"
    rf"|[12][0-9]{{3}}-[01][0-9]-[0-3][0-9]\b|[0-3]?[0-9]/[01]?[0-9]/{YEAR}\b"
)
_PERIOD = rf"(?:Q[1-4]|H[12])[ -]?(?:of\s|FY\s?)?'?{YEAR}\b"
_FISCAL = rf"(?:FY|fiscal(?:\syear)?)[ -]?(?:{YEAR}(?:/[0-9]{{2}})?|'?[0-9]{{2}})\b{_NOT_AMOUNT}"
_SEASON = rf"{YEAR}[/-][0-9]{{2}}(?![0-9-])"

_LABEL_WORDS = (
    r"articles?|arts?\.|sections?|sec\.|annex(?:es)?|recitals?|chapters?|clauses?|part|appendix|appendices"
    r"|notes?|items?|"
    r"endnotes?|footnotes?|pages?|pp?\.|versions?|tables?|steps?|principles?|phases?|tiers?|type|scopes?"
    r"|class|questions?|"
    r"no\.|issues?|volumes?|vol\.|paragraphs?|para\.?|exhibits?|examples?|options?|release|edition"
    r"|regulation|directive|"
    r"requirements?|controls?|rules?|categor(?:y|ies)|stages?|wave|module|day|week|line|row|column|box"
    r"|recommendations?"
)
_LABEL_NUMBER = r"(?:[0-9]+(?:\.[0-9]+)*|[ivx]{2,}\b|i\b)(?:\([0-9a-z]{1,4}\))*"
_LABEL = (
    rf"(?:{_LABEL_WORDS})\s?(?:no\.?\s?)?(?:{_LABEL_NUMBER}{_NOT_AMOUNT}(?:(?:,\s?|-|\s(?:to|and"
    rf"|or)\s){_LABEL_NUMBER}"
    rf"\b{_NOT_AMOUNT}(?!\s[a-z]+s\b))*|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)"
    rf"|§+\s?[0-9][0-9.()a-z]*"
)
_STANDARD = (
    r"(?-i:(?:ISO|IEC|IEEE|RFC|SOC|PEP|CVE|BS|EN|DIN|ANSI|NIST|FIPS|SR|CWE|ITU|PCI|BCBS|HTTP|TLS|SSL)"
    r"(?:[/ -](?:IEC|IEEE|IS|TR|TS|SP|AI|DSS))*)[ -]?[0-9][0-9A-Za-z:/-]*(?:\.[0-9]+)*" + _NOT_AMOUNT
)
_NAMED = (
    r"(?<=[A-Za-z0-9,] )(?-i:[A-Z][A-Za-z]*[a-z][A-Za-z]*) [0-9]+\.[0-9]+(?:\.[0-9]+)*\b(?!\s?[%x×])"
    r"(?! [A-Za-z])"
)
_JOINED = (
    r"(?!(?:top|bottom|mid|pre|post|early|late|sub|non|under|over|least)-)(?!(?:US|AU?|CA?|NZ|HK|USD|GBP"
    r"|EUR|CHF|JPY|INR|AUD|CAD|"
    r"CNY|ZAR|SEK|NOK|DKK|Rs|c)(?:\.|[0-9]))[A-Za-z][A-Za-z_]*-?[0-9][\w]*(?:[./-][0-9][\w]*)*"
)

CURRENCY = (
    r"(?:(?:US|AU|A|CA|C|NZ|HK|S)?\\?\$|£|€|¥|₹|(?-i:USD|GBP|EUR|JPY|INR|AUD|CAD|CHF|CNY|ZAR|SEK|NOK|DKK"
    r"|SGD|NZD|HKD|Rs\.?|R(?=[0-9]))"
    r"(?=\s?[0-9]))"
)
_SCALE = (
    r"(?:[ -]?(?:hundred|thousand|million|billion|trillion|dozen|lakh|crore)\b|\s?(?:bn|mn|mm|mio|tn"
    r"|trn)(?![A-Za-z0-9])"
    r"|[kmbt](?![A-Za-z0-9])|(?<=[0-9]) ?(?-i:[MKBT])(?![A-Za-z0-9'-]))"
)
_MONEY_WORD = (
    r"(?:US |U\.S\. |Australian |Canadian )?dollars?|pounds?(?: sterling)?(?! of)|sterling|euros?|yen"
    r"|rupees?|rand|francs?"
    r"|(?-i:USD|GBP|EUR|JPY|INR|AUD|CAD|CHF|CNY|ZAR)"
)
_TIME = r"years?|yrs?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|decades?"
_UNIT = (
    r"[ -]?percentage[- ]points?\b|\s?(?:pp|ppts?|bps)\b|\s?p\.p\.|[ -]?percent(?:age)?[- ]pts?\b|[ "
    r"-]basis[ -]points?\b"
    r"|\s?%(?:[ -](?:pts?|points?)\b)?|[ -]?per[ -]?cent\b(?:[ -]points?\b)?|\s?pct\b|[ -]points?\b|[ "
    r"-]times\b|\s?(?:×|x)(?![A-Za-z0-9])|[ -]?fold\b"
    rf"|[ -]?(?:{_TIME})\b|[ -](?:{_MONEY_WORD})\b"
)
_END = r"(?![A-Za-z0-9_]|[.,/][0-9])"
_UNIT_1 = r"\s?%|[ -]?per[ -]?cent\b|\s?(?:US )?dollars\b"


def _amount(join: str) -> re.Pattern[str]:
    second = (
        rf"(?:(?P<join>{join})(?:(?P<cur2>{CURRENCY})\s?)?(?P<n2>{NUMERAL})(?P<s2>{_SCALE})?(?![A-Za-z0-9_]"
        rf"|[.,][0-9]))?"
        if join
        else "(?P<join>(?!))?"
    )
    return re.compile(
        rf"(?P<sign>(?<![A-Za-z0-9])-|minus |negative )?(?:(?P<cur>{CURRENCY})\s?)?(?P<sign2>(?<![A-Za-z0-9 "
        rf"])-)?(?P<n1>{NUMERAL})(?P<s1>{_SCALE})?"
        rf"(?:(?P<u1>{_UNIT_1})(?={join or '(?!)'}))?{second}(?P<plus>\+)?(?P<unit>{_UNIT})?{_END}"
        r"(?P<post>,? or (?:more|above|higher|greater|over|longer)\b|,? and (?:above|over|more)\b"
        r"|,? or (?:less|fewer|below|lower|under|shorter)\b|,? and (?:below|under)\b)?",
        re.I,
    )


AMOUNT = _amount(r"\s?-\s?|\sto\s|-to-")
AMOUNT_BETWEEN = _amount(r"\sand\s|\s?-\s?|\sto\s")
AMOUNT_ALONE = _amount("")

_SMALL = r"(?:[0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)"
RATIO = re.compile(
    rf"(?P<some>{_SMALL})(?P<how>[ -]in[ -]|[ -]out[ -]of[ -])(?:every )?(?:the )?(?P<all>[0-9]{{1,4}}|two"
    rf"|three|four|five|six|seven|eight|"
    rf"nine|ten|twelve|twenty|fifty|a hundred|one hundred|hundred){_END}(?!\s?(?:%|per\s?cent|years|months"
    rf"|days|weeks))",
    re.I,
)
_PART_WORDS = "|".join(sorted(PARTS, key=len, reverse=True))
_FRACTION = (
    rf"(?:(?:an?|one|two|three|four|five|six|seven|eight|nine)[- ](?:{_PART_WORDS})|[1-9]/[1-9]0?(?= of\b)"
    rf"|[{''.join(GLYPHS)}]|half(?! an? (?:million|billion|trillion|dozen|year|decade|century|"
    r"month|week|day|hour|minute)\b))"
    r"(?![A-Za-z0-9])"
)
_TIMES = (
    r"twice|thrice|double[sd]?(?!-|\s(?:check|click|digit|edged|count|blind|entry|materiality|standard))"
    r"|doubling|trebl(?:e[sd]?|ing)|"
    rf"tripl(?:e[sd]?|ing)|quadrupl(?:e[sd]?|ing)|half as (?:likely|many|much)|{NUMERAL}-?fold"
)
_RANK = (
    rf"(?:top|bottom)[- ]{NUMERAL}(?!\s?(?:%|per\s?cent))(?![A-Za-z0-9])"
    rf"|(?:number|no\.)[ ](?:one|two|three|1|2|3)\b(?! of\b)|{ORDINAL}"
)
_LEVELS = (
    rf"(?:levels?|figures?|figs?\.?)[ -]?{NUMERAL}{_NOT_AMOUNT}(?:(?:,\s?(?:and |or )?|\s?-\s?|\sto\s"
    rf"|\sand\s|\sor\s)"
    rf"{NUMERAL}{_NOT_AMOUNT}(?![A-Za-z0-9])(?! [a-z]+s\b))*"
)
_RATING = rf"{NUMERAL}\s\([^)]{{1,60}}\)\s(?:to|-)\s{NUMERAL}\s\([^)]{{1,60}}\)"

_KINDS = (
    ("mask_link", r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.]+"),
    ("mask_citation", r"\[\^?[0-9]{1,3}(?:\s?[,-]\s?[0-9]{1,3})*\]|\([1-9]\)"),
    ("mask_marker", r"(?m:^[ \t]*(?:[-*•][ \t]+)?\(?[0-9]{1,2}[.)](?=[ \t]))"),
    ("mask_phone", r"\+[0-9][0-9 ()-]{7,}[0-9]"),
    (
        "mask_clock",
        r"[0-9]{1,2}:[0-9]{1,2}(?::[0-9]{2})?(?:\s?[ap]\.?m\b)?|[0-9]{1,2}\s?(?:am|pm|a\.m\."
        r"|p\.m\.)(?![A-Za-z])",
    ),
    ("date", _DATE),
    ("period", _PERIOD),
    ("fiscal", _FISCAL),
    ("season", _SEASON),
    (
        "mask_slashed",
        r"[0-9]+/[0-9]+(?:/[0-9]+)*(?![0-9])(?! of\b)|[0-9]+(?:\.[0-9]+){2,}"
        r"|[0-9]+(?:-[0-9]+){2,}(?!\s?%)",
    ),
    ("levels", _LEVELS),
    ("rating", _RATING),
    ("mask_label", _LABEL),
    ("mask_standard", _STANDARD),
    ("mask_named", _NAMED),
    ("mask_joined", _JOINED),
    ("decade", r"[12][0-9]{2}0'?s\b"),
    ("ratio", RATIO.pattern),
    ("times", _TIMES),
    ("fraction", _FRACTION),
    ("none", r"none(?= of\b|\s*[.,;]|\s*$)"),
    ("rank", _RANK),
    ("amount", rf"(?:(?:(?<![A-Za-z0-9])-|minus |negative )?(?:{CURRENCY}\s?)?-?{NUMERAL})"),
)
SCANNER = re.compile(
    r"(?<![A-Za-z0-9_])(?:"
    + "|".join(f"(?P<{kind}>{re.sub(r'[?]P<(?:some|how|all)>', '?:', p)})" for kind, p in _KINDS)
    + ")",
    re.I,
)

_MORE = "half twice thrice doubl trebl tripl quadrupl none".split()
_BEGINNINGS = sorted({*WORDS, *ORDINALS, *PARTS, *(s for s in SCALES if len(s) > 3), *_MORE})
MAY_HOLD_ONE = re.compile(rf"[0-9{''.join(GLYPHS)}]|\b(?:{'|'.join(_BEGINNINGS)})")
"""What every lower-case text with a quantity holds; the scanner takes a hundred times as long to find nothing."""

# Words just before (or after) a number that make it approximate.
_BEFORE = {
    "at least": r"at least|no (?:less|fewer) than|not (?:less|fewer) than|(?:a )?minimum of|≥|>=",
    "at most": r"at most|no more than|not more than|(?:a )?maximum of|≤|<=",
    "up to": r"up to|as (?:much|many|high|long) as",
    "almost": r"almost|nearly|just under|close to|just below|approaching|not quite|just short of",
    "over": r"over|more than|above|exceed(?:s|ing|ed)?|greater than|(?:well )?in excess of|upwards of|>"
    r"|better than|higher than",
    "under": r"under|less than|fewer than|below|<|short of|lower than|smaller than",
    "about": r"about|around|approximately|roughly|some|circa|c\.|~|≈|(?:an )?estimated|in the region of",
}
BEFORE = re.compile(
    r"(?<![A-Za-z])(?:"
    + "|".join(f"(?P<{k.replace(' ', '_')}>{v})" for k, v in _BEFORE.items())
    + r")(?: the| an?)?\s*$",
    re.I,
)
LOW_POST = re.compile(r"less|fewer|below|lower|under|shorter")
