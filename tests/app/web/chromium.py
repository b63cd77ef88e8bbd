"""Driving a real Chromium."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from typing import Any

CHROMIUM = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None) or (
    "/usr/bin/chromium" if os.path.exists("/usr/bin/chromium") else None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BOX = "#question textarea"
QUESTION = "Which skills do growers miss?"

Open = Callable[..., Any]


def until(page: Any, holds: Callable[[], bool], wait_s: float = 15) -> None:
    """Wait until something holds (Playwright's own wait evaluates text, which the page's policy forbids)."""
    deadline = time.monotonic() + wait_s
    while not holds():
        assert time.monotonic() < deadline, f"did not come to hold within {wait_s} s"
        page.wait_for_timeout(30)


def forgive(page: Any, what: str) -> None:
    """Take what names `what` off the page's lists of complaints and requests: it belongs to the test."""
    page.complaints[:] = [c for c in page.complaints if what not in c]
    page.requests[:] = [r for r in page.requests if what not in r]


def ask(page: Any, question: str = QUESTION) -> None:
    """Type a question, send it with Enter and wait for the whole answer."""
    before = page.locator(".answer .tally").count()
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    until(page, lambda: page.locator(".answer .tally").count() > before)
    page.wait_for_selector("#send:visible")


def focused(page: Any) -> str:
    """The focused element's opening tag."""
    return str(page.evaluate("document.activeElement.outerHTML.split('>')[0]"))
