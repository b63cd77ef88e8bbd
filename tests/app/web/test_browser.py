"""The page in a real Chromium, as a reader uses it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.app.web.chromium import BOX, QUESTION, Open, ask, focused, forgive, until
from tests.app.web.conftest import Served, Start
from tests.app.web.scripted import QUOTE, ScriptedAdvisor, answered

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def page(page_at: Open, served: Served) -> Any:
    opened = page_at(served.url)
    opened.wait_for_selector(".state:not(.waiting)")
    return opened


def test_the_page_says_what_it_is(page: Any) -> None:
    assert page.title() == "MLOps Advisor"
    head = page.inner_text("#masthead")
    assert "Every number and every sentence traced to its source" in head
    assert "2 documents, 2023–2025" in head and "no language model" in head
    assert "Orchards and automation" in page.inner_text("#sources")
    assert page.locator("footer").count() == 0


def test_an_answer_streams_with_its_markers(page: Any) -> None:
    page.fill(BOX, QUESTION)
    page.press(BOX, "Enter")
    page.wait_for_selector(".stages >> text=Searching 300 statements")
    page.wait_for_selector(".stages >> text=Checking 4 numbers")
    page.wait_for_selector(".unfinished .marker.waiting")
    page.wait_for_selector(".answer .tally")
    assert page.input_value(BOX) == ""
    assert page.locator(".stages").count() == 0
    assert page.locator(".part .marker").all_text_contents() == [
        "Source 1",
        "Source 1",
        "Source 3",
        "Source 2",
    ]
    assert page.inner_text(".tally") == "4 of 4 sentences sourced · 4 numbers checked · corpus 1a2b3c4"
    assert page.locator(".part .kind").all_inner_texts() == ["Finding", "Our reading", "Guidance", "Caveat"]


def test_a_marker_opens_its_source_with_the_quote_marked(page: Any) -> None:
    ask(page)
    page.click(".part.caveat .marker")
    card = page.locator(".source.current")
    assert card.get_attribute("id") == "a1-s2"
    page.click(".part.finding .marker")
    assert card.locator("mark").inner_text() == QUOTE
    assert "page 7" in card.inner_text() and "Institute of Orchards" in card.inner_text()
    card.locator("a.chip").click()
    assert "figure-card" in focused(page)


def test_what_a_passage_holds_stays_text(page: Any) -> None:
    ask(page, "<img src='http://tracker.example/q.png'> ![x](http://tracker.example/m.png) **bold** skills?")
    assert page.locator("#chat img:not(.drawn), #sources img").count() == 0
    assert "<img src=x onerror=alert(1)>" in page.inner_text("#sources")
    assert page.inner_text(".question").startswith("<img src='http://tracker.example/q.png'> ![x]")


def test_no_picture_comes_from_elsewhere(page: Any) -> None:
    blocked = page.evaluate("""() => new Promise((told) => {
      document.addEventListener("securitypolicyviolation", (e) => told([e.effectiveDirective, e.blockedURI]));
      document.body.append(Object.assign(new Image(), { src: "http://127.0.0.2:9/pixel.png" }));
      setTimeout(() => told(null), 5000);
    })""")
    assert blocked == ["img-src", "http://127.0.0.2:9/pixel.png"]
    forgive(page, "127.0.0.2")


def test_the_figure_s_card_stands_under_the_answer(page: Any) -> None:
    ask(page)
    card = page.locator(".figure-card")
    assert "Figure 4" in card.inner_text() and "Demand for a range of roles" in card.inner_text()
    assert "All other roles" in card.inner_text()
    chart = card.locator("img:visible")
    assert "Robot engineers 26%; Irrigation architects 28%" in chart.get_attribute("alt")
    until(page, lambda: page.evaluate("document.querySelector('.drawn.light-only').naturalWidth") > 100)
    assert card.locator("td.value").all_inner_texts() == ["26%", "28%", "7th"]
    page.click(".theme-toggle")
    assert "/figures/4/dark.svg" in card.locator("img:visible").get_attribute("src")
    page.click(".theme-toggle")
    card.locator(".card-title a").click()
    page.wait_for_url("**/figures/4")


def test_a_follow_up_is_asked_by_its_chip(page: Any, served: Served) -> None:
    ask(page)
    page.click(".options >> text=Who should own a robot?")
    until(page, lambda: page.locator(".answer .tally").count() == 2)
    assert page.locator(".question").all_inner_texts() == [QUESTION, "Who should own a robot?"]
    assert [t.content for t in served.advisor.histories[-1]] == [QUESTION, answered(QUESTION).answer]
    assert page.locator(".options").count() == 1


def test_a_refusal_is_calm_and_offers_the_nearest_topics(page: Any) -> None:
    ask(page, "What is the weather on Mars?")
    assert "Not covered by the sources" in page.inner_text(".refusal")
    assert page.locator("#chat .marker, .source").count() == 0
    page.click(".options >> text=Which skills do growers miss?")
    page.wait_for_selector(".figure-card")


def test_an_example_is_asked_by_its_chip(page: Any) -> None:
    chips = page.locator("button.example")
    assert chips.count() >= 8
    asked = chips.first.inner_text()
    chips.first.click()
    page.wait_for_selector(".answer .tally")
    assert page.inner_text(".question") == asked
    assert not page.locator("#welcome").is_visible()


def test_stop_ends_an_answer_and_another_can_be_asked(page: Any, served: Served) -> None:
    served.advisor.go_on.clear()
    try:
        page.fill(BOX, "hold on")
        page.press(BOX, "Enter")
        page.wait_for_selector(".unfinished .sentence")
        page.click("#stop")
        page.wait_for_selector("text=Stopped. Every sentence above was checked")
        assert page.locator("#send").is_visible() and not page.locator("#stop").is_visible()
        assert QUOTE in page.inner_text(".unfinished")
        ask(page)
        assert page.locator(".question").all_inner_texts() == ["hold on", QUESTION]
        assert [t.content for t in served.advisor.histories[-1]] == ["hold on", f"{QUOTE}[1]"]
    finally:
        served.advisor.go_on.set()
    page.wait_for_timeout(500)  # what was stopped must not come back when the engine goes on
    assert page.locator(".answer").count() == 2


def test_a_follow_up_can_be_stopped_too(page: Any, served: Served) -> None:
    ask(page)
    served.advisor.go_on.clear()
    try:
        page.click(".options >> text=Who should hold the keys?")
        page.wait_for_selector(".unfinished .sentence")
        page.fill(BOX, "A second question at once?")
        page.press(BOX, "Enter")
        page.wait_for_selector("text=still being made")
        assert page.input_value(BOX) == "A second question at once?"
        page.click("#stop")
        page.wait_for_selector("text=Stopped.")
        assert page.locator(".question").count() == 2
    finally:
        served.advisor.go_on.set()


def test_retry_and_undo(page: Any) -> None:
    ask(page)
    page.click("button[aria-label='Retry']")
    page.wait_for_selector(".unfinished")
    page.wait_for_selector(".answer .tally")
    assert page.locator(".question").count() == 1
    ask(page, "Who should own a robot?")
    page.click("button[aria-label='Undo']")
    until(page, lambda: page.locator(".question").count() == 1)
    assert page.input_value(BOX) == "Who should own a robot?"
    assert page.locator(".sources").count() == 1
    page.click("button[aria-label='Undo']")
    page.wait_for_selector("#welcome:visible")
    assert page.input_value(BOX) == QUESTION


def test_a_new_conversation_forgets_the_old(page: Any, served: Served) -> None:
    ask(page)
    page.click("#anew")
    page.wait_for_selector("#welcome:visible")
    assert page.locator(".source").count() == 0
    ask(page, "And now?")
    assert served.advisor.histories[-1] == ()


def test_copy_gives_plain_text_with_references(page_at: Open, served: Served) -> None:
    page = page_at(served.url, permissions=["clipboard-read", "clipboard-write"])
    ask(page)
    page.click(".answer .copy")
    page.wait_for_selector("text=Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(answered(QUESTION).answer) and "\n[1] Orchards and automation" in copied
    assert "<" not in copied.replace("<https://example.org/survey>", "")


def test_sources_of_an_earlier_answer_can_be_opened(page: Any) -> None:
    ask(page)
    ask(page, "What is the weather on Mars?")
    assert not page.locator("#a1-sources").is_visible()
    page.click("#a1 .to-sources")
    assert page.locator("#a1-sources").is_visible() and not page.locator("#a2-sources").is_visible()


def test_everything_works_by_keyboard(page: Any) -> None:
    page.focus(BOX)
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer .tally")
    page.wait_for_selector("#send:visible")
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.part.finding .marker')"):
            break
    else:
        pytest.fail("no way back to the first marker by Shift+Tab")
    page.keyboard.press("Enter")
    assert "a1-s1" in focused(page)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.part.finding .marker')")
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.back')"):
            break
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.part.finding .marker')")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.option')"):
            break
    page.keyboard.press("Enter")
    until(page, lambda: page.locator(".answer .tally").count() == 2)


def test_messages_are_named_in_words(page: Any) -> None:
    ask(page)
    names = page.eval_on_selector_all("#chat [data-testid]", "all => all.map(e => e.getAttribute('aria-label'))")
    assert "Answer" in names and "Question" in names
    assert not [n for n in names if n and "<" in n]


def test_a_phone_has_no_sideways_scroll_and_a_sheet_of_sources(page_at: Open, served: Served) -> None:
    for width in (360, 390):
        page = page_at(served.url, width=width, height=800)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        ask(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert not page.locator("#evidence").is_visible()
        page.click(".part.finding .marker")
        page.wait_for_selector(".source.current mark", state="visible")
        box = page.locator("#evidence").bounding_box()
        page.wait_for_timeout(300)
        box = page.locator("#evidence").bounding_box()
        assert box["x"] == 0 and box["width"] == width and box["y"] + box["height"] <= 801
        page.click(".sources .close >> visible=true")
        page.wait_for_selector("#evidence", state="hidden")
        assert "marker" in focused(page)


@pytest.mark.parametrize("width", [961, 1440, 2560])
def test_wide_windows_show_chat_and_evidence_side_by_side(page_at: Open, served: Served, width: int) -> None:
    page = page_at(served.url, width=width)
    ask(page)
    talk, evidence = (page.locator(s).bounding_box() for s in ("#talk", "#evidence"))
    assert talk["x"] + talk["width"] <= evidence["x"] + 1
    assert evidence["x"] + evidence["width"] == width
    assert page.evaluate("document.documentElement.scrollWidth") == width
    composer = page.locator("#composer").bounding_box()
    assert composer["y"] + composer["height"] <= 900


def test_dark_follows_the_system_and_can_be_switched(page_at: Open, served: Served) -> None:
    page = page_at(served.url, color_scheme="dark")
    ground = "getComputedStyle(document.querySelector('#sources').closest('#evidence')).backgroundColor"
    until(page, lambda: page.evaluate("document.body.classList.contains('dark')"))
    dark = page.evaluate(ground)
    page.click(".theme-toggle")
    assert page.evaluate(ground) != dark
    page.reload()
    page.wait_for_selector(BOX)
    until(page, lambda: not page.evaluate("document.body.classList.contains('dark')"))


def test_a_long_question_is_refused_in_words(page: Any) -> None:
    page.eval_on_selector(BOX, "e => e.removeAttribute('maxlength')")
    page.fill(BOX, "x" * 2001)
    page.press(BOX, "Enter")
    page.wait_for_selector("text=at most 2,000 are read")
    assert len(page.input_value(BOX)) == 2001
    assert page.locator(".question").count() == 0


def test_an_empty_question_changes_nothing(page: Any) -> None:
    ask(page)
    for nothing in ("", "  "):
        page.fill(BOX, nothing)
        page.click("#send")
        page.wait_for_timeout(400)
    assert page.locator(".question").count() == 1 and page.locator(".source").count() == 3


def test_a_fault_is_told_without_its_details(page: Any) -> None:
    page.fill(BOX, "fault")
    page.press(BOX, "Enter")
    page.wait_for_selector("text=The log has it under")
    assert "secret" not in page.inner_text("body")
    ask(page)


def test_the_page_tells_that_it_is_getting_ready(page_at: Open, start: Start) -> None:
    held = {"until": time.monotonic() + 3}

    def opening() -> ScriptedAdvisor:
        time.sleep(max(0.0, held["until"] - time.monotonic()))
        return ScriptedAdvisor()

    running = start(opening)
    held["until"] = time.monotonic() + 3
    page = page_at(running.url)
    page.fill(BOX, QUESTION)
    page.press(BOX, "Enter")
    page.wait_for_selector(".answer .tally")
    page.wait_for_selector(".state:not(.waiting)")


def test_two_readers_do_not_see_each_other(page_at: Open, served: Served) -> None:
    one, two = page_at(served.url), page_at(served.url)
    ask(one, "Only mine?")
    ask(two, "Only yours?")
    assert served.advisor.histories[-1] == ()
    assert "Only mine?" not in two.inner_text("body")


@pytest.mark.parametrize("look", ["light", "dark"])
def test_text_has_contrast(page_at: Open, served: Served, look: str) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for every text that is visible, against the ground it stands on."""
    page = page_at(served.url, color_scheme=look)
    ask(page)
    poor = page.evaluate((Path(__file__).parent / "contrast.js").read_text())
    assert poor == []
