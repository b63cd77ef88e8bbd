"""`advisor eval ...`: run, compare, gate, report, ablate and the rest."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from eval.feedback import feedback_command
from eval.gate_command import gate_command

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)
_SHOWN = 20


@click.group("eval")
def eval_command() -> None:
    """Score answers offline, compare runs, and stop a regression."""


eval_command.add_command(gate_command)
eval_command.add_command(feedback_command)


def _asking(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which questions are asked, and how."""
    for option in reversed(
        (
            click.option(
                "--questions", type=click.Path(path_type=Path), multiple=True, help="Question files or folders."
            ),
            click.option("--split", help="Only this split, such as dev."),
            click.option("--kind", "kinds", multiple=True, help="Only this kind; may be given again."),
            click.option("--sample", type=click.IntRange(1), help="At most so many questions, whole families first."),
            click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True),
            click.option("--seed", type=int, default=0, show_default=True),
        )
    ):
        command = option(command)
    return command


@eval_command.command("run")
@click.argument("system")
@click.option("--into", type=_FOLDER, required=True, help="The run's folder; a run that was stopped goes on.")
@click.option("--label", default="", help="What the run is called in tables.")
@_asking
def run_command(system: str, into: Path, label: str, **asked: Any) -> int:
    """Ask SYSTEM every question and score the answers.

    SYSTEM is a settings file (TOML), or one of: advisor, nearest, langchain, llamaindex, haystack, bot-echo,
    bot-refuse, bot-always-answer, bot-swap-numbers, "command:PROGRAM ARGS" (the contract's batch), http://HOST:PORT.
    """
    from eval.report.markdown import table
    from eval.summary import summary

    cases, made = _ran(_spec(system, label), into, **asked)
    click.echo(
        table(
            ["measure", "mean (95 % interval)", "cases", "can show a difference of"],
            _rows(summary(cases, made.scores())),
        )
    )
    failed = [ref for ref, answer in made.answers().items() if "error" in answer]
    for ref in failed[:_SHOWN]:
        click.echo(f"advisor: {ref}: {made.answers()[ref]['error']}", err=True)
    if failed:
        click.echo(f"advisor: {len(failed)} of {len(cases)} questions had no answer; run again to ask them", err=True)
    return 1 if failed else 0


@eval_command.command("score")
@click.argument("run", type=_FOLDER)
@click.option("--questions", type=click.Path(path_type=Path), multiple=True)
def score_command(run: Path, questions: Sequence[Path]) -> int:
    """Score the answers of RUN again, with the measures as they are now."""
    from eval.choosing import cases_of
    from eval.runs import Run, score

    made = Run(run)
    cases = cases_of(made, questions)
    score(made, cases)
    click.echo(f"{len(cases)} cases scored")
    return 0


