"""The `advisor` command: a group whose subcommands are found through entry points.

The lowest layer holds the group, each layer registers its own commands in `pyproject.toml`
under `advisor.commands`, and nothing is imported before its command is called.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import EntryPoint, entry_points

import click

from ingest.errors import AdvisorError

_GROUP = "advisor.commands"


class RegisteredCommands(click.Group):
    """A click group that loads a subcommand only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_registered())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = _registered().get(cmd_name)
        if entry is None:
            return None
        command = entry.load()
        assert isinstance(command, click.Command), f"{entry.value} is not a click command"
        return command


def _registered() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=_GROUP)}


@click.group(cls=RegisteredCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mlops-advisor", prog_name="advisor")
def advisor() -> None:
    """Answers on AI strategy, AI maturity and MLOps, every number traced to a quoted passage."""


def main() -> None:
    """Run the command line; exit 0 done, 1 done with items refused, 2 the call was wrong."""
    # One matrix product per question is over before a second thread has woken up.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        status = advisor(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("advisor: stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        click.echo(f"advisor: {error.format_message()}", err=True)
        sys.exit(2)
    except AdvisorError as error:
        click.echo(f"advisor: {error}", err=True)
        sys.exit(error.exit_status)
    sys.exit(status if isinstance(status, int) else 0)
