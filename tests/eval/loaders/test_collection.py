"""External collections become documents that ingest reads and cases that a run asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.cases import load_cases
from eval.loaders import CollectionRefused, convert
from eval.loaders.collection import slug
from ingest.index import build, open_index
from ingest.settings import Settings

BENCH = Path(__file__).resolve().parents[4] / "shared" / "bench"


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """A collection as small as can be, with every field that one may have."""
    folder = tmp_path / "mini"
    folder.mkdir()
    docs = [{"id": "A.1", "title": "Normans", "text": "# The Normans came from Norway.\u2028They settled."},
            {"id": "b", "title": "", "text": "Harvard had Joseph Willard as its president."}]  # fmt: skip
    turns = [
        {"speaker": "user", "text": "Hi"},
        {"speaker": "agent", "text": "Hello"},
        {"speaker": "user", "text": "W?"},
    ]
    queries = [
        {"id": "q1", "query": "From where?", "answerable": True, "answers": ["Norway", "from Norway"]},
        {"id": "q2", "query": "Who was first?", "answerable": False, "answers": [], "doc_id": "b"},
        {"id": "q3", "query": "W?", "turns": turns, "answerability": "UNANSWERABLE", "answers": ["I do not know."]},
    ]
    for name, rows in (("docs", docs), ("queries", queries)):
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tdoc-id\tscore\nq1\tA.1\t1\nq1\tb\t0\n")
    return folder


def test_cases_of_a_collection(collection: Path, tmp_path: Path) -> None:
    assert convert(collection, tmp_path / "out") == (2, 3)
    first, second, third = load_cases(tmp_path / "out" / "cases.jsonl")
    assert first.answerable and first.gold.documents == {slug("A.1")}
    assert [second.answerable, third.answerable, third.kind] == [False, False, "unanswerable"]
    assert [t["role"] for t in third.history] == ["user", "assistant"] and not third.gold.nuggets
    assert second.family == "mini:b"


def test_documents_are_what_ingest_reads(collection: Path, tmp_path: Path) -> None:
    convert(collection, tmp_path / "out")
    settings = Settings(data=tmp_path / "data")
    build([tmp_path / "out" / "documents"], settings)
    store = open_index(settings).store
    assert {d.id for d in store.documents()} == {slug("A.1"), "b"}
    told = " ".join(p.text for p in store.passages_of_document(slug("A.1")))
    assert "The Normans came from Norway." in told


def test_unlike_names_stay_unlike() -> None:
    assert len({slug(n) for n in ("a.b", "a b", "a-b", "A-B", "<::>")}) == 5


def test_what_is_no_collection_is_refused(collection: Path, tmp_path: Path) -> None:
    with pytest.raises(CollectionRefused, match="is not there"):
        convert(tmp_path / "none", tmp_path / "out")
    (collection / "qrels.tsv").write_text("head\nq1 A.1 1\n")
    with pytest.raises(CollectionRefused, match=r"qrels.tsv:2"):
        convert(collection, tmp_path / "out")


@pytest.mark.parametrize("name", ["squad2", "scifact", "mtrag_un"])
def test_real_collections(name: str, tmp_path: Path) -> None:
    if not (BENCH / name).is_dir():
        pytest.skip(f"NOT RUN: no external data at {BENCH / name}")
    documents, cases = convert(BENCH / name, tmp_path, sample=100)
    told = load_cases(tmp_path / "cases.jsonl")
    there = {p.stem for p in (tmp_path / "documents").iterdir()}
    assert cases == len(told) == 100 and documents == len(there)
    assert {d for c in told for d in c.gold.documents} <= there
    assert any(c.gold.sources for c in told)
