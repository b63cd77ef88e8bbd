"""The extractive composer: the direct answer first, then what supports it, then the caveat a careful adviser adds.

Every sentence is one that was found, said in its own words; what is joined, shortened or worked out here is
checked by `app.verify` like the output of any chat model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.beside import answers_beside, is_read, same_section, stands_beside
from app.caveats import Caveat, caveats_for
from app.cells import look_up, spoken
from app.drafts import Draft, adds_nothing, alike, draft, said
from app.gate import is_phrased
from app.listed import leads_in, list_around
from app.match import LEGEND, sentence_quantities
from app.prompting import addresses_a_machine
from app.question import Question
from app.restrictions import names_level
from app.rivals import disputed, rivals
from app.sides import sides
from app.types import Evidence
from app.vocabulary import concepts
from ingest.terms import content_stems

_BESIDE_FROM, _ANSWERS_BESIDE_FROM = 0.4, 0.05
_SUPPORT_FROM = 0.5
_AS_GOOD_FROM, _ALL_BUT_FROM = 0.8, 0.9
_SAME_PASSAGE_FROM = 0.3
_SIDE_FROM = 0.5
_SURE_FROM = 0.73
_COVER_NEARBY = 0.15
_COVER_ELSEWHERE = 0.5
_STEPS = 5
_SUPPORT = 3
_SUPPORT_OF_NUMBER = 1
_RIVALS = 2
_ASK_FOR_A_LIST = ("list", "advise")


def compose(
    question: Question,
    direct: Evidence,
    evidence: Sequence[Evidence],
    caveats: Sequence[Caveat],
    words: int,
    *,
    each_side: Sequence[Evidence] = (),
) -> tuple[Draft, ...]:
    """Drafts in the order in which they are to be read; the first answers the question.

    `each_side`: of a comparison, the statement that answers for each of its sides, where each was found by itself.
    """
    # What speaks to a machine is no support, however near it stands.
    evidence = [e for e in evidence if e is direct or not addresses_a_machine(e.sentence.text)]
    around = list_around(direct) if question.kind in _ASK_FOR_A_LIST or leads_in(direct) else []
    listed = [e for e in around if e is direct or not addresses_a_machine(e.sentence.text)]
    if question.kind in ("figure", "which_figure"):
        chosen = _of_figure(question, direct, evidence)
    elif listed:
        chosen = listed
    elif question.kind == "advise":
        chosen = _steps(direct, evidence)
    elif disputed(question):
        chosen = [direct, *rivals(question, direct, evidence, _RIVALS), *_support(direct, evidence, 1)]
    elif question.kind == "compare":
        chosen = _compared(question, direct, evidence, each_side)
    elif question.kind == "list":
        chosen = [direct, *_next(direct), *_whole_passage(direct, evidence), *_support(direct, evidence, 1)]
    elif question.wants_number:
        close = _support(direct, evidence, _SUPPORT_OF_NUMBER, close=True)
        chosen = [direct, *rivals(question, direct, evidence), *close]
    else:
        chosen = [direct, *_next(direct), *_support(direct, evidence, _SUPPORT)]
    steps = question.kind == "advise" and len(chosen) > 2
    drafts = [draft(e, step=not leads_in(e) if listed else steps) for e in _each_once(chosen)]
    looked_up = look_up(question, direct.sentence.text)
    if looked_up.values and chosen[0] is direct:
        # Of a row only what was asked for is said; the quote is the whole row.
        drafts[0] = replace(drafts[0], text=spoken(looked_up))
    if question.kind == "compare":
        drafts += difference(drafts)
    # An item may be part of another: "data", "a data catalogue".
    drafts = owned_once(_within(drafts if listed else _not_said_twice(drafts), words))
    return (*drafts, *caveats_for(direct, drafts, caveats, evidence))


def _belongs(e: Evidence, direct: Evidence, close: bool) -> bool:
    """Whether a statement from elsewhere may stand beside the direct answer: it has to speak of what was asked."""
    # Beside a direct answer that is hardly in doubt, only what is to the point; beside another, what may be.
    if direct.nearness >= _SURE_FROM and not e.features["topical"]:
        return False
    if e.passage.document_id != direct.passage.document_id:
        return not close and e.features["spoken"] >= _COVER_ELSEWHERE
    if close and e.passage.section != direct.passage.section:
        return False
    return e.features["spoken"] >= _COVER_NEARBY


def _as_good(e: Evidence, direct: Evidence) -> bool:
    """Whether a statement is known to answer nearly as well as the direct one: any of the two may be what was meant."""
    return is_phrased(e) and e.score >= _AS_GOOD_FROM * direct.score and e.features["sounds"] > 0


def _support(direct: Evidence, evidence: Sequence[Evidence], most: int, close: bool = False) -> list[Evidence]:
    """Up to `most` further statements; `close` keeps to the section and figure of the direct answer."""
    found: list[Evidence] = []
    for e in evidence:
        if len(found) >= most:
            break
        if not _is_to_the_point(e, direct, close):
            continue
        beside = e.features["conflicts"] or e.features["label"] or LEGEND.match(e.sentence.text)
        if beside or e.sentence.kind == "caveat":
            continue
        if e.sentence is direct.sentence or any(alike(e.sentence.text, o.sentence.text) for o in (direct, *found)):
            continue
        found.append(e)
    return found


def _is_to_the_point(e: Evidence, direct: Evidence, close: bool) -> bool:
    near = e.passage.id == direct.passage.id or bool(set(e.sentence.figures) & set(direct.sentence.figures))
    if is_phrased(e) and is_phrased(direct):
        return (near or same_section(e, direct) or not close) and stands_beside(e, direct) >= _BESIDE_FROM
    if is_read(e, direct):
        return (near or same_section(e, direct) or not close) and answers_beside(e, direct) >= _ANSWERS_BESIDE_FROM
    if not near and not _belongs(e, direct, close) and not (_as_good(e, direct) and not close):
        return False
    return e.score >= (_SAME_PASSAGE_FROM if near else _SUPPORT_FROM) * direct.score


def _next(direct: Evidence) -> list[Evidence]:
    """The sentence after `direct` in its passage: in running text it carries the thought on."""
    after = direct.passage.sentences.index(direct.sentence) + 1
    if is_read(direct) or not direct.features["bare"] or after >= len(direct.passage.sentences):
        return []
    return [Evidence(direct.passage.sentences[after], direct.passage, direct.score / 2, direct.features)]


def _whole_passage(direct: Evidence, evidence: Sequence[Evidence]) -> list[Evidence]:
    siblings = [e for e in evidence if e.passage.id == direct.passage.id and e.sentence.kind != "caveat"]
    rest = sorted((e for e in siblings if e.sentence is not direct.sentence), key=lambda e: e.sentence.start)
    return [direct, *(e for e in rest if _stands_in_passage(e, direct))]


def _stands_in_passage(e: Evidence, direct: Evidence) -> bool:
    if is_read(e, direct):
        return answers_beside(e, direct) >= _ANSWERS_BESIDE_FROM
    return e.score >= _SAME_PASSAGE_FROM * direct.score


def _steps(direct: Evidence, evidence: Sequence[Evidence]) -> list[Evidence]:
    advice = [e for e in evidence if not e.features["conflicts"] and (_is_advice(e) or _all_but_as_good(e, direct))]
    chosen: list[Evidence] = [direct]
    for e in advice:
        if len(chosen) >= _STEPS or e.score < 0.6 * direct.score:
            break
        if is_phrased(e) and is_phrased(direct) and stands_beside(e, direct) < _BESIDE_FROM:
            continue
        if not any(alike(e.sentence.text, o.sentence.text) for o in chosen):
            chosen.append(e)
    return chosen


def _is_advice(e: Evidence) -> bool:
    return e.sentence.kind == "guidance"


def _all_but_as_good(e: Evidence, direct: Evidence) -> bool:
    """Whether a finding is known to answer as well as the direct answer, or all but."""
    near = e.score >= _ALL_BUT_FROM * direct.score
    return e.sentence.kind == "finding" and near and _as_good(e, direct)


def _of_figure(question: Question, direct: Evidence, evidence: Sequence[Evidence]) -> list[Evidence]:
    numbers = set(question.figures) or set(direct.sentence.figures) or set(direct.passage.figures)
    own = [e for e in evidence if numbers & set(e.sentence.figures)
           or (e.passage.kind == "figure" and numbers & set(e.passage.figures))]  # fmt: skip
    own = [e for e in own if e.features["figure"]] or own
    cards = sorted(
        (e for e in own if e.passage.kind == "figure" and not LEGEND.match(e.sentence.text)),
        key=lambda e: (e.passage.start, e.sentence.start),
    )
    tied = [e for e in own if e.passage.kind != "figure" and e.sentence.kind != "caveat"]
    if question.kind == "which_figure":
        return [
            *cards[:1],
            *(t for t in tied[:1] if not any(adds_nothing(t.sentence.text, c.sentence.text) for c in cards[:1])),
        ] or [direct]
    chosen: list[Evidence] = []
    for e in (*tied, *cards[1:]):
        titled = any(adds_nothing(e.sentence.text, c.sentence.text) for c in cards[:1])
        if not titled and not any(alike(e.sentence.text, o.sentence.text) for o in chosen):
            chosen.append(e)
    return [*cards[:1], *chosen[:3]] or [direct]


def _both_sides(question: Question, direct: Evidence, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best statement for each side; where the sides cannot be told apart, what covers most of the rest."""
    pool = [
        e
        for e in evidence
        if e.sentence.kind != "caveat" and not e.features["label"] and e.score >= _SIDE_FROM * direct.score
    ] or [direct]
    if len(question.levels) > 1:
        by_level = (next((e for e in pool if names_level(v, e.sentence.text)), None) for v in sorted(question.levels))
        both = [e for e in by_level if e]
        if len(both) > 1:
            return both
    named = sides(question.text)
    if named is None:
        return [direct, *_support(direct, evidence, 1)]
    one = max(pool, key=lambda e: _speaks_of_side(e, named[0], named[1]))
    rest = [e for e in pool if e.sentence is not one.sentence and not e.features["label"]]
    return [one, *sorted(rest, key=lambda e: -_speaks_of_side(e, named[1], named[0]))[:1]]


