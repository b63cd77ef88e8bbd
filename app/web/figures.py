"""A figure's card: what was asked, who answered, the values that the text states, and what it does not state.

The chart is a table whose cells hold the bars, so that every reader gets the same figures: there is one
set of numbers, and no second, hidden copy that could differ. A bar is drawn for a stated percentage only.
"""

from __future__ import annotations

from app.figure_values import value_text
from app.web.text import clean, escape
from ingest.types import Figure, FigureValue


def anchor(key: str, number: int) -> str:
    """The id of a figure's card under the answer `key`."""
    return f"{key}-figure{number}"


def card(figure: Figure, key: str) -> str:
    """The card as HTML on one line; `key` names the answer that it stands under."""
    groups = f"<p class='card-line'><b>Groups shown</b> {escape('; '.join(figure.legend))}</p>" if figure.legend else ""
    asked = f"<p class='card-line'><b>Asked</b> {escape(figure.question)}</p>" if figure.question else ""
    missing = (
        f"<p class='card-missing'><b>Not stated in the text</b> {escape(figure.not_stated)}</p>"
        if figure.not_stated
        else ""
    )
    return (
        f"<div class='figure-card' id='{anchor(key, figure.number)}' role='group'>"
        f"<p class='card-title'><span class='card-number'>Figure {figure.number}</span> "
        f"{escape(figure.title)}</p>"
        f"{asked}{_who(figure)}{_chart(figure)}{groups}{missing}</div>"
    )


def finding(figure: Figure) -> str:
    """The figure in one sentence of plain text, for readers who do not see the chart."""
    if not figure.values:
        return f"Figure {figure.number}, {clean(figure.title)}. The text states no value for it."
    told = "; ".join(f"{clean(v.label)} {value_text(v.value, v.unit)}" for v in figure.values)
    return f"Figure {figure.number}, {clean(figure.title)}: {told}. Only values that the text states are shown."


def _who(figure: Figure) -> str:
    people = list(dict.fromkeys(v.population for v in figure.values if v.population))
    if len(people) != 1:  # several populations: each row names its own
        return ""
    return f"<p class='card-line'><b>Answered by</b> {escape(people[0])}</p>"


def _chart(figure: Figure) -> str:
    if not figure.values:
        return "<p class='card-none'>The text states no value for this figure, so none is drawn.</p>"
    several = len({v.population for v in figure.values}) > 1
    rows = "".join(_row(v, several) for v in figure.values)
    return (
        f"<table class='chart'><caption class='unseen'>{escape(finding(figure))}</caption>"
        "<thead class='unseen'><tr><th scope='col'>What</th><th scope='col'>Value stated</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _row(value: FigureValue, several: bool) -> str:
    who = f"<span class='row-who'>{escape(value.population)}</span>" if several and value.population else ""
    told = f"<span class='row-value'>{escape(value_text(value.value, value.unit))}</span>"
    bar = ""
    if value.unit == "percent" and 0 <= value.value <= 100:
        bar = f"<span class='track'><span class='bar' style='width:{value.value:g}%'></span></span>"
    named = f"<th scope='row'>{escape(value.label)}{who}</th>"
    return f"<tr>{named}<td><span class='cell'>{bar}{told}</span></td></tr>"
