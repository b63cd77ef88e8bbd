"""`advisor ingest`, `advisor sources` and `advisor figures`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest import settings as settings_of
from ingest.showing import showing, shown_figure, shown_report, shown_source

if TYPE_CHECKING:
    from ingest.index import Index
    from ingest.types import Document, Figure

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")


@click.command("ingest")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--rebuild", is_flag=True, help="Start from nothing but the recorded files and those given.")
@click.option("--remove", "removed", multiple=True, metavar="ID", help="Leave out the document ID; may be repeated.")
@click.option("--prune", is_flag=True, help="Leave out documents whose files are gone.")
@_JSON
def ingest_command(paths: tuple[Path, ...], rebuild: bool, removed: tuple[str, ...], prune: bool, as_json: bool) -> int:
    """Bring files and folders into the index; without any, the bundled corpus."""
    from ingest.index import build
    from ingest.previous import recorded

    given, prune_under = list(paths), [Path("/")] if prune else []
    settings = settings_of.load()
    # --rebuild alone is the cure for any index: it must not bring the bundled corpus into one of other files.
    if not (paths or removed or prune or (rebuild and recorded(settings.data))):
        given, prune_under = _bundled()
    with showing(sys.stderr) as progress:
        report = build(given, settings, progress, rebuild=rebuild, remove=removed, prune_under=prune_under)
    for refusal in report.refused:
        click.echo(f"refused {refusal.reason}", err=True)
    click.echo(json.dumps(asdict(report), indent=1) if as_json else shown_report(report))
    return 1 if report.refused else 0


@click.command("sources")
@_JSON
def sources_command(as_json: bool) -> None:
    """List the documents of the index."""
    index = _index()
    documents = index.store.documents()
    if as_json:
        click.echo(json.dumps([_source(index, d) for d in documents], indent=1, ensure_ascii=False))
        return
    click.echo("\n".join(shown_source(d, index.manifest.documents[d.id]) for d in documents))


@click.command("figures")
@click.argument("number", required=False, type=int)
@_JSON
def figures_command(number: int | None, as_json: bool) -> None:
    """Show the figures of the corpus, or the one of a NUMBER: what was asked, stated, and not stated."""
    figures = _index().store.figures()
    chosen = [f for f in figures if number is None or f.number == number]
    if number is not None and not chosen:
        raise click.UsageError(f"there is no figure {number}; {_which(figures)}")
    if as_json:
        click.echo(json.dumps([asdict(f) for f in chosen], indent=1, ensure_ascii=False))
    else:
        click.echo("\n\n".join(shown_figure(f) for f in chosen) or "no figures in the index")


def _bundled() -> tuple[list[Path], list[Path]]:
    """The files of the bundled corpus, and the folders in which one that is gone is no longer part of it."""
    from ingest.reading import bundled_paths

    paths = bundled_paths()
    return paths, sorted({path.parent for path in paths})


def _index() -> Index:
    from ingest.index import open_index

    return open_index(settings_of.load())


def _source(index: Index, document: Document) -> dict[str, Any]:
    entry = index.manifest.documents[document.id]
    told = {k: v for k, v in asdict(document).items() if k not in ("text", "blocks", "figures")}
    figures = [f.number for f in document.figures]
    return {**told, "figures": figures, "passages": entry.passages, "sentences": entry.sentences}


def _which(figures: Iterable[Figure]) -> str:
    numbers = sorted({f.number for f in figures})
    return f"the figures are {', '.join(map(str, numbers))}" if numbers else "the index holds no figures"