@eval_command.command("compare")
@click.argument("a", type=_FOLDER)
@click.argument("b", type=_FOLDER)
@click.option("--across", is_flag=True, help="Compare although corpus or cases differ.")
@click.option("--measure", "wanted", help="List the wins and losses of this measure; default: right.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def compare_command(a: Path, b: Path, across: bool, wanted: str | None, as_json: bool) -> int:
    """What run B won and lost against run A, measure by measure and case by case."""
    from dataclasses import asdict

    from eval.choosing import cases_of
    from eval.compare import compare_runs
    from eval.report.markdown import comparison_table
    from eval.runs import Run
    from eval.summary import DECIDING

    first, second = Run(a), Run(b)
    asked = set(second.digests()) if across else None
    cases = [c for c in cases_of(first) if asked is None or c.id in asked]
    told = compare_runs(cases, first, second, across=across)
    if as_json:
        click.echo(json.dumps(asdict(told), ensure_ascii=False))
        return 0
    click.echo(comparison_table(told))
    questions = {c.id: c.question for c in cases}
    for name, sign in (("lost", -1), ("won", 1)):
        moved = [c for c in told.changes if c.measure == (wanted or DECIDING) and sign * c.gain > 0]
        click.echo(f"\n{name}: {len(moved)}")
        for change in moved:
            click.echo(f"  {change.case}: {change.a:g} -> {change.b:g}  {questions[change.case]}")
    return 0


@eval_command.command("report")
@click.argument("run", type=_FOLDER)
@click.option("--into", type=_FOLDER, help="Where the files go; default: the run's folder.")
@click.option("--against", type=_FOLDER, help="Another run to compare with.")
@click.option("--gate/--no-gate", default=False, help="Judge the run by the gate too.")
def report_command(run: Path, into: Path | None, against: Path | None, gate: bool) -> int:
    """Write RUN as one HTML page, Markdown, JSON and JUnit."""
    from eval.choosing import cases_of
    from eval.compare import compare_runs
    from eval.gate import judge, read_baseline, read_config
    from eval.report import facts_of, write_report
    from eval.runs import Run

    made = Run(run)
    cases = cases_of(made)
    comparison = compare_runs(cases, Run(against), made) if against else None
    verdict = judge(made, cases, read_baseline(), read_config()) if gate else None
    for path in write_report(facts_of(made, cases, verdict, comparison), into or run).values():
        click.echo(str(path))
    return 0


@eval_command.command("publish")
@click.argument("run", type=_FOLDER)
@click.option("--sample", type=click.IntRange(0), default=60, show_default=True, help="Answers for people to rate.")
@click.option("--seed", type=int, default=0, show_default=True)
def publish_command(run: Path, sample: int, seed: int) -> int:
    """Show RUN on the web page: its figures at /quality, and answers for people to rate at /rating."""
    from eval.choosing import cases_of
    from eval.publishing import publish_run
    from eval.report import facts_of
    from eval.runs import Run
    from ingest.settings import load

    made = Run(run)
    cases = cases_of(made)
    folder = publish_run(made, cases, facts_of(made, cases), load().data, sample=sample, seed=seed)
    click.echo(f"{folder}: shown at /quality and /rating of `advisor serve`")
    return 0


@eval_command.command("agreement")
@click.argument("run", type=_FOLDER)
def agreement_command(run: Path) -> int:
    """How far the people who rated answers of RUN on the web page agree with the measures, and with each other."""
    from app.quality import Ratings, agreement
    from eval.choosing import cases_of
    from eval.publishing import answers_of
    from eval.runs import Run
    from ingest.settings import load

    made = Run(run)
    measures, raters = agreement(Ratings(load().data).all(), answers_of(made, cases_of(made)))
    click.echo(f"people and measures: {measures.told}")
    click.echo(f"people among themselves: {raters.told}")
    return 0


@eval_command.command("ablate")
@click.argument("settings", type=_FILE, nargs=-1, required=True)
@click.option("--into", type=_FOLDER, required=True, help="A folder for the runs and the table.")
@_asking
def ablate_command(settings: Sequence[Path], into: Path, **asked: Any) -> int:
    """Run each SETTINGS file and put them side by side, each against the first."""
    from eval.ablation import columns, side_by_side, to_json
    from eval.runs.store import replace_text

    specs = [_spec(str(path), "") for path in settings]
    names = [spec.name for spec in specs]
    if len(set(names)) != len(names):
        raise click.UsageError(f"two settings have one label ({', '.join(names)}); expected a label for each")
    ran = [_ran(spec, into / spec.name, **asked) for spec in specs]
    made = columns(ran[0][0], [run for _, run in ran])
    told = side_by_side(made)
    replace_text(into / "ablation.md", told)
    replace_text(into / "ablation.json", json.dumps(to_json(made), indent=1, ensure_ascii=False) + "\n")
    click.echo(told)
    return 0


@eval_command.command("judge")
@click.argument("run", type=_FOLDER)
@click.option("--model", required=True, help="A chat model as provider:model; its key comes from its own variable.")
@click.option("--base-url", default="", help="Address of an OpenAI-compatible server.")
@click.option("--votes", type=click.IntRange(1, 9), default=3, show_default=True)
def judge_command(run: Path, model: str, base_url: str, votes: int) -> int:
    """Have a chat model grade RUN, beside the measures: "unscored" where it fails, never 0, and never in the gate."""
    from eval.choosing import cases_of
    from eval.judge import agreement, chat_model, judge_run
    from eval.runs import Run

    made = Run(run)
    judged = judge_run(made, cases_of(made), chat_model(model, base_url), model, votes)
    told = agreement(judged, made.scores())
    grades = [j.grade for j in judged if j.grade is not None]
    click.echo(f"graded {told.graded}, unscored {told.unscored}")
    if grades and told.share is not None and told.steady is not None:
        kappa = "not defined" if told.kappa is None else f"{told.kappa:.2f}"
        click.echo(f"mean grade {sum(grades) / len(grades):.2f} of 4; all votes the same in {told.steady:.0%}")
        click.echo(f"agrees with the deterministic verdict in {told.share:.0%} (Cohen's kappa {kappa})")
    return 1 if told.unscored else 0


@eval_command.command("collection")
@click.argument("collection", type=_FOLDER)
@click.option("--into", type=_FOLDER, required=True, help="Where the documents and the question file go.")
@click.option("--sample", type=click.IntRange(1), help="At most so many questions, drawn at random.")
@click.option("--seed", type=int, default=0, show_default=True)
def collection_command(collection: Path, into: Path, sample: int | None, seed: int) -> int:
    """Turn a retrieval COLLECTION (docs.jsonl, queries.jsonl, qrels.tsv) into documents to ingest and questions."""
    from eval.loaders import convert

    documents, cases = convert(collection, into, sample, seed)
    click.echo(f"{documents} documents, {cases} cases in {into}; next, with ADVISOR_DATA set to an empty folder:")
    click.echo(f"  advisor ingest {into / 'documents'}")
    click.echo(f"  advisor eval run advisor --questions {into / 'cases.jsonl'} --into {into / 'run'}")
    return 0


@eval_command.command("faults")
@click.argument("run", type=_FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def faults_command(run: Path, as_json: bool) -> int:
    """Break RUN's right answers in known ways: which measure notices which fault?"""
    from dataclasses import asdict

    from eval.choosing import cases_of
    from eval.faults import detections, table
    from eval.runs import Run

    made = Run(run)
    told = detections(made, cases_of(made))
    if as_json:
        click.echo(json.dumps([asdict(d) for d in told]))
        return 0
    click.echo(table(told))
    click.echo("Share of broken answers marked down. **bold**: must fall; (in brackets): may; plain: must hold.")
    return 0


@eval_command.command("measures")
def measures_command() -> int:
    """What is measured: each measure with its definition and source."""
    from eval.measures import MEASURES

    for m in MEASURES:
        click.echo(f"{m.name} ({m.unit}, {m.better} is better): {m.title}\n    {m.definition}\n    {m.source}")
    return 0


def _spec(system: str, label: str) -> Any:
    from dataclasses import replace

    from eval.systems import Spec
    from eval.systems.protocol import read_spec

    path = Path(system)
    spec = read_spec(path) if path.suffix == ".toml" else Spec(system)
    return replace(spec, label=label) if label else spec


def _ran(
    spec: Any,
    into: Path,
    *,
    questions: Sequence[Path],
    split: str | None,
    kinds: Sequence[str],
    sample: int | None,
    workers: int,
    seed: int,
) -> tuple[list[Any], Any]:
    from eval.choosing import chosen
    from eval.runs import run

    cases = chosen(questions, split, kinds, sample, seed=0)
    named = [str(path.absolute()) for path in questions]
    made = run(spec, cases, into, workers, seed=seed, questions=named, progress=_Progress(spec.name))
    return cases, made


def _rows(lines: Sequence[Any]) -> list[list[str]]:
    from eval.report.wording import told, value

    return [[x.title, told(x), str(x.n), value(x.detectable, x.unit)] for x in lines]


class _Progress:
    """A counter on a terminal, a plain line now and then elsewhere; on standard error."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{self._name}: {done}/{total} answered" + ("\n" if done == total else ""))
        elif done % 100 == 0 or done == total:
            sys.stderr.write(f"{self._name}: {done}/{total} answered\n")
        sys.stderr.flush()
