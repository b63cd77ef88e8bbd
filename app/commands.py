"""`advisor ask` and `advisor serve`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import click

from ingest.errors import AdvisorError, QuestionRefused


@click.command("ask")
@click.argument("question", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the answer object (answer.schema.json).")
@click.option(
    "--batch",
    type=click.Path(path_type=Path),
    help="JSON lines of {id, question, history}; - reads standard input.",
)
@click.option("--history", type=click.Path(path_type=Path), help="A JSON list of earlier turns {role, content}.")
@click.option("--detail", is_flag=True, help="A longer answer.")
def ask_command(question: str | None, as_json: bool, batch: Path | None, history: Path | None, detail: bool) -> int:
    """Ask a question and print the cited answer."""
    from dataclasses import replace

    from app.chain import open_advisor
    from ingest.settings import load

    if (question is None) == (batch is None):
        raise click.UsageError('expected one question or --batch FILE, such as: advisor ask "What is MLOps?"')
    settings = load()
    if detail:
        settings = replace(settings, words=2 * settings.words)
    turns = _turns(_read_json(history), str(history)) if history else ()
    lines = _lines(batch) if batch else ()
    advisor = open_advisor(settings)
    if batch:
        return _ask_batch(advisor, lines)
    answer = advisor.answer(question or "", turns)
    if as_json:
        click.echo(json.dumps(answer.to_json(), ensure_ascii=False))
    else:
        from app.console import show

        show(answer)
    return 0


def _ask_batch(advisor: Any, lines: Sequence[str]) -> int:
    refused = 0
    progress = _Progress(len(lines), sys.stderr)
    for number, line in enumerate(lines, 1):
        ref: Any = None
        try:
            row = _row(line, number)
            ref = row.get("id")
            answer = advisor.answer(row["question"], _turns(row.get("history") or [], f"line {number}"))
            told = {**answer.to_json(), "ref": ref}
        except AdvisorError as error:
            refused += 1
            told = {"ref": ref if ref is not None else _ref_of(line), "error": str(error)}
            click.echo(f"advisor: line {number}: {error}", err=True)
        click.echo(json.dumps(told, ensure_ascii=False))
        progress.step(number)
    return 1 if refused else 0


def _row(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise QuestionRefused(f"line {number} is not JSON; expected an object with id and question") from None
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        raise QuestionRefused(f"line {number} has no question; expected an object with id and question")
    return row


def _ref_of(line: str) -> Any:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row.get("id") if isinstance(row, dict) else None


def _lines(batch: Path) -> list[str]:
    data = sys.stdin.buffer.read() if str(batch) == "-" else _bytes(batch)
    return [line for line in data.decode("utf-8", "replace").split("\n") if line.strip()]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AdvisorError(f"{path} cannot be read ({error.strerror}); expected a file of JSON lines") from None


def _read_json(path: Path) -> Any:
    try:
        return json.loads(_bytes(path).decode("utf-8"))
    except ValueError:
        raise AdvisorError(f"{path} is not JSON; expected a list of {{role, content}}") from None


def _turns(rows: Any, where: str) -> tuple[Any, ...]:
    from app.types import Turn

    if not isinstance(rows, list):
        raise QuestionRefused(f"{where}: history is not a list; expected a list of {{role, content}}")
    return tuple(_turn(row, where, Turn) for row in rows)


def _turn(row: Any, where: str, turn: Any) -> Any:
    if (
        not isinstance(row, dict)
        or row.get("role") not in ("user", "assistant")
        or not isinstance(row.get("content"), str)
    ):
        raise QuestionRefused(f"{where}: a turn of the history is not {{role: user|assistant, content: text}}")
    return turn(row["role"], row["content"])


class _Progress:
    """A bar on a terminal, a plain line now and then elsewhere."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._total, self._stream = total, stream
        self._bar: Iterator[None] | None = None

    def step(self, done: int) -> None:
        if self._stream.isatty():
            self._stream.write(f"\r{done}/{self._total} answered" + ("\n" if done == self._total else ""))
        elif done % 100 == 0 or done == self._total:
            self._stream.write(f"{done}/{self._total} answered\n")
        self._stream.flush()


@click.command("serve")
@click.option("--host", help="Where to listen; default ADVISOR_HOST or 127.0.0.1.")
@click.option("--port", type=int, help="Default ADVISOR_PORT or 7860.")
def serve_command(host: str | None, port: int | None) -> int:
    """Serve the chat page and the API."""
    from dataclasses import replace

    from app.web.server import serve
    from ingest.settings import load

    settings = load()
    if host:
        settings = replace(settings, host=host)
    if port is not None:
        settings = replace(settings, port=port)
    serve(settings)
    return 0
