"""The measures measured: right answers broken in known ways; each measure must fall for its own fault and no other's.

    for every fault and measure: detection rate = share of broken answers whose score is worse than the right answer's

A measure that falls where it should hold is as wrong as one that does not fall where it should.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.cases import Case
from eval.measures import MEASURES, Measure
from eval.measures.matching import holds, shows_figure
from eval.runs.store import Run
from ingest.quantities import Quantity, quantities, same

Broken = dict[str, Any] | None
Break = Callable[[Case, dict[str, Any], Sequence[dict[str, Any]], random.Random], Broken]
"""Breaks a copy of a right answer, given other answers of the run; None: this answer cannot be broken so."""

_CITED = re.compile(r"\[\d+\]")
_ENOUGH = 1e-9
_REFUSAL = "The sources do not cover this."


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to break an answer. own: the measures that must fall; may: those that may fall with it."""

    name: str
    title: str
    make: Break
    own: frozenset[str]
    may: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Detection:
    """One fault and one measure: how many broken answers the measure applies to, and how many it marked down.

    expected: True must fall, False must hold, None may do either.
    """

    fault: str
    measure: str
    broken: int
    detected: int
    expected: bool | None


def _other_number(told: Quantity, among: Sequence[Quantity], rng: random.Random) -> str | None:
    others = sorted({q.text for q in among if q.unit == told.unit and not same(q, told)})
    return rng.choice(others) if others else None


def _change_number(case: Case, answer: dict[str, Any], others: Sequence[dict[str, Any]], rng: random.Random) -> Broken:
    """A gold number becomes another value in the same unit, everywhere it is said."""
    values = [n.value for n in case.gold.numbers]
    for statement in answer["statements"]:
        for found in quantities(statement["text"]):
            digits = re.search(r"\d+(?:\.\d+)?", found.text)
            if digits and any(abs(found.value - v) <= _ENOUGH * max(1, abs(v)) for v in values):
                value = float(digits[0])
                wrong = f"{value + rng.choice((2, 3, 7)):g}"
                return _reworded(answer, rf"(?<![\d.,]){re.escape(digits[0])}(?![\d]|[.,]\d)", wrong)
    return None


def _swap_number(case: Case, answer: dict[str, Any], others: Sequence[dict[str, Any]], rng: random.Random) -> Broken:
    """A number becomes another one of the same unit from a second quote of the same document, which is cited too."""
    near = answer.get("evidence", ())
    for statement in answer["statements"]:
        cited = [c for c in answer["citations"] if c["marker"] in statement["citations"]]
        beside = [e["quote"] for e in near if cited and e["document_id"] == cited[0]["document_id"]]
        for found in quantities(statement["text"]):
            if statement["kind"] == "inference" or not re.search(r"\d", found.text):
                continue
            for quote in rng.sample(beside, len(beside)):
                wrong = _other_number(found, quantities(quote), rng)
                if wrong and wrong not in statement["text"]:
                    marker = max(c["marker"] for c in answer["citations"]) + 1
                    answer["citations"].append({**cited[0], "marker": marker, "quote": quote})
                    statement["citations"] = [*statement["citations"], marker]
                    return _reworded(answer, rf"(?<![\d.,]){re.escape(found.text)}(?![\d]|[.,]\d)", wrong)
    return None


def _swap_source(case: Case, answer: dict[str, Any], others: Sequence[dict[str, Any]], rng: random.Random) -> Broken:
    """Each citation becomes one of an answer that cites other documents: the words stay, the proof goes."""
    mine = {c["document_id"] for c in answer["citations"]} | case.gold.documents
    strangers = [c for other in others for c in other["citations"] if c["document_id"] not in mine]
    if not strangers:
        return None
    answer["citations"] = [{**rng.choice(strangers), "marker": c["marker"]} for c in answer["citations"]]
    # The list that was searched is what it was: the fault is the citing, not the finding.
    return answer


