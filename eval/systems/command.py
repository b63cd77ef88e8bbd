"""Any program that speaks the contract's batch: JSON lines in on standard input, one answer object a line out."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from eval.systems.protocol import SystemFailed, Turns, one_object

_KEPT_CHARS = 400


class Command:
    """A command line such as `advisor ask --batch -`; it is started once for all the questions of a run."""

    corpus = ""

    def __init__(self, words: Sequence[str], timeout_s: float = 600.0) -> None:
        """`timeout_s` bounds one start of the command, not one question."""
        if not words:
            raise SystemFailed("command: names no program; expected, such as: command:advisor ask --batch -")
        self._words, self._timeout_s = list(words), timeout_s

    def ask(self, question: str, history: Turns = ()) -> dict[str, Any]:
        """See System; starts the command for this question alone."""
        row = {"id": "1", "question": question, "history": list(history)}
        return next(iter(self.ask_all([row])), {"ref": "1", "error": "the command wrote no answer"})

    def ask_all(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """See AsksAll; raises SystemFailed when the command cannot be started or stops before the last answer."""
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
            process = self._started(errors)
            assert process.stdin and process.stdout
            writing = threading.Thread(target=_write, args=(process.stdin, lines), daemon=True)
            stopping = threading.Timer(self._timeout_s, process.kill)
            stopping.daemon = True
            writing.start()
            stopping.start()
            told = 0
            try:
                for line in process.stdout:
                    if line.strip():
                        told += 1
                        yield one_object(line, self._words[0])
                process.wait()
            finally:
                stopping.cancel()
                process.kill()
                process.wait()
                process.stdout.close()
            if told < len(rows):
                errors.seek(0)
                raise SystemFailed(
                    f"{self._words[0]} ended with status {process.returncode} after {told} of {len(rows)} answers; "
                    f"it said: {' '.join(errors.read().split())[-_KEPT_CHARS:] or 'nothing'}"
                )

    def _started(self, errors: IO[str]) -> subprocess.Popen[str]:
        try:
            return subprocess.Popen(
                self._words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            raise SystemFailed(
                f"{self._words[0]} cannot be started ({error.strerror}); "
                "expected a program that reads the contract's batch"
            ) from None

    def close(self) -> None:
        """Nothing is held open."""


def _write(stream: IO[str], text: str) -> None:
    # A command that ends early closes its end; its exit tells why.
    try:
        stream.write(text)
        stream.close()
    except OSError:
        pass
