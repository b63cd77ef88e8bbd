"""The gate, over a real run: passes itself, fails what is worse, says what cannot be compared; bots always fail."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
import pytest

from eval.cases import Case
from eval.errors import HarnessFailed, NotComparable
from eval.gate import GateConfig, Margin, accept, judge, read_baseline, read_config
from eval.gate_command import gate_command
from eval.runs import Run, run
from eval.runs.store import ANSWERS, write_manifest
from eval.systems import Spec
from eval.systems.opening import BOTS
from ingest.errors import AdvisorError
from tests.eval.conftest import QUESTIONS, lines, rescored


@pytest.fixture
def made(asked: Run, tmp_path: Path) -> Run:
    """A copy of the real run, to be spoilt."""
    shutil.copytree(asked.folder, tmp_path / "run")
    return Run(tmp_path / "run")


def _config() -> GateConfig:
    """The committed margins without floors, which are set for the whole suite and not for a few cases."""
    config = read_config()
    return replace(config, measures={n: replace(m, floor=None) for n, m in config.measures.items()})


@pytest.fixture
def baseline(asked: Run, cases: tuple[Case, ...], tmp_path: Path) -> Path:
    """A baseline accepted from the real run."""
    accept(asked, cases, _config(), "the first", tmp_path / "baseline.jsonl")
    return tmp_path / "baseline.jsonl"


@pytest.fixture(autouse=True)
def committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command reads `_config()` where it would read the committed file."""
    rows = (f"{n} = {{ margin = {m.margin}, hard = {m.hard} }}" for n, m in _config().measures.items())
    (tmp_path / "committed.toml").write_text("[measures]\n" + "\n".join(rows) + "\n")
    monkeypatch.setattr("eval.gate.config.BUNDLED", tmp_path / "committed.toml")


def _status(*words: object) -> int:
    """Exit status of `advisor eval gate`, as `ingest.cli.main` gives it."""
    try:
        return int(gate_command.main([str(w) for w in words], standalone_mode=False) or 0)
    except click.ClickException:
        return 2
    except AdvisorError as error:
        return error.exit_status


def _right(cases: Sequence[Case], made: Run) -> list[str]:
    return [c.id for c in cases if made.scores()[c.id]["right"] == 1.0]


def test_a_run_passes_against_itself(made: Run, cases: tuple[Case, ...], baseline: Path) -> None:
    verdict = judge(made, cases, read_baseline(baseline), _config())
    assert verdict.passed and verdict.judged == len(cases)
    assert _status(made.folder, "--baseline", baseline) == 0


def test_a_planted_regression_fails(made: Run, cases: tuple[Case, ...], baseline: Path) -> None:
    spoilt = set(_right(cases, made)[::3])
    rescored(made, lambda case, told: {**told, "right": 0.0} if case in spoilt else told)
    verdict = judge(made, cases, read_baseline(baseline), _config())
    failed = [m for m in verdict.measures if not m.passed]
    assert [m.measure for m in failed] == ["right"] and "fell by" in failed[0].why
    assert _status(made.folder, "--baseline", baseline) == 1


@pytest.mark.parametrize("bot", BOTS)
def test_every_bot_fails(bot: str, cases: tuple[Case, ...], baseline: Path, tmp_path: Path, indexed: Path) -> None:
    made = run(Spec(bot), cases, tmp_path / bot, 1, questions=[str(QUESTIONS / "report_dev.jsonl")])
    assert _status(made.folder, "--baseline", baseline) == 1


def test_a_fall_within_the_margin_or_within_chance_passes(made: Run, cases: tuple[Case, ...], baseline: Path) -> None:
    lost = _right(cases, made)[0]
    rescored(made, lambda case, told: {**told, "right": 0.0} if case == lost else told)
    base = read_baseline(baseline)
    for margin, passes in ((Margin(0.5), True), (Margin(0.0), True), (Margin(0.0, hard=0.001), False)):
        assert judge(made, cases, base, GateConfig({"right": margin})).passed is passes


def test_a_lost_case_that_must_pass_fails_whatever_the_means_say(
    made: Run, cases: tuple[Case, ...], baseline: Path
) -> None:
    lost = _right(cases, made)[0]
    rescored(made, lambda case, told: {**told, "right": 0.0} if case == lost else told)
    lenient = GateConfig({"right": Margin(1.0)})
    assert judge(made, cases, read_baseline(baseline), lenient).passed
    strict = replace(lenient, must_pass=frozenset({lost}))
    verdict = judge(made, cases, read_baseline(baseline), strict)
    assert not verdict.passed and [x.case for x in verdict.lost] == [lost] and verdict.must_pass == 1
    with pytest.raises(NotComparable, match="must pass are not right"):
        accept(made, cases, strict, "why not", baseline)


