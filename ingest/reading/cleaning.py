"""Text as a reader would see it: hidden characters and comments out (and reported), inline mark-up undone."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HIDDEN = {
    "zero-width": r"\u180e\u200b-\u200d\u2060-\u2064\ufeff",
    "bidirectional control": r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069",
    "invisible tag": r"\U000e0000-\U000e01ef",
    "variation selector": r"\ufe00-\ufe0f",
    "control": r"\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f",
}
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Digits to the signs of note marks and powers."""
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00ad": None}
)
"""Signs of the typesetter's: letters cast together, and places where a word may be parted."""
_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_HIDDEN_PATTERNS = tuple((name, re.compile(f"[{chars}]")) for name, chars in _HIDDEN.items())
_BLANKS = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_NEWLINES = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_OPEN_COMMENT, _CLOSE_COMMENT = "<!--", "-->"

_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
_LINK = re.compile(r"\[((?:[^\[\]\\\n]|\\.)+)\]\((?:[^()\n\\]|\\.|\([^()\n]*\))*\)")
_BOLD = re.compile(r"\*\*(?=\S)([^\n]{1,400}?)(?<=\S)\*\*")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BREAK_TAG = re.compile(r"<br\s*/?>", re.I)
_CONTROL_LABEL = re.compile(
    r"\W*(?:(?:see|show|read|view|load|learn|click for) (?:more|less|fewer|all)|view in article|"
    r"back to (?:top|article|text)|skip to (?:main )?content|share(?: this)?(?: article| page)?|print(?: this page)?|"
    r"download(?: the)?(?: full)?(?: report| pdf)?|subscribe|sign (?:in|up)|log (?:in|out)|menu|close|expand|collapse|"
    r"previous|next|table of contents)\W*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Visible text and one warning for each kind of thing that was taken out of it."""

    text: str
    warnings: tuple[str, ...]


def clean(text: str) -> Cleaned:
    """`text` with plain newlines and blanks, without hidden characters and HTML comments."""
    warnings = []
    text = _TERMINAL.sub("", text).translate(_LIGATURES)
    for name, pattern in _HIDDEN_PATTERNS:
        text, count = pattern.subn("", text)
        if count:
            warnings.append(f"{count} {name} character{'s' if count > 1 else ''} removed")
    text, count = _without_comments(text)
    if count:
        warnings.append(f"{count} HTML comment{'s' if count > 1 else ''} removed")
    return Cleaned(_BLANKS.sub(" ", _NEWLINES.sub("\n", text)), tuple(warnings))


def plain_inline(text: str) -> str:
    """`text` without inline mark-up: links keep their words, images go, emphasis and escapes are undone."""
    if "](" in text:
        text = _LINK.sub(_link_words, _IMAGE.sub("", text))
    text = _BREAK_TAG.sub(" ", text)
    if "**" in text:
        text = _BOLD.sub(r"\1", text)
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def collapsed(text: str) -> str:
    """`text` with every run of blanks as one, and none at its ends."""
    return " ".join(text.split())


def is_control_label(line: str) -> bool:
    """Whether a line is the label of a web page's button or link rather than text."""
    return len(line) < 60 and _CONTROL_LABEL.fullmatch(line) is not None


def _link_words(match: re.Match[str]) -> str:
    return "" if is_control_label(match[1]) else match[1]


def _without_comments(text: str) -> tuple[str, int]:
    if _OPEN_COMMENT not in text:
        return text, 0
    kept, at, count = [], 0, 0
    while (start := text.find(_OPEN_COMMENT, at)) >= 0:
        end = text.find(_CLOSE_COMMENT, start + len(_OPEN_COMMENT))
        if end < 0:
            break
        kept.append(text[at:start])
        at = end + len(_CLOSE_COMMENT)
        count += 1
    kept.append(text[at:])
    return "".join(kept), count
