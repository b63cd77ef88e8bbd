"""`advisor eval gate`, whose exit status CI relies on: 0 pass, 1 regression, 2 not comparable, 3 harness error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eval.errors import HarnessFailed, NotComparable
from ingest.errors import AdvisorError

_FILE = click.Path(dir_okay=False, path_type=Path)


class _Gate(click.Command):
    """A command in which everything that goes wrong, the call itself too, has the gate's own exit status."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise HarnessFailed(error.format_message()) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (HarnessFailed, NotComparable, click.exceptions.Exit):
            raise
        except AdvisorError as error:
            raise HarnessFailed(str(error)) from error
        except Exception as error:
            raise HarnessFailed(f"the harness failed ({type(error).__name__}: {error})") from error


@click.command("gate", cls=_Gate)
@click.argument("run", type=click.Path(file_okay=False, path_type=Path))
@click.option("--accept", "reason", metavar="REASON", help="Make RUN the baseline, for this reason.")
@click.option("--baseline", type=_FILE, help="Default: the committed one.")
@click.option("--config", type=_FILE, help="Margins and must-pass cases; default: the committed file.")
@click.option("--subset", is_flag=True, help="RUN was asked a part of the questions, on purpose.")
@click.option("--report", type=click.Path(file_okay=False, path_type=Path), help="Write the reports here.")
def gate_command(
    run: Path, *, reason: str | None, baseline: Path | None, config: Path | None, subset: bool, report: Path | None
) -> int:
    """Judge RUN against the baseline: exit 0 pass, 1 regression, 2 not comparable, 3 harness error."""
    from eval.choosing import cases_of
    from eval.gate import accept, judge, read_baseline, read_config
    from eval.gate.baseline import BUNDLED as BASELINE
    from eval.gate.config import BUNDLED as CONFIG
    from eval.report import facts_of, write_report
    from eval.report.markdown import verdict_table
    from eval.runs import Run

    made = Run(run)
    cases = cases_of(made)
    margins = read_config(config or CONFIG)
    _whole(made)
    if reason is not None:
        accept(made, cases, margins, reason, baseline or BASELINE)
        click.echo(f"{baseline or BASELINE}: {len(cases)} cases of corpus {made.manifest.corpus} are the baseline now")
        return 0
    verdict = judge(made, cases, read_baseline(baseline or BASELINE), margins, subset=subset)
    click.echo(verdict_table(verdict))
    if report is not None:
        write_report(facts_of(made, cases, verdict), report)
    return verdict.exit_status


def _whole(made: Any) -> None:
    """Raises HarnessFailed when a question was never asked, or most had no answer: then the system was not there."""
    answers = made.answers()
    failed = [ref for ref, answer in answers.items() if "error" in answer]
    if 2 * len(failed) > len(answers):
        raise HarnessFailed(
            f"{made.folder}: {len(failed)} of {len(answers)} questions had no answer ({answers[failed[0]]['error']}); "
            "run `advisor eval run` again to ask them"
        )
    missing = set(made.digests()) - set(answers)
    if missing:
        raise HarnessFailed(
            f"{made.folder}: {len(missing)} questions were never asked, such as {min(missing)}; "
            "run `advisor eval run` again to go on"
        )
