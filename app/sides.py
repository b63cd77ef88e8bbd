"""The two sides of a comparison, as a question words them, and each as a question of its own."""

from __future__ import annotations

import re
from typing import NamedTuple

from app.cues import own_words, trim
from app.question import BESIDE, Question
from app.swapping import swapped

_COMPARED = r"(?:compares?|stacks? up|measures? up|fares?|differs?)"
_SET = r"(?:compare|contrast|(?:set|put|place|lay) side by side)"


class _Form(NamedTuple):
    """A wording that names two sides. `alone`: each is a thing to be looked up; else both share what is asked."""

    pattern: re.Pattern[str]
    alone: bool = False


_FORMS = tuple(
    _Form(re.compile(pattern, re.I), alone)
    for pattern, alone in (
        (r"\bhow (?:do|does|did|would) (.+?) and (.+?) (?:stack up|measure up|compare|differ|fare)\b", False),
        # "How does the market compare with the value?"
        (rf"\bhow (?:do|does|did|would) (.+?) {_COMPARED} (?:with|to|against|from|beside) (.+)", True),
        (
            r"\b(?:compare|contrast) how (.+?) and (.+?)(?= (?:judge|rate|see|view|assess|rank|regard|think|use|plan)\b)",
            False,
        ),
        (r"\bbetween\s+(.+?)\s+and\s+(.+)", True),
        (rf"\b{_SET}\s+(.+?)\s+(?:and|with|to|against|beside)\s+(.+)", True),
        (r"(.+?),?\s+(?:set|put|placed|laid|held) (?:beside|against|next to)\s+(.+)", True),
        (rf"{BESIDE}(?!each other|one another)(.+?)(?=\s*[:;?.]|$)", True),
        (r"(.+?)\s+(?:versus|vs\.?|against|compared (?:to|with)|as opposed to|rather than|than)\s+(.+)", False),
        (r"(.+?)\s+or\s+(.+)", False),
    )
)
_THE_TWO = re.compile(r"\b(set|put|place|lay) (.+?) side by side\b", re.I)
# "Large banks or public bodies: where do more admit it?", "What troubles firms more: rules, or money?"
_ASKED_AFTER = re.compile(r"\s*[:,.;]\s+(?=(?:and )?(?:where|which|who|what|how|do|does|did|is|are|has|have)\b)", re.I)
# "The gains in productivity and in products": the second side leaves out what the first has said.
_LED = re.compile(r"(?:in|for|of|on|at|by|with|among|from|under)\s", re.I)
_THAT_OF = re.compile(
    r"^(?:that|those|the (?:one|share|number|figure)s?) (?=(?:in|for|of|on|at|by|with|among|from|under)\s)", re.I
)
_SHORT_WORDS = 3
# "Which crowd is bigger?": each side is a number.
_AMOUNTS = re.compile(
    r"\b(?:bigger|larger|greater|higher|smaller|fewer)\b"
    r"|\bmore (?:people|firms|companies|respondents|organi[sz]ations|often|common)\b",
    re.I,
)


def sides(text: str) -> tuple[str, str] | None:
    """The two things a question compares, as it words them; None when it names fewer than two."""
    found = _named(text)
    return (found[1].group(1), found[1].group(2)) if found else None


def side_questions(text: str) -> tuple[str, str] | None:
    """A comparison as one question for each side ("How does the public sector stack up on ...?"); None without two."""
    found = _named(text)
    if found is None:
        return None
    form, named = found
    one, other = named.group(1), named.group(2)
    if form.alone:
        return f"{one}?", f"{_whole(trim(other), one)}?"
    before, after = named.string[: named.start(1)], named.string[named.end(2) :]
    asked = _ASKED_AFTER.search(other)
    if asked:
        other, after = other[: asked.start()], other[asked.start() :] + after
    if not trim(after):
        other, after = _whole(trim(other), one), "?"
    return f"{before}{one}{after}", f"{before}{other}{after}"


def side_units(question: Question) -> frozenset[str | None]:
    """Units that the answer for one side of a comparison may have; empty when no amounts are compared."""
    return question.units or (frozenset({"percent", "times"}) if _AMOUNTS.search(question.text) else frozenset())


def _named(text: str) -> tuple[_Form, re.Match[str]] | None:
    """The first wording that fits, and where."""
    text = _THE_TWO.sub(r"\1 side by side \2", text)
    tried = ((form, form.pattern.search(text)) for form in _FORMS)
    return next(((form, named) for form, named in tried if named), None)


def _whole(other: str, one: str) -> str:
    """The second side with what it leaves out of the first: "and in products" of "the gains in staff and in products"."""
    other = _THAT_OF.sub("", other)
    led = _LED.match(other)
    at = one.lower().rfind(f" {led.group(0).lower()}") if led else -1
    if at >= 0:
        return f"{one[:at]} {other}"
    return trim(swapped(f"And {other}?", one)) or other if len(own_words(other)) <= _SHORT_WORDS else other
