"""`advisor eval`: found by the `advisor` command, and its commands end to end over a few real cases."""

from __future__ import annotations

import json
import tomllib
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from eval.cases import Case
from eval.choosing import QuestionsRefused, cases_of, chosen
from eval.commands import eval_command
from eval.errors import NotComparable
from eval.runs import Run
from tests.eval.conftest import QUESTIONS, ROOT

_DEV = QUESTIONS / "report_dev.jsonl"


def _said(*words: object) -> tuple[int, str]:
    """Exit status and standard output, as the `advisor` command gives them."""
    done = CliRunner().invoke(eval_command, [str(w) for w in words], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return int(done.return_value or 0), done.stdout


def test_the_group_is_registered() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    module, name = told["project"]["entry-points"]["advisor.commands"]["eval"].split(":")
    assert isinstance(getattr(import_module(module), name), click.Group)
    assert {"run", "compare", "gate", "report", "ablate"} <= set(eval_command.commands)


def test_from_a_run_to_a_report(indexed: Path, tmp_path: Path) -> None:
    few = ("--questions", _DEV, "--sample", 6, "--workers", 1)
    assert _said("run", "advisor", "--into", tmp_path / "a", *few)[0] == 0
    assert _said("run", "nearest", "--into", tmp_path / "b", *few, "--label", "plain")[0] == 0
    status, told = _said("compare", tmp_path / "a", tmp_path / "b")
    assert status == 0 and "lost: " in told and "won: " in told and "plain" in told
    told = json.loads(_said("compare", tmp_path / "a", tmp_path / "b", "--json")[1])
    assert {d["measure"] for d in told["differences"]} >= {"right"}
    status, told = _said("report", tmp_path / "b", "--against", tmp_path / "a")
    assert status == 0 and all(Path(line).is_file() for line in told.split())
    assert _said("score", tmp_path / "a") == (0, "6 cases scored\n")


def test_settings_side_by_side(indexed: Path, tmp_path: Path) -> None:
    for name, words in (("long", 120), ("short", 30)):
        (tmp_path / f"{name}.toml").write_text(f'system = "advisor"\n[settings]\nwords = {words}\n')
    few = ("--questions", _DEV, "--sample", 4, "--workers", 1)
    status, told = _said("ablate", tmp_path / "long.toml", tmp_path / "short.toml", "--into", tmp_path / "out", *few)
    assert status == 0 and "| measure | long | short |" in told
    assert (tmp_path / "out" / "ablation.md").read_text(encoding="utf-8") in told
    assert [c["name"] for c in json.loads((tmp_path / "out" / "ablation.json").read_text())] == ["long", "short"]
    with pytest.raises(click.UsageError, match="one label"):
        _said("ablate", tmp_path / "long.toml", tmp_path / "long.toml", "--into", tmp_path / "out", *few)


def test_every_committed_settings_file_can_be_read() -> None:
    from eval.systems import NAMES
    from eval.systems.opening import settings_of
    from eval.systems.protocol import read_spec

    for path in sorted((ROOT / "eval" / "settings").glob("*.toml")):
        spec = read_spec(path)
        assert spec.system in NAMES
        assert settings_of(spec, {"ADVISOR_DATA": "/nowhere"}).words > 0


def test_measures_say_what_they_are() -> None:
    status, told = _said("measures")
    assert status == 0 and "right (share, higher is better)" in told


# Choosing questions ----------------------------------------------------------------------------------------------


def test_all_bundled_questions_are_asked_when_none_are_named() -> None:
    found = chosen()
    assert len(found) >= 400
    assert {c.split for c in found} == {"dev", "test"}


def test_questions_are_chosen_by_split_and_kind() -> None:
    assert {c.split for c in chosen(split="dev")} == {"dev"}
    assert {c.kind for c in chosen(kinds=["dialogue", "number"])} == {"dialogue", "number"}
    with pytest.raises(QuestionsRefused, match="no case is left"):
        chosen(kinds=["limerick"])


def test_samples_are_steady_and_lie_inside_one_another() -> None:
    small, large = chosen(sample=20), chosen(sample=60)
    assert [c.id for c in small] == [c.id for c in chosen(sample=20)]
    assert len(small) == 20 and len(large) == 60
    assert {c.id for c in small} <= {c.id for c in large}


def test_a_rewording_is_of_the_family_of_what_it_rewords() -> None:
    by_id = {c.id: c for c in chosen()}
    reworded = [c for c in by_id.values() if c.variant_of]
    assert len(reworded) > 60
    assert [c.id for c in reworded if c.family != by_id[c.variant_of or ""].family] == []


def test_absent_files_and_double_ids_are_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionsRefused, match="is not there"):
        chosen([tmp_path / "none.jsonl"])
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(_DEV.read_text(encoding="utf-8").splitlines()[0] + "\n")
    with pytest.raises(QuestionsRefused, match="two cases have the id"):
        chosen([tmp_path])


def test_a_run_is_not_read_with_questions_that_changed(asked: Run, cases: tuple[Case, ...], tmp_path: Path) -> None:
    assert [c.id for c in cases_of(asked)] == [c.id for c in cases]
    path = tmp_path / "changed.jsonl"
    path.write_text(_DEV.read_text(encoding="utf-8").replace(cases[0].question, "Something else?"))
    with pytest.raises(NotComparable, match=f"such as {cases[0].id}"):
        cases_of(asked, [path])
