"""Notes, the figures beside them, and the bundled corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.chunker import passages
from ingest.errors import DocumentRefused
from ingest.reading import bundled_paths, read

NOTE = """---
id: harvest
title: "Harvest: a digest"
publisher: Growers' Union
year: 2021
url: null
kind: report-digest
as_of: 2026-11-23
rights: cite-only
---
## Yields

Some 12 per cent of growers lost yield in 2020 (figure 1). Prices held.
? How many growers lost yield?
? Did prices change?

[caveat] The sample is small.
[guidance] not at a paragraph's start.

### Costs

| District | Cost |
|---|---|
| Hill | US\\$410 |
? What does the hill district cost?
"""
FIGURES = """document_id = "harvest"
[[figure]]
number = 1
title = "Yield lost"
question = "Did you lose yield? When?"
legend = ["Yes", "No"]
says = "Figure 1 shows lost yield. Most lost none."
not_stated = "Shares by district are not stated for figure 1."
asks = ["Which chart is about yields?"]
[[figure.value]]
label = "lost yield"
value = 12
unit = "percent"
population = "growers"
"""


def made(folder: Path, note: str = NOTE, figures: str | None = FIGURES) -> Path:
    path = folder / "note.md"
    path.write_text(note, encoding="utf-8")
    if figures is not None:
        (folder / "figures.toml").write_text(figures, encoding="utf-8")
    return path


def test_front_matter_statements_and_asks(tmp_path: Path) -> None:
    document = read(made(tmp_path))
    assert (document.id, document.title, document.publisher) == ("harvest", "Harvest: a digest", "Growers' Union")
    assert (document.year, document.url, document.kind) == (2021, None, "report-digest")
    assert (document.as_of, document.rights) == ("2026-11-23", "cite-only")
    first, caveat, row, *_ = passages(document)
    assert first.text == "Some 12 per cent of growers lost yield in 2020 (figure 1). Prices held."
    assert first.sentences[0].asks == ("How many growers lost yield?", "Did prices change?")
    assert first.sentences[1].asks == ()
    assert first.sentences[0].figures == (1,) and first.sentences[1].figures == ()
    assert [s.kind for s in (*first.sentences, *caveat.sentences)][:3] == ["finding", "finding", "caveat"]
    assert caveat.text.startswith("The sample is small.")
    assert (row.kind, row.section, row.text) == ("row", ("Yields", "Costs"), "District: Hill; Cost: US$410")
    assert row.sentences[0].asks == ("What does the hill district cost?",)


def test_a_guidance_note_gives_guidance(tmp_path: Path) -> None:
    text = NOTE.replace("report-digest", "guidance")
    kinds = [s.kind for p in passages(read(made(tmp_path, text, None))) for s in p.sentences]
    assert kinds[:3] == ["guidance", "guidance", "caveat"]


def test_figures_beside_a_note(tmp_path: Path) -> None:
    document = read(made(tmp_path))
    (figure,) = document.figures
    assert (figure.title, figure.legend, figure.values[0].value) == ("Yield lost", ("Yes", "No"), 12.0)
    (told,) = (p for p in passages(document) if p.kind == "figure")
    assert told.section == ("Figures",) and told.figures == (1,)
    texts = [s.text for s in told.sentences]
    assert texts[:2] == ["Figure 1 shows lost yield.", "Most lost none."]
    assert "Figure 1 is titled “Yield lost”, and respondents were asked these questions" in texts[2]
    assert "For figure 1 the text states: lost yield, 12 per cent (growers)." in texts
    assert [s.kind for s in told.sentences][-1] == "caveat"
    assert told.sentences[0].asks == ("Which chart is about yields?",)


def test_the_hash_covers_the_figures_and_only_its_own(tmp_path: Path) -> None:
    with_figures = read(made(tmp_path)).sha256
    changed = read(made(tmp_path, figures=FIGURES.replace("12", "13"))).sha256
    other = read(made(tmp_path, figures=FIGURES.replace('"harvest"', '"another"', 1)))
    assert with_figures != changed
    assert other.figures == () and other.sha256 == read(made(tmp_path, figures="document_id = 'x'")).sha256


@pytest.mark.parametrize(
    ("note", "figures", "says"),
    [
        (NOTE, "not toml [", "not valid TOML"),
        (NOTE, FIGURES.replace('title = "Yield lost"', ""), "'title'"),
        (NOTE, FIGURES + FIGURES.removeprefix('document_id = "harvest"'), "occurs twice"),
        (NOTE.replace("cite-only", "whatever"), None, "rights is 'whatever'"),
        (NOTE.replace("2021", "soon"), None, "year is 'soon'"),
        (NOTE.partition("## Yields")[0], None, "no text"),
    ],
)
def test_faulty_notes_are_refused_in_one_line(tmp_path: Path, note: str, figures: str | None, says: str) -> None:
    with pytest.raises(DocumentRefused) as refused:
        read(made(tmp_path, note, figures))
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_the_bundled_corpus_reads_without_warnings() -> None:
    paths = bundled_paths()
    assert paths and paths[0].name == "report.md"
    documents = [read(p) for p in paths]
    assert len({d.id for d in documents}) == len(documents)
    assert [f.number for f in documents[0].figures] == list(range(1, 10))
    for document in documents:
        assert document.warnings == ()
        for p in passages(document):
            assert all(document.text[p.start + s.start : p.start + s.end] == s.text for s in p.sentences)
            assert not any(s.text.startswith(("? ", "[caveat", "[guidance")) for s in p.sentences)
