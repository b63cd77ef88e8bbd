"""What a right answer to a case holds, line by line, and whether this answer holds it: for the eye, not for a score."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eval.cases import Case, Gold, GoldNumber

_MARKER = re.compile(r"\s*\[\d+\]")


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing expected; `met` is None where looking at the text cannot tell."""

    kind: str
    text: str
    met: bool | None


def expectations(case: Case, answer: Mapping[str, Any] | None) -> tuple[Expectation, ...]:
    """All that is expected of an answer to `case`, each with whether `answer` meets it."""
    told = answer or {}
    refused = bool(told.get("abstained"))
    if not case.answerable:
        return (Expectation("refusal", "the sources do not answer this: it must be refused", refused),)
    text = _MARKER.sub("", str(told.get("answer", "")))
    return (
        *([Expectation("answer", "an answer: the sources have one", False)] if refused or not text else []),
        *_said(case.gold, text),
        *_cited(case.gold, told),
    )


def _said(gold: Gold, text: str) -> Iterator[Expectation]:
    for nugget in gold.nuggets:
        found = any(re.search(p, text, re.I | re.S) for p in nugget.any)
        yield Expectation("fact" if nugget.vital else "fact, welcome", " | ".join(nugget.any), found)
    for number in gold.numbers:
        of = f" of {number.population}" if number.population else ""
        yield Expectation("number", f"{number.value:,.10g} {number.unit or ''}{of}".strip(), _stated(number, text))
    if gold.number_first:
        yield Expectation("number", "in the first sentence", None)
    for pattern in gold.forbidden:
        yield Expectation("must not say", pattern, not re.search(pattern, text, re.I))


def _stated(number: GoldNumber, text: str) -> bool | None:
    if number.text:
        return bool(re.search(number.text, text, re.I))
    if re.search(rf"(?<![\d.,]){re.escape(f'{number.value:g}')}(?![\d]|[.,]\d)", text):
        return True
    # A number may wear another dress: a word, a fraction, thousands separators.
    return None if re.search(r"\d|half|third|quarter", text, re.I) else False


def _cited(gold: Gold, answer: Mapping[str, Any]) -> Iterator[Expectation]:
    cited = list(answer.get("citations") or ())
    for source in gold.sources:
        where = " › ".join(part for part in (source.document, source.section) if part)
        span = f": “{source.span}”" if source.span else ""
        found = any(c.get("document_id") == source.document for c in cited)
        yield Expectation("source, one of" if len(gold.sources) > 1 else "source", where + span, found)
    if gold.figures:
        shown = {*(answer.get("figures") or ()), *(c.get("figure") for c in cited)}
        listed = " or ".join(map(str, gold.figures))
        kind = "figure" if gold.figure_required else "figure, welcome"
        yield Expectation(kind, f"figure {listed}", not shown.isdisjoint(gold.figures))
