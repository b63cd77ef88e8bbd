"""The top of the page and the empty page: what this is, what it answers from, who words the answers."""

from __future__ import annotations

import tomllib
from pathlib import Path

from app.web.advisor import Advisor
from app.web.language import Words
from app.web.text import escape
from ingest.types import Document

NAME = "MLOps Advisor"
PROMISE = "Every number and every sentence traced to its source, or not said."

QUESTION = "What would you like to know?"
INVITATION = (
    "Ask about AI strategy, AI maturity or MLOps. Every sentence of the answer quotes its source, word for word. "
    "Where the sources are silent, the advisor says so."
)
SMALL_PRINT = "Read the quote before you decide."


ROOMS = (
    ("", "Ask"),
    ("self-check", "Where are we?"),
    ("figures", "Figures"),
    ("corpus", "Sources"),
    ("history", "History"),
    ("quality", "How good is it?"),
)


def masthead(advisor: Advisor | None, here: str = "", words: Words | None = None, reader: str = "") -> str:
    """The header as HTML on one line.

    advisor: None while the engine is being opened. here: the page's path. words: of the reader's language, English
    when None. reader: the name of who is signed in, "" where nobody signs in.
    """
    _ = words or Words("en")
    if advisor is None:
        state = f"<p class='state waiting' role='status'>{escape(_('Getting ready: opening the corpus …'))}</p>"
    else:
        state = (
            f"<p class='state'><span>{escape(corpus_line(list(advisor.documents()), _))}</span>"
            f"<span>{escape(composer_line(advisor.composer, _))}</span></p>"
        )
    look = escape(_("Switch between light and dark"))
    signed = f"<a class='signed' href='/sign-out'>{escape(reader)} · {escape(_('Sign out'))}</a>" if reader else ""
    return (
        "<div class='masthead'><img class='logo' src='/advisor/icon.svg' alt='' width='34' height='34'>"
        f"<div class='brand'><h1>{NAME}</h1><p class='promise'>{escape(_(PROMISE))}</p></div>"
        f"{state}{signed}"
        f"<button type='button' class='theme-toggle' title='{look}'><span class='unseen'>{look}</span>◐</button>"
        f"{_rooms(here, _)}</div>"
    )


def _rooms(here: str, _: Words) -> str:
    links = (
        f"<a href='/{path}' class='{'here' if path == here else 'room'}'>{escape(_(name))}</a>" for path, name in ROOMS
    )
    return f"<nav class='rooms'>{''.join(links)}</nav>"


def corpus_line(documents: list[Document], words: Words | None = None) -> str:
    """What the advisor answers from, in plain words."""
    _ = words or Words("en")
    if not documents:
        return _("The corpus is empty")
    dates = sorted(d.year for d in documents if d.year)
    span = "" if not dates else f", {dates[0]}" if dates[0] == dates[-1] else f", {dates[0]}–{dates[-1]}"
    if len(documents) == 1:
        return _("Answers from “{title}”{span}", title=documents[0].title, span=span)
    return _("Answers from {count} documents{span}", count=f"{len(documents):,}", span=span)


def composer_line(composer: str, words: Words | None = None) -> str:
    """Who words the answers, in plain words."""
    _ = words or Words("en")
    if composer == "extractive":
        return _("Worded by quotation: no language model is used")
    provider, colon, model = composer.partition(":")
    named = f"{model} ({provider})" if colon and model else provider
    return _("Worded by {model}, checked against the sources", model=named)


def welcome(words: Words | None = None) -> str:
    """The top of the empty page, as HTML on one line."""
    _ = words or Words("en")
    return f"<div class='welcome'><h2>{escape(_(QUESTION))}</h2><p>{escape(_(INVITATION))}</p></div>"


def small_print(conversation: str = "", words: Words | None = None, changing: int = 0) -> str:
    """The line under the question: what can be made of a conversation, and which question is being changed."""
    _ = words or Words("en")
    if changing:
        told = _("You are changing question {number}: what follows it is dropped when you ask.", number=changing)
        return f"<p class='changing'>{escape(told)}</p>"
    brief = (
        f" <a class='to-brief' href='/brief/{escape(conversation)}'>{escape(_('Take it to the board'))}</a>"
        if conversation
        else ""
    )
    return f"<p><span class='caution'>{escape(_(SMALL_PRINT))}</span>{brief}</p>"


def theme_name(name: str, words: Words | None = None) -> str:
    """The line above the example questions of a theme."""
    return f"<p class='theme-name'>{escape((words or Words('en'))(name))}</p>"


def examples() -> list[tuple[str, list[str]]]:
    """The questions of the empty page, by theme."""
    with (Path(__file__).parent / "examples.toml").open("rb") as file:
        themes = tomllib.load(file)["theme"]
    return [(theme["name"], list(theme["questions"])) for theme in themes]
