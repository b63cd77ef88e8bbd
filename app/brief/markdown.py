"""A brief as Markdown."""

from __future__ import annotations

import re

from app.brief.brief import Brief, Line
from app.brief.wording import NOT_STATED, closing, sections, value_rows

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


def to_markdown(brief: Brief) -> str:
    """The brief as a Markdown document; what comes from sources is escaped."""
    parts = [f"# {_plain(brief.title)}"]
    if brief.headline:
        parts.append(f"**{_line(brief.headline)}**")
    if brief.note:
        parts.append(_plain(brief.note))
    if brief.levels:
        rows = "\n".join(f"| {_plain(name)} | {level:g} of {most} |" for name, level, most in brief.levels)
        parts.append(f"| Where we are | Level |\n|---|---|\n{rows}")
    for heading, lines, numbered in sections(brief):
        parts.append(f"## {heading}")
        parts.append("\n".join(f"{f'{n}.' if numbered else '-'} {_line(line)}" for n, line in enumerate(lines, 1)))
    for figure in brief.figures:
        parts.append(f"## Figure {figure.number}: {_plain(figure.title)}")
        if stated := value_rows(figure):
            listed = "\n".join(f"| {_plain(label)} | {_plain(value)} |" for label, value in stated)
            parts.append(f"| What | Value stated |\n|---|---|\n{listed}")
        if figure.not_stated:
            parts.append(f"*{NOT_STATED}:* {_plain(figure.not_stated)}")
    if brief.open_questions:
        parts.append("## Not answered by the sources")
        parts.append("\n".join(f"- {_plain(q)}" for q in brief.open_questions))
    if brief.references:
        parts.append("## References")
        told = (
            f"{n}. {_plain(r.source)}: “{_plain(r.quote)}”{f' <{r.url}>' if r.url else ''}"
            for n, r in enumerate(brief.references, 1)
        )
        parts.append("\n".join(told))
    parts.append(f"---\n\n{closing(brief)}")
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _line(line: Line) -> str:
    label = f"{line.label}: " if line.label else ""
    return f"{label}{_plain(line.text)}" + "".join(f" [{n}]" for n in line.references)
