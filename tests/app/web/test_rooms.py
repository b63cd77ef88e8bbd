"""The rooms beside the chat, as they are served."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator

import httpx
import pytest

from app.kept.feedback import Feedback
from app.kept.history import History, Receipt
from app.web.language import german
from tests.app.web.conftest import Served, Start
from tests.app.web.scripted import QUOTE, answered, refused

EVIL = "<script>alert(1)</script> {{ 7 * 7 }} ![x](http://tracker.example/x.png)"


@pytest.fixture(scope="module")
def http(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=30) as client:
        yield client


@pytest.fixture
def talk(served: Served) -> Iterator[str]:
    """A conversation that is kept: an answer, a refusal, one that was stopped."""
    kept = [
        Receipt("r1", "Which skills do growers miss?", (), answered("Which skills do growers miss?"), settings="s1"),
        Receipt("r2", "Is there weather on Mars?", (), refused("Is there weather on Mars?")),
        Receipt("r3", "Long?", (), None, (f"{QUOTE}[1]",), "Stopped."),
    ]
    History(served.data).keep("talk1", "local", [_at(r, n) for n, r in enumerate(kept)])
    yield "talk1"
    History(served.data).delete("talk1", "local")


def _at(receipt: Receipt, minute: int) -> Receipt:
    from dataclasses import replace

    return replace(receipt, at=f"2026-11-24T10:0{minute}:00.000+00:00")


def test_the_gallery_draws_what_is_stated_and_nothing_else(http: httpx.Client) -> None:
    page = http.get("/figures").text
    assert "Demand for a range of roles" in page and "All other roles, and when growers want to hire." in page
    assert page.count("/figures/4/light.svg") == 1 and "<td class='value'>7th</td>" in page  # a rank is no length
    assert (
        http.get("/figures/4/light.svg").text.count("<svg") == 1 and http.get("/figures/4/pink.svg").status_code == 404
    )
    assert "The text states no value for this figure" in page
    assert http.get("/figures/5/light.svg").status_code == 404


def test_a_figure_has_an_address(http: httpx.Client) -> None:
    page = http.get("/figures/4").text
    assert "Which skills are you missing" in page and 'href="/figures/5"' in page and "621 growers" in page
    assert http.get("/figures/40").status_code == 404


def test_the_history_lists_finds_and_deletes(http: httpx.Client, talk: str) -> None:
    assert "Which skills do growers miss?" in http.get("/history").text
    assert "3 questions" in http.get("/history", params={"q": "irrigation mars"}).text
    assert "Nothing was found" in http.get("/history", params={"q": "submarine"}).text
    assert http.post("/history/delete", data={"id": talk}).status_code == 303
    assert "Which skills" not in http.get("/history").text


def test_a_receipt_shows_the_whole_and_replays(http: httpx.Client, talk: str, served: Served) -> None:
    page = http.get("/answer/r1").text
    assert QUOTE in page and "1a2b3c4d5e6f" in page and "4 / 4" in page and "<mark>" in page
    again = http.post("/answer/r1/replay").text
    assert "the same answer, word for word, from the same quotes" in again
    served.advisor.corpus_changed = True  # type: ignore[attr-defined]
    told = http.get("/answer/r1.json").json()
    assert told["question"] == "Which skills do growers miss?" and told["answer"]["citations"][0]["quote"] == QUOTE
    assert http.get("/answer/none").status_code == 404 and http.get("/answer/none.json").status_code == 404


def test_a_replay_that_differs_says_so(http: httpx.Client, served: Served) -> None:
    from dataclasses import replace

    then = replace(answered("Which?"), answer="Something else.[1]", corpus="older0000000")
    History(served.data).keep("talk2", "local", [Receipt("r9", "Which?", (), then, at="2026-11-24T10:00:00+00:00")])
    again = http.post("/answer/r9/replay").text
    assert "the answer is another one" in again and "The documents have changed since." in again
    assert "26 per cent of growers" in again


def test_what_readers_type_stays_text(http: httpx.Client, served: Served) -> None:
    kept = Receipt("r8", EVIL, (), refused(EVIL), at="2026-11-24T10:00:00+00:00")
    History(served.data).keep("talk3", "local", [kept])
    http.post("/api/feedback", json={"answer": "r8", "verdict": "down", "reason": "other", "comment": EVIL})
    for path in ("/history", "/answer/r8", "/feedback", "/brief/talk3"):
        page = http.get(path).text
        assert "<script>alert(1)" not in page and "{{ 7 * 7 }}" in page and 'tracker.example/x.png"' not in page, path
    History(served.data).delete("talk3", "local")


def test_feedback_is_kept_with_its_receipt(http: httpx.Client, talk: str, served: Served) -> None:
    told = {"answer": "r1", "verdict": "down", "reason": "a number is wrong", "comment": "It is 27."}
    assert http.post("/api/feedback", json=told).json() == {"kept": "r1"}
    said = next(s for s in Feedback(served.data).all() if s.receipt.id == "r1")
    assert said.receipt.answer == answered("Which skills do growers miss?") and said.comment == "It is 27."
    page = http.get("/feedback").text
    assert "It is 27." in page and "A number is wrong" in page
    http.post("/feedback/judge", data={"id": str(said.id), "state": "accepted"})
    assert f'id="said-{said.id}"' not in http.get("/feedback").text
    assert f'id="said-{said.id}"' in http.get("/feedback?state=accepted").text


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"answer": "nowhere", "verdict": "up"}, 404),
        ({"answer": "r1", "verdict": "sideways"}, 422),
        ({"answer": "r1", "verdict": "up", "comment": 5}, 422),
        ({"answer": "r1", "verdict": "up", "comment": "x" * 2_000}, 422),
        ([], 422),
    ],
)
def test_what_is_no_feedback_is_refused(http: httpx.Client, talk: str, told: object, status: int) -> None:
    assert http.post("/api/feedback", json=told).status_code == status


def test_a_brief_can_be_read_and_taken_along(http: httpx.Client, talk: str) -> None:
    import docx
    import pypdfium2

    page = http.get(f"/brief/{talk}").text
    assert "Risks and caveats" in page and "Is there weather on Mars?" in page
    word = docx.Document(io.BytesIO(http.get(f"/brief/{talk}.docx").content))
    text = "\n".join(p.text for p in word.paragraphs)
    assert QUOTE in text and "Next steps" in text and "References" in text and "1a2b3c4d5e6f" in text
    assert [row.cells[1].text for row in word.tables[0].rows] == ["Value stated", "26%", "28%", "7th"]
    pdf = pypdfium2.PdfDocument(http.get(f"/brief/{talk}.pdf").content)
    told = " ".join(" ".join(p.get_textpage().get_text_bounded() for p in pdf).split())
    assert QUOTE in told and "Not answered by the sources" in told
    markdown = http.get(f"/brief/{talk}.md")
    assert markdown.headers["content-disposition"].endswith('.md"') and QUOTE in markdown.text
    assert http.get(f"/brief/{talk}.exe").status_code == 404 and http.get("/brief/none").status_code == 404


def test_the_corpus_tells_its_documents(http: httpx.Client) -> None:
    page = http.get("/corpus").text
    assert "Orchards and automation" in page and "Institute of Orchards · 2023" in page
    one = http.get("/corpus/document/survey").text
    assert QUOTE in one and "&lt;img src=x onerror=alert(1)&gt;" in one and "<img src=x" not in one
    assert http.get("/corpus/document/none").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("virus.exe", b"MZ", "cannot be read"),
        ("empty.txt", b"", "is empty"),
        ("...", b"x", "has no name"),
    ],
)
def test_files_that_cannot_be_taken_are_refused_at_once(
    http: httpx.Client, name: str, content: bytes, why: str
) -> None:
    told = http.post("/corpus/add", files={"files": (name, content)})
    assert told.status_code == 422 and why in told.json()["error"]
    assert http.post("/corpus/add", data={"files": "text"}).json() == {"error": "choose a file first"}


def test_too_large_an_upload_is_refused(http: httpx.Client) -> None:
    told = http.post("/corpus/add", content=b"x" * (52 * 1024 * 1024))
    assert told.status_code == 413


def test_pages_speak_the_browser_s_language(http: httpx.Client) -> None:
    for wanted, title in (("de-DE,de;q=0.9,en;q=0.5", "Verlauf"), ("fr, en;q=0.8, de;q=0.2", "History")):
        page = http.get("/history", headers={"accept-language": wanted}).text
        assert f"<h2>{title}</h2>" in page
    assert '<html lang="de">' in http.get("/history", headers={"accept-language": "de"}).text
    assert german()["History"] == "Verlauf"


def test_a_room_says_that_the_engine_is_being_opened(start: Start) -> None:
    waiting = start(lambda: time.sleep(3) or None)  # type: ignore[arg-type, func-returns-value]
    for path in ("/figures", "/corpus", "/self-check", "/history"):
        told = httpx.get(f"{waiting.url}{path}")
        assert told.status_code == 200 and "Getting ready" in told.text, path


def test_every_page_has_one_main_heading_and_a_policy(http: httpx.Client, talk: str) -> None:
    for path in (
        "/figures",
        "/figures/4",
        "/corpus",
        "/history",
        "/self-check",
        "/feedback",
        "/api/docs",
        "/answer/r1",
    ):
        told = http.get(path)
        assert told.status_code == 200 and "default-src 'none'" in told.headers["content-security-policy"], path
        assert len(re.findall(r"<h1>", told.text)) == 1 and "<main" in told.text, path
        assert not re.search(r"\son\w+=", told.text.replace("onerror=alert(1)", "")), path


def test_json_of_the_work_is_there_before_any(http: httpx.Client) -> None:
    assert json.loads(http.get("/corpus/work").text)["finished"] is True
