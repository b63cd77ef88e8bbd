"""The report in Markdown: fits a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.compare import Comparison
from eval.gate.verdict import Verdict
from eval.report.facts import Facts, Failure
from eval.report.wording import chance, change, gained_within, told, value
from eval.summary import WHOLE

_WORST = 10
_KEPT_CHARS = 240


def markdown(facts: Facts) -> str:
    """Verdict, measures, comparison, and the first failing cases."""
    manifest = facts.manifest
    parts = [
        f"# {manifest.name}: {facts.cases} cases",
        f"Corpus `{manifest.corpus or 'unknown'}`, code `{manifest.code}`, settings `{manifest.fingerprint}`, "
        f"{manifest.created}, {manifest.workers} workers, {manifest.wall_s:.0f} s.",
    ]
    if facts.verdict is not None:
        parts.append(verdict_table(facts.verdict))
    rows = [[x.title, told(x), str(x.n), "higher" if x.better == "higher" else "lower"] for x in facts.lines]
    parts += ["## Measures", table(["measure", "mean (95 % interval)", "cases", "better"], rows)]
    if facts.comparison is not None:
        parts += [f"## {facts.comparison.b} against {facts.comparison.a}", comparison_table(facts.comparison)]
    latency = facts.latency.get(WHOLE, {})
    if latency:
        parts.append("Latency: " + ", ".join(f"{k} {v:,.0f} ms" for k, v in latency.items()) + ".")
    shown = facts.failures[:_WORST]
    parts.append(f"## Not right: {len(facts.failures)} of {facts.cases}" + (f", the first {_WORST}" if shown else ""))
    parts += [_failure(f) for f in shown]
    return "\n\n".join(parts) + "\n"


def verdict_table(verdict: Verdict) -> str:
    """The gate's answer with each measure and each lost case."""
    rows = [
        [
            m.title,
            value(m.baseline, m.unit),
            value(m.run, m.unit),
            f"{change(m.gain, m.unit)} ({gained_within(m.low, m.high, m.unit)})",
            m.why or "passes",
        ]
        for m in verdict.measures
    ]
    head = "**Gate: pass**" if verdict.passed else "**Gate: REGRESSION**"
    lost = [f"- lost: `{x.case}` {_line(x.question)}" for x in verdict.lost]
    must = f"Cases that must pass: {verdict.must_pass - len(verdict.lost)} of {verdict.must_pass}."
    parts = [head, table(["measure", "baseline", "run", "gain (95 % interval)", "verdict"], rows), must]
    return "\n\n".join([*parts, *(["\n".join(lost)] if lost else [])])


def comparison_table(comparison: Comparison) -> str:
    """Each measure in both runs."""
    rows = [
        [
            d.title,
            value(d.a, d.unit),
            value(d.b, d.unit),
            f"{change(d.gain, d.unit)} ({gained_within(d.low, d.high, d.unit)})",
            chance(d.p_holm),
            f"{d.wins} / {d.losses}",
            str(d.n),
        ]
        for d in comparison.differences
    ]
    heads = ["measure", comparison.a, comparison.b, "gain (95 % interval)", "p, Holm", "won / lost", "cases"]
    return table(heads, rows)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars inside cells are kept from ending them."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in (heads, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(heads), *lines[1:]])


def _failure(failure: Failure) -> str:
    missed = "; ".join(f"{e.kind}: `{e.text}`" for e in failure.missed) or "see the page"
    return (
        f"- `{failure.case.id}` ({failure.case.kind}) **{_line(failure.case.question)}**\n"
        f"  - expected: {missed}\n  - said: {_line(failure.said)}"
    )


def _line(text: str) -> str:
    whole = " ".join(text.split())
    return whole if len(whole) <= _KEPT_CHARS else whole[:_KEPT_CHARS].rsplit(" ", 1)[0] + " …"
