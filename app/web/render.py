"""An answer as the HTML of one chat message; the sources have their own module.

Ids: `key` names an answer on the page ("a3"); its sources are `a3-s1`, its figures `a3-figure4`.
Gradio's sanitiser drops `aria-*` and `data-*`, so what a screen reader needs is told in hidden text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from app.types import Answer, Statement
from app.web import figures
from app.web.sources import anchor, section_anchor
from app.web.text import escape, paragraphs, plural, prose, with_markers
from ingest.types import Figure

KINDS = {"finding": "Finding", "guidance": "Guidance", "caveat": "Caveat", "inference": "Our reading"}


def question(text: str, key: str = "") -> str:
    """What the reader asked, shown as typed, never as Markdown; with a `key` it can be put in other words."""
    edit = f"<button type='button' class='edit' id='{key}-edit'>Edit<span class='unseen'> the question</span></button>"
    return f"<div class='question'>{escape(text)}</div>{edit if key else ''}"


def progress(stages: Sequence[str], sentences: Sequence[str], note: str = "") -> str:
    """An answer that is being made, or that ended early with `note`."""
    done, now = stages[:-1], stages[-1:]
    lines = "".join(f"<li class='done'>{escape(s)}</li>" for s in done)
    lines += "".join(f"<li class='{'done' if note else 'now'}'>{escape(s)}</li>" for s in now)
    told = "".join(f"<span class='sentence'>{with_markers(s, _waiting_marker)}</span> " for s in sentences)
    return (
        "<div class='answer unfinished'>"
        + (f"<ol class='stages'>{lines}</ol>" if lines and not (sentences and note) else "")
        + (f"<p>{told}</p>" if told else "")
        + (f"<p class='notice'>{escape(note)}</p>" if note else "")
        + "</div>"
    )


def answer(given: Answer, key: str, figure: Callable[[int], Figure | None], link: str = "") -> str:
    """A finished answer; `figure` looks a figure up by its printed number, `link` is what its address ends in."""
    if given.abstained:
        return _refusal(given, key, link)
    parts = "".join(_part(kind, list(group), key) for kind, group in _by_kind(given.statements))
    notices = "".join(f"<p class='notice'>{prose(n)}</p>" for n in given.notices)
    shown = [f for f in (figure(n) for n in given.figures) if f is not None]
    cards = "".join(figures.card(f, key) for f in shown)
    said = parts or paragraphs(given.answer)
    return f"<div class='answer' id='{key}'>{said}{notices}{cards}{_footer(given, key, link)}</div>"


def checks(given: Answer) -> str:
    """What was verified, in one quiet line of plain text."""
    told, sums = given.checks, []
    sums.append(f"{told.supported} of {plural(told.statements, 'sentence')} sourced")
    if told.numbers:
        every = told.numbers == told.numbers_supported
        sums.append(
            f"{plural(told.numbers, 'number')} checked"
            if every
            else f"{told.numbers_supported} of {plural(told.numbers, 'number')} confirmed"
        )
    if told.struck:
        sums.append(f"{plural(told.struck, 'sentence')} withheld: no source said so")
    if given.confidence is not None:
        sums.append(f"{in_ten(given.confidence)} such answers right in tests on the bundled corpus")
    return " · ".join((*sums, *worded(given)))


def worded(given: Answer) -> list[str]:
    """Which chat model worded the answer, if one did, and what it read, wrote and cost as far as that is known."""
    told = [] if given.composer == "extractive" else [f"worded by {given.composer}"]
    if used := given.usage:
        told.append(f"{used.input_tokens:,} + {plural(used.output_tokens, 'token')}")
        if used.cost_usd is not None:
            told.append(f"US${used.cost_usd:.4f}" if used.cost_usd < 1 else f"US${used.cost_usd:.2f}")
    return told


def in_ten(share: float) -> str:
    """A probability as a reader takes it in: "about 8 in 10"."""
    return f"about {min(9, max(1, round(10 * share)))} in 10"


def _by_kind(statements: Sequence[Statement]) -> list[tuple[str, list[Statement]]]:
    return [(kind, list(group)) for kind, group in groupby(statements, key=lambda s: s.kind)]


def _part(kind: str, statements: list[Statement], key: str) -> str:
    told = " ".join(
        f"<span class='sentence'>{_held(prose(s.text), ''.join(_marker(m, key) for m in s.citations))}</span>"
        for s in statements
    )
    return f"<div class='part {kind}'><p class='kind'>{KINDS[kind]}</p><p>{told}</p></div>"


def _held(text: str, markers: str) -> str:
    """A sentence with its markers held to its last word, so that none starts a line."""
    rest, space, word = text.rpartition(" ")
    if "<" in word or ">" in word:  # the word is inside an element
        return text + markers
    return f"{rest}{space}<span class='held'>{word}{markers}</span>"


def _marker(marker: int, key: str) -> str:
    return f"<a class='marker' href='#{anchor(key, marker)}'><span class='unseen'>Source </span>{marker}</a>"


def _waiting_marker(marker: int) -> str:
    return f"<span class='marker waiting'>{marker}</span>"


def _footer(given: Answer, key: str, link: str) -> str:
    used = plural(len(given.citations), "source")
    return (
        f"<div class='checks'><span class='tally'>{escape(checks(given))} · corpus "
        f"{escape(given.corpus[:7])}</span>"
        f"<a class='to-sources' href='#{section_anchor(key)}'>{used}</a>{_tools(key, link)}</div>"
    )


def _tools(key: str, link: str) -> str:
    """What can be done with an answer: copy it, link to it, say whether it helped."""
    copy = f"<button type='button' class='copy' id='{key}-copy'>Copy</button>"
    if not link:
        return copy
    return (
        f"{copy}<a class='to-receipt' href='/answer/{link}'>Link</a>"
        f"<span class='thumbs'><button type='button' class='thumb up' id='{link}-up' title='This helped'>"
        "<span class='unseen'>This helped</span>👍</button>"
        f"<button type='button' class='thumb down' id='{link}-down' title='Something is wrong'>"
        "<span class='unseen'>Something is wrong</span>👎</button></span>"
    )


def _refusal(given: Answer, key: str, link: str) -> str:
    return (
        f"<div class='answer refusal' id='{key}'><p class='refusal-head'>Not covered by the sources</p>"
        f"{paragraphs(given.answer)}"
        f"<div class='checks'><span class='tally'>Nothing is said without a source · corpus "
        f"{escape(given.corpus[:7])}</span>"
        f"{_tools(key, link)}</div></div>"
    )
