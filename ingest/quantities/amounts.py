"""Amounts: a numeral with currency, scale, range and unit."""

from __future__ import annotations

import re

from ingest.quantities.counted import STOP
from ingest.quantities.grammar import AMOUNT, AMOUNT_ALONE, AMOUNT_BETWEEN, LOW_POST
from ingest.quantities.numerals import SCALES, worth
from ingest.quantities.types import Quantity

_SYMBOLS = {
    "$": "USD", "us$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD",
    "hk$": "HKD", "s$": "SGD",
    "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "rs": "INR", "rs.": "INR", "r": "ZAR",
}  # fmt: skip
_MONEY_WORDS = {
    "australian dollar": "AUD", "canadian dollar": "CAD", "dollar": "USD", "pound": "GBP", "sterling": "GBP",
    "euro": "EUR",
    "yen": "JPY", "rupee": "INR", "rand": "ZAR", "franc": "CHF",
}  # fmt: skip
_TIME = {
    "year": "years", "yr": "years", "month": "months", "week": "weeks", "day": "days", "hour": "hours",
    "hr": "hours",
    "minute": "minutes", "min": "minutes", "second": "seconds", "sec": "seconds", "decade": "years",
}  # fmt: skip
_POPULATION = re.compile(
    r"\s(?:[a-z-]+ ){0,2}(?:organi[sz]ations|companies|firms|businesses|enterprises|respondents"
    r"|participants|people|employees|staff|"
    r"workers|executives|leaders|managers|decision-makers|customers|clients|users|responses|countries"
    r"|models|projects|cases|patients|"
    r"engineers|scientists|professionals|adults|households|shares|units|tokens|rows|records|parameters"
    r"|points)\b",
    re.I,
)
_TIME_PREPOSITION = re.compile(
    r"\b(?:in|by|since|during|of|until|before|after|from|to|and|between|year|early|mid|late|through|end"
    r"|for)[ -]$",
    re.I,
)
_SCORE_BEFORE = re.compile(
    r"\b(?:scores?|scored|scoring|rat(?:e|ed|ing|ings)|averag(?:e|ed|ing))(?: (?:of|at|was|is|about|around"
    r"|it|from))*\s*$",
    re.I,
)
_OUT_OF = re.compile(r"\s(?:out )?of (?:a possible )?(?:[0-9]+|five|ten)\b(?!\s?(?:%|per|[a-z]))", re.I)
_SCALE_BEFORE = re.compile(r"\bscale (?:of|from|between|running from|with)?\s*(?:from )?$", re.I)
_ONE_BEFORE = re.compile(r"\b(?:only|just|exactly|at least|more than|less than|than)\s$", re.I)
_FROM = re.compile(r"\bfrom (?:(?:about|around|roughly|some|just|nearly|almost) )?$", re.I)
_BETWEEN = re.compile(r"\bbetween (?:(?:about|around|roughly) )?$", re.I)
_FORMULA = re.compile(r"\s?[=+*×/]")
_COMPOUND = re.compile(r"-(?:figure|digit|shot|trust|sided|off|stop|size|to|day-one|click)\b", re.I)


def amount(plain: str, start: int) -> list[Quantity]:
    """The amount that starts at `start`: one quantity, two for "from 5 to 10 per cent", none for a label."""
    before = plain[max(0, start - 40) : start]
    changes = bool(_FROM.search(before)) and not _SCALE_BEFORE.search(before)
    found = (AMOUNT_BETWEEN if _BETWEEN.search(before) else AMOUNT).match(plain, start)
    if found and found["join"] and _FORMULA.match(plain, found.end()):
        found = AMOUNT_ALONE.match(plain, start)
    if not found or (start and plain[start - 1] == "/"):
        return []
    if not found["join"]:
        alone = AMOUNT_ALONE.match(plain, start)
        return [_single(plain, alone, before)] if alone and not _is_label(plain, alone, before) else []
    low, high = _values(found)
    if high <= low:
        if "-" in found["join"] and " " not in found["join"]:
            return []  # "SR 11-7": a descending pair names something
        alone = AMOUNT_ALONE.match(plain, start)
        return [_single(plain, alone, before)] if alone else []
    unit = _unit(found, plain)
    if _years(low, high, found):
        return [Quantity("", low, "year", found.start(), found.end(), "", high)]
    if changes and "to" in found["join"]:
        first_end = found.end("u1") if found["u1"] else max(found.end("n1"), found.end("s1"))
        return [
            Quantity("", low, unit, found.start(), first_end),
            Quantity(
                "",
                high,
                unit,
                found.start("cur2") if found["cur2"] else found.start("n2"),
                found.end(),
                _post(found),
            ),
        ]
    end = found.end()
    if unit is None and (_SCORE_BEFORE.search(before) or _SCALE_BEFORE.search(before) or _OUT_OF.match(plain, end)):
        unit = "level"
        out_of = _OUT_OF.match(plain, end)
        end = out_of.end() if out_of else end
    return [Quantity("", low, unit, found.start(), end, _post(found), high)]


