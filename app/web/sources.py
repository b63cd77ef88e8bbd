"""The evidence beside an answer: one card for each marker, with the quoted words marked in their passage."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from app.types import Answer, Citation
from app.web import figures
from app.web.language import ENGLISH, Words
from app.web.text import clean, escape, web_address
from ingest.types import Document, Passage

_LISTED_MAX = 8


def anchor(key: str, marker: int) -> str:
    """The id of a source's card."""
    return f"{key}-s{marker}"


def section_anchor(key: str) -> str:
    """The id of all the sources of one answer."""
    return f"{key}-sources"


def nothing_yet(documents: Sequence[Document], _: Words = ENGLISH) -> str:
    """What the panel shows before the first answer: how it works, and the documents, the largest first."""
    ordered = sorted(documents, key=lambda d: (-len(d.figures), -len(d.text), d.title))
    rows = [
        f"<li>{escape(d.title)}<span>"
        f"{escape(' · '.join(str(part) for part in (d.publisher, d.year) if part))}</span></li>"
        for d in ordered[:_LISTED_MAX]
    ]
    if more := len(documents) - _LISTED_MAX:
        left = _.count(more, "and 1 more document", "and {count} more documents")
        rows += [f"<li><a class='room' href='/corpus'>{escape(left)}</a></li>"] if more > 0 else []
    listed = f"<h2>{escape(_('Answers come from'))}</h2><ul>{''.join(rows)}</ul>" if rows else ""
    how = _(
        "Every sentence of an answer carries a numbered marker. Choose one, and the passage it stands on opens here "
        "with the quoted words marked."
    )
    return f"<div class='sources empty'><h2>{escape(_('Sources'))}</h2><p>{escape(how)}</p>{listed}</div>"


def section(
    given: Answer,
    key: str,
    passage: Callable[[str], Passage | None],
    cite_only: Collection[str] = (),
    _: Words = ENGLISH,
) -> str:
    """All sources of an answer, as HTML on one line; passages of `cite_only` documents are not shown."""
    asked = f"<p class='asked'>{escape(given.question)}</p>"
    if given.abstained or not given.citations:
        body = f"<p class='none'>{escape(_('No source is listed, because none answers this question.'))}</p>"
        head = _("Sources")
    else:
        head = _.count(len(given.citations), "1 source", "{count} sources")
        body = "".join(_card(c, key, passage, c.document_id in cite_only, given, _) for c in given.citations)
    return (
        f"<div class='sources' id='{section_anchor(key)}'>"
        f"<div class='sources-head'><h2>{escape(head)}</h2>"
        f"<button type='button' class='close'>{escape(_('Back to the answer'))}</button></div>"
        f"{asked}{body}<pre class='copy-text' id='{key}-text'>{escape(as_text(given))}</pre></div>"
    )


def as_text(given: Answer) -> str:
    """The answer with its references, as plain text to paste elsewhere."""
    if not given.citations:
        return body(given)
    references = "\n".join(f"[{c.marker}] {reference(c)}" for c in given.citations)
    return clean(f"{body(given)}\n\nSources\n{references}")


def body(given: Answer) -> str:
    """The answer without its references, as plain text."""
    return clean(given.answer).strip()


def reference(citation: Citation) -> str:
    """One line that names a source: title, publisher, year, section, page, figure, quote, address."""
    where = [
        citation.title,
        citation.publisher,
        str(citation.year) if citation.year else None,
        citation.section,
        f"p. {citation.page}" if citation.page else None,
        f"Figure {citation.figure}" if citation.figure else None,
        "our digest" if citation.digest else None,
    ]
    named = ", ".join(part for part in where if part)
    address = f" <{citation.url}>" if web_address(citation.url) else ""
    return f"{named}: “{citation.quote}”{address}"


def marked(text: str, quote: str) -> str | None:
    """`text` as HTML with every occurrence of `quote` marked; None when it does not hold the quote."""
    whole, part = clean(text), clean(quote)
    if not part.strip() or part not in whole:
        return None
    return f"<mark>{escape(part)}</mark>".join(escape(piece) for piece in whole.split(part))


def _card(
    citation: Citation,
    key: str,
    passage: Callable[[str], Passage | None],
    cite_only: bool,
    given: Answer,
    _: Words,
) -> str:
    details: Mapping[str, str | None] = {
        "publisher": citation.publisher,
        "year": str(citation.year) if citation.year else None,
        "page": _("page {number}", number=citation.page) if citation.page else None,
        "wording": _("our digest, not its wording") if citation.digest else None,
    }
    told = " · ".join(escape(value) for value in details.values() if value)
    number = f"<span class='number'><span class='unseen'>{escape(_('Source'))} </span>{citation.marker}</span>"
    address = web_address(citation.url)
    title = escape(citation.title)
    named = f"<a href='{address}' rel='noopener noreferrer nofollow'>{title}</a>" if address else title
    where = f"<p class='where'>{escape(citation.section)}</p>" if citation.section else ""
    return (
        f"<div class='source' id='{anchor(key, citation.marker)}' role='group'>"
        "<div class='source-head'>"
        f"{number}<div><p class='title'>{named}</p>"
        f"<p class='meta'><span>{told}</span>{_chip(citation, key, given, _)}</p>{where}</div></div>"
        f"{_passage(citation, None if cite_only else passage(citation.passage_id), cite_only, _)}"
        f"<a class='back' href='#{key}'>{escape(_('Back to the sentence'))}</a></div>"
    )


def _chip(citation: Citation, key: str, given: Answer, _: Words) -> str:
    """The figure a source speaks of: a link to its card under the answer, or to its own address."""
    if citation.figure is None:
        return ""
    name = f"{escape(_('Figure'))} {citation.figure}"
    if citation.figure in given.figures:
        return f"<a class='chip' href='#{figures.anchor(key, citation.figure)}'>{name}</a>"
    return f"<a class='chip room' href='/figures/{citation.figure}'>{name}</a>"


def _passage(citation: Citation, found: Passage | None, cite_only: bool, _: Words) -> str:
    if found is None:
        rights = escape(_("This source may be cited, not reproduced."))
        note = f"<p class='unplaced'>{rights}</p>" if cite_only else ""
        return f"<blockquote class='passage'>{escape(citation.quote)}</blockquote>{note}"
    text = marked(found.text, citation.quote)
    if text is None:
        unplaced = escape(_("The quoted words could not be placed here, so nothing is marked."))
        return f"<blockquote class='passage'>{escape(found.text)}</blockquote><p class='unplaced'>{unplaced}</p>"
    return f"<blockquote class='passage'>{text}</blockquote>"