def _compared(
    question: Question, direct: Evidence, evidence: Sequence[Evidence], each_side: Sequence[Evidence]
) -> list[Evidence]:
    """Both sides by their numbers where each has one, else what sets them apart, else the best of each."""
    numbers = bool(each_side) and all(e.features["numeric"] for e in each_side)
    if not numbers and _speaks_of_both(question, direct):
        return [direct, *_support(direct, evidence, 1)]
    return list(each_side) or _both_sides(question, direct, evidence)


def _speaks_of_both(question: Question, direct: Evidence) -> bool:
    """Whether a statement itself sets the two sides of a comparison against each other."""
    named = sides(question.text)
    if named is None or not _SETS_APART.search(direct.sentence.text):
        return False
    one, other, told = _topics(named[0]), _topics(named[1]), _topics(direct.sentence.text)
    return bool((one - other) & told) and bool((other - one) & told)


_SETS_APART = re.compile(r"\b(?:than|versus|against|while|whereas|twice)\b", re.I)


def _speaks_of_side(evidence: Evidence, side: str, other: str) -> float:
    """How much a statement speaks of what one side has and the other has not."""
    told = " . ".join((evidence.sentence.text, *evidence.sentence.asks))
    wanted = _topics(side) - _topics(other)
    return len(wanted & _topics(told)) / (len(wanted) or 1) + evidence.score


