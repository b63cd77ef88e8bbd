"""Captions of figures, tables and exhibits in running text, and what is printed under them.

FIGURE 3                     Exhibit 3. Yield by region
Title of the figure          Question asked: ...
Question asked: ...          ■ Legend ■ Legend
■ Legend                     Source: ...
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.reading.parts import BULLETS, Part, ends, is_prose

_LABELS = {
    "figure": "figure",
    "fig.": "figure",
    "fig": "figure",
    "exhibit": "exhibit",
    "chart": "chart",
    "graph": "graph",
    "diagram": "diagram",
    "table": "table",
    "abbildung": "figure",
    "abb.": "figure",
    "schaubild": "chart",
    "grafik": "graph",
    "diagramm": "diagram",
    "tabelle": "table",
    "tab.": "table",
    "tableau": "table",
}
"""Words that begin a caption, each with the series that it numbers."""

_CAPTION = re.compile(
    rf"(?P<label>{'|'.join(map(re.escape, _LABELS))})\s+"
    r"(?P<number>(?P<part>[A-Z][.-]?)?\d{1,3}(?P<sub>(?:[.-]\d{1,3})*))"
    r"(?:\s*(?P<sign>[:|–—]|[.-](?!\d))\s*(?P<told>\S.*)?|\s+(?P<bare>[^a-zäöü\s].*))?",
    re.I,
)
_QUESTION = re.compile(r"(?:survey )?questions?(?: asked)?(?: \d)?\s*[:.]\s*|Q\d{0,2}[.:]\s+", re.I)
_SOURCE = re.compile(r"sources?\s*:\s*", re.I)
_DEFINITION = re.compile(r"[^\s=][^=]{0,60}? = \S")
_REMARK = re.compile(
    r"(?:notes?|base|sample|scale|units?|key|legend)\s*[:=]|\(?n\s*=\s*\d|\(?(?:in )?per ?cent\b|\(?%", re.I
)
_LEGEND_SPLIT = re.compile(rf"\s*[{BULLETS}]\s*")
_LOOK_AHEAD = 40
_TITLE_CHARS = 200
_SERIES = ("figure", "exhibit", "chart", "graph", "diagram", "table")


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption as printed; `series` says what it numbers ("figure", "table"), `lines` are all its text.

    `number` is 0 where the printed one is not a plain number ("Figure 2.3", "Table A1").
    """

    series: str
    number: int
    title: str
    question: str
    legend: tuple[str, ...]
    lines: tuple[str, ...]
    page: int | None


def series_rank(series: str) -> int:
    """Which series counts as the figures when a document numbers several: the least."""
    return _SERIES.index(series)


def is_caption(line: str) -> bool:
    """Whether a line announces a figure ("FIGURE 3", "Table 2: Costs"), rather than speaking of one."""
    match = _CAPTION.fullmatch(line)
    if not match or len(line) > _TITLE_CHARS:
        return False
    told = match["told"] or match["bare"] or ""
    if match["bare"]:
        return not ends(told)
    if match["sign"] == "-" and told[:1].islower():
        return False
    return not re.search(r"[.!?]\s+[A-Z]", told)


def caption_at(parts: Sequence[Part], at: int) -> tuple[Caption, int] | None:
    """The caption that begins with part `at` and the place of the first part after it, or None."""
    first = parts[at]
    if first.kind not in ("text", "heading") or not is_caption(first.lines[0]):
        return None
    match = _CAPTION.fullmatch(first.lines[0])
    assert match is not None
    reading = _Reading(match["told"] or match["bare"] or "")
    reading.take_lines(first.lines[1:])
    end = _closing(parts, at + 1)
    place = at + 1
    while place < len(parts):
        part = parts[place]
        if part.kind in ("end", "table", "close") or (end is None and not reading.expects(part)):
            place += part.kind == "end"
            break
        reading.take_lines(part.lines)
        place += 1
        if reading.closed or place == end:
            break
    series = _LABELS[match["label"].lower()]
    head = f"{match['label']} {match['number']}"
    lines = (f"{head}: {reading.title}" if reading.title else head, *reading.told, *reading.bare_panels())
    return (
        Caption(
            series,
            0 if match["part"] or match["sub"] else int(match["number"]),
            reading.title,
            reading.question,
            reading.key(),
            lines,
            first.page,
        ),
        place,
    )


