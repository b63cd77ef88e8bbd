"""The nouns of an answer, in the order in which they come to be.

    Turn ... -> Question -> Evidence -> Statement(Number) + Citation -> Answer

`Answer.to_json()` is the contract (`answer.schema.json`): fields may be added, none may change meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ingest.terms import words
from ingest.types import Passage, Sentence

StatementKind = Literal["finding", "guidance", "caveat", "inference"]
Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the dialogue."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A restriction of the question that a statement does not meet: `value` of `slot` is not what it is about."""

    slot: str
    value: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that was found, with its passage; `score` is 0 to 1, higher is better.

    `features` are the signals behind the score, by name, kept for the receipt and the gate.
    """

    sentence: Sentence
    passage: Passage
    score: float
    features: Mapping[str, float] = field(default_factory=dict)
    clashes: tuple[Conflict, ...] = ()

    @property
    def nearness(self) -> float:
        """How near the question is: by the tuned embedder to what a statement is known to answer, where that is known;
        else by the embedder to its words."""
        known = self.features["known"] if self.features["taught"] else 0.0
        return known or self.features["dense"]


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity in a statement; `supported` when a cited quote states the same value, unit and thing."""

    text: str
    value: float
    unit: str | None
    supported: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the answer, without its markers, and what backs it."""

    text: str
    kind: StatementKind
    citations: tuple[int, ...]
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A marker and the words it stands for; `quote` is in the stored passage character for character.

    `digest` is True when the passage is our own account of the source, not the source's wording.
    """

    marker: int
    passage_id: str
    document_id: str
    title: str
    publisher: str | None
    year: int | None
    section: str | None
    page: int | None
    figure: int | None
    quote: str
    url: str | None
    score: float
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Checks:
    """What the verifier counted; `struck` sentences were removed for want of support."""

    statements: int = 0
    supported: int = 0
    numbers: int = 0
    numbers_supported: int = 0
    struck: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a chat model read and wrote for an answer; `cost_usd` is None where no price is set."""

    input_tokens: int
    output_tokens: int
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, as every door of the product gives it.

    confidence: the share of answers like this one that were right in tests, on the bundled corpus or, where one's own
    documents are quoted, on such, 0 to 1; None for a refusal, and where a chat model worded the answer.
    """

    id: str
    question: str
    resolved_question: str
    abstained: bool
    answer: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    figures: tuple[int, ...]
    follow_ups: tuple[str, ...]
    checks: Checks
    composer: str
    corpus: str
    timings_ms: Mapping[str, float]
    settings: str = ""
    reason: str = ""
    notices: tuple[str, ...] = ()
    usage: Usage | None = None
    confidence: float | None = None
    ref: str | None = None

    @property
    def read_as(self) -> str:
        """What the question was read as, where that is in other words than were typed; else empty."""
        same = words(self.resolved_question) == words(self.question)
        told = " ".join(self.resolved_question.split())
        return "" if same else told[:1].upper() + told[1:]

    def to_json(self) -> dict[str, Any]:
        """The contract's object, ready for `json.dumps`."""
        told = asdict(self)
        told["timings_ms"] = {k: round(v, 2) for k, v in self.timings_ms.items()}
        if self.ref is None:
            del told["ref"]
        return told

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Answer:
        """The answer whose `to_json` is `told`; raises TypeError or KeyError when it is not that."""
        statements = tuple(
            Statement(s["text"], s["kind"], tuple(s["citations"]), tuple(Number(**n) for n in s["numbers"]))
            for s in told["statements"]
        )
        lists = {name: tuple(told[name]) for name in ("figures", "follow_ups", "notices")}
        made = {
            "statements": statements,
            "citations": tuple(Citation(**c) for c in told["citations"]),
            "checks": Checks(**told["checks"]),
            "usage": Usage(**told["usage"]) if told["usage"] else None,
        }
        return cls(**{**told, **lists, **made})


@dataclass(frozen=True, slots=True)
class Step:
    """Something to show while an answer is made: a stage that began, or a verified sentence.

    kind "stage": `text` names the stage ("Searching 412 statements").
    kind "sentence": `text` is one verified sentence with its markers, in Markdown, to append.
    kind "answer": `answer` is the whole; it is always the last step. Where a chat model failed after some sentences,
    it is another answer than they began: it takes their place and says so.
    """

    kind: Literal["stage", "sentence", "answer"]
    text: str = ""
    answer: Answer | None = None