def _cite_neighbour(case: Case, answer: dict[str, Any], others: Sequence[dict[str, Any]], rng: random.Random) -> Broken:
    """Each quote becomes another sentence of the same document that the search brought up."""
    quotes = {c["quote"] for c in answer["citations"]}
    near = [e for e in answer.get("evidence", ()) if e["quote"] not in quotes]
    replaced = []
    for cited in answer["citations"]:
        beside = [e["quote"] for e in near if e["document_id"] == cited["document_id"]]
        if not beside:
            return None
        replaced.append({**cited, "quote": rng.choice(beside)})
    answer["citations"] = replaced
    return answer


def _add_citation(case: Case, answer: dict[str, Any], others: Sequence[dict[str, Any]], rng: random.Random) -> Broken:
    """The first statement gets a further citation, which has nothing to say about it."""
    mine = {c["document_id"] for c in answer["citations"]}
    strangers = [c for other in others for c in other["citations"] if c["document_id"] not in mine]
    if not strangers:
        return None
    marker = max(c["marker"] for c in answer["citations"]) + 1
    answer["citations"].append({**rng.choice(strangers), "marker": marker, "figure": None})
    answer["statements"][0]["citations"] = [*answer["statements"][0]["citations"], marker]
    return answer


def _uncite(case: Case, answer: dict[str, Any], others: Sequence[dict[str, Any]], rng: random.Random) -> Broken:
    """The first statement's markers go."""
    first = next((s for s in answer["statements"] if s["kind"] != "inference"), None)
    if first is None:
        return None
    first["citations"] = []
    return answer


def _drop_fact(case: Case, answer: dict[str, Any], others: Sequence[dict[str, Any]], rng: random.Random) -> Broken:
    """The statements that hold one vital fact go."""
    vital = [n for n in case.gold.nuggets if n.vital]
    for nugget in vital:
        kept = [s for s in answer["statements"] if not holds(nugget, s["text"])]
        if kept and len(kept) < len(answer["statements"]):
            return _said(answer, kept)
    return None


def _pad(case: Case, answer: dict[str, Any], others: Sequence[dict[str, Any]], rng: random.Random) -> Broken:
    """Two true, cited sentences about something else are put behind the answer."""
    strangers = [o for o in others if o["statements"] and not _overlap(case, o)]
    if not strangers:
        return None
    other = rng.choice(strangers)
    most = max(c["marker"] for c in answer["citations"])
    borrowed = [s for s in other["statements"] if s["kind"] in ("finding", "guidance")][:2]
    wanted = {m for s in borrowed for m in s["citations"]}
    moved = [{**c, "marker": c["marker"] + most, "figure": None} for c in other["citations"] if c["marker"] in wanted]
    if not borrowed:
        return None
    answer["citations"] += moved
    added = [{**s, "citations": [m + most for m in s["citations"]]} for s in borrowed]
    answer["statements"] += added
    # In front of them stays what was there, so that the first sentence is untouched.
    answer["answer"] += "\n\n" + " ".join(s["text"] for s in added)
    return answer


def _bury_number(case: Case, answer: dict[str, Any], others: Sequence[dict[str, Any]], rng: random.Random) -> Broken:
    """The statement with the number asked for moves to the end."""
    if not case.gold.number_first or len(answer["statements"]) < 2:
        return None
    pattern = case.gold.numbers[0].pattern
    told = answer["statements"]
    holding = [s for s in told if re.search(pattern, s["text"], re.I)]
    rest = [s for s in told if s not in holding]
    return _said(answer, [*rest, *holding]) if rest and holding else None


def _wrong_figure(case: Case, answer: dict[str, Any], others: Sequence[dict[str, Any]], rng: random.Random) -> Broken:
    """Another figure is shown."""
    if not case.gold.figures or not shows_figure(case.gold.figures, answer):
        return None
    wrong = next(n for n in range(1, 10) if n not in case.gold.figures)
    answer["figures"] = [wrong]
    answer["citations"] = [{**c, "figure": wrong if c["figure"] else None} for c in answer["citations"]]
    return answer


