"""The page that says how good the advisor is: the figures that the evaluation harness published last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from app.quality import Published, PublishedRefused, Score, read_published
from app.web.advisor import Desk
from app.web.layout import html
from app.web.masthead import masthead
from app.web.text import escape, plural
from ingest.settings import Settings

PATH, NAME = "quality", "How good is it?"
_SPLITS = {
    "test": ("Questions kept apart", "Nobody tuned on these: they say how it fares with questions it has not met."),
    "dev": ("Questions it was tuned on", "Here it has seen the questions before, so read the table above first."),
    "all": ("All questions", ""),
}
_NOTHING = (
    "<h2>Not measured here yet</h2><p>The evaluation asks the advisor some hundred questions with known answers and "
    "scores what it says. It takes about a minute and needs no key. Run <code>make eval</code>, or:</p>"
    "<p><code>advisor eval run advisor --into FOLDER</code><br><code>advisor eval publish FOLDER</code></p>"
)

_FURTHER = (
    "<p class='whole'><a href='/rating'>Rate answers yourself</a> · <a href='/feedback'>What readers said</a> · "
    "<a href='/api/docs'>For programs</a></p>"
)


class QualityPage:
    """One page of the site, at `/quality`; read anew whenever it is opened."""

    def __init__(self, blocks: Any, desk: Desk, settings: Settings) -> None:
        self._desk, self._settings = desk, settings
        with blocks.route(NAME, PATH, show_in_navbar=False):
            gr.Navbar(visible=False)
            head = html(masthead(None, PATH), "masthead")
            with gr.Column(elem_id="leaf"):
                told = html("", "quality")
            waiting = gr.Timer(0.7)
            quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
            gr.on([blocks.load, waiting.tick], self._opened, None, [head, told, waiting], **quick)

    def _opened(self) -> tuple[str, str, Any]:
        engine = self._desk.advisor() if self._desk.ready else None
        corpus = engine.corpus if engine else ""
        return masthead(engine, PATH), self.shown(corpus), gr.Timer(active=engine is None)

    def shown(self, corpus: str) -> str:
        """What is published, as HTML on one line; `corpus` is the fingerprint of the index that answers now."""
        try:
            published = read_published(self._settings.data)
        except PublishedRefused as refused:
            told = f"<h2>The figures cannot be read</h2><p class='notice'>{escape(str(refused))}</p>"
        else:
            told = _NOTHING if published is None else _published(published, corpus)
        return f"<div class='leaf'>{told}{_FURTHER}</div>"


def _published(told: Published, corpus: str) -> str:
    other = (
        "<p class='notice'>The documents have changed since: these figures were measured on corpus "
        f"{escape(told.corpus[:7])}, and answers now come from {escape(corpus[:7])}.</p>"
        if corpus and corpus != told.corpus
        else ""
    )
    tables = "".join(
        f"<h3>{heading}</h3>{f'<p>{why}</p>' if why else ''}{_table(told.splits[name], heading)}"
        for name, (heading, why) in _SPLITS.items()
        if name in told.splits
    )
    return (
        f"<h2>How good is it?</h2><p>{plural(told.cases, 'question')} with known answers, asked on "
        f"{escape(told.created[:10])} and scored by rule, without a language model as judge. Behind each figure "
        "stands the interval in which it would lie in 95 of 100 samples of such questions.</p>"
        f"{other}{tables}<h3>Right answers by kind of question</h3>{_table(told.kinds, 'By kind')}"
        "<p class='whole'><a href='/advisor/quality/report.html'>The whole report</a>: plots, and each "
        "question that was not answered rightly with what was expected.</p>"
    )


def _table(scores: Sequence[Score], caption: str) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{escape(s.title)}</th><td>{escape(s.told)}</td><td>{s.n}</td><td>{_bar(s)}</td></tr>"
        for s in scores
        if s.mean is not None
    )
    return (
        f"<table><caption class='unseen'>{escape(caption)}</caption><thead><tr><th scope='col'>Measure</th>"
        "<th scope='col'>Mean (95 % interval)</th><th scope='col'>Asked</th>"
        f"<th scope='col'><span class='unseen'>Drawn</span></th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _bar(score: Score) -> str:
    """A share as a bar; nothing for times and counts, which have no whole."""
    if score.unit != "share" or score.mean is None:
        return ""
    return f"<meter min='0' max='1' value='{score.mean:.3f}'>{escape(score.told)}</meter>"
