"""The page where people judge answers that the harness drew, without seeing what the measures said of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from app.quality import Asked, PublishedRefused, Rating, Ratings, agreement, read_asked
from app.quality.ratings import REASONS, VERDICTS
from app.web.advisor import Desk
from app.web.layout import html
from app.web.masthead import masthead
from app.web.text import escape, paragraphs, plural, whole
from ingest.settings import Settings

PATH, NAME = "rating", "Rate answers"
NAME_MAX_CHARS, COMMENT_MAX_CHARS = 60, 1_000
AGREEMENT_FROM = 10
_HOW = (
    "<h2>Rate answers</h2><p>Read the question, the answer and the quotes. Would you stand before a board with it? "
    "Your verdict is set against what the evaluation measures said of the same answer, which you do not see.</p>"
)
_NOTHING = (
    f"{_HOW}<p class='notice'>There is nothing to rate yet. <code>make eval</code> asks the questions and leaves a "
    "sample of the answers here.</p>"
)

Update = dict[Any, Any]


class RatingPage:
    """One page of the site, at `/rating`. A rater is a name; each sees the answers that they have not rated."""

    def __init__(self, blocks: Any, desk: Desk, settings: Settings) -> None:
        self._desk, self._data, self._ratings = desk, settings.data, Ratings(settings.data)
        with blocks.route(NAME, PATH, show_in_navbar=False):
            gr.Navbar(visible=False)
            self._head = html(masthead(None, PATH), "masthead")
            self._showing = gr.State("")
            with gr.Column(elem_id="leaf"):
                self._told = html("", "to-rate")
                with gr.Column(elem_id="verdict", visible=False) as self._form:
                    self._name = gr.Textbox(
                        label="Your name or initials", max_length=NAME_MAX_CHARS, elem_id="rater", max_lines=1
                    )
                    self._verdict = gr.Radio(list(VERDICTS), label="The answer is", elem_id="verdict-choice")
                    self._reasons = gr.CheckboxGroup(list(REASONS), label="Because (if not right)", elem_id="reasons")
                    self._comment = gr.Textbox(
                        label="Comment", max_length=COMMENT_MAX_CHARS, lines=2, elem_id="comment"
                    )
                    with gr.Row(elem_id="verdict-buttons"):
                        self._save = gr.Button("Save and next", variant="primary", elem_id="save-rating")
                        self._skip = gr.Button("Skip", elem_id="skip-rating")
                self._agreed = html("", "agreement")
            self._waiting = gr.Timer(0.7)
            self._wire(blocks)

    def _wire(self, blocks: Any) -> None:
        quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        shown = [self._showing, self._told, self._form, self._verdict, self._reasons, self._comment, self._agreed]
        said = [self._name, self._showing, self._verdict, self._reasons, self._comment]
        gr.on([blocks.load, self._waiting.tick], self._opened, None, [self._head, self._waiting], **quick)
        gr.on([blocks.load, self._name.blur], self._begun, [self._name, self._showing], shown, **quick)
        self._save.click(self._saved, said, shown, **quick)
        self._skip.click(self._skipped, [self._name, self._showing], shown, **quick)

    def _opened(self) -> Update:
        engine = self._desk.advisor() if self._desk.ready else None
        return {self._head: masthead(engine, PATH), self._waiting: gr.Timer(active=engine is None)}

    def _begun(self, name: str, showing: str) -> Update:
        """What this rater has to judge; what they have filled in by now stays, unless they have rated it before."""
        rater = _named(name)
        update = self._next(rater, showing, itself=True)
        filled_in = (self._verdict, self._reasons, self._comment)
        return {k: v for k, v in update.items() if update[self._showing] != showing or k not in filled_in}

    def _saved(self, name: str, showing: str, verdict: str | None, reasons: Sequence[str], comment: str) -> Update:
        rater = _named(name)
        told = {a.id: a for a in self._asked()}.get(showing)
        if not rater or verdict not in VERDICTS or told is None:
            gr.Warning("Give your name and a verdict first." if told else "This answer is no longer to be rated.")
            return {self._showing: gr.skip()}
        kept = tuple(r for r in reasons if r in REASONS)
        self._ratings.keep(Rating(rater, told.id, told.case, verdict, kept, whole(comment).strip()[:COMMENT_MAX_CHARS]))
        return self._next(rater, showing)

    def _skipped(self, name: str, showing: str) -> Update:
        return self._next(_named(name), showing)

    def _next(self, rater: str, after: str, itself: bool = False) -> Update:
        """The next answer after `after` that `rater` has not rated, going round."""
        try:
            asked = self._asked()
        except PublishedRefused as refused:
            return self._show(None, f"<div class='leaf'>{_HOW}<p class='notice'>{escape(str(refused))}</p></div>", "")
        if not asked:
            return self._show(None, f"<div class='leaf'>{_NOTHING}</div>", "")
        ratings = self._ratings.all()
        mine = {r.answer for r in ratings if r.rater == rater}
        ids = [a.id for a in asked]
        start = (ids.index(after) + (not itself)) % len(ids) if after in ids else 0
        left = [a for a in (*asked[start:], *asked[:start]) if a.id not in mine]
        count = f"<p class='count'>{len(asked) - len(left)} of {plural(len(asked), 'answer')} rated"
        count += f" by {escape(rater)}</p>" if rater else "</p>"
        shown = _shown(left[0]) if left else "<p class='notice'>All are rated. Thank you.</p>"
        told = f"<div class='leaf'>{_HOW}{count}{shown}</div>"
        return self._show(left[0] if left else None, told, _agreement(ratings, asked))

    def _show(self, asked: Asked | None, told: str, agreed: str) -> Update:
        return {
            self._showing: asked.id if asked else "",
            self._told: told,
            self._form: gr.Column(visible=asked is not None),
            self._verdict: gr.Radio(value=None),
            self._reasons: gr.CheckboxGroup(value=[]),
            self._comment: "",
            self._agreed: agreed,
        }

    def _asked(self) -> tuple[Asked, ...]:
        return read_asked(self._data)


def _named(name: str) -> str:
    return " ".join(whole(name or "").split())[:NAME_MAX_CHARS]


def _shown(asked: Asked) -> str:
    """An answer with all that a rater needs, as HTML on one line."""
    earlier = "".join(
        f"<p class='turn {'asked' if role == 'user' else 'said'}'>{escape(text)}</p>" for role, text in asked.earlier
    )
    quotes = "".join(
        f"<li value='{q.marker}'><p class='title'>{escape(q.title)}</p>"
        f"<blockquote class='passage'>{escape(q.text)}</blockquote></li>"
        for q in asked.quotes
    )
    return (
        "<div class='rated'>"
        + (f"<h3>Before</h3><div class='earlier'>{earlier}</div>" if earlier else "")
        + f"<h3>Question</h3><p class='question'>{escape(asked.question)}</p>"
        + f"<h3>{'Refusal' if asked.abstained else 'Answer'}</h3><div class='said'>{paragraphs(asked.answer)}</div>"
        + (f"<h3>Quotes</h3><ol class='quotes'>{quotes}</ol>" if quotes else "")
        + "</div>"
    )


def _agreement(ratings: Sequence[Rating], asked: Sequence[Asked]) -> str:
    """Told once enough is rated, so that nobody is led by it."""
    measures, raters = agreement(ratings, asked)
    if measures.pairs < AGREEMENT_FROM:
        return f"<div class='leaf'><p class='count'>Agreement is shown from {AGREEMENT_FROM} ratings on.</p></div>"
    return (
        f"<div class='leaf agreed'><h3>Agreement</h3><p>People and measures: {escape(measures.told)}.</p>"
        f"<p>People among themselves: {escape(raters.told)}.</p></div>"
    )
