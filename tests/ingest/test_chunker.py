"""Passages: whole sentences, true spans, stable and unique ids, and what travels with them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.chunker import FIGURE_WORDS, TARGET_WORDS, iter_passages, passages
from ingest.errors import DocumentRefused
from ingest.reading import read
from ingest.types import Document, Passage


def made(folder: Path, text: str, name: str = "a.md") -> Document:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read(path)


def check(document: Document) -> tuple[Passage, ...]:
    told = passages(document)
    for block in document.blocks:
        assert document.text[block.start : block.end] == block.text
    for passage in told:
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.text and passage.sentences
        for sentence in passage.sentences:
            assert passage.text[sentence.start : sentence.end] == sentence.text
    assert len({p.id for p in told}) == len(told)
    return told


_LINES = st.sampled_from(
    """# Title
## Part one
Short label
FIGURE 1
Exhibit 2: Costs by region
Question asked: Why?
■ One ■ Two
Source: Someone.
| a | b |
|---|---|
| 1 | 2 |
- item one
1. First thing.
\\$5 [link](#)
```
The share is 15 per cent (figure 1). It rose.
and then it goes on without a capital
This matters. These do too.
Long sentence that runs on and on about costs and yields in many regions of the world.
? An ask?
[caveat] Beware.
Endnotes
\u200bHidden\u202e
<!-- comment -->
a\tb
¹ note


""".split("\n")
)


@given(st.lists(_LINES, min_size=1, max_size=40), st.sampled_from([".md", ".txt", ".note"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_spans_hold_whatever_the_text(tmp_path: Path, lines: list[str], kind: str) -> None:
    front = "---\nid: n\ntitle: N\n---\n" if kind == ".note" else ""
    try:
        document = made(tmp_path, front + "\n".join(lines), f"a{'.md' if front else kind}")
    except DocumentRefused as error:
        assert "\n" not in str(error)
        return
    check(document)


def test_passages_keep_to_their_length_and_section(report_file: Path) -> None:
    told = check(read(report_file))
    for p in told:
        count = len(p.text.split())
        assert len(p.sentences) == 1 or count <= (FIGURE_WORDS if p.kind == "figure" else TARGET_WORDS)
    assert {p.section for p in told} >= {("The critical importance of MLOps",), ("About this survey",), ("Conclusion",)}
    assert sum(p.kind == "figure" for p in told) == 9
    assert sum(p.kind == "endnote" for p in told) == 6


def test_ids_are_stable_and_repeats_differ(tmp_path: Path) -> None:
    text = (
        "# T\n\n## A\n\nThe same sentence stands here twice.\n? One?\n\nThe same sentence stands here twice.\n? Two?\n"
    )
    front = "---\nid: n\ntitle: T\n---\n"
    first, second = check(made(tmp_path, front + text)), passages(made(tmp_path, front + text))
    assert [p.id for p in first] == [p.id for p in second]
    assert len(first) == 2 and len(first[0].id) == 16
    assert [p.sentences[0].asks for p in first] == [("One?",), ("Two?",)]


def test_short_paragraphs_join_only_within_section_and_kind(tmp_path: Path) -> None:
    note = """---
id: n
title: T
---
## A
One fact is here.

Another fact is here.

[caveat] A limit is here.

An asked fact is here.
? What is asked?

## B
A last fact is here.
"""
    told = check(made(tmp_path, note))
    assert [(p.section, p.sentences[0].kind, len(p.sentences)) for p in told] == [
        (("A",), "finding", 2),
        (("A",), "caveat", 1),
        (("A",), "finding", 1),
        (("B",), "finding", 1),
    ]
    assert "[caveat]" not in "".join(p.text for p in told) and "?" not in "".join(p.text for p in told)


def test_rows_stand_alone_with_their_headers_and_section(tmp_path: Path) -> None:
    told = check(made(tmp_path, "# T\n\n## Costs\n\n| Region | Cost |\n|---|--:|\n| North | 5 |\n| South | 7 |\n"))
    assert [(p.kind, p.section, p.text) for p in told] == [
        ("row", ("Costs",), "Region: North; Cost: 5"),
        ("row", ("Costs",), "Region: South; Cost: 7"),
    ]


def test_antecedents_travel_with_sentences_that_need_them(tmp_path: Path) -> None:
    text = (
        "Yields\n\nWheat in the north failed. This cost farmers dearly. It is hard to say why. "
        "Those in the south did well.\n\nSome 12 per cent of growers from this region gave up.\n"
    )
    sentences = [s for p in check(made(tmp_path, text, "a.txt")) for s in p.sentences]
    assert [s.context for s in sentences] == [
        "",
        "Wheat in the north failed.",
        "",
        "",
        "Those in the south did well.",
    ]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Leaders must act on costs now.", "guidance"),
        ("It is essential to keep records.", "guidance"),
        ("Some 62 per cent say that leaders should act.", "finding"),
        ("The study found barriers that firms must overcome.", "finding"),
        ("The sample is not representative of all growers.", "caveat"),
        ("The growers have many fields.", "finding"),
    ],
)
def test_kinds_of_statements_in_foreign_texts(tmp_path: Path, sentence: str, kind: str) -> None:
    (passage,) = check(made(tmp_path, f"Title of it\n\n{sentence}\n", "a.txt"))
    assert passage.sentences[0].kind == kind


@pytest.mark.slow
def test_five_megabytes_take_seconds(tmp_path: Path) -> None:
    piece = "## Part\n\n" + "The yield of wheat rose by 4 per cent in the north. Nobody had foreseen it.\n\n" * 60
    text = piece * (5_000_000 // len(piece))
    for name in ("a.txt", "a.md"):
        begun = time.perf_counter()
        document = made(tmp_path, text, name)
        assert sum(1 for _ in iter_passages(document)) > 10_000
        assert time.perf_counter() - begun < 10 * (1 + _load())


def _load() -> float:
    """Other work on the machine, as a factor: the limit of ten seconds is for an idle one."""
    import os

    return max(0.0, os.getloadavg()[0] / (os.cpu_count() or 1) - 0.5)
