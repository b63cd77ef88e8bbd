"""What a message says of the asker, beside what it asks: "We're a bank in Leeds. How often should models be tested?"

Who asks restricts an answer only where it contradicts it: advice for anybody serves an insurer in Lyon, too.
"""

from __future__ import annotations

import re

from app.message import LIKE_US, calm, is_asking
from ingest.sentences import split

OF_OURS = frozenset({"sector", "size"})
"""What restricts nothing at all where it is only told of the asker."""

# Who or where the asker is, has and does, and whose people want to know: not what is cared about or looked at.
_OURSELVES = re.compile(
    r"\b(?:i|we)(?:['’](?:m|re|ve)| (?:\w+ly )?(?:am|are|run|have|had|got|use|work|sit|sell|make|own|lead|head|chair|"
    r"manage|operate|signed|bought|built|started|did|plan|need|founded|employ))\b|\b(?:my|our)\b"
    r"|^\W*as an? (?:[\w-]+ ){0,3}(?:bank|firm|company|insurer|manufacturer|ceo|cfo|director|founder)\b",
    re.I,
)
# "How many incidents did we have?" is in one's own documents or nowhere.
ABOUT_OWN = re.compile(
    r"\bhow (?:many|much)\b[^?.,;:]*\b(?:do|did|have|had) we (?:already |currently |actually |really )?"
    r"(?:have|had|got|employ|spend|spent|pay|paid|lose|lost|save|saved|make|made|earn|earned|run)\b(?! to\b)",
    re.I,
)
# "I mean in Germany", "we only look at banks", "I'm interested in 2025": what is asked is told after it.
_MEANT = re.compile(
    r"\b(?:i|we) (?:(?:only|just|really|also) )*(?:mean|meant|care|look|focus|compare|want|ask|think|refer)\b"
    r"|\b(?:interested in|looking at|speaking of|about|for us|in mind|example|compared? (?:to|with))\b",
    re.I,
)
# "I read the Accenture study. What share ...?" asks of that study.
_OF_A_SOURCE = re.compile(
    r"\b(?:reads?|heard|saw|seen|stud(?:y|ies)|surveys?|reports?|articles?|papers?|poll(?:s|ed)?|claims?|says?|said|wrote|"
    r"published|quote[ds]?|according)\b",
    re.I,
)
_POINTS_BACK = re.compile(
    r"\b(?:such|those|these|they|them|here|(?<!is )(?<!are )(?<!was )(?<!were )there(?!['’]s))\b", re.I
)
_OURS = (
    r"(?:teams?|groups?|boards?|exco|committees?|(?:head )?offices?|branch(?:es)?|lawyers?|counsel|boss|chair|"
    r"colleagues?|plants?|sites?|subsidiary|arms?|units?|people|clerks|staff|suppliers?|partners?|agency|clinic)"
)
_A_LISTENER = r"(?:steering group|board|exco|committee|head office|press officer|auditor|counsel|chair)"
# "For the exco in Perth", "our lawyers in Perth talk of a change": where those sit who are spoken of or for.
_SEATED = re.compile(
    rf"\b((?:(?:our|my)\s+(?:[\w-]+\s+){{0,2}}?{_OURS}|(?:the|an?)\s+{_A_LISTENER}))\s+(?:in|near|from)\s+(?-i:[A-ZÀ-Þ])[\w-]+",
    re.I,
)
_OFFICE_OF = re.compile(rf"\b((?:our|my)\s+)[A-ZÀ-Þ][\w-]+(?:\s+[A-ZÀ-Þ][\w-]+)?(\s+{_OURS}\b)")


def asked_in(text: str) -> str:
    """A message without what it says of the asker; the whole where the question is about the asker's own kind."""
    told = _told(text)
    kept = [sentence for sentence, asks in told if asks or not _is_of_ourselves(sentence)]
    question = _joined(told)
    if LIKE_US.search(question) or (len(kept) < len(told) and _POINTS_BACK.search(question)):
        return calm(text)
    return _OFFICE_OF.sub(r"\1\2", _SEATED.sub(r"\1", " ".join(kept)))


def question_in(text: str) -> str:
    """The sentences of a message that ask something; of one that asks nothing, the last."""
    return _joined(_told(text))


def _told(text: str) -> list[tuple[str, bool]]:
    """The sentences of a message, and whether each asks something."""
    plain = calm(text)
    sentences = [plain[start:end] for start, end in split(plain)]
    asked = [is_asking(sentence) for sentence in sentences]
    if sentences and not any(asked):
        asked[-1] = True
    return list(zip(sentences, asked, strict=True))


def _joined(told: list[tuple[str, bool]]) -> str:
    return " ".join(sentence for sentence, asks in told if asks)


def _is_of_ourselves(sentence: str) -> bool:
    return _OURSELVES.search(sentence) is not None and not (_OF_A_SOURCE.search(sentence) or _MEANT.search(sentence))
