"""A figure's card: what was asked, who answered, a chart of what the text states, and what it does not state.

The chart is drawn by `app.charts` and served at the figure's address; its alternative text tells the finding, and the
table below it every value that the text states, also those that a length cannot tell.
"""

from __future__ import annotations

from app.charts import bars_of, lengths
from app.figure_values import value_text
from app.web.language import ENGLISH, Words
from app.web.text import clean, escape
from ingest.types import Figure, FigureValue


def anchor(key: str, number: int) -> str:
    """The id of a figure's card under the answer `key`."""
    return f"{key}-figure{number}"


def card(figure: Figure, key: str, _: Words = ENGLISH) -> str:
    """The card as HTML on one line; `key` names the answer that it stands under."""
    return (
        f"<div class='figure-card' id='{anchor(key, figure.number)}' role='group'>"
        f"<p class='card-title'><a class='room' href='/figures/{figure.number}'>"
        f"<span class='card-number'>{escape(_('Figure'))} {figure.number}</span> {escape(figure.title)}</a></p>"
        f"{inside(figure, _)}</div>"
    )


def inside(figure: Figure, _: Words = ENGLISH) -> str:
    """What stands on the card under its title."""
    asked = _line(_("Asked"), figure.question) if figure.question else ""
    groups = _line(_("Groups shown"), "; ".join(figure.legend)) if figure.legend else ""
    missing = _line(_("Not stated in the text"), figure.not_stated, "card-missing") if figure.not_stated else ""
    return f"{asked}{_who(figure, _)}{chart(figure, _)}{groups}{missing}"


def finding(figure: Figure) -> str:
    """The figure in one sentence of plain text, for readers who do not see the chart."""
    if not figure.values:
        return f"Figure {figure.number}, {clean(figure.title)}. The text states no value for it."
    told = "; ".join(f"{clean(v.label)} {value_text(v.value, v.unit)}" for v in figure.values)
    return f"Figure {figure.number}, {clean(figure.title)}: {told}. Only values that the text states are shown."


def chart(figure: Figure, _: Words = ENGLISH) -> str:
    """The picture, light and dark, and the table; the table is folded where the picture tells all of it."""
    if not figure.values:
        none = _("The text states no value for this figure, so none is drawn.")
        return f"<p class='card-none'>{escape(none)}</p>"
    drawn = lengths(bars_of(figure))
    table = _table(figure, _)
    if not drawn:
        return f"<div class='shown-values'>{table}</div>"
    alt = escape(finding(figure))
    picture = "".join(
        f"<img class='drawn {look}-only' src='/figures/{figure.number}/{look}.svg' alt='{alt}'>"
        for look in ("light", "dark")
    )
    if len(drawn) == len(figure.values) and not _several(figure):
        table = f"<details class='values'><summary>{escape(_('Values as a table'))}</summary>{table}</details>"
    return f"<div class='shown-values'>{picture}{table}</div>"


def _several(figure: Figure) -> bool:
    return len({v.population for v in figure.values}) > 1


def _line(name: str, told: str, kind: str = "card-line") -> str:
    return f"<p class='{kind}'><b>{escape(name)}</b> {escape(told)}</p>"


def _who(figure: Figure, _: Words) -> str:
    people = list(dict.fromkeys(v.population for v in figure.values if v.population))
    if len(people) != 1:  # several populations: each row names its own
        return ""
    return _line(_("Answered by"), people[0])


def _table(figure: Figure, _: Words) -> str:
    several = _several(figure)
    rows = "".join(_row(v, several) for v in figure.values)
    heads = [_("What"), _("Value stated"), *([_("Answered by")] if several else [])]
    named = "".join(f"<th scope='col'>{escape(h)}</th>" for h in heads)
    return (
        f"<table class='stated'><caption class='unseen'>{escape(finding(figure))}</caption>"
        f"<thead><tr>{named}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(value: FigureValue, several: bool) -> str:
    label = value.label[:1].upper() + value.label[1:]
    who = f"<td class='who'>{escape(value.population or '')}</td>" if several else ""
    told = f"<td class='value'>{escape(value_text(value.value, value.unit))}</td>"
    return f"<tr><th scope='row'>{escape(label)}</th>{told}{who}</tr>"
