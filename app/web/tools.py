"""The door for assistants: an MCP server (Model Context Protocol, streamable HTTP) with three tools."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from starlette.concurrency import run_in_threadpool

from app.web.asking import Refused, failed, question_of, turns_of
from app.web.figures import finding
from app.web.house import House
from app.web.readers import reader_of

_INSTRUCTIONS = (
    "Answers questions on AI strategy, AI maturity and MLOps from a fixed corpus. Every sentence of an answer is "
    "quoted: pass on its markers and sources, and when `abstained` is true say that the sources have no answer."
)
Told = TypeVar("Told")


def tools(house: House) -> MCPServer:
    """The server; its `streamable_http_app` is mounted behind the guard, which has checked host, origin and reader."""
    from mcp_types import ToolAnnotations

    server = MCPServer("mlops-advisor", instructions=_INSTRUCTIONS, log_level="WARNING")
    reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)

    @server.tool(annotations=reads)
    async def ask(question: str, context: Context, history: list[dict[str, str]] | None = None) -> dict[str, Any]:
        """Answer a question from the corpus, with the quotes that bear it out.

        `history` holds earlier messages as {"role": "user" or "assistant", "content": text}. The answer has `answer`
        (Markdown with markers such as [1]), `citations` (marker, title, quote ...), `figures`, `checks` and
        `abstained`, which is true when the corpus has no answer.
        """

        def work() -> dict[str, Any]:
            asked, turns = question_of(question, house.settings), turns_of(history or [], "history")
            return house.answered("mcp", _reader(context), asked, turns).to_json()

        return await _told(work)

    @server.tool(annotations=reads)
    async def figure(number: int) -> dict[str, Any]:
        """A figure of the report by its printed number: what was asked, the values that the text states, and what the
        text does not state."""
        return await _told(lambda: _figure(house, number))

    @server.tool(annotations=reads)
    async def sources() -> list[dict[str, Any]]:
        """The documents that answers come from, with publisher, year and address."""
        return await _told(lambda: _sources(house))

    return server


def security() -> TransportSecuritySettings:
    """The guard stands before this door: a second check of hosts would only refuse what was let in."""
    return TransportSecuritySettings(enable_dns_rebinding_protection=False)


def _reader(context: Context) -> str:
    return reader_of(context.headers or {})


async def _told(work: Callable[[], Told]) -> Told:
    """What `work` returns; a failure becomes one line that an assistant can read."""
    try:
        return await run_in_threadpool(work)
    except Exception as failure:
        raise ToolError(failed(failure)[1]) from None


def _figure(house: House, number: int) -> dict[str, Any]:
    found = house.desk.advisor().figure(number)
    if found is None:
        numbers = ", ".join(str(f.number) for f in house.desk.advisor().figures())
        raise Refused(404, f"there is no figure {number}; the figures are {numbers}")
    values = [{"label": v.label, "value": v.value, "unit": v.unit, "population": v.population} for v in found.values]
    told = {"number": found.number, "title": found.title, "question": found.question, "legend": list(found.legend)}
    return {**told, "values": values, "not_stated": found.not_stated, "finding": finding(found)}


def _sources(house: House) -> list[dict[str, Any]]:
    return [
        {"id": d.id, "title": d.title, "publisher": d.publisher, "year": d.year, "url": d.url, "as_of": d.as_of}
        for d in house.desk.advisor().documents()
    ]
