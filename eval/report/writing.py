"""Writing a report's forms into a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from eval.report.facts import Facts
from eval.report.junit import junit
from eval.report.markdown import markdown
from eval.report.page import page
from eval.runs.store import replace_text


def _json(facts: Facts) -> str:
    return json.dumps(facts.to_json(), indent=1, ensure_ascii=False, allow_nan=False, default=str) + "\n"


FORMATS: Mapping[str, tuple[str, Callable[[Facts], str]]] = {
    "html": ("report.html", page),
    "markdown": ("report.md", markdown),
    "json": ("report.json", _json),
    "junit": ("junit.xml", junit),
}


def write_report(facts: Facts, folder: Path) -> dict[str, Path]:
    """Write all forms into `folder`; the paths by form."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in FORMATS.values():
        replace_text(folder / name, make(facts))
    return {form: folder / name for form, (name, _) in FORMATS.items()}
