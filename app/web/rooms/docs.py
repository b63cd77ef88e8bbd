"""What programs find here, on one page; the usual viewers load scripts from elsewhere, which the policy forbids."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.web.house import House


def add(rooms: APIRouter, house: House) -> None:
    """Route `/api/docs`."""

    @rooms.get("/api/docs")
    def docs(request: Request) -> Response:
        told = request.app.openapi()
        doors = [
            {"path": path, "method": method.upper(), **_door(told_of)}
            for path, methods in told["paths"].items()
            for method, told_of in methods.items()
        ]
        base = str(request.base_url).rstrip("/")
        return house.page(request, "docs.html", "quality", doors=doors, base=base, asked=house.readers.asked)


def _door(told: dict[str, Any]) -> dict[str, Any]:
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    responses = {status: r.get("description", "") for status, r in told.get("responses", {}).items()}
    fields = [(name, f, name in body.get("required", ())) for name, f in body.get("properties", {}).items()]
    return {"does": told.get("description", ""), "fields": fields, "responses": responses}
