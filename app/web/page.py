"""The chat page. It and `layout` import gradio at their top: they are imported by `server.application` alone.

The server keeps the conversation (`gr.State`); what the browser holds is output only, so no browser can put
words into the history. Handlers are private: programs have the doors of `doors.py`.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import uuid
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import gradio as gr
from fastapi import FastAPI

from app.web.conversation import Conversation
from app.web.house import House
from app.web.language import words_for
from app.web.layout import Parts, words_of_components
from app.web.limits import AT_ONCE, WAITING_MAX
from app.web.masthead import NAME, small_print, theme_name, welcome
from app.web.quality import QualityPage
from app.web.rating import RatingPage
from app.web.readers import reader_of
from app.web.steps import paced, steps
from app.web.text import whole
from app.web.theme import theme
from app.web.tickets import Tickets
from ingest.errors import AdvisorError
from ingest.settings import Settings

_log = logging.getLogger(__name__)
_STATIC = Path(__file__).parent / "static"
_OPENING_MAX_S = 120.0
# To show a step costs the server more than an extractive answer does, and nobody reads faster.
_SHOWN_EVERY_S = 0.03
_SESSIONS_MAX = 500
_HEAD = '<link rel="icon" type="image/svg+xml" href="/advisor/icon.svg"><script src="/advisor/page.js" defer></script>'

Update = dict[Any, Any]


def mount(app: FastAPI, house: House) -> FastAPI:
    """`app` with the page at `/`."""
    settings = house.settings
    page = Page(house)
    blocks = page.blocks
    blocks.queue(max_size=WAITING_MAX, default_concurrency_limit=AT_ONCE, api_open=False)
    blocks.state_session_capacity = _SESSIONS_MAX
    with warnings.catch_warnings():  # Gradio warns of what nobody asked for: rendering of several pages by Node
        warnings.filterwarnings("ignore", message="SSR mode")
        return _mounted(app, blocks, settings)


def _mounted(app: FastAPI, blocks: gr.Blocks, settings: Settings) -> FastAPI:
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        max_file_size="1kb",
        blocked_paths=[str(settings.data)],
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        i18n=words_of_components(),
        theme=theme(),
        css_paths=[_STATIC / "theme.css"],
        head=_HEAD,
    )
    return mounted


class Page:
    """The page's parts and what happens when one of them is used."""

    def __init__(self, house: House) -> None:
        desk, settings = house.desk, house.settings
        self._house, self._desk, self._history = house, desk, house.history
        self._max_chars, self._fingerprint = settings.question_max_chars, settings.fingerprint()
        self._tickets = Tickets()
        with gr.Blocks(title=NAME, analytics_enabled=False, fill_height=True, fill_width=True) as self.blocks:
            gr.Navbar(visible=False)  # the masthead has links of its own
            self.parts = Parts(settings.question_max_chars)
            self._wire()
        QualityPage(self.blocks, house)
        RatingPage(self.blocks, house)

    def _wire(self) -> None:
        parts, shown = self.parts, self.parts.shown()
        working: dict[str, Any] = {
            "outputs": shown,
            "concurrency_limit": AT_ONCE,
            "concurrency_id": "ask",
            "show_progress": "hidden",
            "api_visibility": "private",
        }
        quick: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking = [
            gr.on([parts.box.submit, parts.send.click], self.ask, [parts.box, parts.talk], **working),
            parts.chat.option_select(self.ask_option, [parts.talk], **working),
            parts.chat.retry(self.retry, [parts.talk], **working),
            *(chip.click(self.ask, [chip, parts.talk], **working) for chip in parts.chips),
        ]
        parts.stop.click(None, cancels=asking, api_visibility="private").then(self.settle, [parts.talk], shown, **quick)
        parts.chat.undo(self.undo, [parts.talk], shown, cancels=asking, **quick)
        parts.edit.click(self.edit, [parts.place, parts.talk], shown, **quick)
        gr.on([parts.anew.click, parts.chat.clear], self.restart, None, shown, cancels=asking, **quick)
        gr.on(
            [self.blocks.load, parts.waiting.tick],
            self.greet,
            [parts.talk],
            [*shown, parts.head, parts.invitation, parts.waiting, *parts.themes.values()],
            **quick,
        )

    def greet(self, talk: Conversation, request: gr.Request) -> Update:
        """The header in the reader's language, the conversation that the address names, and whether to ask again."""
        words = words_for(request.headers)
        shown: Update = {
            self.parts.head: self._house.masthead(request.headers),
            self.parts.invitation: welcome(words),
            **{part: theme_name(name, words) for name, part in self.parts.themes.items()},
            self.parts.small: small_print(talk.id if talk.exchanges else "", words),
            self.parts.waiting: gr.Timer(active=not self._desk.ready),
        }
        asked_for = dict(request.query_params)
        if not talk.exchanges and (named := str(asked_for.get("c", ""))):
            talk = Conversation.of(named, self._history.conversation(named, reader_of(request.headers)))
            shown |= self._all(talk, request)
        if not talk.exchanges and (question := whole(str(asked_for.get("q", "")))[: self._max_chars]):
            shown[self.parts.box] = question  # to be read before it is asked: a link asks nothing by itself
        return shown | {self.parts.panel: self._evidence(talk, request)}

    async def ask(self, question: str, talk: Conversation, request: gr.Request) -> AsyncIterator[Update]:
        """Answer a question, showing each step; a second question of the same page waits for its turn."""
        asked, talk = whole(question).strip(), self._found_again(talk, request)
        session = request.session_hash or uuid.uuid4().hex
        ticket = self._admit(asked, session, request)
        if ticket is None:
            yield {self.parts.box: gr.skip()}  # a generator that yields nothing would empty every output
            return
        try:
            async for update in self._answer(talk.ask(asked, self._fingerprint), request):
                yield update
        finally:
            self._tickets.leave(session, ticket)

    async def ask_option(self, talk: Conversation, request: gr.Request, chosen: gr.SelectData) -> AsyncIterator[Update]:
        """Answer the follow-up question that was chosen."""
        async for update in self.ask(str(chosen.value), talk, request):
            yield update

    async def retry(self, talk: Conversation, request: gr.Request) -> AsyncIterator[Update]:
        """Answer the last question anew."""
        talk = self._found_again(talk, request)
        before, question = talk.undo()
        async for update in self.ask(question, before, request):
            yield update

    def edit(self, place: str, talk: Conversation, request: gr.Request) -> Update:
        """Put an earlier question into the box; what follows it is dropped when it is asked. Again: never mind."""
        talk = self._found_again(talk, request)
        number = int(place) if place.isascii() and place.isdigit() else 0
        if not 1 <= number <= len(talk.exchanges):
            return {self.parts.box: gr.skip()}
        if talk.changing == number:
            return {**self._all(talk.change(0), request), self.parts.box: ""}
        return {**self._all(talk.change(number), request), self.parts.box: talk.exchanges[number - 1].question}

    def undo(self, talk: Conversation, request: gr.Request) -> Update:
        """Take the last question back into the box, where it can be changed."""
        self._tickets.forget(request.session_hash)
        before, question = self._found_again(talk, request).undo()
        self._keep(before, reader_of(request.headers))
        return {**self._all(before, request), self.parts.box: question}

    def restart(self, request: gr.Request) -> Update:
        """An empty page; what was said is forgotten."""
        self._tickets.forget(request.session_hash)
        return {**self._all(Conversation(), request), self.parts.box: ""}

    def settle(self, talk: Conversation, request: gr.Request) -> Update:
        """What is shown after Stop."""
        self._tickets.forget(request.session_hash)
        stopped = talk.stop()
        self._keep(stopped, reader_of(request.headers))
        return self._all(stopped, request)

    def _found_again(self, talk: Conversation, request: gr.Request) -> Conversation:
        """The conversation of a page that stayed open while the server was started anew: its address names it."""
        named = parse_qs(urlsplit(request.headers.get("referer", "")).query).get("c", [""])[0]
        if talk.id or not named:
            return talk
        return Conversation.of(named, self._history.conversation(named, reader_of(request.headers)))

    def _admit(self, asked: str, session: str, request: gr.Request) -> str | None:
        """A ticket to answer this question now; None, after telling why, when it is not to be answered."""
        if not asked:
            return None
        _ = words_for(request.headers)
        told, most = _.number(len(asked)), _.number(self._max_chars)
        if len(asked) > self._max_chars:  # Gradio's own limit holds in the browser only
            gr.Warning(_("The question has {count} characters; at most {most} are read.", count=told, most=most))
            return None
        ticket = self._tickets.enter(session)
        if ticket is None:
            gr.Warning(_("The answer before this one is still being made. Stop it first, or wait."))
        elif wait_s := self._house.wait_s(reader_of(request.headers)):
            self._tickets.leave(session, ticket)
            wait = f"{wait_s:.0f}"
            gr.Warning(_("That was a lot of questions. The next one can be asked in {wait} seconds.", wait=wait))
            return None
        return ticket

    async def _answer(self, talk: Conversation, request: gr.Request) -> AsyncIterator[Update]:
        first = self._stage(talk, request) if len(talk.exchanges) == 1 else {}
        yield {**self._said(talk, request), **first, self.parts.box: ""}
        try:
            advisor = await asyncio.to_thread(self._desk.advisor, _OPENING_MAX_S)
            question = talk.exchanges[-1].question
            with self._house.metrics.answering("page") as given:
                async for bundle in paced(steps(advisor, question, talk.history()), _SHOWN_EVERY_S):
                    for step in bundle:
                        talk = talk.take(step)
                        given.extend([step.answer] if step.answer else [])
                    if not given:
                        yield self._said(talk, request)
        except AdvisorError as refused:
            talk = talk.end(str(refused))
        except Exception:
            reference = uuid.uuid4().hex[:8]
            _log.exception("fault %s", reference)
            _ = words_for(request.headers)
            fault = "This could not be answered because of a fault. The log has it under {reference}."
            talk = talk.end(_(fault, reference=reference))
        await asyncio.to_thread(self._keep, talk, reader_of(request.headers))
        yield self._told(talk, request)

    def _keep(self, talk: Conversation, reader: str) -> None:
        """Write the conversation down; that it cannot be written must not lose the answer."""
        if not talk.id:
            return
        try:
            self._history.keep(talk.id, reader, talk.receipts())
        except (AdvisorError, sqlite3.Error, OSError):
            _log.exception("a conversation could not be kept")

    def _said(self, talk: Conversation, request: gr.Request) -> Update:
        return {self.parts.talk: talk, self.parts.chat: talk.messages(self._figure, words_for(request.headers))}

    def _stage(self, talk: Conversation, request: gr.Request) -> Update:
        """The welcome, or the conversation in its place.

        Gradio makes a component anew to change one of its properties, which takes longer than an answer does. So it is
        done here alone; which button is to be seen is told by the style sheet.
        """
        said = talk.messages(self._figure, words_for(request.headers))
        begun = bool(talk.exchanges)
        return {self.parts.chat: gr.Chatbot(said, visible=begun), self.parts.welcome: gr.Column(visible=not begun)}

    def _all(self, talk: Conversation, request: gr.Request) -> Update:
        """Everything on the page when no answer is being made."""
        return {**self._told(talk, request), **self._stage(talk, request)}

    def _told(self, talk: Conversation, request: gr.Request) -> Update:
        """What an answer that has ended changes."""
        return {
            **self._said(talk, request),
            self.parts.panel: self._evidence(talk, request),
            self.parts.small: small_print(talk.id if talk.exchanges else "", words_for(request.headers), talk.changing),
        }

    def _figure(self, number: int) -> Any:
        engine = self._house.engine()
        return engine.figure(number) if engine else None

    def _evidence(self, talk: Conversation, request: gr.Request) -> str:
        engine, words = self._house.engine(), words_for(request.headers)
        if engine is None:
            return talk.evidence(lambda _: None, (), words)
        return talk.evidence(engine.passage, engine.documents(), words)
