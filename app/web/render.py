"""An answer as the HTML of one chat message; the sources have their own module.

Ids: `key` names an answer on the page ("a3"); its sources are `a3-s1`, its figures `a3-figure4`.
Gradio's sanitiser drops `aria-*` and `data-*`, so what a screen reader needs is told in hidden text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from app.types import Answer, Statement
from app.web import figures
from app.web.language import ENGLISH, Words
from app.web.sources import anchor, section_anchor
from app.web.text import escape, paragraphs, prose, with_markers
from ingest.types import Figure

KINDS = {"finding": "Finding", "guidance": "Guidance", "caveat": "Caveat", "inference": "Our reading"}


def question(text: str, key: str = "", _: Words = ENGLISH) -> str:
    """What the reader asked, shown as typed, never as Markdown; with a `key` it can be put in other words."""
    unseen = f"<span class='unseen'> {escape(_('the question'))}</span>"
    edit = f"<button type='button' class='edit' id='{key}-edit'>{escape(_('Edit'))}{unseen}</button>"
    return f"<div class='asked-row'><div class='question'>{escape(text)}</div>{edit if key else ''}</div>"


def progress(stages: Sequence[str], sentences: Sequence[str], note: str = "", _: Words = ENGLISH) -> str:
    """An answer that is being made, or that ended early with `note`."""
    done, now = stages[:-1], stages[-1:]
    lines = "".join(f"<li class='done'>{escape(_.stage(s))}</li>" for s in done)
    lines += "".join(f"<li class='{'done' if note else 'now'}'>{escape(_.stage(s))}</li>" for s in now)
    told = "".join(f"<span class='sentence'>{with_markers(s, _waiting_marker)}</span> " for s in sentences)
    return (
        f"<div class='answer unfinished{'' if note else ' working'}'>"
        + (f"<ol class='stages'>{lines}</ol>" if lines and not (sentences and note) else "")
        + (f"<p>{told}</p>" if told else "")
        + (f"<p class='notice'>{escape(_(note))}</p>" if note else "")
        + "</div>"
    )


def answer(given: Answer, key: str, figure: Callable[[int], Figure | None], link: str = "", _: Words = ENGLISH) -> str:
    """A finished answer; `figure` looks a figure up by its printed number, `link` is what its address ends in."""
    if given.abstained:
        return _refusal(given, key, link, _)
    parts = "".join(_part(kind, list(group), key, _) for kind, group in _by_kind(given.statements))
    notices = "".join(f"<p class='notice'>{prose(n)}</p>" for n in given.notices)
    shown = [f for f in (figure(n) for n in given.figures) if f is not None]
    cards = "".join(figures.card(f, key, _) for f in shown)
    said = parts or paragraphs(given.answer)
    return (
        f"<div class='answer' id='{key}'>{_read_as(given, _)}{said}{notices}{cards}{_footer(given, key, link, _)}</div>"
    )


def _read_as(given: Answer, _: Words) -> str:
    """What a message was taken to ask, so that a reader sees at once when it was taken wrongly."""
    told = _("Read as: {question}", question=given.read_as)
    return f"<p class='read-as'>{escape(told)}</p>" if given.read_as else ""


def checks(given: Answer, _: Words = ENGLISH) -> str:
    """What was verified, in one quiet line of plain text."""
    told, sums = given.checks, []
    every = _.count(told.statements, "1 sentence", "{count} sentences")
    sums.append(_("{number} of {all} sourced", number=told.supported, all=every))
    if told.numbers:
        numbers = _.count(told.numbers, "1 number", "{count} numbers")
        sums.append(
            _("{all} checked", all=numbers)
            if told.numbers == told.numbers_supported
            else _("{number} of {all} confirmed", number=told.numbers_supported, all=numbers)
        )
    if told.struck:
        struck = _.count(told.struck, "1 sentence", "{count} sentences")
        sums.append(_("{all} withheld: no source said so", all=struck))
    if given.confidence is not None:
        tenths = in_ten(given.confidence)
        sums.append(_("about {tenths} in 10 such answers right in tests", tenths=tenths))
    return " · ".join((*sums, *worded(given, _)))


def worded(given: Answer, _: Words = ENGLISH) -> list[str]:
    """Which chat model worded the answer, if one did, and what it read, wrote and cost as far as that is known."""
    told = [] if given.composer == "extractive" else [_("worded by {model}", model=given.composer)]
    if used := given.usage:
        written = _.count(used.output_tokens, "1 token", "{count} tokens")
        told.append(f"{used.input_tokens:,} + {written}")
        if used.cost_usd is not None:
            told.append(f"US${used.cost_usd:.4f}" if used.cost_usd < 1 else f"US${used.cost_usd:.2f}")
    return told


def in_ten(share: float) -> int:
    """A probability in tenths, as a reader takes it in; never none, never all."""
    return min(9, max(1, round(10 * share)))


def _by_kind(statements: Sequence[Statement]) -> list[tuple[str, list[Statement]]]:
    return [(kind, list(group)) for kind, group in groupby(statements, key=lambda s: s.kind)]


def _part(kind: str, statements: list[Statement], key: str, _: Words) -> str:
    told = " ".join(
        f"<span class='sentence'>{_held(prose(s.text), ''.join(_marker(m, key, _) for m in s.citations))}</span>"
        for s in statements
    )
    return f"<div class='part {kind}'><p class='kind'>{escape(_(KINDS[kind]))}</p><p>{told}</p></div>"


def _held(text: str, markers: str) -> str:
    """A sentence with its markers held to its last word, so that none starts a line."""
    rest, space, word = text.rpartition(" ")
    if "<" in word or ">" in word:  # the word is inside an element
        return text + markers
    return f"{rest}{space}<span class='held'>{word}{markers}</span>"


def _marker(marker: int, key: str, _: Words) -> str:
    name = f"<span class='unseen'>{escape(_('Source'))} </span>"
    return f"<a class='marker' href='#{anchor(key, marker)}'>{name}{marker}</a>"


def _waiting_marker(marker: int) -> str:
    return f"<span class='marker waiting'>{marker}</span>"


def _footer(given: Answer, key: str, link: str, _: Words) -> str:
    used = _.count(len(given.citations), "1 source", "{count} sources")
    return (
        f"<div class='checks'><span class='tally'>{escape(checks(given, _))} · {_corpus(given, _)}</span>"
        f"<a class='to-sources' href='#{section_anchor(key)}'>{escape(used)}</a>{_tools(key, link, _)}</div>"
    )


def _corpus(given: Answer, _: Words) -> str:
    return escape(_("corpus {name}", name=given.corpus[:7]))


def _tools(key: str, link: str, _: Words) -> str:
    """What can be done with an answer: copy it, link to it, say whether it helped."""
    copy = f"<button type='button' class='copy' id='{key}-copy'>{escape(_('Copy'))}</button>"
    if not link:
        return copy
    return (
        f"{copy}<a class='to-receipt' href='/answer/{link}'>{escape(_('Link'))}</a>"
        f"<span class='thumbs'>{_thumb('up', link, _('This helped'))}"
        f"{_thumb('down', link, _('Something is wrong'))}</span>"
    )


def _thumb(way: str, link: str, name: str) -> str:
    """The picture is drawn by the style sheet: not every machine has one among its letters."""
    return (
        f"<button type='button' class='thumb {way}' id='{link}-{way}' title='{escape(name)}'>"
        f"<span class='unseen'>{escape(name)}</span></button>"
    )


def _refusal(given: Answer, key: str, link: str, _: Words) -> str:
    return (
        f"<div class='answer refusal' id='{key}'><p class='refusal-head'>{escape(_('Not covered by the sources'))}</p>"
        f"{_read_as(given, _)}{paragraphs(given.answer)}"
        f"<div class='checks'><span class='tally'>{escape(_('Nothing is said without a source'))} · "
        f"{_corpus(given, _)}</span>{_tools(key, link, _)}</div></div>"
    )
