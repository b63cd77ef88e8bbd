"""What readers said of answers, as evaluation cases: a thumbs-down once told is asked again in every run."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from app.kept.feedback import UP, Feedback, Said
from eval.cases import load_cases
from ingest import settings as settings_of

KIND = "reader"


def case_of(said: Said) -> dict[str, Any]:
    """A case in the form of `eval/questions/*.jsonl`.

    A thumbs-up keeps what was said: its numbers, figure and sources, or that it was refused. A thumbs-down on an answer
    forbids its first sentence; on a refusal it says that there is an answer. What the right answer is, only a person
    can add: `why` has what the reader wrote.
    """
    receipt, answer = said.receipt, said.receipt.answer
    liked = said.verdict == UP
    refused = answer is not None and answer.abstained
    gold: dict[str, Any] = {}
    if answer and not refused:
        gold = _kept(said) if liked else {"forbidden": [re.escape(s.text) for s in answer.statements[:1]]}
    told = [said.reason, said.comment]
    return {
        "id": f"reader-{said.id}-{receipt.id}",
        "split": "dev",
        "family": f"reader:{receipt.id}",
        "kind": KIND,
        "topic": "feedback",
        "question": receipt.question,
        "history": [asdict(t) for t in receipt.history],
        "answerable": not (liked and refused),
        "gold": gold,
        "why": ": ".join(t for t in told if t),
    }


def write_cases(said: Sequence[Said], path: Path) -> int:
    """Append the cases that `path` does not hold yet; how many. Raises CasesRefused on a file of other rows."""
    known = {c.id for c in load_cases(path)} if path.exists() else set()
    rows = [row for row in map(case_of, said) if row["id"] not in known]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return len(rows)


@click.command("feedback")
@click.option("--into", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A file of cases.")
@click.option("--state", default="accepted", show_default=True, help="accepted, new, dismissed; or all.")
def feedback_command(into: Path, state: str) -> int:
    """Turn what readers said, and a reviewer accepted, into evaluation cases."""
    said = Feedback(settings_of.load().data).all("" if state == "all" else state)
    count = write_cases(said, into)
    click.echo(f"{count} of {len(said)} are new and stand in {into}; ask them: ")
    click.echo(f"  advisor eval run advisor --questions {into} --into build/readers")
    return 0


def _kept(said: Said) -> dict[str, Any]:
    answer = said.receipt.answer
    assert answer is not None
    first = answer.statements[0] if answer.statements else None
    numbers = [{"value": n.value, "unit": n.unit, "text": re.escape(n.text)} for n in (first.numbers if first else ())]
    return {
        "numbers": numbers,
        "number_first": bool(numbers),
        "figures": list(answer.figures),
        "documents": list(dict.fromkeys(c.document_id for c in answer.citations)),
    }
