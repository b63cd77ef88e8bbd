"""The ceiling that the page is measured against: Gradio's chat with a function that returns at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from app.web.limits import AT_ONCE


def trivial_page() -> tuple[Any, str]:
    """A running page, to be closed, and its address."""

    def ask(question: str, chat: list[Any] | None) -> Iterator[list[dict[str, str]]]:
        yield [{"role": "user", "content": question}, {"role": "assistant", "content": "Yes."}]

    with gr.Blocks(analytics_enabled=False) as page:
        chat = gr.Chatbot()
        box = gr.Textbox()
        box.submit(ask, [box, chat], chat, concurrency_limit=AT_ONCE)
    page.queue(max_size=None)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", run_history=False)
    return page, url.rstrip("/")