def _refuse(case: Case, answer: dict[str, Any], others: Sequence[dict[str, Any]], rng: random.Random) -> Broken:
    """An answerable question is refused."""
    answer.update(abstained=True, answer=_REFUSAL, statements=[], citations=[], figures=[])
    return answer


def _answer_unanswerable(
    case: Case, answer: dict[str, Any], others: Sequence[dict[str, Any]], rng: random.Random
) -> Broken:
    """A question without an answer gets the (true, cited) answer to another one."""
    if not others:
        return None
    other = rng.choice([o for o in others if o["statements"]])
    for key in ("abstained", "answer", "statements", "citations", "figures"):
        answer[key] = json.loads(json.dumps(other[key]))
    return answer


def _bury_source(case: Case, answer: dict[str, Any], others: Sequence[dict[str, Any]], rng: random.Random) -> Broken:
    """The ranked list is turned round."""
    evidence = answer.get("evidence") or []
    documents = list(dict.fromkeys(e["document_id"] for e in evidence))
    if not case.gold.documents or len(documents) < 12 or documents[0] not in case.gold.documents:
        return None
    if set(documents[-10:]) & case.gold.documents:
        return None
    answer["evidence"] = list(reversed(evidence))
    return answer


_SUPPORT = frozenset({"citation_recall", "citation_precision", "numeric_faithfulness"})
_VERDICT = frozenset({"right", "crag_score", "dialogue_accuracy", "robustness"})
_FACTS = frozenset({"nugget_recall", "nugget_precision", "number_first"})
_LENGTH = frozenset({"words"})
FAULTS: tuple[Fault, ...] = (
    Fault("change_number", "A number asked for is changed", _change_number,
          frozenset({"right", "crag_score", "nugget_recall", "numeric_faithfulness"}), _VERDICT | _FACTS | _SUPPORT),
    Fault("swap_number", "A number is swapped for another that is cited too", _swap_number,
          frozenset({"numeric_faithfulness", "citation_recall"}), _VERDICT | _FACTS | _SUPPORT | _LENGTH),
    Fault("swap_source", "Citations are swapped for those of another answer", _swap_source,
          frozenset({"citation_recall", "numeric_faithfulness", "right_source"}),
          _VERDICT | _SUPPORT | {"figure_accuracy"}),
    Fault("cite_neighbour", "The sentence beside the right one is cited", _cite_neighbour,
          frozenset({"citation_recall", "numeric_faithfulness"}), _SUPPORT),
    Fault("add_citation", "A citation that proves nothing is added", _add_citation, frozenset({"citation_precision"})),
    Fault("uncite", "A sentence loses its citations", _uncite, frozenset({"citation_recall"}), _SUPPORT),
    Fault("drop_fact", "A vital fact is left out", _drop_fact, frozenset({"right", "crag_score", "nugget_recall"}),
          _VERDICT | _FACTS | _SUPPORT | _LENGTH),
    Fault("pad", "True sentences about something else are added", _pad, frozenset({"nugget_precision", "words"}),
          _VERDICT),
    Fault("bury_number", "The number asked for comes last", _bury_number, frozenset({"number_first"})),
    Fault("wrong_figure", "Another figure is shown", _wrong_figure, frozenset({"figure_accuracy"}), _VERDICT),
    Fault("refuse", "An answerable question is refused", _refuse,
          frozenset({"right", "crag_score", "over_refusal", "nugget_recall"}),
          _VERDICT | _FACTS | {"figure_accuracy"} | _LENGTH),
    Fault("answer_unanswerable", "A question without an answer gets one", _answer_unanswerable,
          frozenset({"right", "crag_score", "abstention"}), _VERDICT | _LENGTH),
    Fault("bury_source", "The ranked list is turned round", _bury_source, frozenset({"mrr", "ndcg_at_10"}),
          frozenset({"recall_at_5", "span_at_5", "span_mrr"})),
)  # fmt: skip


