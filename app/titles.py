"""Who holds a title: a statement about the holder of another is no answer."""

from __future__ import annotations

import re

# "Who is the CEO of Deloitte?": its chief AI officer is somebody else.
_TITLE = re.compile(
    r"\bwho(?:['’]s| is| was) (?:the |your |their |its )?(?:current |new |present )?"
    r"(c[efito]o|chief executive|chief [\w-]+(?: [\w-]+)? officer|chair(?:man|woman|person)?|president|founder)\b",
    re.I,
)
_SAME_TITLES = (
    ("ceo", "chief executive"), ("cfo", "chief financ"), ("cio", "chief information officer"),
    ("cto", "chief technology officer"), ("coo", "chief operating officer"), ("chair",),
)  # fmt: skip


def title_lacking(asked: str, text: str) -> str:
    """The title that a question asks for the holder of, where a text does not name it; else nothing."""
    found = _TITLE.search(asked)
    if found is None:
        return ""
    title = found[1].lower()
    forms = next((same for same in _SAME_TITLES if title.startswith(same)), (title,))
    return "" if any(re.search(rf"\b{re.escape(form)}", text, re.I) for form in forms) else found[1]
