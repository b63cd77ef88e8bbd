"""The folder in which the evaluation harness leaves what the page shows: scores, the whole report, answers to rate."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.errors import AdvisorError

SCHEMA = 1
FOLDER, SCORES, REPORT, TO_RATE = "quality", "scores.json", "report.html", "to_rate.jsonl"


class PublishedRefused(AdvisorError):
    """What lies in the folder was not left there by this version of the harness."""


@dataclass(frozen=True, slots=True)
class Score:
    """A mean with its 95 per cent interval over `n` questions; `told` is the three as the report words them.

    All three are None when the measure applies to no question. better: "higher" or "lower".
    """

    title: str
    unit: str
    better: str
    n: int
    mean: float | None
    low: float | None
    high: float | None
    told: str


@dataclass(frozen=True, slots=True)
class Published:
    """A run in figures. corpus: fingerprint of the index that answered. created: ISO 8601, UTC.

    splits: scores of every question ("all") and of each split. kinds: share of right answers by kind of question.
    """

    system: str
    created: str
    corpus: str
    cases: int
    splits: Mapping[str, tuple[Score, ...]]
    kinds: tuple[Score, ...]
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class Quote:
    """The words behind a marker."""

    marker: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer for people to judge. right: the measures' verdict, not to be shown to a rater before their own.

    earlier: the dialogue before the question, as (role, text).
    """

    case: str
    question: str
    earlier: tuple[tuple[str, str], ...]
    answer: str
    abstained: bool
    quotes: tuple[Quote, ...]
    right: bool

    @property
    def id(self) -> str:
        """12 hex digits of all that a rater sees: a rating holds for as long as the same is answered."""
        seen = (self.question, self.earlier, self.answer, self.abstained, [asdict(q) for q in self.quotes])
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:12]


def publish(data: Path, told: Published, report: str, asked: Sequence[Asked]) -> Path:
    """Put a run in the place of the one published before; the folder. The scores come last: they announce the rest."""
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / REPORT, report)
    _replace(folder / TO_RATE, "".join(json.dumps(asdict(a), ensure_ascii=False) + "\n" for a in asked))
    _replace(folder / SCORES, json.dumps(asdict(told), ensure_ascii=False, allow_nan=False, indent=1) + "\n")
    return folder


def read_published(data: Path) -> Published | None:
    """What was published last, or None; raises PublishedRefused."""
    path = data / FOLDER / SCORES
    if not path.is_file():
        return None
    with _refusing(path):
        row = json.loads(path.read_text(encoding="utf-8"))
        if row["schema"] != SCHEMA:
            raise ValueError(f"schema {row['schema']}, expected {SCHEMA}")
        splits = {name: tuple(Score(**s) for s in scores) for name, scores in row["splits"].items()}
        return Published(**{**row, "splits": splits, "kinds": tuple(Score(**s) for s in row["kinds"])})


def read_asked(data: Path) -> tuple[Asked, ...]:
    """The answers to rate, none when nothing was published; raises PublishedRefused."""
    path = data / FOLDER / TO_RATE
    if not path.is_file():
        return ()
    with _refusing(path):
        return tuple(_asked(json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line)


def _asked(row: dict[str, Any]) -> Asked:
    earlier = tuple((str(role), str(text)) for role, text in row["earlier"])
    return Asked(**{**row, "earlier": earlier, "quotes": tuple(Quote(**q) for q in row["quotes"])})


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turns what goes wrong in reading `path` into PublishedRefused."""
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PublishedRefused(
            f"{path} cannot be read ({type(error).__name__}: {error}); expected what `advisor eval publish RUN` leaves "
            "there: run `make eval`"
        ) from error