def _values(found: re.Match[str]) -> tuple[float, float]:
    low, high = worth(found["n1"]), worth(found["n2"])
    factor = _factor(found["s2"], found)
    if found["s1"]:
        return low * _factor(found["s1"], found), high * (factor if found["s2"] else _factor(found["s1"], found))
    scaled = low * factor
    return (scaled if scaled < high * factor else low) * _per_unit(found), high * factor * _per_unit(found)


def _per_unit(found: re.Match[str]) -> float:
    unit = (found["unit"] or "").lower()
    if "decade" in unit:
        return 10.0
    return 0.01 if "bps" in unit or "basis" in unit else 1.0


def _factor(scale: str | None, found: re.Match[str]) -> float:
    return SCALES[scale.strip(" -").lower()] if scale else 1.0


def _years(low: float, high: float, found: re.Match[str]) -> bool:
    bare = not (found["cur"] or found["unit"] or found["s1"] or found["s2"] or "," in found["n1"])
    return bare and all(
        1800 <= v <= 2099 and v.is_integer() and len(n) == 4 for v, n in ((low, found["n1"]), (high, found["n2"]))
    )


def _is_label(plain: str, found: re.Match[str], before: str) -> bool:
    """A numeral word that counts nothing: "one of the barriers", "zero trust", "double-digit"."""
    numeral = found["n1"].lower()
    bare = not (found["unit"] or found["cur"] or found["s1"])
    if bare and (
        _COMPOUND.match(plain, found.end()) or (numeral == "zero" and plain[found.end() : found.end() + 1] == "-")
    ):
        return True
    if numeral in ("a", "an") and not found["s1"]:
        return True
    return numeral == "one" and bare and not (_ONE_BEFORE.search(before) and _next_word(plain, found.end()) not in STOP)


def _next_word(plain: str, at: int) -> str:
    word = re.match(r"[ -]([A-Za-z]+)", plain[at : at + 24])
    return word[1].lower() if word else "of"


def _single(plain: str, found: re.Match[str], before: str) -> Quantity:
    sign = -1.0 if (found["sign"] or found["sign2"]) else 1.0
    value = sign * worth(found["n1"]) * _factor(found["s1"], found) * _per_unit(found)
    value = float(f"{value:.12g}")
    unit, end = _unit(found, plain), found.end()
    if unit is None and _is_year(plain, found, before):
        return Quantity("", value, "year", found.start(), end)
    if unit is None:
        out_of = _OUT_OF.match(plain, end)
        if out_of and (_SCORE_BEFORE.search(before) or "." in found["n1"]):
            unit, end = "level", out_of.end()
    return Quantity("", value, unit, found.start(), end, _post(found))


def _is_year(plain: str, found: re.Match[str], before: str) -> bool:
    numeral = found["n1"]
    if found["s1"] or found["sign"] or len(numeral) != 4 or not numeral.isdigit() or not 1800 <= int(numeral) <= 2099:
        return False
    return bool(_TIME_PREPOSITION.search(before)) or not _POPULATION.match(plain, found.end())


def _post(found: re.Match[str]) -> str:
    post = found["post"]
    if not post:
        return "at least" if found["plus"] else ""
    return "at most" if LOW_POST.search(post.lower()) else "at least"


def _unit(found: re.Match[str], plain: str) -> str | None:
    groups = found.groupdict()
    cur = groups.get("cur") or groups.get("cur2")
    if cur:
        name = cur.lower().replace("\\", "").strip()
        return _SYMBOLS.get(name, name.upper())
    unit = (found["unit"] or groups.get("u1") or "").lower().strip(" -")
    if not unit:
        return None
    if "point" in unit or unit in ("pp", "ppt", "ppts", "p.p.", "bps") or "pt" in unit:
        spelled = found["n1"][0].isalpha() and unit in ("point", "points")
        return "count" if spelled else "points"
    if unit in ("%", "pct") or "cent" in unit:
        return "percent"
    if unit in ("times", "x", "×", "fold"):
        return "times"
    return _TIME.get(unit.removesuffix("s")) or _money(unit)


def _money(unit: str) -> str | None:
    for word, code in _MONEY_WORDS.items():
        if word in unit:
            return code
    return unit.upper() if len(unit) == 3 else None
