"""Numerals: digits and English number words, and what they are worth."""

from __future__ import annotations

import re
from functools import lru_cache

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINAL_ONES = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
_ORDINAL_TENS = "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth".split()

WORDS: dict[str, int] = {w: i for i, w in enumerate(_ONES)} | {w: 20 + 10 * i for i, w in enumerate(_TENS)}
ORDINALS: dict[str, int] = (
    {w: i for i, w in enumerate(_ORDINAL_ONES) if i}
    | {w: 20 + 10 * i for i, w in enumerate(_ORDINAL_TENS)}
    | {f"{ten}-{one}": 20 + 10 * i + j for i, ten in enumerate(_TENS) for j, one in enumerate(_ORDINAL_ONES[1:10], 1)}
)
SCALES: dict[str, float] = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12,
    "k": 1e3, "m": 1e6, "mn": 1e6, "mm": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12, "tn": 1e12,
    "trn": 1e12,
    "lakh": 1e5, "crore": 1e7,
}  # fmt: skip
# How many parts a fraction word cuts the whole into.
PARTS: dict[str, int] = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4} | {
    form: n for word, n in ORDINALS.items() if 3 <= n <= 10 or n in (12, 20, 100) for form in (word, word + "s")
}
GLYPHS: dict[str, float] = {
    "½": 1 / 2, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 1 / 4, "¾": 3 / 4, "⅕": 1 / 5, "⅖": 2 / 5, "⅗": 3 / 5,
    "⅘": 4 / 5,
    "⅙": 1 / 6, "⅚": 5 / 6, "⅛": 1 / 8, "⅜": 3 / 8, "⅝": 5 / 8, "⅞": 7 / 8, "⅐": 1 / 7, "⅑": 1 / 9,
    "⅒": 1 / 10,
}  # fmt: skip

_ONE_TO_NINE = "|".join(_ONES[1:10])
_UNDER_100 = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{_ONE_TO_NINE}))?|{'|'.join(sorted(_ONES, key=len, reverse=True))})"
_UNDER_1000 = rf"(?:{_UNDER_100}(?:[ -]hundred(?:(?:[ -]and)?[ -]{_UNDER_100})?)?)"

DIGITS = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]{1,3}(?:\u202f[0-9]{3})+"
    r"|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"
    r"|[0-9]+(?:\.[0-9]+)?|(?<![0-9])\.[0-9]+)"
)
SPELLED = (
    rf"(?:an? hundred and {_UNDER_100}|{_UNDER_1000}(?:[ -]thousand(?:,?(?:[ -]and)?[ "
    rf"-]{_UNDER_1000})?)?(?:[ -]and[ -]a[ -](?:half|quarter)\b)?"
    r"|an?(?= (?:hundred|thousand|million|billion|trillion|dozen)\b)|half an?(?= (?:million|billion"
    r"|trillion|dozen)\b))"
)
ORDINAL_WORD = "|".join(sorted((w.replace("-", "[- ]") for w in ORDINALS), key=len, reverse=True))
ORDINAL = rf"(?:[0-9]+(?:st|nd|rd|th)|{ORDINAL_WORD})"
# Numerals of hundreds of digits must not become infinite.
_MOST = 1e200
_AND_PART = re.compile(r"[ -]and[ -]a[ -](half|quarter)$")


@lru_cache(maxsize=4096)
def worth(numeral: str) -> float:
    """The value of one numeral in digits ("4,400") or words ("two and a half"), without scale or unit."""
    text = numeral.lower().strip()
    if text[:1] in "0123456789.":
        return min(float(re.sub(r"[,\s]", "", text)), _MOST)
    part = _AND_PART.search(text)
    if part:
        return worth(text[: part.start()]) + 1 / PARTS[part[1]]
    if text in ("a", "an"):
        return 1.0
    if text.startswith("half"):
        return 0.5
    total, current = 0, 0
    for word in re.split(r"[ ,-]+", text):
        if word == "hundred":
            current *= 100
        elif word == "thousand":
            total, current = total + current * 1000, 0
        elif word in ("a", "an"):
            current = 1
        elif word != "and":
            current += WORDS[word]
    return float(total + current)


@lru_cache(maxsize=1024)
def place(ordinal: str) -> float:
    """The place an ordinal names: "7th" and "seventh" are 7."""
    text = ordinal.lower().replace(" ", "-")
    return float(text[:-2]) if text[0].isdigit() else float(ORDINALS[text])


def decimals(text: str) -> int:
    """Decimal places written in `text`; 0 when there are none."""
    found = re.search(r"[0-9]\.([0-9]+)|(?<![0-9])\.([0-9]+)", text)
    return len(found[1] or found[2]) if found else 0