def detections(made: Run, cases: Sequence[Case], seed: int = 0) -> tuple[Detection, ...]:
    """Every fault against every measure, over the run's right answers."""
    answers, scores = made.answers(), made.scores()
    right = [c for c in cases if scores.get(c.id, {}).get("right") == 1.0 and "error" not in answers[c.id]]
    said = [answers[c.id] for c in right if not answers[c.id]["abstained"]]
    found = []
    for fault in FAULTS:
        tally = {m.name: [0, 0] for m in MEASURES}
        for case in right:
            broken = _broken(fault, case, answers[case.id], said, seed)
            for measure in MEASURES if broken is not None else ():
                before = measure.score(case, answers[case.id])
                after = measure.score(case, broken)
                if before is not None:
                    tally[measure.name][0] += 1
                    tally[measure.name][1] += _worse(measure, before, after)
        found += [
            Detection(fault.name, m.name, tally[m.name][0], tally[m.name][1], _expected(fault, m)) for m in MEASURES
        ]
    return tuple(found)


def table(told: Sequence[Detection]) -> str:
    """Markdown: faults down, measures across; "87 %!" should be all and is not enough, or should be none and is not."""
    from eval.report.markdown import table as markdown

    names = [m.name for m in MEASURES if m.unit != "ms" and any(d.broken for d in told if d.measure == m.name)]
    by = {(d.fault, d.measure): d for d in told}
    rows = [[f.title, str(max(by[f.name, n].broken for n in names)), *(_cell(by[f.name, n]) for n in names)]
            for f in FAULTS]  # fmt: skip
    return markdown(["fault", "broken", *names], rows)


def _broken(fault: Fault, case: Case, answer: Mapping[str, Any], said: Sequence[Any], seed: int) -> Broken:
    if case.answerable == (fault.name == "answer_unanswerable"):
        return None
    copy = json.loads(json.dumps(answer))
    if case.answerable and not (copy["statements"] and copy["citations"]):
        return None
    return fault.make(case, copy, said, random.Random(f"{seed}\0{fault.name}\0{case.id}"))


def _worse(measure: Measure, before: float, after: float | None) -> bool:
    if after is None:  # what can no longer be measured has not been marked down
        return False
    return (after - before if measure.better == "lower" else before - after) > _ENOUGH


def _expected(fault: Fault, measure: Measure) -> bool | None:
    return True if measure.name in fault.own else None if measure.name in fault.may else False


def _cell(told: Detection) -> str:
    if not told.broken:
        return ""
    share = f"{told.detected / told.broken:.0%}"
    return f"**{share}**" if told.expected else f"({share})" if told.expected is None else share


def _reworded(answer: dict[str, Any], pattern: str, text: str) -> dict[str, Any]:
    for statement in answer["statements"]:
        statement["text"] = re.sub(pattern, text, statement["text"])
        # What the system said of its numbers is worked out again from the words, as a lying system would not.
        statement["numbers"] = [
            {"text": q.text, "value": q.value, "unit": q.unit, "supported": True} for q in quantities(statement["text"])
        ]
    marks = _CITED.findall(answer["answer"])
    answer["answer"] = re.sub(pattern, text, _CITED.sub("\0", answer["answer"]))
    for mark in marks:
        answer["answer"] = answer["answer"].replace("\0", mark, 1)
    return answer


def _said(answer: dict[str, Any], statements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    answer["statements"] = list(statements)
    answer["answer"] = " ".join(s["text"] + "".join(f" [{m}]" for m in s["citations"]) for s in statements)
    return answer


def _overlap(case: Case, other: Mapping[str, Any]) -> bool:
    text = " ".join(s["text"] for s in other["statements"])
    gold = case.gold
    return any(holds(n, text) for n in gold.nuggets) or any(
        re.search(p, text, re.I) for p in (*(n.pattern for n in gold.numbers), *gold.forbidden)
    )
