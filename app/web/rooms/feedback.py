"""What readers say of answers: the thumbs of the chat, and the page where a reviewer reads what was said."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from app.kept.feedback import COMMENT_MAX_CHARS, REASONS, STATES
from app.web import render
from app.web.asking import body_of, told
from app.web.house import House, form_of
from app.web.language import words_for
from app.web.readers import reader_of
from app.web.text import whole


def add(rooms: APIRouter, house: House) -> None:
    """Routes `/api/feedback` and `/feedback`."""

    @rooms.get("/api/feedback")
    def choices(request: Request) -> Response:
        _ = words_for(request.headers)
        reasons = [{"value": r, "text": _(r).capitalize()} for r in REASONS]
        return JSONResponse(
            {
                "reasons": reasons,
                "comment_max_chars": COMMENT_MAX_CHARS,
                "title": _("What is wrong with this answer?"),
                "comment": _("Comment"),
                "send": _("Send"),
                "cancel": _("Cancel"),
            }
        )

    @rooms.post("/api/feedback")
    async def said(request: Request) -> Response:
        return await told(lambda: _said(house, request), lambda _, why: {"error": why})

    @rooms.get("/feedback")
    def review(request: Request) -> Response:
        if not house.readers.edits(reader_of(request.headers)):
            return house.page(request, "not_yours.html", "quality", 403)
        state = request.query_params.get("state", STATES[0])
        said = house.feedback.all(state if state in STATES else "")
        engine = house.engine()
        figure = engine.figure if engine else lambda _: None
        words = words_for(request.headers)
        shown = [
            (s, Markup(render.answer(answer, f"f{s.id}", figure, "", words)) if answer else words(s.receipt.note))
            for s in said
            for answer in (s.receipt.answer,)
        ]
        return house.page(request, "feedback.html", "quality", said=shown, state=state, states=STATES)

    @rooms.post("/feedback/judge")
    async def judge(request: Request) -> Response:
        form = await form_of(request)
        number, state = form.get("id", ""), form.get("state", "")
        if not house.readers.edits(reader_of(request.headers)):
            return house.page(request, "not_yours.html", "quality", 403)
        if number.isascii() and number.isdigit() and state in STATES:
            await run_in_threadpool(house.feedback.judge, int(number), state)
        return RedirectResponse("/feedback", 303)


async def _said(house: House, request: Request) -> Response:
    body = await body_of(request)
    receipt = house.history.receipt(str(body.get("answer", "")))
    if receipt is None:
        return JSONResponse({"error": "answer: there is no such answer"}, 404)
    words = [body.get(name, "") for name in ("verdict", "reason", "comment")]
    if not all(isinstance(w, str) for w in words):
        return JSONResponse({"error": "verdict, reason and comment: expected text"}, 422)
    verdict, reason, comment = (whole(w) for w in words)
    try:
        await run_in_threadpool(
            house.feedback.keep, reader_of(request.headers), receipt, verdict, reason, comment.strip()
        )
    except ValueError as refused:
        return JSONResponse({"error": str(refused)}, 422)
    return JSONResponse({"kept": receipt.id})
