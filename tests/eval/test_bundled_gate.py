"""The committed baseline against the committed corpus: a change that loses answers does not pass CI."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.choosing import chosen
from eval.commands import eval_command
from eval.gate import read_baseline, read_config
from eval.gate.config import must_pass
from eval.runs.identity import case_digest
from ingest.commands import ingest_command


def test_the_baseline_knows_every_case_as_it_is_now() -> None:
    baseline = read_baseline()
    assert baseline.digests == {c.id: case_digest(c) for c in chosen()}
    assert all(entry["reason"] for entry in baseline.accepted)


def test_cases_that_must_pass_are_development_cases_and_exist() -> None:
    config = read_config()
    demanded = [c for c in chosen() if must_pass(c, config)]
    assert {c.id for c in demanded} == config.must_pass and {c.split for c in demanded} == {"dev"}


@pytest.mark.slow
def test_the_bundled_corpus_passes_the_gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_DATA", str(tmp_path / "data"))
    run = CliRunner()
    assert run.invoke(ingest_command, [], standalone_mode=False).exception is None
    asked = run.invoke(eval_command, ["run", "advisor", "--into", str(tmp_path / "run")], standalone_mode=False)
    assert asked.exception is None and asked.return_value == 0, asked.output
    judged = run.invoke(eval_command, ["gate", str(tmp_path / "run")], standalone_mode=False)
    assert judged.exception is None, judged.exception
    assert judged.return_value == 0, judged.output
