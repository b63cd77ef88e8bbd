"""The report's four forms over a real run: whole, safe, and readable by the programs that they are for."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from eval.cases import Case
from eval.compare import compare_runs
from eval.gate import Baseline, GateConfig, Margin, judge
from eval.report import Facts, facts_of, write_report
from eval.report.expectations import expectations
from eval.report.writing import FORMATS
from eval.runs import Run
from eval.runs.identity import case_digest
from eval.runs.store import ANSWERS

_HOSTILE = "<script>alert(1)</script> & \x01 ]]> {{ 7 * 7 }}"


@pytest.fixture
def spoilt(asked: Run, cases: tuple[Case, ...], tmp_path: Path) -> tuple[Run, tuple[Case, ...]]:
    """The real run with every third case lost, and a question and an answer that try to break out of the page."""
    shutil.copytree(asked.folder, tmp_path / "run")
    made = Run(tmp_path / "run")
    lost = {c.id for c in cases[::3]}
    made.write_scores({i: {**s, "right": 0.0 if i in lost else s["right"]} for i, s in asked.scores().items()})
    first = replace(cases[0], question=_HOSTILE)
    told = {**made.answers()[first.id], "answer": _HOSTILE}
    with (made.folder / ANSWERS).open("a", encoding="utf-8") as file:
        file.write(json.dumps(told) + "\n")
    return made, (first, *cases[1:])


@pytest.fixture
def facts(asked: Run, spoilt: tuple[Run, tuple[Case, ...]]) -> Facts:
    """The spoilt run's facts, with the gate's verdict and the comparison with the real run."""
    made, cases = spoilt
    digests = {c.id: case_digest(c) for c in cases}
    baseline = Baseline(made.manifest.corpus, {}, asked.scores(), digests, ())
    config = GateConfig({"right": Margin(0.02)}, must_pass=frozenset({cases[0].id, cases[3].id}))
    verdict = judge(made, cases, baseline, config)
    return facts_of(made, cases, verdict, compare_runs(cases, asked, made))


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if found := dict(attrs).get("id"):
            self.ids.add(found)


def test_the_page_needs_nothing_else_and_runs_only_its_own_script(facts: Facts, tmp_path: Path) -> None:
    text = write_report(facts, tmp_path / "out")["html"].read_text(encoding="utf-8")
    page = _Page(text)
    for tag, attributes in page.tags:
        assert "src" not in attributes and tag not in ("link", "iframe", "img", "object"), (tag, attributes)
        for name in ("href", "xlink:href"):
            assert (attributes.get(name) or "#").startswith("#")
    assert not re.search(r"url\((?!#)|@import", text)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.S)
    assert len(scripts) == 1, "a question has become a script"
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text and "default-src 'none'" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text and "{{ 7 * 7 }}" in text


def test_the_page_shows_each_failing_case_with_all_that_it_needs(facts: Facts, tmp_path: Path) -> None:
    text = write_report(facts, tmp_path / "out")["html"].read_text(encoding="utf-8")
    page = _Page(text)
    assert len(facts.failures) >= facts.cases // 3
    for failure in facts.failures:
        assert f"case-{failure.case.id}" in page.ids
    one = next(
        f for f in facts.failures if f.case.id != facts.failures[0].case.id and f.answer and f.answer["citations"]
    )
    start = text.index(f'id="case-{one.case.id}"')
    part = text[start : text.index("</details>", start)]
    for heading in ("Answer", "Expected", "Cited", "First of the evidence"):
        assert f"<h3>{heading}</h3>" in part
    targets = {str(a["href"])[1:] for t, a in page.tags if t == "a"}
    assert targets <= page.ids, "a link of the page leads nowhere"
    assert text.count("<svg") == 5
    assert "Gate: regression" in text


def test_the_same_run_gives_the_same_page(facts: Facts, tmp_path: Path) -> None:
    first = {form: path.read_bytes() for form, path in write_report(facts, tmp_path / "a").items()}
    assert {form: path.read_bytes() for form, path in write_report(facts, tmp_path / "b").items()} == first


def test_markdown_fits_a_comment(facts: Facts, tmp_path: Path) -> None:
    text = write_report(facts, tmp_path / "out")["markdown"].read_text(encoding="utf-8")
    assert len(text) < 60_000
    assert "**Gate: REGRESSION**" in text and "## Measures" in text and f"- lost: `{facts.failures[0].case.id}`" in text
    for row in (line for line in text.splitlines() if line.startswith("| Right answers")):
        assert row.count(" | ") >= 3


def test_json_holds_the_figures(facts: Facts, tmp_path: Path) -> None:
    told = json.loads(write_report(facts, tmp_path / "out")["json"].read_text(encoding="utf-8"))
    assert told["verdict"]["passed"] is False
    right = next(x for x in told["lines"] if x["measure"] == "right")
    assert right["n"] == told["cases"] and right["low"] <= right["mean"] <= right["high"]
    assert len(told["failures"]) == len(facts.failures)
    assert "NaN" not in json.dumps(told)


def test_junit_fails_the_build_for_the_gate_alone(facts: Facts, tmp_path: Path) -> None:
    gate, cases = ET.parse(write_report(facts, tmp_path / "out")["junit"]).getroot().findall("testsuite")
    assert (gate.get("name"), gate.get("failures")) == ("gate", "3"), "one measure and two cases that must pass"
    assert cases.get("failures") == "0" and int(cases.get("skipped") or 0) == len(facts.failures)


def test_expectations_say_what_is_missing(cases: tuple[Case, ...]) -> None:
    unanswerable = next(c for c in cases if not c.answerable)
    assert [e.met for e in expectations(unanswerable, {"abstained": False, "answer": "Yes."})] == [False]
    number = next(c for c in cases if c.gold.numbers and c.gold.numbers[0].unit == "percent")
    value = number.gold.numbers[0].value
    told = expectations(number, {"abstained": False, "answer": f"It is {value:g} per cent. [1]", "citations": []})
    assert next(e.met for e in told if e.kind == "number") is True
    refused = expectations(number, {"abstained": True, "answer": "Not covered."})
    assert refused[0].kind == "answer" and refused[0].met is False


@pytest.mark.browser
def test_the_page_in_a_browser(facts: Facts, tmp_path: Path) -> None:
    import shutil as tools

    from playwright.sync_api import sync_playwright

    chromium = tools.which("chromium") or tools.which("chromium-browser") or tools.which("google-chrome")
    if chromium is None:
        pytest.skip("NOT RUN: no Chromium on this machine")
    path = write_report(facts, tmp_path / "out")["html"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        said: list[str] = []
        asked_for: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked_for.append(request.url))
        page.goto(f"{path.as_uri()}#case-{facts.failures[1].case.id}")
        assert page.locator("details.case[open]").count() == 1, "a link to a case opens it"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        kind = facts.failures[-1].case.kind
        page.select_option("#kind", kind)
        assert page.locator("details.case:visible").count() == sum(f.case.kind == kind for f in facts.failures)
        page.fill("#words", "no such words anywhere")
        assert page.locator("details.case:visible").count() == 0
        assert said == [] and asked_for == [asked_for[0]]
        browser.close()


def test_a_single_family_has_no_interval_and_the_json_stays_json(asked: Run, cases: tuple[Case, ...]) -> None:
    facts = facts_of(asked, cases[:1])
    told = json.loads(FORMATS["json"][1](facts), parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    right = next(line for line in told["lines"] if line["measure"] == "right")
    assert (right["n"], right["low"], right["high"], right["detectable"]) == (1, None, None, None)
    assert not re.search(r">[^<]*\b(?:inf|nan)\b", FORMATS["html"][1](facts))
