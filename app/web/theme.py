"""The page's colours and type as a Gradio theme; `static/theme.css` has the rest. System fonts only."""

from __future__ import annotations

from typing import Any

SANS = [
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "Roboto",
    "Helvetica Neue",
    "Noto Sans",
    "Liberation Sans",
    "Arial",
    "sans-serif",
]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace"]

# Petrol, from paper to ink.
_PETROL = (
    "#f0f6f7",
    "#dcebed",
    "#bcd8dc",
    "#8fbdc4",
    "#5c9ba5",
    "#3a7f8a",
    "#266672",
    "#17505a",
    "#113f48",
    "#0c3038",
    "#071f25",
)
_STONE = (
    "#fbfbf9",
    "#f4f4f1",
    "#e7e7e2",
    "#d3d4ce",
    "#a5a8a3",
    "#767b79",
    "#565c5c",
    "#3f4647",
    "#262d30",
    "#181e21",
    "#101518",
)


def theme() -> Any:
    """The theme to mount the page with."""
    import gradio as gr

    petrol = gr.themes.Color(*_PETROL, name="petrol")
    stone = gr.themes.Color(*_STONE, name="stone")
    return gr.themes.Base(primary_hue=petrol, secondary_hue=petrol, neutral_hue=stone, font=SANS, font_mono=MONO).set(
        body_background_fill="#fbfbf9",
        body_background_fill_dark="#101518",
        body_text_color="#1b2327",
        body_text_color_dark="#e6e9e8",
        button_primary_background_fill="#17505a",
        button_primary_background_fill_hover="#113f48",
        button_primary_background_fill_dark="#8fbdc4",
        button_primary_background_fill_hover_dark="#bcd8dc",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#071f25",
        block_border_width="0px",
    )
