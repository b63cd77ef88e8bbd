"""What is known of one question while it is being answered; every stage of the chain adds its own part."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from app.drafts import Draft
from app.gate import Verdict, answers_from, is_phrased
from app.generate import Written
from app.question import Question
from app.resolve import Reading
from app.retrieve import Found
from app.sureness import sureness
from app.types import Answer, Evidence, Turn
from app.verify_drafts import Checked


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message with what was found, decided and written for it.

    `own`: how likely it is about documents of one's own. `sides`: of a comparison, what answers for each of its sides,
    where they are told apart. `asked`: in a chat, the message as it is read by rule; `question` may be a phrasing of
    the statement that answers.
    """

    question: Question
    found: Found | None = None
    verdict: Verdict | None = None
    own: float = 0.0
    drafts: tuple[Draft, ...] = ()
    sides: tuple[Part, ...] = ()
    asked: str = ""

    @property
    def read_as(self) -> str:
        """What the reader is told that the question was read as."""
        return self.question.text if self.direct or not self.asked else self.asked

    @property
    def direct(self) -> Evidence | None:
        """The statement that answers; None when it is refused, or not decided yet."""
        return self.verdict.direct if self.verdict else None

    @property
    def is_of_own(self) -> bool:
        """Whether it was answered, or refused, from documents of one's own."""
        return bool(self.found and self.found.evidence and not self.found.evidence[0].features["bundled"])

    @property
    def sureness(self) -> float:
        """The share of answers like this one that are right; 0 for a part without one."""
        if self.found is None or self.verdict is None or self.direct is None:
            return 0.0
        if self.direct.features["read"]:  # what the model of sureness was fitted on says nothing of one's own documents
            return self.verdict.confidence
        return sureness(self.question, self.direct, self.found.evidence, self.verdict.confidence)

    def unless_sure(self, least: float) -> Part:
        """This part, refused where it is answered less surely than that."""
        if self.direct and self.direct.features["read"]:
            least = answers_from(self.direct)
        sure = self.direct is not None and self.verdict is not None and self.verdict.confidence >= least
        return self if sure else self.refused()

    def refused(self) -> Part:
        """This part without its answer."""
        if self.direct is None or self.verdict is None:
            return self
        return replace(self, verdict=Verdict(None, self.verdict.confidence, "not_sure"))

    def is_surer_than(self, other: Part) -> bool:
        """Whether this reading of a question is answered more surely than another.

        Of two answered from statements with phrasings it is the nearer one: "Which one?" suits whatever it finds.
        """
        if self.direct is None or other.direct is None or not (self.verdict and other.verdict):
            return self.direct is not None
        if is_phrased(self.direct) and is_phrased(other.direct):
            return self.direct.features["known_often"] > other.direct.features["known_often"]
        return self.verdict.confidence > other.verdict.confidence


@dataclass(frozen=True, slots=True)
class Work:
    """Everything known so far about one question."""

    asked: str
    history: tuple[Turn, ...] = ()
    mended: str = ""
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


def timed(name: str, stage: Callable[[Work], Work]) -> Callable[[Work], Work]:
    """A stage that also notes how long it took."""

    def run(work: Work) -> Work:
        before = time.perf_counter()
        done = stage(work)
        done.timings_ms[name] = (time.perf_counter() - before) * 1e3
        return done

    return run
