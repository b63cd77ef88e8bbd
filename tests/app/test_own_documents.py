"""A leader's own files, end to end: a folder of twenty goes in, and answers cite the right value on the right page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.chain import Advisor, open_advisor
from app.finding import Finder
from app.types import Answer, Turn
from ingest.embedder import SentenceTransformerEmbedder
from ingest.index import build, open_index
from ingest.settings import load
from tests.ingest.office import OFFICE
from tests.ingest.printed import PDFS

QUESTIONS = [
    # question, value, document, page
    ("What was the margin of customs services at Baltway Logistics?", "21.5%", "baltway-annual-report", 3),
    ("How many employees does Baltway Logistics have in Gdansk?", "913", "baltway-annual-report", 4),
    ("How large was the order book of Baltway Logistics?", "905 million", "baltway-annual-report", 2),
    ("What was the profit before tax of Harbour Mutual in 2024?", "324", "harbour-statements", 2),
    ("How many clinics named missing data engineers as an obstacle?", "58%", "hospital-survey", 2),
    ("What is the downtime of plant P100?", "9", "kelder-register", 3),
    ("How much interest does Fjordlight pay its lenders?", "4.75 per cent", "fjordlight-brochure", 2),
    ("How many customers were kept in the Coast region?", "522", "velo-churn", 3),
    ("What is the desk allowance for grade 8?", "£475", "tarn-policy", None),
    ("Which figure shows the share of yard tractors that run on electricity?", "Figure 1", "baltway-annual-report", 5),
]


@pytest.fixture(scope="module")
def advisor(
    tmp_path_factory: pytest.TempPathFactory,
    prepared: Callable[[Path], Path],
    torch_embedder: SentenceTransformerEmbedder,
) -> Advisor:
    """An advisor over a folder of twenty files and two that are refused."""
    folder = tmp_path_factory.mktemp("own")
    for name, make in {**PDFS, **OFFICE}.items():
        make(folder / name)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    (folder / "login.docx").write_text("<html><body>Log in</body></html>")
    settings = load({"ADVISOR_DATA": str(prepared(tmp_path_factory.mktemp("data")))})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.build.SentenceTransformerEmbedder", lambda *_: torch_embedder)
        report = build([folder], settings)
    assert sorted(Path(r.path).name for r in report.refused) == ["broken.pdf", "login.docx"]
    opened = open_advisor(settings)
    assert len(opened.documents()) == 20
    return opened


def _quoted(answer: Answer, value: str, document: str, page: int | None, first: bool) -> bool:
    """Whether a citation quotes the value from the right page; `first`: it must be one of the first statement's."""
    markers = {m for s in answer.statements[: 1 if first else None] for m in s.citations}
    cited = [c for c in answer.citations if c.marker in markers]
    return any(value in c.quote and c.document_id.startswith(document) and c.page == page for c in cited)


@pytest.mark.slow
def test_values_and_pages(advisor: Advisor) -> None:
    """Written before any answer was read: 8 of 10 were cited with value and page, 6 of them stood first."""
    answers = [advisor.answer(question) for question, *_ in QUESTIONS]
    cited = [_quoted(a, *told, first=False) for a, (_, *told) in zip(answers, QUESTIONS, strict=True)]
    leading = [_quoted(a, *told, first=True) for a, (_, *told) in zip(answers, QUESTIONS, strict=True)]
    missed = [q[0] for q, ok in zip(QUESTIONS, cited, strict=True) if not ok]
    assert sum(cited) >= 8, missed
    assert sum(leading) >= 6
    assert all(a.abstained for a, ok in zip(answers, cited, strict=True) if not ok), (
        "a miss must not state another value"
    )


CLUB = """---
id: club
title: The river club
---

## Boats

The rowing boats are kept in shed two. The fee for rowers is 140 euros a year, and the season begins in April.

## Canoe courses

The canoe courses begin on the first of June. The fee is 85 euros for six evenings, paid to the warden.

## Fishing

Permits for fishing are sold at the town hall. The fee is 31 euros a season, and children pay nothing.
"""


@pytest.mark.parametrize("kind", ["md", "txt"])
def test_a_message_is_answered_by_what_fits_those_before_it(
    indexed: Callable[..., Path], tmp_path: Path, kind: str
) -> None:
    file = tmp_path / f"club.{kind}"
    file.write_text(CLUB if kind == "md" else CLUB.split("---\n")[2].replace("## ", ""), encoding="utf-8")
    advisor = open_advisor(load({"ADVISOR_DATA": str(indexed(file))}))
    for asked, answer, fee in (
        ("Where are the rowing boats kept?", "The rowing boats are kept in shed two. [1]", "140"),
        ("When do the canoe courses begin?", "The canoe courses begin on the first of June. [1]", "85"),
        ("Where are permits for fishing sold?", "Permits for fishing are sold at the town hall. [1]", "31"),
    ):
        told = (Turn("user", asked), Turn("assistant", answer))
        given = advisor.answer("How much is the fee?", told)
        assert given.statements and fee in given.statements[0].text, given.answer
        astray = (Turn("user", "Who founded the club?"), Turn("assistant", "The sources do not say."))
        given = advisor.answer("How much is the fee?", (*astray, *told))
        assert given.abstained or fee in given.statements[0].text, given.answer


def test_the_bundled_notes_alone_are_nobodys_own(indexed: Callable[..., Path], tmp_path: Path) -> None:
    note = tmp_path / "club.md"
    note.write_text(CLUB, encoding="utf-8")
    gaps = Path(__file__).parents[2] / "corpus" / "gaps"
    for files, others in (((*gaps.glob("*.md"),), False), ((note,), True)):
        settings = load({"ADVISOR_DATA": str(indexed(*files))})
        assert Finder(open_index(settings), settings).has_others is others
