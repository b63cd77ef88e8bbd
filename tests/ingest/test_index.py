"""Builds: idempotent, merging, and never in the way of the index in use, whatever goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.embedder import SentenceTransformerEmbedder, question_embedder
from ingest.errors import AdvisorError, IndexBroken, IndexBusy, IndexMismatch, IndexMissing
from ingest.folders import builds, current_build, writer_lock
from ingest.index import BuildReport, Index, build, examine, open_index, repair
from ingest.manifest import FILE, Manifest
from ingest.progress import Step, silent
from ingest.settings import Settings


def top(index: Index, settings: Settings, question: str) -> str:
    """The text of the unit nearest to a question."""
    vector = question_embedder(settings).encode([question])[0]
    unit = index.nearest(vector, 1)[0][0]
    return index.store.units([unit])[unit].text


def statuses(report: BuildReport) -> dict[str, str]:
    return {Path(d.path).stem: d.status for d in report.documents}


def id_of(report: BuildReport, stem: str) -> str:
    return next(d.id for d in report.documents if Path(d.path).stem == stem)


def test_a_build_is_searched_by_meaning_and_by_word(settings: Settings, files: Path) -> None:
    report = build([files], settings)
    assert statuses(report) == {"bread": "added", "clocks": "added", "lemurs": "added"}
    index = open_index(settings)
    assert "threatened" not in " ".join(index.store.vocabulary())
    assert "critically endangered" in top(index, settings, "What share of species is at risk of extinction?")
    assert "1874" in top(index, settings, "When did the timepiece break?")
    passage_id, number = index.store.lexical(["pendulum"], 1)[0][0]
    sentence = index.store.passages([passage_id])[passage_id].sentences[number]
    assert sentence.text == "Its pendulum is four metres long."
    unit = index.store.units([index.nearest(index.vector_of(passage_id, number), 1)[0][0]])
    assert next(iter(unit.values())).sentence == number
    with pytest.raises(KeyError):
        index.vector_of(passage_id, 99)
    assert examine(settings) == []


def test_what_is_stored_is_what_was_read(settings: Settings, files: Path) -> None:
    from ingest.chunker import passages
    from ingest.reading import read

    report = build([files], settings)
    store = open_index(settings).store
    for path in files.iterdir():
        document = replace(read(path), id=id_of(report, path.stem))
        told = passages(document)
        assert tuple(store.passages_of_document(document.id)) == told
        assert store.passages_around(told[0].id, 1) == told[:2]
        assert store.passages_around(told[-1].id, 2) == told[-3:]
        assert store.document(document.id) == replace(document, blocks=())


def test_vectors_are_those_of_the_texts(
    settings: Settings, files: Path, torch_embedder: SentenceTransformerEmbedder
) -> None:
    build([files], settings)
    index = open_index(settings)
    units = index.store.units(range(index.manifest.counts["units"]))
    assert len(units) == index.manifest.counts["units"] > 12
    rows = torch_embedder.encode([units[n].text for n in sorted(units)])
    for number, row in enumerate(rows):
        assert float(index._exact.vector(number) @ row) > 0.9999, units[number]


def test_nothing_new_means_no_work(settings: Settings, files: Path) -> None:
    first = build([files], settings)
    folder = current_build(settings.data)
    again = build([files], settings)
    assert again.up_to_date
    assert again.fingerprint == first.fingerprint
    assert current_build(settings.data) == folder
    assert again.work.embedded == 0


def test_a_changed_file_replaces_its_passages_alone(settings: Settings, files: Path) -> None:
    first = build([files], settings)
    bread = files / "bread.txt"
    bread.write_text(bread.read_text().replace("4,200 loaves", "5,300 loaves"))
    second = build([bread], settings)
    assert second.counts["documents"] == 3 or statuses(second)["bread"] == "added"
    if statuses(second)["bread"] == "replaced":
        assert second.counts == first.counts
    assert 1 <= second.work.embedded <= 3, "only what was changed is embedded"
    assert second.work.reused == 3, "what was not changed is not even looked up"
    assert second.fingerprint != first.fingerprint
    index = open_index(settings)
    assert index.store.lexical(["5,300"], 5)
    assert examine(settings) == []


def test_a_document_is_removed(settings: Settings, files: Path) -> None:
    first = build([files], settings)
    report = build([], settings, remove=[id_of(first, "bread")])
    assert report.removed == (id_of(first, "bread"),)
    assert report.work.embedded == 0
    assert report.counts["documents"] == 2
    assert open_index(settings).store.lexical(["sourdough"], 5) == []
    with pytest.raises(AdvisorError, match="no document 'unknown'"):
        build([], settings, remove=["unknown"])


def test_gone_files_are_pruned_when_asked(settings: Settings, files: Path) -> None:
    build([files], settings)
    (files / "bread.txt").unlink()
    (files / "clocks.txt").write_text((files / "clocks.txt").read_text() + "It is blue.\n")
    kept = build([files], settings)
    assert statuses(kept)["bread"] == "kept"
    pruned = build([], settings, prune_under=[files])
    assert len(pruned.removed) == 1
    assert "bread" not in statuses(pruned)


def test_the_same_files_give_the_same_fingerprint_in_any_order(settings: Settings, files: Path, tmp_path: Path) -> None:
    other = Settings(data=tmp_path / "other")
    shutil.copytree(settings.data / "models", other.data / "models", copy_function=os.link)
    one = build([files], settings)
    for name in ("lemurs", "clocks", "bread"):
        two = build([files / f"{name}.txt"], other)
    assert one.fingerprint == two.fingerprint
    assert one.counts == two.counts


def test_rebuild_reads_recorded_files_again(settings: Settings, files: Path) -> None:
    first = build([files], settings)
    again = build([], settings, rebuild=True)
    assert again.fingerprint == first.fingerprint
    assert again.work.reused == 0
    assert again.work.embedded == first.work.embedded
    (files / "bread.txt").unlink()
    without = build([], settings, rebuild=True)
    assert statuses(without)["bread"] == "kept", "what was read is not lost with its file"
    assert without.counts == first.counts


def test_a_refused_file_does_not_stop_the_rest(settings: Settings, files: Path) -> None:
    (files / "empty.txt").write_text("")
    (files / "picture.png").write_bytes(b"\x89PNG\r\n")
    report = build([files, files / "nowhere.txt"], settings)
    assert len(report.documents) == 3
    assert sorted(Path(r.path).name for r in report.refused) == ["empty.txt", "nowhere.txt", "picture.png"]
    assert all(Path(r.path).name in r.reason and "\n" not in r.reason for r in report.refused)


def test_an_error_in_a_parser_is_a_refusal(settings: Settings, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ingest.reading

    read = ingest.reading.read

    def fails(path: Path) -> object:
        return read(path) if path.stem != "bread" else {}["no such key"]

    monkeypatch.setattr("ingest.reading.read", fails)
    report = build([files], settings)
    assert len(report.documents) == 2
    assert "bread.txt could not be read (KeyError" in report.refused[0].reason


def test_when_all_is_refused_the_old_index_stays(settings: Settings, files: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text("")
    report = build([bad], settings)
    assert (report.counts, len(report.refused)) == ({}, 1)
    with pytest.raises(IndexMissing, match="run `advisor ingest`"):
        open_index(settings)
    build([files], settings)
    folder = current_build(settings.data)
    assert build([bad], settings).counts["documents"] == 3
    assert current_build(settings.data) == folder


def test_another_embedder_is_refused_with_the_cure(settings: Settings, files: Path, tmp_path: Path) -> None:
    from ingest.weights import model_folder

    build([files], settings)
    shutil.copytree(model_folder("minilm"), tmp_path / "model")
    (tmp_path / "model" / "sentence_bert_config.json").write_text('{"max_seq_length": 64}')
    other = replace(settings, embedder=str(tmp_path / "model"))
    with pytest.raises(IndexMismatch, match=r"built with 'minilm'.*advisor ingest --rebuild"):
        open_index(other)
    with pytest.raises(IndexMismatch):
        build([files], other)
    assert open_index(settings).manifest.embedder == "minilm"


def test_the_same_model_in_another_place_by_its_path_is_another(settings: Settings, files: Path) -> None:
    build([files], settings)
    told = manifest_of(settings)
    told["embedder_fingerprint"] = "0" * 64
    write_manifest(settings, told)
    with pytest.raises(IndexMismatch, match="with other weights"):
        open_index(settings)


@pytest.mark.parametrize("damage", ["half", "empty", "none", "layout", "type"])
def test_a_damaged_manifest_is_told_and_ingest_cures_it(settings: Settings, files: Path, damage: str) -> None:
    build([files], settings)
    path = current_build(settings.data) / FILE
    text = path.read_text()
    if damage == "none":
        path.unlink()
    else:
        broken = {
            "half": text[: len(text) // 2], "empty": "", "type": "[]",
            "layout": json.dumps({**json.loads(text), "layout": 0}),
        }  # fmt: skip
        path.write_text(broken[damage])
    with pytest.raises(IndexBroken, match="advisor ingest --rebuild"):
        open_index(settings)
    said: list[Step] = []
    assert build([], settings, said.append, rebuild=True).counts["documents"] == 3
    assert any("made again" in step.text for step in said)
    assert examine(settings) == []


@pytest.mark.parametrize("name", ["passages.sqlite", "vectors/00000.f32"])
def test_a_truncated_file_is_told_and_ingest_cures_it(settings: Settings, files: Path, name: str) -> None:
    build([files], settings)
    cut(current_build(settings.data) / name)
    with pytest.raises(IndexBroken, match=rf"{name} has .* expected .*advisor ingest --rebuild"):
        open_index(settings)
    build([files], settings)
    assert examine(settings) == []


@pytest.mark.usefixtures("real_proof")
def test_a_flipped_bit_is_found_by_examination(settings: Settings, files: Path) -> None:
    build([files], settings)
    path = current_build(settings.data) / "vectors" / "00000.f32"
    data = bytearray(path.read_bytes())
    data[1001] ^= 64
    path.write_bytes(data)
    assert "SHA-256 differs" in examine(settings)[0]


@pytest.mark.parametrize("pointer", ["", "../../etc", "20260101T000000-00000000\n", "\udcff"])
def test_a_bad_pointer_is_told(settings: Settings, files: Path, pointer: str) -> None:
    build([files], settings)
    (settings.data / "index" / "CURRENT").write_bytes(pointer.encode("utf-8", "surrogateescape"))
    with pytest.raises(IndexBroken, match="advisor ingest --rebuild"):
        open_index(settings)
    assert build([], settings, rebuild=True).counts["documents"] == 3
    assert open_index(settings).manifest.counts["documents"] == 3


@pytest.mark.slow
@pytest.mark.usefixtures("real_proof", "hashed_vectors")
@pytest.mark.parametrize("damaged", ["index_metadata.pickle", "chroma.sqlite3"])
def test_a_damaged_chroma_folder_answers_by_exact_search(settings: Settings, files: Path, damaged: str) -> None:
    # More vectors than Chroma keeps in its log alone (1,000): else it would make its graph again by itself.
    many = "".join(f"The {n}th bell is cast of bronze number {n}.\n" for n in range(1_100))
    (files / "many.txt").write_text(f"Bells\n\n{many}")
    build([files], settings)
    assert open_index(settings).manifest.counts["units"] > 1_000
    wanted = replace(settings, search="chroma")
    vector = open_index(settings)._exact.vector(7)
    # Not opened in this process before: Chroma lets go of its files some time after it is closed.
    assert open_index(wanted).search == "chroma"
    cut(next((current_build(settings.data) / "chroma").rglob(damaged)))
    index = open_index(wanted)
    assert index.nearest(vector, 5) == open_index(settings).nearest(vector, 5)
    assert index.search == "exact"
    assert "answering by exact search" in index.degraded
    assert examine(settings) != []
    repair(settings)
    assert not index.is_current()
    healed = open_index(wanted)
    assert healed.nearest(vector, 5)[0][0] == 7
    assert (healed.search, healed.degraded, examine(settings)) == ("chroma", "", [])
    healed.close()


def test_ingest_makes_a_damaged_chroma_folder_again(settings: Settings, files: Path) -> None:
    build([files], settings)
    shutil.rmtree(current_build(settings.data) / "chroma")
    said: list[Step] = []
    assert build([files], settings, said.append).up_to_date
    assert any("Chroma's part" in step.text for step in said)
    assert examine(settings) == []


def test_a_failing_query_falls_back_too(settings: Settings, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build([files], settings)
    index = open_index(replace(settings, search="chroma"))
    monkeypatch.setattr("ingest.store.chroma.ChromaStore.query", lambda *a: 1 / 0)
    vector = question_embedder(settings).encode(["rye bread"])[0]
    assert index.nearest(vector, 3) == open_index(settings).nearest(vector, 3)
    assert "ZeroDivisionError" in index.degraded


def test_auto_takes_chroma_above_the_limit(settings: Settings, files: Path) -> None:
    build([files], settings)
    assert open_index(settings).search == "exact"
    assert open_index(replace(settings, exact_max_vectors=3)).search == "chroma"


def test_a_build_that_does_not_hold_is_not_used(
    settings: Settings, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build([files], settings)
    folder = current_build(settings.data)
    (files / "new.txt").write_text("Rivers\n\nThe river Elbe is long and slow. It ends in the sea.\n")
    with monkeypatch.context() as patch:
        patch.setattr("ingest.finishing.problem_of", lambda folder: "a canary died")
        with pytest.raises(IndexBroken, match=r"a canary died.*the one before stays"):
            build([files], settings)
    assert current_build(settings.data) == folder
    assert not list((settings.data / "index").glob(".building-*"))
    resumed = build([files], settings)
    assert resumed.work.embedded == 0, "vectors of the build that failed are taken from its journal"
    assert not list((settings.data / "cache").iterdir())


def test_what_a_kill_left_is_cleared_and_two_builds_are_kept(settings: Settings, files: Path) -> None:
    build([files], settings)
    stale = settings.data / "index" / ".building-20260101T000000-00000000"
    stale.mkdir()
    (stale / "half").write_text("x")
    for n in range(3):
        (files / "clocks.txt").write_text(f"Clocks\n\nThe clock strikes {n} times. It is never late.\n")
        build([files], settings)
    assert not stale.exists()
    assert len(builds(settings.data)) == 2


def test_a_second_writer_is_told_who_writes(settings: Settings, files: Path) -> None:
    build([files], settings)
    said: list[Step] = []
    with (
        writer_lock(settings.data, 0, silent),
        pytest.raises(IndexBusy, match=r"process .* wait until it is done"),
    ):
        build([files], settings, said.append, wait_s=0.2)
    assert [step.stage for step in said] == ["wait"]
    assert build([files], settings).up_to_date


def test_reading_goes_on_while_another_writes(settings: Settings, files: Path) -> None:
    build([files], settings)
    with writer_lock(settings.data, 0, silent):
        assert open_index(settings).store.lexical(["pendulum"], 1)


def test_two_files_of_one_id_are_not_mixed_up(settings: Settings, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ingest.reading

    read = ingest.reading.read
    monkeypatch.setattr("ingest.reading.read", lambda path: replace(read(path), id="same"))
    shutil.copy(files / "bread.txt", files / "bread-copy.txt")
    report = build([files], settings)
    assert [d.id for d in report.documents] == ["same"]
    assert len(report.refused) == 2, "clocks and lemurs; the copy of bread is just skipped"
    assert all("give one of them another id" in r.reason for r in report.refused)


def test_the_index_folder_is_its_owners_alone(settings: Settings, files: Path) -> None:
    build([files], settings)
    for path in (settings.data / "index", settings.data / "cache", current_build(settings.data)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path


def test_the_last_document_can_be_removed(settings: Settings, files: Path) -> None:
    report = build([files / "bread.txt"], settings)
    build([], settings, remove=[report.documents[0].id])
    index = open_index(settings)
    assert index.nearest(np.ones(384, np.float32), 5) == []
    assert index.store.lexical(["bread"], 5) == []
    assert examine(settings) == []


def manifest_of(settings: Settings) -> dict[str, object]:
    told: dict[str, object] = json.loads((current_build(settings.data) / FILE).read_text())
    return told


def write_manifest(settings: Settings, told: dict[str, object]) -> None:
    (current_build(settings.data) / FILE).write_text(json.dumps(told))
    Manifest.read(current_build(settings.data))


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
