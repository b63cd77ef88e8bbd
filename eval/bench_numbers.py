"""How well the verifier verifies: `python -m eval.bench_numbers` prints one table.

External sets (../shared/bench): numeric_check and faithfulness; the first half of each file, by id, is for
development, and only the second half is reported (`--dev` shows the first). Mutations of the report's own
sentences are true by construction or forged by rule; the cue lists were grown on them, so they show
regressions, not generality.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from app.verify import check
from eval.mutations import Case, cases

_ROOT = Path(__file__).resolve().parent.parent
# Every how manieth passage is taken from the encyclopaedia set.
_EVERY = 6
_GOALS = {
    "true": 1.0,
    "redressed": 1.0,
    "swap, same passage": 0.97,
    "swap, both cited": 0.97,
    "random": 1.0,
    "unit": 1.0,
    "negation": 0.98,
}


def half(rows: Sequence[dict[str, Any]], dev: bool) -> list[dict[str, Any]]:
    """The first half by id for development, the second for reporting."""
    ordered = sorted(rows, key=lambda r: _natural(str(r["id"])))
    middle = len(ordered) // 2
    return ordered[:middle] if dev else ordered[middle:]


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(p), "") if p.isdigit() else (-1, p) for p in re.findall(r"\d+|\D+", text))


def auroc(scores: Sequence[float], labels: Sequence[int]) -> float:
    """Probability that a supported claim scores above an unsupported one; ties count half."""
    yes = [s for s, y in zip(scores, labels, strict=True) if y]
    no = [s for s, y in zip(scores, labels, strict=True) if not y]
    wins = sum((a > b) + 0.5 * (a == b) for a in yes for b in no)
    return wins / (len(yes) * len(no))


def balanced(accepted: Sequence[bool], labels: Sequence[int]) -> float:
    """Mean of the accuracies on supported and on unsupported claims."""
    hits: dict[int, list[bool]] = defaultdict(list)
    for ok, label in zip(accepted, labels, strict=True):
        hits[label].append(ok == bool(label))
    return sum(sum(h) / len(h) for h in hits.values()) / len(hits)


def best_threshold(scores: Sequence[float], labels: Sequence[int]) -> float:
    """The threshold with the best balanced accuracy."""
    return max(sorted(set(scores)), key=lambda t: balanced([s >= t for s in scores], labels))


def numeric(rows: Iterable[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Right verdicts and cases by kind: gold accepted, every corruption refused."""
    told: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        numbers = check(row["claim"], [row["evidence"]]).numbers
        accepted = bool(numbers) and numbers[-1].supported
        told[row["kind"]].append(accepted == bool(row["label"]))
    return {kind: (sum(hits), len(hits)) for kind, hits in sorted(told.items())}


def faithful(rows: Sequence[dict[str, Any]]) -> tuple[list[float], list[bool], list[int]]:
    """Entailment scores, verdicts and labels."""
    verdicts = [check(r["claim"], r["evidence"]) for r in rows]
    return [v.entailed for v in verdicts], [v.supported for v in verdicts], [int(r["label"]) for r in rows]


def paraphrased(dev: bool) -> dict[str, tuple[int, int, list[Case]]]:
    """Right verdicts on `paraphrases.jsonl`: sentences of the bundled corpus in other words, true and altered."""
    rows = _rows(Path(__file__).with_name("paraphrases.jsonl"))
    return _scored(
        Case("honest" if r["label"] else "altered", r["text"], tuple(r["quotes"]), bool(r["label"]))
        for r in rows
        if (r["split"] == "dev") == dev
    )


def mutated(passages: Sequence[str]) -> dict[str, tuple[int, int, list[Case]]]:
    """Right verdicts, cases, and the cases that went wrong, by kind; all passages are one document."""
    return _scored(cases(passages))


def _scored(made: Iterable[Case]) -> dict[str, tuple[int, int, list[Case]]]:
    told: dict[str, list[tuple[bool, Case]]] = defaultdict(list)
    for case in made:
        told[case.kind].append((check(case.text, case.quotes).supported == case.true, case))
    return {
        kind: (sum(ok for ok, _ in hits), len(hits), [c for ok, c in hits if not ok])
        for kind, hits in sorted(told.items())
    }


def paragraphs(path: Path) -> list[str]:
    """Blocks of text between empty lines; front matter and headings are left out."""
    text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.S)
    blocks = [b.strip() for b in re.split(r"\n\s*\n", text)]
    return [b for b in blocks if b and not b.startswith(("#", "|", "<!--"))]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _print_bench(bench: Path, dev: bool) -> None:
    print(f"{'numeric_check':<32}{'right':>8}{'cases':>8}{'accuracy':>10}")
    for kind, (right, n) in numeric(half(_rows(bench / "numeric_check" / "rows.jsonl"), dev)).items():
        print(f"  {kind:<30}{right:>8}{n:>8}{right / n:>10.1%}")
    for name in ("wice_claim_dev", "attrbench_dev"):
        rows = _rows(bench / "faithfulness" / f"{name}.jsonl")
        first_scores, _, first_labels = faithful(half(rows, True))
        threshold = best_threshold(first_scores, first_labels)
        scores, verdicts, labels = faithful(half(rows, dev))
        at = balanced([s >= threshold for s in scores], labels)
        print(
            f"faithfulness/{name}: n={len(labels)} AUROC {auroc(scores, labels):.3f}, balanced accuracy "
            f"{at:.3f} at {threshold:.2f}"
            f" (chosen on the first half); of the product's own verdict {balanced(verdicts, labels):.3f}"
        )


def _print_mutations(name: str, told: dict[str, tuple[int, int, list[Case]]], show: bool) -> bool:
    met = True
    print(f"{name:<46}{'right':>8}{'cases':>8}{'rate':>10}{'goal':>8}")
    for kind, (right, n, wrong) in told.items():
        goal = _GOALS.get(kind, 0.0)
        met &= right / n >= goal
        print(f"  {kind:<44}{right:>8}{n:>8}{right / n:>10.1%}" + (f"{goal:>8.0%}" if goal else ""))
        if show:
            for case in wrong:
                print(f"      {case.text}\n        {check(case.text, case.quotes).why}")
    return met


def _print_strange(bench: Path, dev: bool, show: bool) -> None:
    """The same forgeries on encyclopaedia passages, a domain that the cue lists were not grown on."""
    rows = half(_rows(bench / "squad2" / "docs.jsonl"), dev)[::_EVERY]
    made = (case for row in rows for case in cases([row["text"]]))
    _print_mutations(f"mutations of {len(rows)} squad2 passages", _scored(made), show)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit status 1 when a goal is missed on the product's own documents."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=_ROOT.parent / "shared", help="folder with bench/ and report/")
    parser.add_argument("--dev", action="store_true", help="show the first halves (for development)")
    parser.add_argument("--show", action="store_true", help="show the mutations that went wrong")
    options = parser.parse_args(arguments)
    bench = options.shared / "bench"
    if bench.is_dir():
        _print_bench(bench, options.dev)
        _print_strange(bench, options.dev, options.show)
    else:
        print(f"NOT RUN: no external data at {bench}", file=sys.stderr)
    _print_mutations("paraphrases", paraphrased(options.dev), options.show and options.dev)
    documents = [
        *sorted((options.shared / "report").glob("*.txt")),
        _ROOT / "corpus" / "report" / "report.md",
    ]
    results = [
        _print_mutations(f"mutations of {path.name}", mutated(paragraphs(path)), options.show)
        for path in documents
        if path.is_file()
    ]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
