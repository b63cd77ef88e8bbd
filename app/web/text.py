"""Text from outside (answers, passages, questions) made safe and fit for a page.

Everything is escaped here, before Gradio's own sanitiser sees it. HTML made here never holds a line break:
a blank line would end the HTML block in Markdown, and what follows would be read as Markdown again.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import urlsplit

# Characters that hide text or turn it around: tags, variation selectors, zero-width and bidi controls.
_HIDDEN = re.compile(
    "[\U000e0000-\U000e007f\ufe00-\ufe0f\U000e0100-\U000e01ef\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad\u180e]"
)
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)|!\[([^\]]*)\]\[[^\]]*\]")
_LINK = re.compile(r"\[([^\]]+)\]\((?!#)[^)]*\)")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=[^\s*])\*(?![\w*])")
_MARKERS = re.compile(r"\[(\d{1,3})\]")
_SPACES = re.compile(r"[ \t]+")


def whole(text: str) -> str:
    """`text` with lone surrogates, which JSON can carry and UTF-8 cannot, replaced by question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def clean(text: str) -> str:
    """`text` without characters that hide, reorder or break it; line breaks stay."""
    kept = _HIDDEN.sub("", whole(text))
    return "".join(c for c in kept if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co"))


def escape(text: str) -> str:
    """`text` as the content of an element or of a quoted attribute; line breaks become entities."""
    return html.escape(clean(text), quote=True).replace("\n", "&#10;")


def prose(text: str) -> str:
    """A sentence as HTML: images and links reduced to their words, emphasis kept, the rest escaped."""
    plain = _LINK.sub(r"\1", _IMAGE.sub(lambda m: m[1] or m[2] or "", clean(text)))
    told = html.escape(_SPACES.sub(" ", plain.replace("\n", " ")).strip(), quote=True)
    return _EMPHASIS.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", told))


def paragraphs(text: str) -> str:
    """Several lines of plain Markdown as HTML: paragraphs and simple lists."""
    parts: list[str] = []
    for block in re.split(r"\n\s*\n", clean(text).strip()):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if lines and all(re.match(r"[-*•] ", line) for line in lines):
            items = "".join(f"<li>{prose(line[2:])}</li>" for line in lines)
            parts.append(f"<ul>{items}</ul>")
        elif lines:
            parts.append(f"<p>{'<br>'.join(prose(line) for line in lines)}</p>")
    return "".join(parts)


def with_markers(text: str, link: Callable[[int], str]) -> str:
    """A sentence that ends in markers such as [1][3], as HTML; `link` makes the HTML of one marker."""
    return _MARKERS.sub(lambda m: link(int(m[1])), prose(text))


def web_address(url: str | None) -> str | None:
    """`url` escaped for `href`, or None unless it is a plain http(s) address."""
    if not url:
        return None
    try:
        parts = urlsplit(clean(url))
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        return None
    return html.escape(parts.geturl(), quote=True)


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 source`, `3 sources`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
