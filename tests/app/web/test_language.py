"""Every text of the interface has its German, and the browser's wish is read as RFC 9110 has it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from app.kept.feedback import REASONS, STATES
from app.self_check import STAGES, written
from app.web.conversation import STOPPED, STOPPED_EARLY
from app.web.language import STAGES as ENGINE_STAGES
from app.web.language import Words, german, language_of
from app.web.layout import SAID
from app.web.masthead import INVITATION, PROMISE, QUESTION, ROOMS, SMALL_PRINT, examples
from app.web.quality import SPLITS
from app.web.render import KINDS
from eval.measures import MEASURES

WEB = Path(__file__).resolve().parents[3] / "app" / "web"
_TOLD = re.compile(r"""\b_\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+|'(?:[^'\\]|\\.)*')""")
_COUNTED = re.compile(r"""\b_\.count\(\s*[^"]+?,\s*("[^"]*"),\s*("[^"]*")\s*\)""")


def told() -> set[str]:
    files = [*WEB.rglob("*.py"), *(WEB / "templates").glob("*.html")]
    texts = [f.read_text(encoding="utf-8") for f in files]
    found = {ast.literal_eval(f"({words})") for t in texts for words in _TOLD.findall(t)}
    found |= {ast.literal_eval(words) for t in texts for both in _COUNTED.findall(t) for words in both}
    check = written()
    found |= {d.name for d in check.dimensions} | set(STAGES) | set(REASONS) | set(STATES)
    found |= {t for d in check.dimensions for q in d.questions for t in (q.text, *q.options)}
    found |= {*SAID, *KINDS.values(), *ENGINE_STAGES, STOPPED, STOPPED_EARLY, *(name for name, _ in examples())}
    found |= {m.title for m in MEASURES} | {words for split in SPLITS.values() for words in split if words}
    return found | {name for _, name in ROOMS} | {PROMISE, QUESTION, INVITATION, SMALL_PRINT}


def test_every_text_has_its_german() -> None:
    assert sorted(told() - set(german())) == []


def test_a_translation_keeps_what_is_filled_in() -> None:
    for english, translated in german().items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", translated)), english


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,en;q=0.8", "de"),
        ("en-GB,de;q=0.9", "en"),
        ("fr,de;q=0.4,en;q=0.3", "de"),
        ("fr", "en"),
        ("de;q=x,en", "en"),
    ],
)
def test_the_browser_chooses(wanted: str, language: str) -> None:
    assert language_of({"accept-language": wanted}) == language


def test_what_the_engine_does_is_told_in_german() -> None:
    words = Words("de")
    assert words.stage("Searching 300 statements") == "300 Aussagen werden durchsucht"
    assert words.stage("Asking openai:x, and checking each of its sentences").startswith("openai:x wird gefragt")
    assert words.stage("Thinking") == "Thinking" and words.stage("Done") == "Fertig"
    assert words.stage("Reading piers.html") == "piers.html wird gelesen"
    assert words.count(1, "1 source", "{count} sources") == "1 Quelle"
    assert words.count(1200, "1 source", "{count} sources") == "1.200 Quellen"


def test_what_has_no_german_is_told_in_english() -> None:
    assert Words("de")("Quite untranslated {x}", x=1) == "Quite untranslated 1"
