"""Values as a spreadsheet shows them: shares, thousands, currencies and dates by their number formats."""

from __future__ import annotations

import datetime
import re

_QUOTED = re.compile(r'"([^"]*)"|\[\$([^\]-]*)[^\]]*\]|\\(.)|([$€£¥])')
_SCALED = re.compile(r"[0#](,+)(?![0#,])")
"""Commas behind the digits: the sheet shows thousands or millions."""
_MONTH_ONLY = re.compile(r"[my\s/.,'\\-]+", re.I)


def shown(value: object, number_format: str) -> str:
    """A value as its format shows it; dates in the order year, month, day whatever the format."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return _moment(value, number_format)
    if not isinstance(value, (int, float)):
        return str(value)
    return _amount(float(value) if "%" in number_format else value, number_format)


def _amount(value: float, number_format: str) -> str:
    told_as = number_format.split(";", maxsplit=1)[0]
    if thousands := _SCALED.search(told_as):
        value /= 1_000 ** len(thousands[1])
        told_as = told_as[: thousands.start(1)] + told_as[thousands.end(1) :]
    plain = _QUOTED.sub("\0", told_as)
    if "%" in plain:
        return f"{_number(value * 100, plain)}%"
    if plain == "General" or not any(c in plain for c in "0#"):
        return f"{value:.10g}" if isinstance(value, float) else str(value)
    digits = min(plain.find(c) for c in "0#" if c in plain)
    marks = ["".join(parts) for parts in _QUOTED.findall(told_as)]
    before = plain[:digits].count("\0")
    spaced = " \0" in plain or "\0 " in plain
    first, last = _mark(marks[:before], spaced), _mark(marks[before:], spaced)
    return f"{first[0]}{first[1]}{_number(value, plain)}{last[1]}{last[0]}"


def _mark(marks: list[str], spaced: bool) -> tuple[str, str]:
    """A currency or unit, and the blank that sets it off from the number: names of several letters have one."""
    mark = "".join(marks)
    told = mark.strip()
    is_name = told.isalpha() and len(told) > 1
    return told, " " if told and (spaced or mark != told or is_name) else ""


def _moment(value: datetime.datetime | datetime.date | datetime.time, number_format: str) -> str:
    if isinstance(value, datetime.time):
        return value.isoformat("seconds" if value.second else "minutes")
    plain = re.sub(r"\[[^\]]*\]", "", number_format.split(";", maxsplit=1)[0])
    if "y" in plain.lower() and _MONTH_ONLY.fullmatch(plain):
        return f"{value:%B %Y}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    return value.isoformat()


def _number(value: float, plain: str) -> str:
    after = re.search(r"\.([0#]+)", plain)
    places = len(after[1]) if after else 0
    return f"{value:,.{places}f}" if "," in plain else f"{value:.{places}f}"
