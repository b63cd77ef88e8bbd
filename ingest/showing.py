"""How ingest's work, documents and figures look on a terminal and in plain lines."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import TextIO

from ingest.manifest import Entry
from ingest.progress import Progress, Step
from ingest.reports import BuildReport, DocumentReport
from ingest.types import Document, Figure, FigureValue

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CURRENCY = re.compile(r"[A-Z]{3}")


@contextlib.contextmanager
def showing(stream: TextIO) -> Iterator[Progress]:
    """Progress as a bar where `stream` is a terminal, and as plain lines elsewhere."""
    if not stream.isatty():
        yield _Lines(stream)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def show(step: Step) -> None:
            if step.stage in ("note", "wait"):
                bar.console.print(plain(step.text), markup=False, highlight=False)
            else:
                text = plain(step.text).replace("[", r"\[")
                bar.update(task, description=text, completed=step.done, total=step.total or None)

        yield show


class _Lines:
    """Writes a line for each remark, but for runs of batches only every tenth."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._batches = stream, 0

    def __call__(self, step: Step) -> None:
        if step.stage == "embed":
            self._batches += 1
            if self._batches % 10 != 1:
                return
        print(plain(step.text), file=self._stream, flush=True)


def plain(text: str) -> str:
    """Text without control characters, so that a document cannot speak to the terminal."""
    return _CONTROL.sub(" ", text)


def shown_report(report: BuildReport) -> str:
    """What a build did, for a reader: one line for each document that was looked at, then the sums."""
    if not report.counts:
        return "nothing was ingested; there is still no index"
    counts = report.counts
    sums = f"{counts['documents']} documents, {counts['passages']} passages, {counts['sentences']} sentences"
    if report.up_to_date:
        return f"up to date: {sums} (corpus {report.fingerprint})"
    lines = [_document_line(d) for d in report.documents if d.status != "unchanged"]
    lines += [f"removed   {plain(i)}" for i in report.removed]
    lines += [f"  warning, {d.id}: {plain(w)}" for d in report.documents for w in d.warnings]
    same = sum(d.status == "unchanged" for d in report.documents)
    if same:
        lines.append(f"unchanged {same} documents")
    work = report.work
    rate = f" ({work.embedded / work.embedding_s:.0f}/s)" if work.embedding_s else ""
    if work.resumed:
        saved = f", about {work.resumed * work.embedding_s / work.embedded:.0f} s saved" if work.embedded else ""
        lines.append(f"resumed   {work.resumed} vectors that an ingest before this one had left{saved}")
    fresh = sum(d.passages for d in report.documents if d.status in ("added", "replaced"))
    pace = f", {fresh / report.seconds:.1f} passages/s" if work.embedded and report.seconds else ""
    lines.append(
        f"index: {sums}; {work.embedded} texts embedded{rate}, {work.reused} reused; "
        f"{report.seconds:.1f} s{pace} (corpus {report.fingerprint})"
    )
    return "\n".join(lines)


def _document_line(told: DocumentReport) -> str:
    figures = f", {told.figures} figures" if told.figures else ""
    sizes = f"{told.passages} passages, {told.sentences} sentences{figures}"
    return f"{told.status:9} {told.id}: {plain(told.title)} ({sizes})"


def shown_source(document: Document, entry: Entry) -> str:
    """A document of the index in two lines."""
    by = ", ".join(str(part) for part in (document.publisher, document.year) if part)
    sizes = f"{entry.passages} passages, {entry.sentences} sentences"
    figures = f", figures {_numbers(document)}" if document.figures else ""
    told = f"{document.id}: {document.title}{f' ({by})' if by else ''}\n  {sizes}{figures}, {document.rights}"
    return "\n".join(plain(line) for line in told.splitlines())


def shown_figure(figure: Figure) -> str:
    """A figure's card: title, question, values as a table, and what is not stated."""
    lines = [f"Figure {figure.number}. {figure.title}"]
    if figure.question:
        lines.append(f"Asked: {figure.question}")
    if figure.legend:
        lines.append(f"Legend: {'; '.join(figure.legend)}")
    rows = [(v.label, _amount(v), v.population) for v in figure.values]
    if rows:
        wide, broad = (max(len(row[i]) for row in rows) for i in (0, 1))
        lines += [
            "Stated:",
            *(f"  {label:<{wide}}  {value:>{broad}}  {of}".rstrip() for label, value, of in rows),
        ]
    if figure.not_stated:
        lines.append(f"Not stated: {figure.not_stated}")
    lines.append(f"Source: {figure.document_id}")
    return "\n".join(plain(line) for line in lines)


def _amount(value: FigureValue) -> str:
    number = f"{value.value:,.10g}"
    if value.unit == "percent":
        return f"{number} per cent"
    if value.unit == "points":
        return f"{number} percentage points"
    if _CURRENCY.fullmatch(value.unit or ""):
        return f"{value.unit} {number}"
    return f"{number} {value.unit}" if value.unit not in ("", "count", None) else number


def _numbers(document: Document) -> str:
    return ", ".join(str(f.number) for f in document.figures)
