"""What is told of an answer sentence by sentence, beside what was streamed while it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.types import Step
from app.work import Work

# A sentence with its markers and the white space after it; the pieces add up to the answer.
_SENTENCES = re.compile(r"\S.*?(?:\](?=\s)(?!\s*\[)|\Z)\s*", re.S)


def left_to_tell(work: Work) -> Iterator[Step]:
    """The sentences of the answer that were not streamed; none where it takes the place of what was."""
    whole = work.answer.answer if work.answer else ""
    if not whole.startswith(work.streamed):
        return
    rest = whole.removeprefix(work.streamed)
    gap = rest[: len(rest) - len(rest.lstrip())]
    for piece in _SENTENCES.findall(rest):
        yield Step("sentence", gap + piece)
        gap = ""