def _closing(parts: Sequence[Part], at: int) -> int | None:
    """The place after the source line that closes a figure, when one comes before any running text."""
    for place in range(at, min(len(parts), at + _LOOK_AHEAD)):
        part = parts[place]
        if part.kind == "end" or _SOURCE.match(part.lines[0] if part.lines else ""):
            return place + (part.kind != "end")
        if part.kind in ("heading", "table", "close") or is_caption(part.lines[0]):
            return None
        if is_prose(part) and not _is_own(part) and place > at and len(part.text) > _TITLE_CHARS:
            return None
    return None


def _is_own(part: Part) -> bool:
    line = part.lines[0]
    return bool(
        _QUESTION.match(line)
        or _SOURCE.match(line)
        or _REMARK.match(line)
        or _DEFINITION.match(line)
        or line[0] in BULLETS
    )


class _Reading:
    """What has been read of one caption so far."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.question = ""
        self.legend: list[str] = []
        self.panels: list[str] = []
        self.definitions: list[str] = []
        self.told: list[str] = []
        self.closed = False
        self.legend_at = 0

    def expects(self, part: Part) -> bool:
        """Whether a part can belong to the figure although no source line closes it."""
        line = part.lines[0]
        if part.kind not in ("text", "item"):
            return False
        if not self.title and not self.told:
            return len(part.text) <= _TITLE_CHARS and not re.search(r"[.!?]\s+[A-Z]", part.text)
        return _is_own(part) or (part.kind == "text" and _is_panel(line))

    def take_lines(self, lines: Sequence[str]) -> None:
        """Read one part: its title, question (to the part's end), legend, panels, remarks or source."""
        lines = [line for line in lines if line]
        if lines and not self.title and not self.told and not _is_own(Part(tuple(lines))):
            titled = 1
            while titled < len(lines) and not _is_own(Part((lines[titled],))) and not ends(lines[titled - 1]):
                titled += 1
            self.title = " ".join(lines[:titled])
            lines = lines[titled:]
        for number, line in enumerate(lines):
            if question := _QUESTION.match(line):
                upto = next((i for i in range(number + 1, len(lines)) if lines[i][0] in BULLETS), len(lines))
                told = " ".join(lines[number:upto])
                self.question = f"{self.question} {told[question.end() :]}".strip()
                self.told.append(told)
                self.take_lines(lines[upto:])
                return
            self._take_line(line)

    def _take_line(self, line: str) -> None:
        if _SOURCE.match(line):
            self.closed = True
        elif line[0] in BULLETS:
            fresh = [entry for entry in _LEGEND_SPLIT.split(line) if entry and entry not in self.legend]
            self.legend += fresh
            self._tell_legend(line if not self.legend_at else " ".join(f"{line[0]} {entry}" for entry in fresh))
            return
        elif _DEFINITION.match(line):
            self.definitions.append(line)
        elif _is_panel(line):
            self.panels.append(line)
            return
        if line not in self.told:
            self.told.append(line)

    def _tell_legend(self, line: str) -> None:
        """All legend entries stand on one line, as they do under the chart."""
        if not self.legend_at:
            self.told.append(line)
            self.legend_at = len(self.told)
        elif line:
            self.told[self.legend_at - 1] += f" {line}"

    def key(self) -> tuple[str, ...]:
        """Legend entries, panels that no definition speaks of, and definitions ("Classical = ...")."""
        return tuple(dict.fromkeys((*self.legend, *self.bare_panels(), *self.definitions)))

    def bare_panels(self) -> list[str]:
        """Panels whose name no definition repeats."""
        defined = {_folded(d.split(" = ")[0]) for d in self.definitions}
        return [p for p in dict.fromkeys(self.panels) if _folded(p) not in defined]


def _folded(name: str) -> str:
    return name.strip().lower().replace("-", " ")


def _is_panel(line: str) -> bool:
    return line.isupper() and len(line.split()) <= 6 and not ends(line)
