"""How questions on documents of one's own fare, by their kind."""

from __future__ import annotations

import json
from pathlib import Path

from eval.natural import Told
from eval.own import parted, rows_of
from eval.reading_sets import own_documents

PAPER = """# Depots

## Ilsen

The depot at Ilsen was rebuilt for 14 million euros.

| Year | Cost |
|---|---|
| 2024 | 9 |
"""


def test_questions_are_told_by_what_answers_them(tmp_path: Path) -> None:
    (tmp_path / "depots.md").write_text(PAPER, encoding="utf-8")
    chat = [{"role": "user", "content": "What did it cost?"}, {"role": "assistant", "content": "14 million euros."}]
    sentence = "The depot at Ilsen was rebuilt for 14 million euros."
    asked = [("cost of ilsen?", [], [sentence]), ("spent in 2024", [], ["| 2024 | 9 |"]), ("who built it?", chat, [])]
    rows = [{"question": q, "in_full": "", "history": h, "sentences": s} for q, h, s in asked]
    (tmp_path / "depots.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    (document,) = own_documents(tmp_path)
    told = rows_of(document)
    assert [(row.question, len(row.answers), len(turns)) for row, turns in told] == [
        ("cost of ilsen?", 1, 0),
        ("spent in 2024", 1, 0),
        ("who built it?", 0, 2),
    ]
    hows = [Told(row, refused=not row.answers, first=bool(row.answers)) for row, _ in told]
    kinds = parted(document, told, hows)
    assert {kind: [how.row.question for how in hows] for kind, hows in kinds.items()} == {
        "all": ["cost of ilsen?", "spent in 2024", "who built it?"],
        "alone": ["cost of ilsen?", "spent in 2024"],
        "rows of tables": ["spent in 2024"],
        "follow-ups": ["who built it?"],
    }