def _topics(text: str) -> set[str]:
    return {f"concept {name}" for name in concepts(text)} | set(content_stems(text))


def difference(drafts: Sequence[Draft]) -> list[Draft]:
    """The difference between two shares, one from each draft or both from the first, worked out in the open.

    Nothing when units or counts do not allow it.
    """
    shares = [[q for q in sentence_quantities(d.text) if q.unit == "percent" and not q.approx] for d in drafts[:2]]
    if [len(own) for own in shares] == [1, 1]:
        (a,), (b,) = shares
        quotes = (*drafts[0].quotes, *drafts[1].quotes)
    elif shares and len(shares[0]) == 2:
        a, b = shares[0]
        quotes = drafts[0].quotes
    else:
        return []
    # "Two in three" is no 66.67 per cent: a difference would be more exact than what it is made of.
    if a.value == b.value or any(round(q.value, 1) != q.value for q in (a, b)):
        return []
    high, low = _plain(max(a.value, b.value)), _plain(min(a.value, b.value))
    apart = _plain(abs(a.value - b.value))
    points = "point" if apart == "1" else "points"
    worked = f"the difference is {apart} percentage {points} ({high} − {low} = {apart})"
    text = f"{high} per cent is higher than {low} per cent: {worked}."
    return [Draft(text, "inference", quotes)]


def _plain(value: float) -> str:
    return f"{value:g}"


_OWN = re.compile(r"^Our (?:advice|view): ")


def owned_once(drafts: Sequence[Draft]) -> list[Draft]:
    """Of statements of our own that follow each other only the first says whose they are."""
    found: list[Draft] = []
    for before, d in zip((None, *drafts), drafts, strict=False):
        own = _OWN.match(d.text)
        follows = own and before and before.text.startswith(own.group(0))
        rest = d.text[own.end() :] if own else ""
        found.append(replace(d, text=rest[:1].upper() + rest[1:]) if follows else d)
    return found


def _each_once(evidence: Sequence[Evidence]) -> list[Evidence]:
    seen: set[str] = set()
    found = []
    for e in evidence:
        text = said(e.sentence.text)
        if text not in seen:
            seen.add(text)
            found.append(e)
    return found


def _not_said_twice(drafts: Sequence[Draft]) -> list[Draft]:
    """Drop what another draft says too, word for word."""
    texts = [d.text.lower().rstrip(". ") for d in drafts]

    def repeated(i: int) -> bool:
        others = [(j, text) for j, text in enumerate(texts) if j != i]
        return any(texts[i] in text and (texts[i] != text or j < i) for j, text in others)

    return [d for i, d in enumerate(drafts) if not repeated(i)]


def _within(drafts: Sequence[Draft], words: int) -> list[Draft]:
    kept: list[Draft] = []
    spent = 0
    for d in drafts:
        spent += len(d.text.split())
        if kept and spent > words:
            break
        kept.append(d)
    return kept
