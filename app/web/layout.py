"""The parts of the chat page and where they stand."""

from __future__ import annotations

from typing import Any

import gradio as gr

from app.quality.ratings import REASONS, VERDICTS
from app.web.conversation import Conversation
from app.web.language import german
from app.web.masthead import examples, masthead, small_print, theme_name, welcome

# What Gradio's own components say, in the browser's language; the keys are the English words.
SAID = (
    *("Ask a question", "Your question", "Ask", "Stop", "New conversation"),
    *("Your name or initials", "The answer is", "Because (if not right)", "Comment", "Save and next", "Skip"),
    *VERDICTS,
    *REASONS,
)


def words_of_components() -> Any:
    """The texts of the components, for `mount_gradio_app`."""
    return gr.I18n(en={k: k for k in SAID}, de={k: german()[k] for k in SAID})


class Parts:
    """The components of the page; made inside a `gr.Blocks`."""

    def __init__(self, question_max_chars: int) -> None:
        said = words_of_components()
        self.head = html(masthead(None), "masthead")
        self.waiting = gr.Timer(0.7)
        self.talk = gr.State(Conversation())
        with gr.Row(elem_id="room"):
            with gr.Column(elem_id="talk"):
                with gr.Column(elem_id="welcome") as self.welcome:
                    self.invitation = html(welcome())
                    self.chips: list[Any] = []
                    self.themes: dict[str, Any] = {}
                    for name, asked in examples():
                        self._theme(name, asked)
                self.chat = _chatbot()
                with gr.Row(elem_id="composer"):
                    self.box = gr.Textbox(
                        placeholder=said("Ask a question"),
                        label=said("Your question"),
                        show_label=False,
                        container=False,
                        lines=1,
                        max_lines=6,
                        max_length=question_max_chars,
                        autofocus=True,
                        elem_id="question",
                        scale=8,
                    )
                    self.send = gr.Button(said("Ask"), variant="primary", elem_id="send", min_width=88, scale=0)
                    self.stop = gr.Button(said("Stop"), elem_id="stop", min_width=88, scale=0)
                # The page's script writes here which question is to be changed, and presses the button.
                self.place = gr.Textbox(elem_id="edit-place", visible="hidden")
                self.edit = gr.Button(elem_id="edit-now", visible="hidden")
                with gr.Row(elem_id="small"):
                    self.small = html(small_print())
                    self.anew = gr.Button(said("New conversation"), elem_id="anew", min_width=0, scale=0)
            with gr.Column(elem_id="evidence"):
                self.panel = html(Conversation().evidence(lambda _: None, ()), "sources")

    def _theme(self, name: str, questions: list[str]) -> None:
        with gr.Column(elem_classes=["theme"], min_width=0):
            self.themes[name] = html(theme_name(name))
            self.chips += [gr.Button(q, elem_classes=["example"], size="sm", min_width=0) for q in questions]

    def shown(self) -> list[Any]:
        """What an answer changes."""
        return [self.talk, self.chat, self.panel, self.welcome, self.box, self.small]


def html(content: str, name: str | None = None) -> Any:
    """HTML of our own making: as Markdown, since `gr.HTML` needs `eval`, which the page's policy forbids."""
    return gr.Markdown(content, elem_id=name, latex_delimiters=[], sanitize_html=True, container=False)


def _chatbot() -> Any:
    return gr.Chatbot(
        elem_id="chat",
        label="Conversation",
        show_label=False,
        container=False,
        visible=False,
        height="100%",
        layout="panel",
        buttons=[],
        sanitize_html=True,
        allow_tags=False,
        allow_file_downloads=False,
        latex_delimiters=[],
        line_breaks=False,
        autoscroll=False,
        group_consecutive_messages=False,
        feedback_options=None,
    )
