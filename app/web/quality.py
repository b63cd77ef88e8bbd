"""The page that says how good the advisor is: the figures that the evaluation harness published last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from app.quality import Published, PublishedRefused, Score, read_published
from app.web.house import House
from app.web.language import Words, words_for
from app.web.layout import html
from app.web.masthead import masthead
from app.web.text import escape

PATH, NAME = "quality", "How good is it?"
SPLITS = {
    "test": ("Questions kept apart", "Nobody tuned on these: they say how it fares with questions it has not met."),
    "dev": ("Questions it was tuned on", "Here it has seen the questions before, so read the table above first."),
    "all": ("All questions", ""),
}


class QualityPage:
    """One page of the site, at `/quality`; read anew whenever it is opened."""

    def __init__(self, blocks: Any, house: House) -> None:
        self._house = house
        with blocks.route(NAME, PATH, show_in_navbar=False):
            gr.Navbar(visible=False)
            head = html(masthead(None, PATH), "masthead")
            with gr.Column(elem_id="leaf"):
                told = html("", "quality")
            waiting = gr.Timer(0.7)
            quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
            gr.on([blocks.load, waiting.tick], self._opened, None, [head, told, waiting], **quick)

    def _opened(self, request: gr.Request) -> tuple[str, str, Any]:
        engine, words = self._house.engine(), words_for(request.headers)
        corpus = engine.corpus if engine else ""
        head = self._house.masthead(request.headers, PATH)
        return head, self.shown(corpus, words), gr.Timer(active=engine is None)

    def shown(self, corpus: str, _: Words) -> str:
        """What is published, as HTML on one line; `corpus` is the fingerprint of the index that answers now."""
        try:
            published = read_published(self._house.settings.data)
        except PublishedRefused as refused:
            head = escape(_("The figures cannot be read"))
            told = f"<h2>{head}</h2><p class='notice'>{escape(str(refused))}</p>"
        else:
            told = _nothing(_) if published is None else _published(published, corpus, _)
        links = {
            "rating": _("Rate answers yourself"),
            "feedback": _("What readers said"),
            "api/docs": _("For programs"),
        }
        further = " · ".join(f"<a href='/{path}'>{escape(name)}</a>" for path, name in links.items())
        return f"<div class='leaf'>{told}<p class='whole'>{further}</p></div>"


def _nothing(_: Words) -> str:
    why = _(
        "The evaluation asks the advisor some hundred questions with known answers and scores what it says. It takes "
        "about a minute and needs no key. Run this, then open the page again:"
    )
    return (
        f"<h2>{escape(_('Not measured here yet'))}</h2><p>{escape(why)}</p><p><code>make eval</code></p>"
        "<p><code>advisor eval run advisor --into FOLDER</code><br><code>advisor eval publish FOLDER</code></p>"
    )


def _published(told: Published, corpus: str, _: Words) -> str:
    named = {"then": told.corpus[:7], "now": corpus[:7]}
    changed = _(
        "The documents have changed since: these figures were measured on corpus {then}, and answers now come from "
        "{now}.",
        **named,
    )
    other = f"<p class='notice'>{escape(changed)}</p>" if corpus and corpus != told.corpus else ""
    tables = "".join(
        f"<h3>{escape(_(heading))}</h3>{f'<p>{escape(_(why))}</p>' if why else ''}"
        f"{_table(told.splits[name], _(heading), _)}"
        for name, (heading, why) in SPLITS.items()
        if name in told.splits
    )
    asked = _.count(told.cases, "1 question", "{count} questions")
    how = _(
        "{asked} with known answers, asked on {date} and scored by rule, without a language model as judge. Behind "
        "each figure stands the interval in which it would lie in 95 of 100 samples of such questions.",
        asked=asked,
        date=told.created[:10],
    )
    rest = _("plots, and each question that was not answered rightly with what was expected.")
    kinds = _("Right answers by kind of question")
    return (
        f"<h2>{escape(_(NAME))}</h2><p>{escape(how)}</p>{other}{tables}<h3>{escape(kinds)}</h3>"
        f"{_table(told.kinds, kinds, _)}<p class='whole'><a href='/advisor/quality/report.html'>"
        f"{escape(_('The whole report'))}</a>: {escape(rest)}</p>"
    )


def _table(scores: Sequence[Score], caption: str, _: Words) -> str:
    """A mean for each measure; those that have no whole (times, counts) stand below the shares."""
    ordered = sorted((s for s in scores if s.mean is not None), key=lambda s: s.unit != "share")
    rows = "".join(
        f"<tr><th scope='row'>{escape(_title(s.title, _))}</th><td class='told'>{escape(s.told)}</td>"
        f"<td class='asked'>{s.n}</td><td>{_bar(s)}</td></tr>"
        for s in ordered
    )
    return (
        f"<table class='measures'><caption class='unseen'>{escape(caption)}</caption><thead><tr>"
        f"<th scope='col'>{escape(_('Measure'))}</th><th scope='col'>{escape(_('Mean (95 % interval)'))}</th>"
        f"<th scope='col' class='asked'>{escape(_('Asked'))}</th>"
        f"<th scope='col'><span class='unseen'>{escape(_('Drawn'))}</span></th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _bar(score: Score) -> str:
    """A share as a bar; nothing for times and counts, which have no whole."""
    if score.unit != "share" or score.mean is None:
        return ""
    return f"<meter min='0' max='1' value='{score.mean:.3f}'>{escape(score.told)}</meter>"


def _title(name: str, _: Words) -> str:
    """The name of a measure or a kind of question as it is read: "false_premise" is "False premise"."""
    told = _(name.replace("_", " "))
    return told[:1].upper() + told[1:]
