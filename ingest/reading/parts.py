"""Parts: what stands between blank lines in a text, before its role is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

PartKind = Literal["text", "heading", "item", "table", "code", "close", "end"]

BULLETS = "■●▪◆▲▼►▶○□◼•‣◦·"
BULLET = re.compile(rf"[{BULLETS}]\s*|[-*–—+]\s+(?=\S)")
NUMBER_MARK = re.compile(r"\[?\(?\d{1,3}(?:[.)\]]|\.\))\s+(?=\S)")
_END = re.compile(r"[.!?…:;。！？][\"'”’»)\]]*(?:[¹²³⁰⁴-⁹]+|\[\d+\])*$")
_CONTACT = re.compile(r"\S+@\S+\.\w|https?://|\bwww\.|^\W*\+?\d[\d ()/.-]{6,}$", re.I)
_CREDIT = re.compile(
    r"(?:.{0,40}\bby|source|sources|note|notes|base|contact|tel|phone|e-?mail|editor|photo|credit|n)\s*[:=]",
    re.I,
)
_HYPHEN_END = re.compile(r"\w-$")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that belong together; `level` is a heading's depth where the format says so, else 0.

    "close" ends a box that could be folded away, "end" stands where a repeated source line ended a figure.
    """

    lines: tuple[str, ...]
    page: int | None = None
    kind: PartKind = "text"
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def text(self) -> str:
        """The lines as one: a line that ends in a hyphen runs on without a blank."""
        if len(self.lines) == 1:
            return self.lines[0]
        joined = [line if _HYPHEN_END.search(line) else f"{line} " for line in self.lines]
        return "".join(joined).strip()


def ends(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return _END.search(text[-24:]) is not None


def is_prose(part: Part) -> bool:
    """Whether a part is running text: it ends as a sentence does, or is too long to be a label."""
    if part.kind not in ("text", "item"):
        return False
    text = part.text
    return (ends(text) and len(text.split()) >= 4) or len(text.split()) > 25


def is_contact(line: str) -> bool:
    """Whether a line is an address, a link or a telephone number."""
    return _CONTACT.search(line) is not None


def is_heading_like(part: Part) -> bool:
    """A short line that stands alone, without an end mark (a question mark is allowed), and is no label or contact."""
    if part.kind == "heading":
        return True
    if part.kind != "text" or len(part.lines) != 1:
        return False
    line = part.lines[0]
    count = len(line.split())
    asks = line.endswith("?") and count <= 12
    return (
        2 <= len(line) <= 120
        and count <= 16
        and (asks or not ends(line))
        and not line.endswith((",", "-", "–", "="))
        and (line[0].isupper() or line[0].isdigit() or line[0] in "“\"‘'+(")
        and any(c.isalpha() for c in line)
        and not is_contact(line)
        and not _CREDIT.match(line)
    )
