"""What the rooms beside the chat share: the engine, what is kept, who is asking, and the frame of a page.

Rooms are plain HTML made on the server (the chat, with its streams, is Gradio's): they work without JavaScript as far
as they can, print well, and can be linked to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.kept.feedback import Feedback
from app.kept.history import History
from app.types import Answer, Turn
from app.web.adding import Adding
from app.web.advisor import Advisor, Desk
from app.web.asking import Refused
from app.web.facts import facts_of
from app.web.language import words_for
from app.web.masthead import masthead
from app.web.metrics import Metrics
from app.web.rates import Rates
from app.web.readers import HEADER, Readers, reader_of
from app.web.text import clean
from ingest.settings import Settings

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class House:
    """The parts that every room may use."""

    desk: Desk
    settings: Settings
    readers: Readers

    @cached_property
    def history(self) -> History:
        """Conversations."""
        return History(self.settings.data)

    @cached_property
    def feedback(self) -> Feedback:
        """What readers said of answers."""
        return Feedback(self.settings.data)

    @cached_property
    def adding(self) -> Adding:
        """The work of changing the index."""
        return Adding(self.settings, self.desk.renew, self.found_in)

    def found_in(self, document: str) -> str:
        """What was read from a document, in one line."""
        engine = self.engine()
        told = engine and next((d for d in engine.documents() if d.id == document), None)
        return facts_of(told, list(engine.passages_of(document))).told() if engine and told else ""

    @cached_property
    def _rates(self) -> Rates:
        return Rates(self.settings.asks_per_minute if self.readers.asked else 0)

    @cached_property
    def metrics(self) -> Metrics:
        """What is counted."""
        return Metrics()

    def answered(self, door: str, reader: str, question: str, history: Sequence[Turn]) -> Answer:
        """The answer to a program's question; raises Refused, NotReady and QuestionRefused."""
        self.admit(reader)
        with self.metrics.answering(door) as given:
            given.append(self.desk.advisor().answer(question, history))
        return given[0]

    def admit(self, reader: str) -> None:
        """Count one more question of a program's; raises Refused when the reader has asked too often."""
        if wait_s := self.wait_s(reader):
            raise Refused(429, f"too many questions; ask again in {wait_s:.0f} s")

    def wait_s(self, reader: str) -> float:
        """0, and one more question counted; or the seconds after which this reader may ask again."""
        return self._rates.wait_s(reader)

    def engine(self) -> Advisor | None:
        """The engine, None while it is being opened."""
        return self.desk.advisor() if self.desk.ready else None

    def page(self, request: Request, template: str, here: str, status: int = 200, **told: Any) -> HTMLResponse:
        """A page from a template; `here` is the path of the room that the masthead marks."""
        words = words_for(request.headers)
        reader = reader_of(request.headers)
        frame = {
            "_": words,
            "language": words.language,
            "masthead": Markup(self.masthead(request.headers, here)),
            "reader": reader,
            "edits": self.readers.edits(reader),
        }
        html = self._templates.get_template(template).render({**frame, **told})
        return HTMLResponse(html, status)

    def masthead(self, headers: Mapping[str, str], here: str = "") -> str:
        """The top of a page in the reader's language; `here` is the path of the room that it marks."""
        return masthead(self.engine(), here, words_for(headers), self.signed_in(headers.get(HEADER, "")))

    def signed_in(self, reader: str) -> str:
        """The name to show for a reader, "" where nobody signs in and for who has not yet."""
        return reader if self.readers.asked else ""

    @cached_property
    def _templates(self) -> Environment:
        made = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=lambda v: clean(v) if isinstance(v, str) and not isinstance(v, Markup) else v,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters["day"] = _day
        made.filters["minute"] = _minute
        return made


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a plain form that was sent, the last value of each."""
    body = (await request.body()).decode("utf-8", "replace")
    return {name: values[-1] for name, values in parse_qs(body, max_num_fields=200).items()}


def _day(told: str) -> str:
    return f"{datetime.fromisoformat(told):%Y-%m-%d}" if told else ""


def _minute(told: str) -> str:
    return f"{datetime.fromisoformat(told):%Y-%m-%d %H:%M} UTC" if told else ""
