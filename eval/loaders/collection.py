"""A retrieval collection (docs.jsonl, queries.jsonl, qrels.tsv) as Markdown documents and a question file.

SQuAD 2.0, SciFact and MTRAG come in this shape; fields that only some have: `answers` (short answers of SQuAD),
`answerable` or `answerability`, and `turns` (the conversation of MTRAG, whose last turn is the question).
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ingest.errors import AdvisorError

DOCUMENTS, CASES = "documents", "cases.jsonl"
_LONGEST_ANSWER_WORDS = 12  # longer references are sentences of an annotator, which no right answer repeats
_LONGEST_TITLE_CHARS = 120


class CollectionRefused(AdvisorError):
    """A folder holds no collection."""


def convert(folder: Path, into: Path, sample: int | None = None, seed: int = 0) -> tuple[int, int]:
    """Write the documents and the cases of a collection; (documents, cases) written. Raises CollectionRefused.

    sample: at most so many questions, drawn at random; all documents are kept, so that the search stays as hard.
    """
    relevant: dict[str, list[str]] = {}
    for query, document, grade in _qrels(folder / "qrels.tsv"):
        if grade > 0:
            relevant.setdefault(query, []).append(document)
    queries = list(_rows(folder / "queries.jsonl"))
    if sample is not None and sample < len(queries):
        queries = random.Random(seed).sample(queries, sample)
    cases = [_case(folder.name, q, relevant.get(str(q["id"]), ())) for q in queries]
    (into / DOCUMENTS).mkdir(parents=True, exist_ok=True)
    documents = 0
    for row in _rows(folder / "docs.jsonl"):
        name = slug(str(row["id"]))
        front = yaml.safe_dump({"id": name, "title": _title(row)}, allow_unicode=True, sort_keys=False)
        (into / DOCUMENTS / f"{name}.md").write_text(f"---\n{front}---\n\n{_body(row)}\n", encoding="utf-8")
        documents += 1
    lines = (json.dumps(case, ensure_ascii=False) for case in cases)
    (into / CASES).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return documents, len(cases)


def slug(name: str) -> str:
    """A document id out of any name: small letters, digits and hyphens; unlike names stay unlike."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return plain if plain == name else f"{plain[:60].strip('-')}-{digest}".strip("-")


def _case(collection: str, row: Mapping[str, Any], relevant: Sequence[str]) -> dict[str, Any]:
    turns = [t for t in row.get("turns", ()) if str(t.get("text", "")).strip()]
    answerable = bool(row.get("answerable", str(row.get("answerability", "ANSWERABLE")).upper() != "UNANSWERABLE"))
    short = [str(a) for a in row.get("answers", ()) if 0 < len(str(a).split()) <= _LONGEST_ANSWER_WORDS]
    said = [{"any": [_pattern(a) for a in short], "vital": True}] if answerable and short else []
    return {
        "id": f"{collection}-{row['id']}",
        "split": "test",
        "family": f"{collection}:{relevant[0] if relevant else row.get('doc_id', row['id'])}",
        "kind": str(row.get("answerability", "answerable" if answerable else "unanswerable")).lower(),
        "topic": collection,
        "question": str(row["query"]),
        "history": [
            {"role": "user" if t.get("speaker") == "user" else "assistant", "content": str(t["text"])}
            for t in turns[:-1]
        ],
        "answerable": answerable,
        "gold": {"nuggets": said, "sources": [{"document": slug(d)} for d in relevant] if answerable else []},
    }


def _pattern(answer: str) -> str:
    words = [re.escape(w) for w in answer.split()]
    return r"(?<!\w)" + r"\W+".join(words) + r"(?!\w)"


def _title(row: Mapping[str, Any]) -> str:
    return " ".join(str(row.get("title") or row["id"]).split())[:_LONGEST_TITLE_CHARS]


def _body(row: Mapping[str, Any]) -> str:
    """The text, of which no line may be taken for a heading or a printed question."""
    return "\n".join(re.sub(r"^(\s*)([#?|>-])", r"\1\\\2", line) for line in str(row["text"]).splitlines())


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise CollectionRefused(f"{path}:{number}: {error}; expected one JSON object a line") from None


def _qrels(path: Path) -> Iterator[tuple[str, str, int]]:
    for number, line in enumerate(_lines(path), 1):
        parts = line.split("\t")
        if number == 1 or not line.strip():  # a head line
            continue
        try:
            query, document, grade = parts
            yield query, document, int(grade)
        except ValueError:
            raise CollectionRefused(f"{path}:{number}: {line[:60]!r}; expected query, document and grade") from None


def _lines(path: Path) -> list[str]:
    try:
        # Some texts hold separators at which splitlines would cut a JSON line in two.
        return path.read_text(encoding="utf-8").split("\n")
    except OSError:
        raise CollectionRefused(
            f"{path} is not there; expected a collection: docs.jsonl, queries.jsonl and qrels.tsv"
        ) from None
