"""`python -m eval.own FOLDER`: how the advisor answers questions on documents of one's own.

FOLDER holds documents with what their leaders would ask, each question with the sentences that answer it or none (see
`eval/own_documents/README.md`); asked are those of the documents that are in the index. Told as `eval.natural` tells
it, of all questions, of those that stand alone, of those answered by the row of a table, and of follow-ups.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from app.chain import Advisor, open_advisor
from app.types import Turn
from eval.natural import Told, asked, summary
from eval.phrasings import Further
from eval.reading_sets import Own, own_documents
from ingest.settings import load


def rows_of(document: Own) -> list[tuple[Further, tuple[Turn, ...]]]:
    """The questions on a document, each with what was said before it."""
    found = []
    for told in document.asked:
        answers = sorted(told.answers)
        first = answers[0] if answers else None
        found.append((Further(told.question, first, tuple(answers[1:])), told.history))
    return found


def parted(
    document: Own, rows: Sequence[tuple[Further, tuple[Turn, ...]]], told: Sequence[Told]
) -> dict[str, list[Told]]:
    """How questions fared, by their kind."""
    of_tables = {s.text for p in document.passages if p.kind == "row" for s in p.sentences}
    kinds: dict[str, list[Told]] = {"all": list(told), "alone": [], "rows of tables": [], "follow-ups": []}
    for (row, before), how in zip(rows, told, strict=True):
        kinds["follow-ups" if before else "alone"].append(how)
        if set(row.answers) & of_tables:
            kinds["rows of tables"].append(how)
    return kinds


def fared(advisor: Advisor, documents: Sequence[Own]) -> dict[str, list[Told]]:
    """All questions on documents, put to an advisor, by their kind."""
    found: dict[str, list[Told]] = {}
    for document in documents:
        rows = rows_of(document)
        for kind, told in parted(document, rows, list(asked(advisor, rows))).items():
            found.setdefault(kind, []).extend(told)
    return found


def main() -> None:
    """Ask and tell."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("folder", type=Path)
    folder = options.parse_args().folder
    advisor = open_advisor(load())
    there = {Path(d.path).stem for d in advisor.documents()}
    documents = [d for d in own_documents(folder) if d.name in there]
    if not documents:
        options.error(f"no document of {folder} is in the index; run `advisor ingest {folder}/*.md`")
    for kind, told in fared(advisor, documents).items():
        print(f"\n{kind}\n\n{summary(told)}")


if __name__ == "__main__":
    main()
