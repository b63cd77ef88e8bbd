"""Every screen: nobody is shut out (axe-core), nothing scrolls sideways, and its words are German for Germans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.accounts import Users
from app.kept.feedback import Feedback
from app.kept.history import History, Receipt
from app.web.language import german
from tests.app.web.chromium import BOX, QUESTION, Open, ask, forgive, until
from tests.app.web.conftest import Served, Start
from tests.app.web.scripted import answered, refused

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READY = "#masthead .state:not(.waiting)"
ROOMS = ("/history", "/figures", "/figures/4", "/figures/99", "/corpus", "/corpus/document/survey", "/self-check")
ROOMS += ("/feedback", "/api/docs", "/quality", "/rating", "/brief/kept", "/answer/r1", "/answer/r2")
Act = Callable[[Any], object]


def _source(page: Any) -> None:
    ask(page)
    page.locator(".part .marker").first.click()
    page.wait_for_selector(".source.current:visible")


def _figure(page: Any) -> None:
    ask(page)
    page.locator(".figure-card").scroll_into_view_if_needed()


def _why(page: Any) -> None:
    ask(page)
    page.click(".thumb.down")
    page.wait_for_selector("#why")


def _changing(page: Any) -> None:
    ask(page)
    until(page, lambda: page.locator("#a1-edit").count() == 1)
    page.click("#a1-edit")
    page.wait_for_selector("#small .changing")


def _too_long(page: Any) -> None:
    page.eval_on_selector(BOX, "e => e.removeAttribute('maxlength')")
    page.fill(BOX, "x" * 2001)
    page.press(BOX, "Enter")
    page.wait_for_selector(".toast-body")


CHATS: dict[str, Act] = {
    "empty": lambda page: None,
    "source": _source,
    "figure": _figure,
    "refusal": lambda page: ask(page, "What is the weather on Mars?"),
    "why": _why,
    "changing": _changing,
    "too long": _too_long,
}


def _checked(page: Any) -> None:
    for group in page.locator("fieldset").all():
        group.locator("input").nth(2).check()
    page.wait_for_selector("#placed:visible")


def _replayed(page: Any) -> None:
    page.click(".receipt form button")
    page.wait_for_selector("#replayed")


SCREENS: dict[str, tuple[str, Act]] = {
    **{path: (path, lambda page: None) for path in ROOMS},
    **{name: ("/", act) for name, act in CHATS.items()},
    "placed": ("/self-check", _checked),
    "replayed": ("/answer/r1", _replayed),
}


@pytest.fixture(scope="module")
def lived_in(served: Served) -> Served:
    """A server that holds a conversation and feedback."""
    kept = [Receipt("r1", QUESTION, (), answered(QUESTION), at="2026-11-24T10:00:00.000+00:00")]
    mars = "Is there weather on Mars?"
    kept.append(Receipt("r2", mars, (), refused(mars), at="2026-11-24T10:01:00.000+00:00"))
    History(served.data).keep("kept", "local", kept)
    Feedback(served.data).keep("local", kept[0], "down", "a number is wrong", "It is 27.")
    return served


def violations(page: Any) -> list[str]:
    """What axe-core calls serious or critical, each with the elements that it names."""
    from axe_playwright_python.base import AXE_SCRIPT as code

    page.evaluate(code)
    found = page.evaluate("axe.run()")
    return [
        f"{v['id']}: {n['html'][:160]}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
        for n in v["nodes"][:4]
    ]


def narrow(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize(("width", "look"), [(1440, "light"), (360, "dark")])
@pytest.mark.parametrize("name", SCREENS)
def test_no_screen_shuts_anybody_out(page_at: Open, lived_in: Served, name: str, width: int, look: str) -> None:
    path, act = SCREENS[name]
    page = page_at(f"{lived_in.url}{path}", width, 800, READY, color_scheme=look, bypass_csp=True)
    act(page)
    page.wait_for_timeout(300)
    assert violations(page) == []
    for other in (width, 390, 2560):
        page.set_viewport_size({"width": other, "height": 800})
        assert narrow(page), other
    forgive(page, "404")


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_door_shuts_nobody_out(page_at: Open, start: Start, tmp_path: Any, look: str) -> None:
    Users(tmp_path / "users.txt").put("ada", "a long enough one")
    served = start(users=str(tmp_path / "users.txt"))
    page = page_at(served.url, 360, 800, "#password", color_scheme=look, bypass_csp=True, locale="de-DE")
    page.fill("#name", "ada")
    page.fill("#password", "not the right one")
    page.press("#password", "Enter")
    page.wait_for_selector("text=Der Name oder das Passwort stimmt nicht.")
    assert violations(page) == [] and narrow(page)
    assert "Abmelden" not in page.inner_text("#masthead")
    forgive(page, "401")


_WORDS = """() => {
  const words = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    if (!walk.currentNode.parentElement.closest("script, style, pre, code")) words.push(walk.currentNode.data.trim());
  }
  for (const name of ["placeholder", "title", "aria-label"]) {
    document.querySelectorAll(`[${name}]`).forEach((e) => words.push(e.getAttribute(name)));
  }
  return words;
}"""


@pytest.mark.parametrize("name", SCREENS)
def test_a_german_reads_german(page_at: Open, lived_in: Served, name: str) -> None:
    path, act = SCREENS[name]
    page = page_at(f"{lived_in.url}{path}", awaited=READY, locale="de-DE")
    act(page)
    until(page, lambda: page.get_attribute("html", "lang") == "de")
    page.wait_for_timeout(300)
    english = {word.lower() for word, told in german().items() if word.lower() != told.lower()}
    # The German of one text may be the English of another ("Name"), and the values of a choice stay as they are kept.
    english -= {told.lower() for told in german().values()}
    left = {w for w in page.evaluate(_WORDS) if w and w.lower() in english}
    assert left == set()
    forgive(page, "404")


def test_the_chat_speaks_german_to_a_german_browser(page_at: Open, served: Served) -> None:
    page = page_at(served.url, locale="de-DE", permissions=["clipboard-read", "clipboard-write"])
    page.wait_for_selector("text=Was möchten Sie wissen?")
    assert page.inner_text("#send") == "Fragen" and "Wo stehen wir?" in page.inner_text("#masthead")
    assert page.get_attribute(BOX, "placeholder") == "Stellen Sie eine Frage"
    page.fill(BOX, QUESTION)
    page.press(BOX, "Enter")
    page.wait_for_selector(".stages >> text=300 Aussagen werden durchsucht")
    page.wait_for_selector(".answer .tally")
    assert page.inner_text(".tally") == "4 Sätze, davon 4 mit Quelle · 4 Zahlen geprüft · Quellenstand 1a2b3c4"
    assert page.locator(".part .kind").all_inner_texts() == ["Befund", "Unsere Lesart", "Leitfaden", "Vorbehalt"]
    page.click(".answer .copy")
    page.wait_for_selector("text=Kopiert")
    page.click(".thumb.up")
    page.wait_for_selector("text=Danke, notiert")
    until(page, lambda: page.inner_text("#anew") == "Neues Gespräch")
