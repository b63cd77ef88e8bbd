"""Stores: what is written is read back, search is right, and no text of a user is syntax."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from ingest.errors import IndexBroken
from ingest.store.chroma import ChromaStore
from ingest.store.exact import ExactStore, VectorWriter
from ingest.store.passages import LexicalWeights, PassageStore
from ingest.store.writing import PassageWriter
from ingest.terms import stem
from ingest.types import Document, Figure, FigureValue, Passage, Sentence
from ingest.units import text_hash, units_of

FIGURE = Figure(
    4, "Maturity", "How mature are you?", ("(1) not", "(5) very"),
    (FigureValue("very mature", 15, "percent", "all respondents"),), "the other levels", "report",
)  # fmt: skip
REPORT = Document(
    id="report", title="A survey of leaders", path="/x/report.md", sha256="ab" * 32, text="Whole text.",
    blocks=(), publisher="A firm", year=2023, url="https://example.org/r", rights="cite-only", kind="survey",
    as_of="2023-05", figures=(FIGURE,), warnings=("one hidden line was left out",),
)  # fmt: skip
MATURE = Passage(
    id="p1", document_id="report", section=("Findings", "Maturity"),
    text="Fifteen per cent are very mature. They monitor models for drift.", start=10, end=74,
    sentences=(
        Sentence("Fifteen per cent are very mature.", 0, 33, figures=(4,), asks=("How many are mature?",)),
        Sentence(
            "They monitor models for drift.", 34, 64, "guidance", context="Fifteen per cent are very mature."
        ),
    ),
    page=3, figures=(4,),
)  # fmt: skip
COST = Passage(
    id="p2", document_id="report", section=("Costs",), text="Running costs of technology are for café-grade GPUs.",
    start=80, end=132, kind="row",
    sentences=(Sentence("Running costs of technology are for café-grade GPUs.", 0, 52, "caveat"),),
)  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> PassageStore:
    path = tmp_path_factory.mktemp("store") / "passages.sqlite"
    with PassageWriter(path) as writer:
        writer.add_document(REPORT)
        for passage in (MATURE, COST):
            assert writer.add_passage(passage, REPORT.title)
            writer.add_units(units_of(passage))
        assert not writer.add_passage(MATURE, REPORT.title), "a repeated passage is stored once"
        assert writer.counts == {"documents": 1, "passages": 2, "sentences": 3, "units": 5}
    return PassageStore(path)


def test_what_is_written_is_read_back(store: PassageStore) -> None:
    assert store.document("report") == REPORT
    assert [d.title for d in store.documents()] == [REPORT.title]
    assert store.figures() == (FIGURE,)
    assert store.passages(["p2", "nowhere", "p1", "p2"]) == {"p2": COST, "p1": MATURE}
    assert store.passage("nowhere") is None
    assert store.passages_of_figure(4) == (MATURE,)
    assert store.passages_of_figure(5) == ()
    assert tuple(store.passages_of_document("report")) == (MATURE, COST)


def test_units_say_what_they_stand_for(store: PassageStore) -> None:
    units = store.units([0, 1, 2, 3, 4, 99])
    told = [(u.sentence, u.kind, u.text[:12]) for u in units.values()]
    assert told == [
        (0, "sentence", "Fifteen per "),
        (0, "ask", "How many are"),
        (1, "sentence", "Fifteen per "),
        (None, "passage", "Fifteen per "),
        (0, "sentence", "Running cost"),
    ]
    assert store.unit_of_sentence("p1", 1) == 2
    assert store.unit_of_sentence("p1", 2) is None
    told = [text_hash("How many are mature?"), text_hash("never embedded")]
    assert store.units_of_texts(told) == {told[0]: 1}
    assert store.asks() == (1,)


def test_lexical_search_stems_and_folds_accents(store: PassageStore) -> None:
    assert [key for key, _ in store.lexical(["monitoring"], 5)] == [("p1", 1)]
    assert [key for key, _ in store.lexical(["cafe"], 5)] == [("p2", 0)]
    best = store.lexical(["drift", "costs", "cost"], 5)
    assert {key for key, _ in best} == {("p1", 1), ("p2", 0)}
    assert best[0][1] >= best[1][1] > 0
    assert len(store.lexical(["per", "cost"], 1)) == 1


def test_weights_of_columns_decide_the_order(store: PassageStore) -> None:
    text_only = store.lexical(["mature"], 5, LexicalWeights(1, 0, 0))
    context_only = store.lexical(["mature"], 5, LexicalWeights(0, 1, 0))
    assert text_only[0][0] == ("p1", 0)
    assert context_only[0][0] == ("p1", 1)


def test_frequencies_and_words(store: PassageStore) -> None:
    assert store.document_frequency(stem("models")) == 1
    assert store.document_frequency(stem("survey")) == 3, "in no sentence, but around each"
    assert store.document_frequency(stem("technology")) == 1, "the two stemmers differ here"
    assert store.document_frequency("zebra") == 0
    words = store.vocabulary()
    assert words["drift"] == 1
    assert "monitor" in words, "words are whole, not stems"


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "' OR 1=1 --",
        "text:",
        "NEAR(a b)",
        "a AND (",
        "*",
        "^x",
        "{text} : a",
        "-",
        "\0",
        "\ud800",
        "a\0b",
        "",
        "…",
    ],
)
def test_no_text_is_syntax(store: PassageStore, text: str) -> None:
    assert store.lexical([text], 5) == []
    assert store.lexical([text, "drift"], 5) == store.lexical(["drift"], 5)
    assert store.document_frequency(text) == 0


@given(st.lists(st.text(max_size=40), max_size=80))
@tuned(max_examples=150, deadline=None)
def test_any_terms_can_be_searched(store: PassageStore, terms: list[str]) -> None:
    assert all(score > 0 for _, score in store.lexical(terms, 10))


def test_threads_share_a_store(store: PassageStore) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(store.lexical(["drift"], 5)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 8


def test_the_store_cannot_be_written_through(store: PassageStore) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        store._connection().execute("DELETE FROM passages")


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "passages.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(IndexBroken, match="advisor ingest --rebuild"):
        PassageStore(tmp_path / "passages.sqlite").documents()


def vectors(count: int, seed: int = 7) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, 384)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_exact_and_chroma_rank_alike(tmp_path: Path) -> None:
    rows = vectors(400)
    with VectorWriter(tmp_path / "vectors", 384) as writer:
        writer.append(rows[:150])
        writer.append(rows[150:])
    exact = ExactStore(tmp_path / "vectors", 384, 400)
    chroma = ChromaStore(tmp_path / "chroma", create=True)
    chroma.upsert([f"{i:032x}" for i in range(400)], range(400), rows)
    chroma.upsert([f"{i:032x}" for i in range(10)], range(10), rows[:10])
    assert chroma.count() == exact.count() == 400, "the same id twice is one vector"
    for query in (rows[3], rows[399], *vectors(5, seed=8)):
        one, other = exact.query(query, 20), chroma.query(query, 20)
        assert [unit for unit, _ in one] == [unit for unit, _ in other]
        assert [s for _, s in one] == pytest.approx([s for _, s in other], abs=2e-6)
    assert len(chroma.query(rows[0], 1000)) == 400
    chroma.close()


def test_exact_search_is_exact_and_orders_equals_by_number(tmp_path: Path) -> None:
    rows = np.repeat(vectors(30), 3, axis=0)
    with VectorWriter(tmp_path / "v", 384) as writer:
        writer.append(rows)
    exact = ExactStore(tmp_path / "v", 384, 90)
    assert [u for u, _ in exact.query(rows[31], 3)] == [30, 31, 32]
    assert [u for u, _ in exact.query(rows[31], 2)] == [30, 31]
    assert exact.query(rows[0], 0) == []
    assert len(exact.query(rows[0], 500)) == 90
    np.testing.assert_array_equal(exact.vector(5), rows[5])


def test_a_vector_file_of_the_wrong_size_is_refused(tmp_path: Path) -> None:
    with VectorWriter(tmp_path / "v", 384) as writer:
        writer.append(vectors(1))
    (tmp_path / "v" / "00000.f32").write_bytes(b"\0" * 1000)
    with pytest.raises(IndexBroken, match="1000 bytes, expected 1536"):
        ExactStore(tmp_path / "v", 384, 1)
    with pytest.raises(IndexBroken, match="rebuild"):
        ExactStore(tmp_path / "none", 384, 1)


def test_segments_are_searched_as_one_and_the_dead_are_never_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = np.repeat(vectors(1_000), 2, axis=0)
    with VectorWriter(tmp_path / "whole", 384) as writer:
        writer.append(rows)
    whole = ExactStore(tmp_path / "whole", 384, 2_000)
    expected = whole.query(rows[1_000], 40)
    monkeypatch.setattr("ingest.store.segments.ROWS", 300)
    with VectorWriter(tmp_path / "parts", 384) as writer:
        for start in range(0, 2_000, 450):
            writer.append(rows[start : start + 450])
    assert len(list((tmp_path / "parts").iterdir())) == 7
    parts = ExactStore(tmp_path / "parts", 384, 2_000)
    assert parts.query(rows[1_000], 40) == expected
    assert [unit for unit, _ in expected[:2]] == [1_000, 1_001]
    assert parts.query_each(rows[[7, 1_000]], 40)[1] == expected
    np.testing.assert_array_equal(parts.vectors([299, 300, 1_999]), rows[[299, 300, 1_999]])
    dead = ExactStore(tmp_path / "parts", 384, 2_000, dead=[1_000, 0, 1_999])
    assert dead.query(rows[1_000], 2)[0][0] == 1_001
    assert dead.count() == len(dead.query(rows[0], 5_000)) == 1_997


def test_a_large_store_finds_what_a_whole_scan_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    centres = vectors(200)
    rows = np.repeat(centres, 30, axis=0) + 0.6 * vectors(6_000, seed=9)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    with VectorWriter(tmp_path / "v", 384) as writer:
        writer.append(rows)
    dead = [0, 699, 700, 5_999]
    exact = ExactStore(tmp_path / "v", 384, 6_000, dead)
    queries = np.stack([centres[0], centres[23], *rows[100:105]])
    whole = exact.query_each(queries, 25)
    monkeypatch.setattr("ingest.store.exact._SCANNED_WHOLE", 100)
    monkeypatch.setattr("ingest.store.exact._LEAST_NEAR", 600)
    near = exact.query_each(queries, 25)
    for one, other in zip(near, whole, strict=True):
        assert [score for _, score in one[:10]] == pytest.approx([score for _, score in other[:10]], abs=2e-6)
    units = [[{unit for unit, _ in hits} for hits in found] for found in (near, whole)]
    assert np.mean([len(a & b) / 25 for a, b in zip(*units, strict=True)]) > 0.95
    assert not {unit for found in near for unit, _ in found} & set(dead)
    assert len(exact.query(rows[0], 10_000)) == 5_996


def test_an_index_is_changed_as_if_it_were_made_anew(tmp_path: Path) -> None:
    """Removing and adding leaves the words, their frequencies and their ranks that a fresh file has."""
    other = Document(id="other", title="Other", path="/x/o", sha256="cd" * 32, text="Drift.", blocks=())
    drift = Passage(
        id="p3", document_id="other", section=(), text="Drift of models costs money.", start=0, end=28,
        sentences=(Sentence("Drift of models costs money.", 0, 28, context="Of bees."),),
    )  # fmt: skip
    changed, fresh = tmp_path / "changed.sqlite", tmp_path / "fresh.sqlite"
    with PassageWriter(changed) as writer:
        for document, passages in ((REPORT, (MATURE, COST)), (other, (drift,))):
            writer.add_document(document)
            for passage in passages:
                writer.add_passage(passage, document.title)
                writer.add_units(units_of(passage))
    with PassageWriter(changed, next_unit=6) as writer:
        assert sorted(writer.remove_document("report")) == [0, 1, 2, 3, 4]
        assert writer.remove_document("nobody") == []
        writer.add_document(REPORT)
        for passage in (MATURE, COST):
            writer.add_passage(passage, REPORT.title)
            writer.add_units(units_of(passage))
        assert writer.remove_document("other") == [5]
        assert writer.counts == {"documents": 1, "passages": 2, "sentences": 3, "units": 5}
        assert writer.next_unit == 11
    with PassageWriter(fresh) as writer:
        writer.add_document(REPORT)
        for passage in (MATURE, COST):
            writer.add_passage(passage, REPORT.title)
            writer.add_units(units_of(passage))
    one, two = PassageStore(changed), PassageStore(fresh)
    assert one.vocabulary() == two.vocabulary()
    assert "bees" not in one.vocabulary()
    assert one.lexical(["drift", "cost", "mature"], 5) == two.lexical(["drift", "cost", "mature"], 5)
    assert one.document_frequency("drift") == two.document_frequency("drift") == 1
    assert tuple(one.passages_of_document("report")) == (MATURE, COST)
    assert sorted(one.units(range(20))) == [6, 7, 8, 9, 10]


def test_a_journal_survives_a_kill_between_its_two_files(tmp_path: Path) -> None:
    from ingest.journal import Journal

    rows = vectors(6)
    names = [bytes([n]) * 16 for n in range(6)]
    journal = Journal(tmp_path, "f" * 64, 384)
    journal.add(names[:4], rows[:4])
    journal.close(finished=False)
    with (tmp_path / "cache" / f"embedding-{'f' * 12}.f32").open("ab") as file:
        file.write(b"half a row that no record tells of")
    again = Journal(tmp_path, "f" * 64, 384)
    assert again.count() == 4
    again.add(names[4:], rows[4:])
    found = again.find([*names, b"x" * 16])
    assert all(np.array_equal(found[name], row) for name, row in zip(names, rows, strict=True))
    assert (len(found), again.resumed) == (6, 4)
    again.close(finished=True)
    assert not list((tmp_path / "cache").iterdir())


def test_a_poisoned_chroma_folder_loads_no_code(tmp_path: Path) -> None:
    """CVE-2026-45829: an index may name an embedding function; opened without one, it is not built."""
    rows = vectors(5)
    chroma = ChromaStore(tmp_path / "chroma", create=True)
    chroma.upsert(list("abcde"), range(5), rows)
    chroma.close()
    path = tmp_path / "chroma" / "chroma.sqlite3"
    poison = {
        "type": "known", "name": "sentence_transformer",
        "config": {"model_name": "evil/model", "device": "cpu", "normalize_embeddings": False,
                   "kwargs": {"trust_remote_code": True}},
    }  # fmt: skip
    edit = (
        "import json, sqlite3, sys; db = sqlite3.connect(sys.argv[1]); poison = json.loads(sys.argv[2]);\n"
        "columns = [r[1] for r in db.execute('PRAGMA table_info(collections)')]\n"
        "row = db.execute('SELECT schema_str, config_json_str FROM collections').fetchone()\n"
        "def bend(told):\n"
        "    if isinstance(told, dict):\n"
        "        return {k: (poison if k == 'embedding_function' else bend(v)) for k, v in told.items()}\n"
        "    return [bend(v) for v in told] if isinstance(told, list) else told\n"
        "bent = [json.dumps(bend(json.loads(text or '{}'))) for text in row]\n"
        "db.execute('UPDATE collections SET schema_str = ?, config_json_str = ?', bent); db.commit()\n"
        "print('evil/model' in bent[0] or 'evil/model' in bent[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", edit, str(path), json.dumps(poison)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "True", "the folder was not poisoned, so this test shows nothing"
    code = (
        "import sys, numpy as np; from pathlib import Path; import types\n"
        "trap = types.ModuleType('sentence_transformers')\n"
        "trap.SentenceTransformer = lambda *a, **k: sys.exit('code was loaded')\n"
        "sys.modules['sentence_transformers'] = trap\n"
        "from ingest.store.chroma import ChromaStore\n"
        "store = ChromaStore(Path(sys.argv[1]))\n"
        "print(len(store.query(np.ones(384, np.float32), 3)))"
    )
    opened = subprocess.run([sys.executable, "-c", code, str(path.parent)], capture_output=True, text=True, check=False)
    assert (opened.returncode, opened.stdout.strip()) == (0, "3"), opened.stderr
