"""An answer on a terminal: the text, then its sources; control characters never reach the screen."""

from __future__ import annotations

import re

from app.types import Answer

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def show(answer: Answer) -> None:
    """Print the answer, its sources and what was checked to standard output."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=False)
    if answer.read_as:
        console.print(Text(f"Read as: {_clean(answer.read_as)}\n", style="dim"))
    console.print(Text(_clean(answer.answer)))
    if answer.citations:
        console.print()
        for c in answer.citations:
            where = ", ".join(
                str(p)
                for p in (
                    c.title,
                    c.publisher,
                    c.year,
                    c.section,
                    c.page and f"page {c.page}",
                    c.figure and f"figure {c.figure}",
                )
                if p
            )
            console.print(Text(f"[{c.marker}] {_clean(where)}", style="bold"))
            console.print(Padding(Text(f"“{_clean(c.quote)}”", style="dim"), (0, 0, 0, 4)))
        checks = answer.checks
        console.print()
        console.print(
            Text(
                f"{checks.supported} of {checks.statements} sentences sourced, {checks.numbers_supported} of "
                f"{checks.numbers} numbers checked, {answer.composer}, corpus {answer.corpus}{_used(answer)}",
                style="dim",
            )
        )
    if answer.follow_ups:
        console.print()
        console.print(Text("You could ask next:"))
        for ask in answer.follow_ups:
            console.print(Text(f"  - {_clean(ask)}"))


def _used(answer: Answer) -> str:
    """What a chat model read, wrote and cost, as far as that is known."""
    if answer.usage is None:
        return ""
    cost = "" if answer.usage.cost_usd is None else f", US${answer.usage.cost_usd:.4f}"
    return f", {answer.usage.input_tokens} + {answer.usage.output_tokens} tokens{cost}"


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)
