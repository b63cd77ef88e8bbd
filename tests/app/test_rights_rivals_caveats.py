"""What a source's rights allow an answer to say, and what an answer does when sources differ."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.chain import Advisor, open_advisor
from app.question import read
from app.rivals import disputed
from ingest.embedder import SentenceTransformerEmbedder
from ingest.index import build
from ingest.settings import load

NOTES = {
    "plan": (
        "Corvina cost plan",
        "cite-only",
        "The training of Corvina's forecasting models cost 21.5 per cent of the yearly budget in 2024.\n\n"
        "Corvina's rollout is led by the operations director because she owns the machines.",
    ),
    "panel": (
        "Harrow panel",
        "quote",
        "Harrow's panel of 900 large firms found that 81 per cent of companies used robots in 2025.\n"
        "? What share of companies use robots?",
    ),
    "outlook": (
        "Robot law outlook",
        "quote",
        "Makers of robots must prepare for the proposed Robot Safety Act, which would ask for a named owner.",
    ),
    "since": (
        "What has changed",
        "quote",
        "[caveat] Harrow's 2021 outlook calls the Robot Safety Act proposed; the act has been law since 1 May 2024.",
    ),
    "census": (
        "Lindau census",
        "quote",
        "The Lindau census of all firms found that 19 per cent of companies used robots in 2025.\n"
        "? How many companies use robots?",
    ),
}


@pytest.fixture(scope="module")
def advisor(
    tmp_path_factory: pytest.TempPathFactory,
    prepared: Callable[[Path], Path],
    torch_embedder: SentenceTransformerEmbedder,
) -> Advisor:
    folder = tmp_path_factory.mktemp("notes")
    for name, (title, rights, body) in NOTES.items():
        dated = 'publisher: "Harrow"\nyear: 2021\n' if name == "outlook" else ""
        front = f'---\nid: {name}\ntitle: "{title}"\n{dated}kind: note\nrights: {rights}\n---\n\n## Results\n\n'
        (folder / f"{name}.md").write_text(front + body + "\n", encoding="utf-8")
    settings = load({"ADVISOR_DATA": str(prepared(tmp_path_factory.mktemp("data")))})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.build.SentenceTransformerEmbedder", lambda *_: torch_embedder)
        assert not build([folder], settings).refused
    return open_advisor(settings)


def test_a_source_that_may_only_be_cited_gives_its_number_and_its_place(advisor: Advisor) -> None:
    given = advisor.answer("What share of the budget did training of Corvina's models cost in 2024?")
    assert [c.quote for c in given.citations] == ["21.5 per cent"]
    assert "21.5 per cent" in given.answer and "forecasting" not in given.answer
    assert (given.checks.numbers, given.checks.numbers_supported) == (1, 1)


def test_its_wording_is_not_reproduced_for_a_question_without_a_number(advisor: Advisor) -> None:
    given = advisor.answer("Who leads the rollout at Corvina?")
    assert "Corvina cost plan" in given.answer and "operations director" not in given.answer
    passage = advisor.passage(given.citations[0].passage_id)
    assert passage and given.citations[0].quote in passage.text and len(given.citations[0].quote.split()) <= 6


def test_two_sources_that_differ_stand_side_by_side(advisor: Advisor) -> None:
    given = advisor.answer("What share of companies use robots?")
    assert "81 per cent" in given.answer and "19 per cent" in given.answer
    assert {c.document_id for c in given.citations} == {"panel", "census"}


def test_of_a_source_that_is_named_only_that_one_is_told(advisor: Advisor) -> None:
    given = advisor.answer("What share of companies use robots according to the Lindau census?")
    assert "19 per cent" in given.answer and "81 per cent" not in given.answer


def test_a_dated_statement_carries_what_replaced_it(advisor: Advisor) -> None:
    given = advisor.answer("What must makers of robots prepare for?")
    assert "proposed Robot Safety Act" in given.statements[0].text
    caveat = next(s for s in given.statements if s.kind == "caveat")
    assert "law since 1 May 2024" in caveat.text
    assert given.citations[caveat.citations[0] - 1].document_id == "since"


@pytest.mark.parametrize("text", ["One says 80, another says 19. Who is right?", "Why do the surveys disagree?"])
def test_a_dispute_is_heard(text: str) -> None:
    assert disputed(read(text)) and not disputed(read("What share of companies use robots?"))
