"""The self-check: its quotes stand in the corpus, its rule places readers, its plan is quoted."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from app.self_check import HIGHEST, STAGES, brief_of_check, place, sourced, written
from ingest.reading import bundled_paths, read

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def corpus() -> dict[str, str]:
    return {d.id: d.text for d in map(read, bundled_paths())}


def quotes() -> list[tuple[str, str]]:
    check = written()
    every = [*check.levels, *check.others, *check.caveats]
    every += [q for d in check.dimensions for q in (d.report, *d.steps)]
    return [(q.document, q.quote) for q in every]


@pytest.mark.parametrize(("document", "quote"), sorted(set(quotes())))
def test_every_quote_stands_word_for_word_in_the_corpus(corpus: dict[str, str], document: str, quote: str) -> None:
    assert quote in corpus[document]


def test_it_has_twelve_questions_of_five_steps_and_a_step_from_each_level() -> None:
    check = written()
    assert [len(d.questions) for d in check.dimensions] == [2] * 6
    assert all(len(q.options) == HIGHEST + 1 for d in check.dimensions for q in d.questions)
    assert all(len(d.steps) == HIGHEST for d in check.dimensions)
    assert len(check.levels) == len(check.others) == HIGHEST + 1


def test_a_dimension_stands_at_its_lower_answer_and_the_whole_at_the_lower_middle() -> None:
    placed = place(written(), [1, 2, 0, 1, 2, 3, 1, 1, 0, 2, 4, 3])
    assert placed.levels == (1, 0, 2, 1, 0, 3) and placed.overall == 1


def test_the_plan_begins_where_it_is_lowest() -> None:
    check = written()
    placed = place(check, [1, 2, 0, 1, 2, 3, 1, 1, 0, 2, 4, 3])
    names = {s.quote: d.name for d in check.dimensions for s in d.steps}
    told = [(stage, [names[q.quote] for q in steps]) for stage, steps in placed.plan]
    assert told == [
        (STAGES[0], ["Data", "Governance", "Strategy"]),
        (STAGES[1], ["Technology", "People", "Value"]),
        (STAGES[2], ["Data", "Governance", "Strategy"]),
    ]
    assert place(check, [HIGHEST] * 12).plan == () and place(check, [HIGHEST] * 12).overall == HIGHEST


def test_no_answers_lead_to_a_step_twice() -> None:
    for pair in itertools.product(range(HIGHEST + 1), repeat=2):
        steps = [q for _, stage in place(written(), list(pair) * 6).plan for q in stage]
        assert len(steps) == len(set(steps))


@pytest.mark.parametrize("answers", [[], [0] * 11, [5] + [0] * 11, [-1] + [0] * 11])
def test_what_are_no_answers_is_refused(answers: list[int]) -> None:
    with pytest.raises(ValueError, match="expected 12"):
        place(written(), answers)


def test_a_corpus_without_the_guidance_leaves_its_steps_out() -> None:
    check = sourced(written(), (), lambda _: ())
    brief = brief_of_check(check, [0] * 12, "2026-11-24", "c")
    assert brief.steps == brief.findings == brief.references == () and brief.headline is not None
