"""The note of what the sources lack: plain sentences that refuse, each with questions that it refuses."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from ingest.reading import bundled_paths, read

NOTE = Path(__file__).resolve().parents[2] / "corpus" / "gaps" / "what-the-sources-lack.md"
DOCUMENT = read(NOTE)
GAPS = [b for b in DOCUMENT.blocks if b.kind != "heading"]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def test_the_note_is_bundled_and_holds_nothing_but_gaps() -> None:
    assert NOTE in bundled_paths()
    assert {b.statement for b in GAPS} == {"gap"}


def test_each_gap_says_who_lacks_what_in_one_sentence() -> None:
    for gap in GAPS:
        assert re.match(r"(?:The report|The sources|Figure|Neither)\b", gap.text), gap.text
        assert 6 <= len(gap.text.split()) <= 30 and gap.text.count(". ") == 0 and gap.text.endswith("."), gap.text


def test_each_gap_refuses_several_questions_and_none_is_answered_elsewhere() -> None:
    assert not [g.text for g in GAPS if len(g.asks) < 2]
    elsewhere = {_plain(a) for p in bundled_paths() if p != NOTE for b in read(p).blocks for a in b.asks}
    counts = Counter(_plain(a) for g in GAPS for a in g.asks)
    assert not [a for a, n in counts.items() if n > 1 or a in elsewhere]
