"""What is known of one question while it is being answered; every stage of the chain adds its own part."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.drafts import Draft
from app.gate import Verdict
from app.generate import Written
from app.question import Question
from app.resolve import Reading
from app.retrieve import Found
from app.types import Answer, Turn
from app.verify_drafts import Checked


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message with what was found, decided and written for it."""

    question: Question
    found: Found | None = None
    verdict: Verdict | None = None
    drafts: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """Everything known so far about one question."""

    asked: str
    history: tuple[Turn, ...] = ()
    readings: tuple[Reading, ...] = ()
    resolved: str = ""
    words: int = 0
    parts: tuple[Part, ...] = ()
    unanswered: tuple[str, ...] = ()
    written: Written | None = None
    streamed: str = ""
    checked: Checked | None = None
    answer: Answer | None = None
    started_s: float = 0.0
    timings_ms: dict[str, float] = field(default_factory=dict)
