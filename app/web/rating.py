"""The page where people judge answers that the harness drew, without seeing what the measures said of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from app.quality import Asked, PublishedRefused, Rating, Ratings, agreement, read_asked
from app.quality.ratings import REASONS, VERDICTS
from app.web.house import House
from app.web.language import Words, words_for
from app.web.layout import html, words_of_components
from app.web.masthead import masthead
from app.web.text import escape, paragraphs, whole

PATH, NAME = "rating", "Rate answers"
NAME_MAX_CHARS, COMMENT_MAX_CHARS = 60, 1_000
AGREEMENT_FROM = 10
Update = dict[Any, Any]


class RatingPage:
    """One page of the site, at `/rating`. A rater is a name; each sees the answers that they have not rated."""

    def __init__(self, blocks: Any, house: House) -> None:
        self._house, self._data, self._ratings = house, house.settings.data, Ratings(house.settings.data)
        said = words_of_components()
        with blocks.route(NAME, PATH, show_in_navbar=False):
            gr.Navbar(visible=False)
            self._head = html(masthead(None, PATH), "masthead")
            self._showing = gr.State("")
            with gr.Column(elem_id="leaf"):
                self._told = html("", "to-rate")
                with gr.Column(elem_id="verdict", visible=False) as self._form:
                    self._name = gr.Textbox(
                        label=said("Your name or initials"), max_length=NAME_MAX_CHARS, elem_id="rater", max_lines=1
                    )
                    self._verdict = gr.Radio(
                        [(said(v), v) for v in VERDICTS], label=said("The answer is"), elem_id="verdict-choice"
                    )
                    self._reasons = gr.CheckboxGroup(
                        [(said(r), r) for r in REASONS], label=said("Because (if not right)"), elem_id="reasons"
                    )
                    self._comment = gr.Textbox(
                        label=said("Comment"), max_length=COMMENT_MAX_CHARS, lines=2, elem_id="comment"
                    )
                    with gr.Row(elem_id="verdict-buttons"):
                        self._save = gr.Button(said("Save and next"), variant="primary", elem_id="save-rating")
                        self._skip = gr.Button(said("Skip"), elem_id="skip-rating")
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

    def _opened(self, request: gr.Request) -> Update:
        waiting = gr.Timer(active=self._house.engine() is None)
        return {self._head: self._house.masthead(request.headers, "quality"), self._waiting: waiting}

    def _begun(self, name: str, showing: str, request: gr.Request) -> Update:
        """What this rater has to judge; what they have filled in by now stays, unless they have rated it before."""
        rater = _named(name)
        update = self._next(rater, showing, words_for(request.headers), itself=True)
        filled_in = (self._verdict, self._reasons, self._comment)
        return {k: v for k, v in update.items() if update[self._showing] != showing or k not in filled_in}

    def _saved(  # noqa: PLR0917 (Gradio hands over each component's value by its place)
        self, name: str, showing: str, verdict: str | None, reasons: Sequence[str], comment: str, request: gr.Request
    ) -> Update:
        rater, _ = _named(name), words_for(request.headers)
        told = {a.id: a for a in self._asked()}.get(showing)
        if not rater or verdict not in VERDICTS or told is None:
            why = _("Give your name and a verdict first.") if told else _("This answer is no longer to be rated.")
            gr.Warning(why)
            return {self._showing: gr.skip()}
        kept = tuple(r for r in reasons if r in REASONS)
        self._ratings.keep(Rating(rater, told.id, told.case, verdict, kept, whole(comment).strip()[:COMMENT_MAX_CHARS]))
        return self._next(rater, showing, _)

    def _skipped(self, name: str, showing: str, request: gr.Request) -> Update:
        return self._next(_named(name), showing, words_for(request.headers))

    def _next(self, rater: str, after: str, _: Words, itself: bool = False) -> Update:
        """The next answer after `after` that `rater` has not rated, going round."""
        try:
            asked = self._asked()
        except PublishedRefused as refused:
            told = f"<p class='notice'>{escape(str(refused))}</p>"
            return self._show(None, f"<div class='leaf'>{_how(_)}{told}</div>", "")
        if not asked:
            nothing = _("There is nothing to rate yet. This asks the questions and leaves some answers here:")
            told = f"<p class='notice'>{escape(nothing)} <code>make eval</code></p>"
            return self._show(None, f"<div class='leaf'>{_how(_)}{told}</div>", "")
        ratings = self._ratings.all()
        mine = {r.answer for r in ratings if r.rater == rater}
        ids = [a.id for a in asked]
        start = (ids.index(after) + (not itself)) % len(ids) if after in ids else 0
        left = [a for a in (*asked[start:], *asked[:start]) if a.id not in mine]
        numbers: dict[str, object] = {"number": len(asked) - len(left), "all": len(asked), "rater": rater}
        by = _("{number} of {all} answers rated by {rater}", **numbers) if rater else ""
        count = f"<p class='count'>{escape(by or _('{number} of {all} answers rated', **numbers))}</p>"
        shown = _shown(left[0], _) if left else f"<p class='notice'>{escape(_('All are rated. Thank you.'))}</p>"
        told = f"<div class='leaf'>{_how(_)}{count}{shown}</div>"
        return self._show(left[0] if left else None, told, _agreement(ratings, asked, _))

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


def _how(_: Words) -> str:
    how = _(
        "Read the question, the answer and the quotes. Would you stand before a board with it? Your verdict is set "
        "against what the evaluation measures said of the same answer, which you do not see."
    )
    return f"<h2>{escape(_('Rate answers'))}</h2><p>{escape(how)}</p>"


def _shown(asked: Asked, _: Words) -> str:
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
        + (f"<h3>{escape(_('Before'))}</h3><div class='earlier'>{earlier}</div>" if earlier else "")
        + f"<h3>{escape(_('Question'))}</h3><p class='question'>{escape(asked.question)}</p>"
        + f"<h3>{escape(_('Refusal') if asked.abstained else _('Answer'))}</h3>"
        + f"<div class='said'>{paragraphs(asked.answer)}</div>"
        + (f"<h3>{escape(_('Quotes'))}</h3><ol class='quotes'>{quotes}</ol>" if quotes else "")
        + "</div>"
    )


def _agreement(ratings: Sequence[Rating], asked: Sequence[Asked], _: Words) -> str:
    """Told once enough is rated, so that nobody is led by it."""
    measures, raters = agreement(ratings, asked)
    if measures.pairs < AGREEMENT_FROM:
        later = _("Agreement is shown from {count} ratings on.", count=AGREEMENT_FROM)
        return f"<div class='leaf'><p class='count'>{escape(later)}</p></div>"
    return (
        f"<div class='leaf agreed'><h3>{escape(_('Agreement'))}</h3>"
        f"<p>{escape(_('People and measures'))}: {escape(measures.told)}.</p>"
        f"<p>{escape(_('People among themselves'))}: {escape(raters.told)}.</p></div>"
    )
