"""An advisor that nobody holds is gone at once, with its models and its open index: a server opens many in a life."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.chain import Advisor, open_advisor
from app.types import Turn
from ingest.settings import load

HISTORY = (Turn("user", "How many decision-makers were surveyed?"), Turn("assistant", "621 decision-makers. [1]"))
USES: dict[str, Callable[[Advisor], object]] = {
    "answer": lambda advisor: advisor.answer("How many decision-makers were surveyed?"),
    "refuse": lambda advisor: advisor.answer("What does a good bicycle cost in Ghent?"),
    "chat": lambda advisor: advisor.answer("And from how many countries?", HISTORY),
    "steps": lambda advisor: list(advisor.steps("How many decision-makers were surveyed?")),
    "half of the steps": lambda advisor: next(advisor.steps("How many decision-makers were surveyed?")),
}


@pytest.fixture
def _no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collector")
@pytest.mark.parametrize("use", USES)
def test_nothing_holds_an_advisor_that_was_used(digest_data: Path, use: str) -> None:
    """Without the collector's help: what stands in a circle waits for it, and models are 400 MB each."""
    advisor = open_advisor(load({"ADVISOR_DATA": str(digest_data)}))
    USES[use](advisor)
    parts = [weakref.ref(advisor), weakref.ref(advisor._finder), weakref.ref(advisor._index)]
    del advisor
    assert [part() for part in parts] == [None, None, None]
