"""Documents over time: moved, copied, changed, removed, added to a large index, and an ingest taken up again."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.embedder import question_embedder
from ingest.folders import current_build
from ingest.index import BuildReport, Index, build, examine, open_index
from ingest.manifest import Manifest
from ingest.progress import Step
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


def test_a_moved_file_is_the_same_document(settings: Settings, files: Path) -> None:
    first = build([files], settings)
    (files / "old").mkdir()
    moved = (files / "bread.txt").rename(files / "old" / "loaves.txt")
    report = build([files], settings)
    told = {d.id: d for d in report.documents}[id_of(first, "bread")]
    assert (told.status, told.path, told.title) == ("moved", str(moved), "Bread in the city")
    assert (report.work.embedded, report.counts, report.fingerprint) == (0, first.counts, first.fingerprint)
    document = open_index(settings).store.document(told.id)
    assert document is not None
    assert document.path == str(moved)
    assert build([files], settings).up_to_date
    assert examine(settings) == []


def test_a_copy_is_taken_once_and_two_files_of_one_name_stay_two(settings: Settings, files: Path) -> None:
    (files / "copy").mkdir()
    shutil.copy(files / "bread.txt", files / "copy" / "rye.txt")
    (files / "copy" / "clocks.txt").write_text("Clocks\n\nThis clock was bought at a fair in Ghent. It runs slow.\n")
    said: list[Step] = []
    report = build([files], settings, said.append)
    names = [Path(d.path).name for d in report.documents]
    assert sorted(names) == ["bread.txt", "clocks.txt", "clocks.txt", "lemurs.txt"]
    assert len({d.id for d in report.documents}) == 4
    assert any("rye.txt holds what another file holds" in step.text for step in said)
    again = build([files / "copy"], settings)
    assert again.up_to_date
    assert {d.path for d in again.documents} == {d.path for d in report.documents}, "the first place is kept"


def test_a_place_taken_by_another_file_is_not_the_document_that_left_it(settings: Settings, files: Path) -> None:
    first = build([files], settings)
    (files / "bread.txt").rename(files / "moved.txt")
    (files / "bread.txt").write_text("Ferries\n\nThe ferry to the island leaves at noon. It carries forty cars.\n")
    report = build([files], settings)
    by_id = {d.id: d for d in report.documents}
    assert Path(by_id[id_of(first, "bread")].path).name == "moved.txt"
    assert report.counts["documents"] == 4
    (files / "bread.txt").write_text((files / "clocks.txt").read_text())
    over = build([files], settings)
    assert over.counts["documents"] == 3, "what was overwritten by a copy lies nowhere any more"
    assert "ferry" not in open_index(settings).store.vocabulary()
    assert examine(settings) == []


def test_a_changed_file_keeps_its_id(settings: Settings, files: Path) -> None:
    first = build([files], settings)
    (files / "bread.txt").write_text("Bread\n\nBakers now sell 9,000 loaves a day. They start at four.\n")
    second = build([files], settings)
    assert id_of(second, "bread") == id_of(first, "bread")
    assert statuses(second) == {"bread": "replaced", "clocks": "unchanged", "lemurs": "unchanged"}
    third = build([], settings, rebuild=True)
    assert id_of(third, "bread") == id_of(first, "bread")


def test_one_more_document_costs_its_own_work(settings: Settings, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.store.segments.ROWS", 5)
    build([files], settings)
    old = current_build(settings.data)
    rows = Manifest.read(old).rows
    before = {f.name: (f.read_bytes(), f.stat().st_ino) for f in (old / "vectors").iterdir()}
    (files / "new.txt").write_text("Rivers\n\nThe river Elbe is long and slow. It ends in the sea near Cuxhaven.\n")
    report = build([files], settings)
    assert report.work.reused == 0, "what was there is not looked up"
    new = current_build(settings.data)
    for name, (content, inode) in before.items():
        assert (old / "vectors" / name).read_bytes() == content, "the index in use stays as it was"
        shared = (new / "vectors" / name).stat().st_ino == inode
        assert shared == (int(name[:5]) < rows // 5), name
    assert "Cuxhaven" in top(open_index(settings), settings, "Where does the Elbe meet the ocean?")
    chroma = open_index(replace(settings, search="chroma"))
    assert "Cuxhaven" in top(chroma, settings, "Where does the Elbe meet the ocean?")
    assert chroma.degraded == ""
    chroma.close()
    assert examine(settings) == []


@pytest.mark.parametrize("search", ["exact", "chroma"])
def test_what_was_removed_is_never_found(
    settings: Settings, files: Path, monkeypatch: pytest.MonkeyPatch, search: str
) -> None:
    monkeypatch.setattr("ingest.store.segments.ROWS", 5)
    monkeypatch.setattr("ingest.build._MOST_DEAD", 0.9)
    first = build([files], settings)
    lost = build([], settings, remove=[id_of(first, "bread")])
    manifest = open_index(settings).manifest
    assert manifest.rows == first.counts["units"] > lost.counts["units"]
    index = open_index(replace(settings, search=search))
    vector = question_embedder(settings).encode(["Who bakes rye bread and sourdough?"])[0]
    found = index.nearest(vector, 100)
    assert len(found) == lost.counts["units"]
    assert len(index.store.units([unit for unit, _ in found])) == len(found)
    assert index.degraded == ""
    index.close()
    back = build([files], settings)
    assert back.counts == first.counts
    assert "sourdough" in top(open_index(settings), settings, "Do customers want bread without packet yeast?").lower()
    assert examine(settings) == []
    monkeypatch.setattr("ingest.build._MOST_DEAD", 0.1)
    (files / "bread.txt").unlink()
    build([files], settings, prune_under=[files])
    whole = open_index(settings).manifest
    assert whole.rows == whole.counts["units"], "when much is dead, a build starts afresh"
    assert examine(settings) == []


def test_a_resumed_ingest_says_so_and_embeds_nothing_twice(
    settings: Settings, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.showing import shown_report

    with monkeypatch.context() as patch:
        patch.setattr("ingest.build._Maker._manifest", lambda *a: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            build([files], settings)
    (files / "new.txt").write_text("Rivers\n\nThe river Elbe is long and slow. It ends in the sea.\n")
    said: list[Step] = []
    report = build([files], settings, said.append)
    assert any(step.text.startswith("resuming: ") for step in said)
    assert report.work.resumed == report.work.reused > 10
    assert 0 < report.work.embedded <= 3
    assert f"resumed   {report.work.resumed} vectors" in shown_report(report)


def test_the_pace_tells_how_long_it_will_take(tmp_path: Path) -> None:
    from ingest.progress import Pace

    files = [tmp_path / str(n) for n in range(4)]
    for file in files:
        file.write_bytes(b"x" * 100)
    clock = iter([0.0, 60.0, 120.0])
    pace = Pace(files, now=lambda: next(clock))
    assert pace.told() == ""
    pace.passed(files[0])
    clock = iter([60.0])
    assert pace.told() == "; 25 per cent of the files, about 3 min left"


def test_a_folder_may_say_what_may_only_be_cited(settings: Settings, files: Path) -> None:
    build([files], settings)
    (files / "rights.toml").write_text('"*.txt" = "cite-only"\n', encoding="utf-8")
    report = build([files], settings)
    rights = {Path(d.path).suffix: d.rights for d in open_index(settings).store.documents()}
    assert not report.refused and rights[".txt"] == "cite-only"
    again = build([files], settings)
    assert {d.status for d in again.documents} == {"unchanged"}
    (files / "rights.toml").unlink()
    build([files], settings)
    assert {d.rights for d in open_index(settings).store.documents()} == {"quote"}


def test_faulty_rights_are_refused_and_nothing_is_lost(settings: Settings, files: Path) -> None:
    build([files], settings)
    before = len(open_index(settings).store.documents())
    (files / "rights.toml").write_text('"*.txt" = "mine"\n', encoding="utf-8")
    report = build([files], settings)
    assert report.refused and all("expected quote or cite-only" in r.reason for r in report.refused)
    assert len(open_index(settings).store.documents()) == before
