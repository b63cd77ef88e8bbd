"""Is the question answered here? The decision to answer or to refuse, with a reason that a reader understands.

A logistic on a few signals of the best statement that meets every restriction of the question (Kamath, Jia and
Liang 2020, "Selective question answering under domain shift", use the same shape). Its coefficients were fitted on
the development questions; see `eval/LOG.md`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.logistic import model_in
from app.match import LEGEND
from app.question import Question, names
from app.types import Conflict, Evidence

ANSWER_FROM = 0.5
READ_FROM = 0.28
"""Of a statement that the reader has read, the least probability that it answers: it stands beside two others, one of
which mostly does where it does not."""
# Of a follow-up several readings are tried, and one of them finds something more easily.
FOLLOW_UP_FROM = 0.64
_TRIED = 4
# A statement whose phrasing asks the very question answers it, even where no source states the number.
_ASKED_FOR_FROM = 0.85
# "How much interest do they pay?" names no unit that fits a rate; a statement so close to it answers.
_CLOSE_FROM, _COVERED_FROM = 0.72, 0.8
_LOOKED_UP_FROM = 0.5
_KNOWN_FROM, _PAST_GAP_FROM = 0.71, 0.08
# Of phrasings held out, 2 in 100 lie so far from their statement, and 6 in 1,000 so much nearer to a gap.
_FAR_BELOW = 0.5
_HALFWAY_BELOW, _SHARED_BELOW = 0.57, 0.3
_LACKING_FROM, _NEARER_BY = 0.67, 0.05
_COVERED_BY_IT, _COVERS_IT, _KNOWN_ALIKE, _ALIKE_SURE = 0.9, 0.5, 0.7, 0.8
_TELLS_FROM, _TELLS_NEARER_BY = 0.65, 0.05
# A caveat answers only what is asked about reliability, or nearly word for word.
_CAVEAT_FROM = 0.58
_ASKS_OF_LIMITS = re.compile(
    r"\b(?:reliab\w*|trust\w*|caveat\w*|limit\w*|careful\w*|representative|confiden\w*|certain|margin|doubt\w*|valid\w*|"
    r"credib\w*|disclos\w*|state[ds]?|independent|still|current|outdated|weak\w*|wrong|mislead\w*|compar\w*|why does|"
    r"bias\w*|sell\w*|caution|mean(?:s|t)?|really)\b",
    re.I,
)
# "Which vendor?" is answered by a name.
_WHOSE_NAME = re.compile(r"(?:vendor|provider|supplier|brand|maker|manufacturer|product|competitor)s?", re.I)
_OF_LEGENDS = frozenset({"figure", "which_figure", "list", "which"})
_WHO_IS_IT = re.compile(
    r"\bwho(?:'s| is| was) the (?:\w+ )?(?:company|firm|organi[sz]ation|business|client|respondent|bank|vendor)\b", re.I
)
COEFFICIENTS: Mapping[str, float] = {
    "bias": -4.0,
    "number": -1.8,
    "dense": 7.5,
    "cover": 2.0,
    "uncovered": -0.8,
    "back": 1.0,
    "back_number": 1.0,
    "head": 0.5,
    "caveat": -1.0,
    "headless": -1.5,
    "premise": 0.8,
    "agree": 1.4,
    "figure": 2.0,
    "bare": 0.8,
    "restricted_number": -2.0,
    "guidance_number": -1.2,
    "overshadowed": -4.0,
    "cell": 3.0,
    "scoped": 0.5,
    "judged": 3.0,
}


FILE = Path(__file__).with_name("gate.json")
"""The model for statements with phrasings, fitted by `python -m eval.fit_gate`."""
READ_FILE = Path(__file__).with_name("read_gate.json")
"""The same for statements of documents of one's own, as the reader reads them; fitted by `python -m eval.fit_own`."""
TALK_FILE = Path(__file__).with_name("talk_gate.json")
"""The same for what is asked in a chat, where nearness is that of the listener."""
_LONG_WORDS = 30
MOST_LOGIT = 8.0
"""Log odds of reranker and reader, from minus so much to so much, are told as -1 to 1."""
# Read off the wording by rule, and so outweighed where the very question is known to be answered.
_SOFT = frozenset({"change", "polarity", "base"})
# In a paper of one's own the heading or the sentence before may say of whom and where, and the reader has read them: of
# sentences that answer, one in fifteen was ruled out by these. They are weighed instead.
_WEIGHED = frozenset({"name", "sector", "country", "time", "money", "trend", "technology", "change", "aspect", "group"})
_OF_READ = (
    "read judged dense own cover uncovered spoken back head premise agree restricted "
    "type caveat topical unit fused figure cell scoped so_far last bare numeric"
).split()
_OF_PHRASED = (
    "sounds known known_often gap_known gap_known_often dense own "
    "cover uncovered spoken back head premise agree restricted guidance type caveat topical unit fused figure cell "
    "judged told"
).split()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate decided: `direct` is the statement to answer from (None when refused).

    confidence: 0 to 1, that `direct` answers the question. `reason`: for a refusal, in plain words.
    """

    direct: Evidence | None
    confidence: float
    reason: str = ""
    clash: Conflict | None = None


def decide(question: Question, evidence: Sequence[Evidence]) -> Verdict:
    """Answer from the best statement that fits, or refuse and say why."""
    if not evidence:
        return Verdict(None, 0.0, "nothing_near")
    fitting = [e for e in evidence if fits(question, e)]
    if not fitting:
        return Verdict(None, 0.0, "no_statement_fits", _clash(evidence[0]))
    if question.wants_number:
        # What is merely close is tried after what states the unit that was asked for.
        fitting.sort(key=lambda e: e.features["unit"] == 0.0 and e.features["cell"] < _LOOKED_UP_FROM)
        if _says_why_not(evidence[0], fitting[0]):
            fitting.insert(0, evidence[0])
    if question.kind == "which_figure":
        strongest = _by_strength(fitting)
        fitting.sort(key=lambda e: -strongest[_figure_of(e)])
    likeliest = max(fitting, key=lambda e: e.score)
    looked_at = [*fitting[:_TRIED], *(e for e in fitting[_TRIED:] if e is likeliest)]
    tried = [(confidence(question, e, evidence), e) for e in looked_at]
    for sure, best in tried:
        if sure >= answers_from(best):
            return Verdict(best, sure)
    return Verdict(None, max(sure for sure, _ in tried), "not_sure", _clash(evidence[0]))


def answers_from(candidate: Evidence) -> float:
    """How sure the gate must be of a statement."""
    return READ_FROM if candidate.features["read"] else ANSWER_FROM


def _says_why_not(nearest: Evidence, stated: Evidence) -> bool:
    """Whether what is known to answer says something else than a number: "No public benchmark gives the cost"."""
    features = nearest.features
    if not (is_phrased(nearest) and is_phrased(stated)) or features["numeric"] or features["conflicts"]:
        return False
    nearer = features["known_often"] - stated.features["known_often"]
    return features["known_often"] >= _TELLS_FROM and nearer >= _TELLS_NEARER_BY and not stated.features["unit"]


def _figure_of(evidence: Evidence) -> tuple[str, int]:
    numbers = evidence.sentence.figures or evidence.passage.figures
    return evidence.passage.document_id, numbers[0]


def _by_strength(fitting: Sequence[Evidence]) -> dict[tuple[str, int], float]:
    """How well each figure fits, by all that is said of it: its title, its question, its legend, the text around it."""
    found: dict[tuple[str, int], list[Evidence]] = {}
    for e in fitting:
        found.setdefault(_figure_of(e), []).append(e)
    return {f: max(e.nearness for e in own) + max(e.score for e in own) / 2 for f, own in found.items()}


def fits(question: Question, evidence: Evidence) -> bool:
    """True when a statement meets every restriction and, where a number is asked for, states one."""
    features, near = evidence.features, evidence.nearness
    if features["conflicts"] and not _is_soft(evidence):
        return False
    if features["label"] and question.kind not in ("figure", "which_figure"):
        return False
    if _is_mere_legend(question, evidence) or (_is_strange(evidence) and not features["figure"]):
        return False
    if question.wants_number:
        close = near >= _CLOSE_FROM and features["cover"] >= _COVERED_FROM and features["numeric"] > 0
        looked_up = features["cell"] >= _LOOKED_UP_FROM or _all_but_asked(evidence)
        stated = features["unit"] > 0 or near >= _ASKED_FOR_FROM or close or looked_up
        # A caveat may state a number; of a statistic it mostly says that it is missing.
        unstated = features["caveat"] and "statistic" in question.slots
        return stated and not features["absent"] and not unstated
    if features["caveat"] and near < _CAVEAT_FROM and not _ASKS_OF_LIMITS.search(question.text):
        return False
    if _asks_for_a_name(question) and not names(evidence.sentence.text):
        return False
    if question.kind == "which_figure":
        return bool(evidence.sentence.figures or evidence.passage.figures)
    return True


def _is_soft(evidence: Evidence) -> bool:
    """Whether what a statement does not meet is outweighed, or weighed, by what else is known of it."""
    slots = {c.slot for c in evidence.clashes}
    if evidence.features["read"]:
        return slots <= _WEIGHED
    return _all_but_asked(evidence) and slots <= _SOFT


def _asks_for_a_name(question: Question) -> bool:
    """ "Which vendor?", "Who is the company that ...?": a statement without a name is no answer."""
    by_head = question.kind == "which" and _WHOSE_NAME.fullmatch(question.head) is not None
    return by_head or _WHO_IS_IT.search(question.text) is not None


def _is_mere_legend(question: Question, evidence: Evidence) -> bool:
    """Whether a statement is the legend of a chart that the question does not ask about: it compares nobody."""
    return bool(LEGEND.match(evidence.sentence.text)) and not question.figures and question.kind not in _OF_LEGENDS


def _all_but_asked(evidence: Evidence) -> bool:
    """Whether a statement with a number is known to answer what is all but the same question."""
    features = evidence.features
    past_gap = features["known_often"] - features["gap_known_often"] >= _PAST_GAP_FROM
    return is_phrased(evidence) and features["known_often"] >= _KNOWN_FROM and past_gap and features["numeric"] > 0


def _is_strange(evidence: Evidence) -> bool:
    """Whether a question is far from all that a statement is known to answer, or nearer to what is known to lack."""
    features = evidence.features
    if not is_phrased(evidence):
        return False
    nearest = max(evidence.nearness, features["known_often"])
    far = nearest < _FAR_BELOW or (nearest < _HALFWAY_BELOW and features["cover"] < _SHARED_BELOW)
    lacking = features["gap_known_often"] >= max(_LACKING_FROM, features["known_often"] + _NEARER_BY)
    return far or lacking


def _clash(top: Evidence) -> Conflict | None:
    """What a reader is told of what rules the best statement out; the country first: where Dutch hospitals are asked
    about, what is known to lack on hospitals is not the reason."""
    return min(top.clashes, key=lambda clash: clash.slot != "country", default=None)


def confidence(question: Question, candidate: Evidence, evidence: Sequence[Evidence]) -> float:
    """Probability, 0 to 1, that `candidate` answers, given all that was found (best first)."""
    if question.kind == "figure" and candidate.features["figure"]:
        return 1.0
    if is_phrased(candidate):
        sure = model_in(TALK_FILE if candidate.features["talk"] else FILE)(
            phrased_signals(question, candidate, evidence)
        )
        return max(sure, _ALIKE_SURE) if _says_what_is_asked(candidate) else sure
    if candidate.features["read"]:
        return model_in(READ_FILE)(read_signals(question, candidate, evidence))
    features = signals(question, candidate, evidence)
    z = COEFFICIENTS["bias"] + sum(weight * features[k] for k, weight in COEFFICIENTS.items() if k != "bias")
    return 1.0 / (1.0 + math.exp(-z))


def _says_what_is_asked(candidate: Evidence) -> bool:
    """Whether question and statement speak of the same and of nothing else. Near misses in the notes' own words sound
    like the plain question, but bring a word of their own: of 1,839 held out one is so close."""
    features = candidate.features
    both = features["cover"] >= _COVERED_BY_IT and features["back"] >= _COVERS_IT
    return both and features["known_often"] >= _KNOWN_ALIKE and not features["conflicts"]


def is_phrased(candidate: Evidence) -> bool:
    """Whether a statement is one of the bundled notes' with phrasings: more is known of what such a one answers."""
    return bool(candidate.features["known"] and candidate.features["taught"])


