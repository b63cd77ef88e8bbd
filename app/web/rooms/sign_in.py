"""The door to the house, where one is needed."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from app.kept.sessions import LASTS_S
from app.web.house import House, form_of
from app.web.readers import COOKIE, TooOften


def add(rooms: APIRouter, house: House) -> None:
    """Routes `/sign-in` and `/sign-out`."""

    def page(request: Request, status: int = 200, wrong: str = "", name: str = "", after: str = "/") -> Response:
        told = {"wrong": wrong, "name": name, "after": after}
        return house.page(request, "sign_in.html", "sign-in", status, **told)

    @rooms.get("/sign-in")
    async def sign_in(request: Request) -> Response:
        if not house.readers.here:
            return RedirectResponse("/", 303)
        return page(request, after=_inside(request.query_params.get("next", "/")))

    @rooms.post("/sign-in")
    async def signed_in(request: Request) -> Response:
        form = await form_of(request)
        name, after = form.get("name", ""), _inside(form.get("next", "/"))
        peer = request.client.host if request.client else ""
        try:
            token = await run_in_threadpool(house.readers.sign_in, name, form.get("password", ""), peer)
        except TooOften as often:
            return page(request, 429, str(often), name, after)
        if token is None:
            return page(request, 401, "The name or the password is not right.", name, after)
        entered = RedirectResponse(after, 303)
        proxied = request.headers.get("x-forwarded-proto", request.url.scheme)
        entered.set_cookie(
            COOKIE, token, max_age=int(LASTS_S), httponly=True, samesite="lax", secure=proxied == "https"
        )
        return entered

    @rooms.get("/sign-out")
    async def asks_to_sign_out(request: Request) -> Response:
        return house.page(request, "sign_out.html", "sign-out")

    @rooms.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        await run_in_threadpool(house.readers.sign_out, dict(request.headers))
        left = RedirectResponse("/sign-in", 303)
        left.delete_cookie(COOKIE)
        return left


def _inside(path: str) -> str:
    """`path` when it leads to a page of ours, else the first page: no link may send a reader elsewhere."""
    inside = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if inside else "/"
