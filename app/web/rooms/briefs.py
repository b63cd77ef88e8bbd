"""Take it to the board: a conversation or a self-check as a brief, on the page and as Word, PDF or Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from app.brief.brief import Brief, brief_of
from app.brief.markdown import to_markdown
from app.brief.pdf import to_pdf
from app.brief.word import to_docx
from app.brief.wording import closing, sections
from app.self_check import SelfCheck, brief_of_check, sourced, written
from app.web.figures import inside
from app.web.house import House, form_of
from app.web.language import words_for
from app.web.readers import reader_of

FORMS: dict[str, tuple[str, Callable[[Brief], bytes]]] = {
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", to_docx),
    "pdf": ("application/pdf", to_pdf),
    "md": ("text/markdown; charset=utf-8", lambda brief: to_markdown(brief).encode()),
}
_ANSWERS = re.compile(r"[0-4]{12}")


def add(rooms: APIRouter, house: House) -> None:
    """Routes `/brief/ID`, `/brief/ID.docx` and the like, `/self-check`, `/self-check/brief.docx` and the like."""

    @rooms.get("/brief/{name}")
    def brief(request: Request, name: str) -> Response:
        talk, _, ending = name.partition(".")
        receipts = house.history.conversation(talk, reader_of(request.headers))
        answers = [r.answer for r in receipts if r.answer]
        if not answers or (ending and ending not in FORMS):
            return house.page(request, "missing.html", "history", 404, what="This conversation")
        engine = house.engine()
        drawn = brief_of(answers, engine.figure if engine else lambda _: None, _today())
        if ending:
            return _file(drawn, ending, "brief")
        told: dict[str, Any] = {
            "brief": drawn,
            "sections": sections(drawn),
            "inside": lambda figure: Markup(inside(figure, words_for(request.headers))),
            "closing": closing(drawn),
        }
        return house.page(request, "brief.html", "history", talk=talk, forms=list(FORMS), **told)

    @rooms.get("/self-check")
    def self_check(request: Request) -> Response:
        return house.page(request, "self_check.html", "self-check", check=_check(house), forms=list(FORMS))

    @rooms.post("/self-check/brief.{ending}")
    async def check_brief(request: Request, ending: str) -> Response:
        answers = (await form_of(request)).get("answers", "")
        if ending not in FORMS or not _ANSWERS.fullmatch(answers):
            return house.page(request, "missing.html", "self-check", 422, what="This self-check")
        engine = house.engine()
        corpus = engine.corpus if engine else ""
        check = await run_in_threadpool(_check, house)
        drawn = brief_of_check(check, [int(a) for a in answers], _today(), corpus)
        return await run_in_threadpool(_file, drawn, ending, "self-check")


def _check(house: House) -> SelfCheck:
    engine = house.engine()
    return sourced(written(), engine.documents(), engine.passages_of) if engine else written()


def _file(brief: Brief, ending: str, name: str) -> Response:
    kind, make = FORMS[ending]
    headers = {"content-disposition": f'attachment; filename="{name}-{brief.date}.{ending}"'}
    return Response(make(brief), media_type=kind, headers=headers)


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"