def phrased_signals(question: Question, candidate: Evidence, evidence: Sequence[Evidence]) -> dict[str, float]:
    """What the decision on a statement with phrasings rests on: how near they are, how near a known gap is, whether
    the question sounds like those that are answered, and how the statement stands among the others."""
    own = candidate.features
    number = float(question.wants_number or question.kind == "which_figure")
    others = [e for e in evidence if e.sentence is not candidate.sentence]
    told = {
        **{name: own[name] for name in _OF_PHRASED},
        "past_gap": own["known"] - own["gap_known"],
        "past_gap_often": own["known_often"] - own["gap_known_often"],
        "overshadowed": max(0.0, max(e.features["dense"] for e in evidence) - own["dense"]),
        "outknown": max(0.0, max(e.features["known_often"] for e in evidence) - own["known_often"]),
        "outjudged": max(e.features["judged"] for e in evidence) - own["judged"],
        "margin": candidate.score - max((e.score for e in others), default=0.0),
        "restrictions": float(len(question.slots)),
        "length": min(len(question.text.split()), _LONG_WORDS) / _LONG_WORDS,
    }
    return {"number": number, **told, **{f"{name}_number": value * number for name, value in told.items()}}


def read_signals(question: Question, candidate: Evidence, evidence: Sequence[Evidence]) -> dict[str, float]:
    """What the decision on a statement rests on that the reader has read."""
    own = candidate.features
    others = [e for e in evidence if e.sentence is not candidate.sentence]
    around = " ".join((*candidate.passage.section, candidate.passage.text)).lower()
    slots = [c.slot for c in candidate.clashes]
    strange = [c.value for c in candidate.clashes if c.slot == "name" and c.value.lower() not in around]
    # As the reader learnt it: one of the sentences is chosen, or none, which weighs 1.
    weights = [math.exp(MOST_LOGIT * e.features["read"]) for e in evidence]
    return {
        **{name: own[name] for name in _OF_READ},
        "chosen": math.exp(MOST_LOGIT * own["read"]) / (1.0 + sum(weights)),
        "none": 1.0 / (1.0 + sum(weights)),
        "strange_name": float(bool(strange)),
        "other_country": float("country" in slots),
        "other_time": float("time" in slots),
        "clashes": float(len(slots)),
        "outread": max((e.features["read"] for e in others), default=-1.0) - own["read"],
        "overshadowed": max(0.0, max(e.features["dense"] for e in evidence) - own["dense"]),
        "margin": candidate.score - max((e.score for e in others), default=0.0),
        "restrictions": float(len(question.slots)),
        "length": min(len(question.text.split()), _LONG_WORDS) / _LONG_WORDS,
        "number": float(question.wants_number or question.kind == "which_figure"),
        "yes_no": float(question.kind == "yes_no"),
        "why": float(question.kind == "why"),
    }


def signals(question: Question, candidate: Evidence, evidence: Sequence[Evidence]) -> dict[str, float]:
    """What the decision rests on; each is named in `COEFFICIENTS`."""
    own = candidate.features
    number = float(question.wants_number or question.kind == "which_figure")
    told = {
        "dense": own["dense"],
        "cover": own["cover"],
        "uncovered": own["uncovered"],
        "back": own["back"],
        "head": own["head"],
        "premise": own["premise"],
        "agree": own["agree"],
        "figure": own["figure"],
        "restricted": own["restricted"],
        "guidance": own["guidance"],
        "bare": own["bare"],
        "type": own["type"],
        "caveat": own["caveat"],
        "cell": own["cell"],
        "scoped": own["scoped"],
        "judged": own["judged"],
        "headless": float(question.kind == "which" and own["head"] == 0.0),
        "overshadowed": max(0.0, max(e.features["dense"] for e in evidence) - own["dense"]),
    }
    return {"number": number, **told, **{f"{name}_number": value * number for name, value in told.items()}}
