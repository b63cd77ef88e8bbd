"""The top of the page and the empty page: what this is, what it answers from, who words the answers."""

from __future__ import annotations

import tomllib
from pathlib import Path

from app.web.advisor import Advisor
from app.web.text import escape, plural
from ingest.types import Document

NAME = "MLOps Advisor"
PROMISE = "Every number and every sentence traced to its source, or not said."

WELCOME = (
    "<div class='welcome'><h2>What would you like to know?</h2>"
    "<p>Ask about AI strategy, AI maturity or MLOps. Every sentence of the answer quotes its source, word "
    "for word. Where the sources are silent, the advisor says so.</p></div>"
)

SMALL_PRINT = "<p>Read the quote before you decide.</p>"


ROOMS = (("", "Ask"), ("quality", "How good is it?"), ("rating", "Rate answers"))


def masthead(advisor: Advisor | None, here: str = "") -> str:
    """The header as HTML on one line; `advisor` is None while the engine is being opened, `here` is the page's path."""
    if advisor is None:
        state = "<p class='state waiting' role='status'>Getting ready: opening the corpus …</p>"
    else:
        state = (
            f"<p class='state'><span>{escape(corpus_line(list(advisor.documents())))}</span>"
            f"<span>{escape(composer_line(advisor.composer))}</span></p>"
        )
    return (
        "<div class='masthead'><img class='logo' src='advisor/icon.svg' alt='' width='34' height='34'>"
        f"<div class='brand'><h1>{NAME}</h1><p class='promise'>{PROMISE}</p></div>{_rooms(here)}{state}"
        "<button type='button' class='theme-toggle' title='Switch between light and dark'>"
        "<span class='unseen'>Switch between light and dark</span>◐</button></div>"
    )


def _rooms(here: str) -> str:
    links = (
        f"<a href='/{path}' class='{'here' if path == here else 'room'}'>{escape(name)}</a>" for path, name in ROOMS
    )
    return f"<nav class='rooms'>{''.join(links)}</nav>"


def corpus_line(documents: list[Document]) -> str:
    """What the advisor answers from, in plain words."""
    if not documents:
        return "The corpus is empty"
    dates = sorted(d.year for d in documents if d.year)
    span = "" if not dates else f", {dates[0]}" if dates[0] == dates[-1] else f", {dates[0]}–{dates[-1]}"
    if len(documents) == 1:
        return f"Answers from “{documents[0].title}”{span}"
    return f"Answers from {plural(len(documents), 'document')}{span}"


def composer_line(composer: str) -> str:
    """Who words the answers, in plain words."""
    if composer == "extractive":
        return "Worded by quotation: no language model is used"
    provider, _, model = composer.partition(":")
    return f"Worded by {model or provider}" + (f" ({provider})" if model else "") + ", checked against the sources"


def examples() -> list[tuple[str, list[str]]]:
    """The questions of the empty page, by theme."""
    with (Path(__file__).parent / "examples.toml").open("rb") as file:
        themes = tomllib.load(file)["theme"]
    return [(theme["name"], list(theme["questions"])) for theme in themes]
