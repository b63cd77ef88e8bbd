"""What a monitoring system reads at `/metrics`: counts and times, never a question or a name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from app.types import Answer

CONTENT_TYPE = CONTENT_TYPE_LATEST
_BOUNDS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


@dataclass
class Metrics:
    """The counters of one server."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        labels = ["door", "outcome"]
        self._answers = Counter("advisor_answers", "Questions, by door and outcome", labels, registry=self.registry)
        self._seconds = Histogram(
            "advisor_answer_seconds", "Time to the whole answer", ["door"], buckets=_BOUNDS_S, registry=self.registry
        )
        self._working = Gauge("advisor_answers_in_progress", "Answers being made now", registry=self.registry)
        self._struck = Counter(
            "advisor_sentences_struck", "Sentences withheld for want of a source", registry=self.registry
        )
        self._documents = Gauge("advisor_documents", "Documents in the corpus", registry=self.registry)

    @contextmanager
    def answering(self, door: str) -> Iterator[list[Answer]]:
        """Counts one question asked at a door; append the answer to the list that it gives, once there is one."""
        given: list[Answer] = []
        started = perf_counter()
        self._working.inc()
        try:
            yield given
        finally:
            self._working.dec()
            outcome = "failed" if not given else "refused" if given[0].abstained else "answered"
            self._answers.labels(door, outcome).inc()
            if given:
                self._seconds.labels(door).observe(perf_counter() - started)
                self._struck.inc(given[0].checks.struck)

    def text(self, documents: int) -> bytes:
        """All of it in Prometheus' text format; `documents` is how many the corpus holds."""
        self._documents.set(documents)
        return generate_latest(self.registry)
