"""What kind of statement a sentence of a foreign text makes, and whether it needs the sentence before it.

Our own notes say so themselves (`Block.statement`); these rules read everything else.
"""

from __future__ import annotations

import re

from ingest.types import StatementKind

_GUIDANCE = re.compile(
    r"\b(?:must|should|ought to|(?<!still )needs? to|(?:is|are) (?:well )?advised to|recommend(?:s|ed|ations?)?|"
    r"it is (?:essential|crucial|vital|critical|imperative|important|advisable) (?:to|that))\b",
    re.I,
)
_CAVEAT = re.compile(
    r"\b(?:not (?:be )?(?:nationally |statistically )?(?:representative|comparable|generali[sz]ed)|"
    r"(?:is|are|was|were) not stated|"
    r"(?:with|some|great) caution|caveats?|limitations? of|self-reported|margins? of error|small (?:sample|base)|"
    r"(?:does|do|did) not (?:state|imply|prove|necessarily)|correlation (?:is|does) not|"
    r"interpreted (?:with|carefully))\b",
    re.I,
)
_REPORTED = re.compile(
    r"\b(?:identified|found|showed|revealed|indicated|suggested|reported|stated|said|believed?|thought|felt)\b",
    re.I,
)
_MEASURED = re.compile(r"\d(?:\.\d+)?\s?(?:%|per ?cent\b|percent\b)", re.I)

_CONNECTIVE = re.compile(
    r"(?:(?:however|yet|instead|indeed|moreover|furthermore|also|but|and|so|thus|therefore|still|nevertheless|"
    r"in addition|as a result|in turn|for example|for instance|similarly|notably|significantly|consequently),?\s+)+",
    re.I,
)
_OPENS_BACKWARDS = re.compile(
    r"(?:this|these|those(?! (?:in|who|with|that|of|from|on|at|whose|which)\b)|they|them|he|she|its|their|both|neither|"
    r"such(?! as)|"
    r"it(?! (?:is|was|will be|would be|may be|can be|has been|remains|seems|appears)\s+"
    r"(?:\w+\s+){0,2}(?:to|that|for)\b)|"
    r"(?:the|an)(?:other)? (?:former|latter|same)|another|the (?:others?|rest|remainder|sector|industry|group))\b",
    re.I,
)
_POINTS_BACK = re.compile(
    r"\b(?:this|these) (?!is\b|was\b|has\b|can\b|will\b|year|month|decade|century|report|survey|study|article|paper|"
    r"section|chapter|document|research|time|day|week|quarter|case\b)[a-z]+|\bsuch (?!as\b|that\b)[a-z]+",
    re.I,
)
_EARLY_CHARS = 90


def kind_of(sentence: str) -> StatementKind:
    """Finding, guidance or caveat, by the sentence's own words.

    A measured share is a finding, and so is what a source reports that others must do.
    """
    if _CAVEAT.search(sentence):
        return "caveat"
    advice = _GUIDANCE.search(sentence)
    if advice is None or _MEASURED.search(sentence) or _REPORTED.search(sentence, 0, advice.start()):
        return "finding"
    return "guidance"


def needs_antecedent(sentence: str) -> bool:
    """Whether the sentence begins with, or early on contains, a word that points to the sentence before it."""
    connective = _CONNECTIVE.match(sentence)
    begun = sentence[connective.end() :] if connective else sentence
    return bool(_OPENS_BACKWARDS.match(begun) or _POINTS_BACK.search(begun[:_EARLY_CHARS]))
