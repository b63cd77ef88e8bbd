"""The room where leaders ask: the chat page and the doors of `advisor serve`. gradio stays in this folder."""
