"""The report as one HTML page that loads nothing from anywhere: plots, styles and the little script are inside."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from eval.report import plots, wording
from eval.report.facts import EVIDENCE, Facts
from eval.summary import DECIDING, WHOLE, Line

_HERE = Path(__file__).resolve().parent
_TOPICS = 30


def page(facts: Facts) -> str:
    """The whole page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(value=wording.value, told=wording.told, change=wording.change, chance=wording.chance)
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    return environment.get_template("page.html").render(
        facts=facts,
        within=wording.within,
        gained_within=wording.gained_within,
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        plots=_plots(facts),
        kinds=_of_deciding(facts, dict(facts.kinds)),
        topics=_worst_topics(facts),
        kinds_failing=sorted({f.case.kind for f in facts.failures}),
        evidence=EVIDENCE,
    )


def _plots(facts: Facts) -> dict[str, str]:
    shares = {line.title: line for line in facts.lines if line.unit == "share"}
    compared = facts.comparison.differences if facts.comparison else ()
    return {
        "measures": plots.intervals(shares, "mean and 95 per cent interval"),
        "kinds": plots.intervals(_of_deciding(facts, dict(facts.kinds)), "share of right answers, by kind of question"),
        "risk": plots.risk_coverage(facts.curve),
        "latency": plots.latency(facts.latencies_ms.get(WHOLE, ()), facts.latency.get(WHOLE, {})),
        "gains": plots.gains(
            [(d.title, d.gain, d.low, d.high) for d in compared if d.unit == "share"],
            f"gain over {facts.comparison.a}" if facts.comparison else "gain",
        ),
    }


def _of_deciding(facts: Facts, by: dict[str, Any]) -> dict[str, Line]:
    return {name: next(x for x in lines if x.measure == DECIDING) for name, lines in by.items()}


def _worst_topics(facts: Facts) -> list[tuple[str, Line]]:
    """Topics of at least two questions, the worst first."""
    asked = [(t, x) for t, x in facts.topics.items() if x.n > 1 and x.mean is not None and x.mean < 1]
    return sorted(asked, key=lambda pair: (pair[1].mean or 0.0, -pair[1].n))[:_TOPICS]
