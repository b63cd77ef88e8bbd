"""Whether an answer's words hold a fact, a number, a figure: by patterns and values, so that a score can be traced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval.cases import GoldNumber, Nugget

_MARKER = re.compile(r"\s*\[\d+\]")
_MARKDOWN = re.compile(r"[*_`#>|]+|^\s*(?:[-•]|\d+\.)\s+", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!fig\.)(?<!no\.)(?<=[.!?])[\"')”’]*\s+", re.IGNORECASE)
_BARE_VERDICT_WORDS = 2
_TOLERANCE = 1e-3


def plain(markdown: str) -> str:
    """The answer's words: without citation markers and Markdown signs, line breaks kept."""
    return _MARKDOWN.sub(" ", _MARKER.sub("", markdown)).strip()


def folded(text: str) -> str:
    """The text in lower case, spaces and line breaks as one space: to look one wording up in another."""
    return " ".join(text.casefold().split())


def first_sentence(text: str) -> str:
    """The first sentence of plain text; a bare "No." or "Yes, right." is joined to the next one."""
    sentences = [part for line in text.splitlines() for part in _SENTENCE_END.split(line.strip()) if part.strip()]
    bare = bool(sentences) and len(sentences[0].split()) <= _BARE_VERDICT_WORDS
    return " ".join(sentences[:2] if bare else sentences[:1])


def holds(nugget: Nugget, text: str) -> bool:
    """Whether one of the nugget's patterns matches."""
    return any(re.search(pattern, text, re.IGNORECASE | re.DOTALL) for pattern in nugget.any)


def states(number: GoldNumber, text: str, answer: Mapping[str, Any]) -> bool:
    """Whether the number is written in `text`, or told in the statements in another dress ("two in three")."""
    return bool(re.search(number.pattern, text, re.IGNORECASE)) or any(
        told["unit"] == number.unit and abs(told["value"] - number.value) <= _TOLERANCE * abs(number.value)
        for told in numbers(answer)
    )


def numbers(answer: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """All numbers of the statements, as the system tells them."""
    return (told for statement in answer.get("statements", ()) for told in statement.get("numbers", ()))


def shows_figure(figures: Sequence[int], answer: Mapping[str, Any]) -> bool:
    """Whether one of these figures is shown or cited."""
    shown = {*answer.get("figures", ()), *(item.get("figure") for item in answer.get("citations", ()))}
    return not shown.isdisjoint(figures)
