"""The pages beside the chat, in a real Chromium: how good it is, and answers to rate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.quality import Asked, Published, Quote, Rating, Ratings, Score, publish
from tests.app.web.chromium import Open, until
from tests.app.web.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _asked(case: str, right: bool) -> Asked:
    quotes = (Quote(1, "Orchards and automation", f"<b>Two in three</b> growers miss {case}."),)
    return Asked(case, f"What of {case}?", (("user", "Hello"),), f"Two in three miss {case}. [1]", False, quotes, right)


ASKED = [_asked(case, case < "m") for case in ("pruning", "grafting", "yield")]


@pytest.fixture
def published(served: Served) -> Iterator[Served]:
    """A server with figures and three answers to rate."""
    right = Score("Right answers", "share", "higher", 3, 0.75, 0.5, 0.9, "75.0 % (50.0 to 90.0 %)")
    refused = Score("Questions <i>refused</i>", "share", "higher", 2, 1.0, None, None, "100.0 %")
    told = Published("advisor", "2026-11-24T10:00:00", "other", 3, {"all": (right,), "test": (right,)}, (refused,))
    folder = publish(served.data, told, "<html><body><h1>All of it</h1></body></html>", ASKED)
    yield served
    for path in (*folder.iterdir(), *served.data.glob("ratings*")):
        path.unlink()


def test_before_anything_is_measured_both_pages_say_what_to_do(page_at: Open, served: Served) -> None:
    quality = page_at(f"{served.url}/quality", awaited="#quality h2")
    assert "make eval" in quality.inner_text("#quality")
    rating = page_at(f"{served.url}/rating", awaited="#to-rate .notice")
    assert "make eval" in rating.inner_text("#to-rate") and rating.locator("#save-rating").count() == 0


def test_the_figures_and_the_whole_report(page_at: Open, published: Served) -> None:
    page = page_at(published.url)
    page.click(".rooms >> text=How good is it?")
    page.wait_for_selector("#quality table")
    until(page, lambda: "The documents have changed since" in page.inner_text("#quality"))
    told = page.inner_text("#quality")
    assert "75.0 % (50.0 to 90.0 %)" in told and "Questions kept apart" in told and "2026-11-24" in told
    assert "Questions <i>refused</i>" in told
    assert page.locator("#quality meter").first.get_attribute("value") == "0.750"
    assert page.inner_text(".rooms .here") == "How good is it?"
    page.click("text=The whole report")
    page.wait_for_selector("h1 >> text=All of it")


def test_answers_are_rated_blind_one_after_the_other(page_at: Open, published: Served) -> None:
    page = page_at(f"{published.url}/rating", awaited="#save-rating")
    first = page.inner_text("#to-rate .question")
    assert "Two in three" in page.inner_text("#to-rate .passage") and page.locator("#to-rate .passage b").count() == 0
    page.click("#save-rating")
    page.wait_for_selector("text=Give your name and a verdict first")
    assert Ratings(published.data).all() == ()
    page.fill("#rater :is(input, textarea)", "  Ann  ")
    page.click("#verdict-choice >> text=partly right")
    page.click("#reasons >> text=something is missing")
    page.fill("#comment textarea", "the year")
    page.wait_for_selector("text=0 of 3 answers rated by Ann")
    page.click("#save-rating")
    until(page, lambda: page.inner_text("#to-rate .question") != first)
    (kept,) = Ratings(published.data).all()
    said = (kept.rater, kept.verdict, kept.reasons, kept.comment)
    assert said == ("Ann", "partly right", ("something is missing",), "the year")
    assert "1 of 3 answers rated by Ann" in page.inner_text("#to-rate")
    assert page.locator("#verdict-choice input:checked").count() == 0 and page.input_value("#comment textarea") == ""
    second = page.inner_text("#to-rate .question")
    page.click("#skip-rating")
    until(page, lambda: page.inner_text("#to-rate .question") not in (first, second))
    for _ in range(2):
        at = page.inner_text("#to-rate .count")
        page.click("#verdict-choice >> text=wrong")
        page.click("#save-rating")
        until(page, lambda at=at: page.inner_text("#to-rate .count") != at)
    assert "All are rated" in page.inner_text("#to-rate")
    until(page, lambda: not page.is_visible("#save-rating"))
    assert len(Ratings(published.data).all()) == 3


def test_agreement_is_told_once_there_is_enough(page_at: Open, published: Served) -> None:
    for rater in ("bob", "eve", "kim", "lee"):
        for asked in ASKED:
            verdict = "right" if asked.right else "wrong"
            Ratings(published.data).keep(Rating(rater, asked.id, asked.case, verdict))
    page = page_at(f"{published.url}/rating", awaited="#save-rating")
    told = page.inner_text("#agreement")
    assert "People and measures: the same verdict in 100% of 12 (Cohen's kappa 1.00)" in told


@pytest.mark.parametrize("path", ["quality", "rating"])
def test_a_phone_has_no_sideways_scroll(page_at: Open, published: Served, path: str) -> None:
    page: Any = page_at(f"{published.url}/{path}", width=360, height=740, awaited="#leaf .leaf h2")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("document.querySelector('#leaf').scrollWidth") <= 360