def test_a_floor_holds_without_a_fall_and_is_not_met_by_silence(
    made: Run, cases: tuple[Case, ...], baseline: Path
) -> None:
    config = GateConfig({"right": Margin(1.0, floor=1.01)})
    assert "floor 1.01" in judge(made, cases, read_baseline(baseline), config).measures[0].why
    rescored(made, lambda case, told: {**told, "right": None})
    assert "applies to no case" in judge(made, cases, read_baseline(baseline), config).measures[0].why


def test_another_corpus_is_not_comparable(made: Run, baseline: Path) -> None:
    write_manifest(made.folder, replace(made.manifest, corpus="another"))
    assert _status(made.folder, "--baseline", baseline) == 2


def test_a_changed_question_is_not_comparable(made: Run, cases: tuple[Case, ...], baseline: Path) -> None:
    other = (replace(cases[0], question="Something else?"), *cases[1:])
    with pytest.raises(NotComparable, match="changed since the baseline"):
        judge(made, other, read_baseline(baseline), _config())


def test_a_part_is_judged_only_on_purpose(cases: tuple[Case, ...], made: Run, baseline: Path) -> None:
    with pytest.raises(NotComparable, match="--subset"):
        judge(made, cases[:-2], read_baseline(baseline), _config())
    assert judge(made, cases[:-2], read_baseline(baseline), _config(), subset=True).judged == len(cases) - 2


def test_new_cases_judge_nothing(asked: Run, made: Run, cases: tuple[Case, ...], tmp_path: Path) -> None:
    accept(asked, cases[:-2], _config(), "fewer", tmp_path / "fewer.jsonl")
    verdict = judge(made, cases, read_baseline(tmp_path / "fewer.jsonl"), _config())
    assert verdict.passed and verdict.new == 2


def test_what_the_harness_cannot_do_is_3(made: Run, baseline: Path, tmp_path: Path) -> None:
    assert _status(tmp_path / "nothing", "--baseline", baseline) == 3
    assert _status() == 3
    assert _status(made.folder, "--no-such-option") == 3
    assert _status(made.folder, "--baseline", tmp_path / "none.jsonl") == 3
    (tmp_path / "gate.toml").write_text("[measures]\nbeauty = { margin = 0.1 }\n")
    assert _status(made.folder, "--baseline", baseline, "--config", tmp_path / "gate.toml") == 3
    told = (made.folder / ANSWERS).read_text(encoding="utf-8").splitlines(keepends=True)
    (made.folder / ANSWERS).write_text("".join(told[:-1]), encoding="utf-8")
    assert _status(made.folder, "--baseline", baseline) == 3


def test_a_system_that_was_not_there_is_no_regression(made: Run, baseline: Path) -> None:
    with (made.folder / ANSWERS).open("a", encoding="utf-8") as file:
        for ref in list(made.digests())[: len(made.digests()) // 2 + 1]:
            file.write(json.dumps({"ref": ref, "error": "connection refused"}) + "\n")
    assert _status(made.folder, "--baseline", baseline) == 3


def test_the_baseline_changes_only_with_a_reason_which_is_kept(made: Run, baseline: Path) -> None:
    was = baseline.read_bytes()
    assert _status(made.folder, "--baseline", baseline) == 0
    assert _status(made.folder, "--baseline", baseline, "--accept", "  ") == 2
    assert baseline.read_bytes() == was
    assert _status(made.folder, "--baseline", baseline, "--accept", "the notes were rewritten") == 0
    assert [a["reason"] for a in read_baseline(baseline).accepted] == ["the first", "the notes were rewritten"]
    assert len(lines(baseline)) == len(made.digests()) + 1


def test_a_broken_baseline_is_no_pass(made: Run, baseline: Path) -> None:
    baseline.write_text(json.dumps({"schema": 0}) + "\n")
    with pytest.raises(HarnessFailed, match="schema"):
        read_baseline(baseline)
    assert _status(made.folder, "--baseline", baseline) == 3


def test_the_gates_own_file_is_well_formed() -> None:
    config = read_config()
    assert 0 < config.alpha < 0.2
    assert all(m.margin < m.hard for m in config.measures.values())
