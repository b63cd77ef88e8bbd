"""The plain recipe, to be beaten: the three sentences nearest to a question by cosine, as they come, never refusing.

Run as `python -m eval.plain_recipe questions.jsonl > answers.jsonl` over the index in the data folder; same embedder,
same sentences, same answer shape as `advisor ask --batch`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest.embedder import question_embedder
from ingest.index import Index, open_index
from ingest.settings import load
from ingest.types import Sentence

_TOP = 3
_SEARCHED = 60


def answers(questions: Path) -> Iterator[dict[str, Any]]:
    """One answer object per question of a JSONL file, in order; dialogues are asked by their last turn alone."""
    settings = load()
    index, embedder = open_index(settings), question_embedder(settings)
    for line in questions.read_text(encoding="utf-8").splitlines():
        row: Mapping[str, Any] = json.loads(line)
        found = _nearest(index, embedder.encode([row["question"]])[0])
        yield {
            "ref": row["id"],
            "question": row["question"],
            "abstained": False,
            "answer": " ".join(f"{s.text} [{n}]" for n, s in enumerate(found, 1)),
            "statements": [],
            "citations": [],
            "figures": list(dict.fromkeys(f for s in found for f in s.figures)),
        }


def _nearest(index: Index, vector: Any) -> list[Sentence]:
    hits = index.nearest(vector, _SEARCHED)
    units = index.store.units([u for u, _ in hits])
    sentences = [units[u] for u, _ in hits if units[u].kind == "sentence" and units[u].sentence is not None]
    passages = index.store.passages([u.passage_id for u in sentences])
    return [passages[u.passage_id].sentences[u.sentence or 0] for u in sentences[:_TOP]]


if __name__ == "__main__":
    for answer in answers(Path(sys.argv[1])):
        print(json.dumps(answer, ensure_ascii=False))
