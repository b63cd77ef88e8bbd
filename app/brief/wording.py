"""The words that every form of a brief shares."""

from __future__ import annotations

from app.brief.brief import Brief, Line
from app.figure_values import value_text
from ingest.types import Figure

NOT_STATED = "Not stated in the text"


def sections(brief: Brief) -> list[tuple[str, tuple[Line, ...], bool]]:
    """Heading, lines, and whether they are numbered; sections without lines are left out."""
    told = [
        ("Findings", brief.findings, False),
        ("Risks and caveats", brief.caveats, False),
        ("Next steps", brief.steps, True),
    ]
    return [section for section in told if section[1]]


def value_rows(figure: Figure) -> list[tuple[str, str]]:
    """What the text states for a figure, as (label, value)."""
    return [(v.label[:1].upper() + v.label[1:], value_text(v.value, v.unit)) for v in figure.values]


def closing(brief: Brief) -> str:
    """Where the brief comes from, in one line."""
    by = "quoted, without a language model" if brief.composer == "extractive" else f"worded by {brief.composer}"
    return (
        f"Drawn up by MLOps Advisor on {brief.date} from corpus {brief.corpus}; {by}. "
        "Every sentence was checked against the passage that it cites. Read the quotes before you decide."
    )
