"""JUnit XML: a test case for each case that must pass or each failing one, so that CI shows them by name."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from eval.report.facts import Facts, Failure

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(facts: Facts) -> str:
    """The run as JUnit: with a verdict, the gate's measures and must-pass cases fail the build; single cases that are
    not right are listed as skipped, since a system that is never wrong is not what the gate asks for."""
    suites = ET.Element("testsuites", name="advisor eval")
    if facts.verdict is not None:
        gate = ET.SubElement(suites, "testsuite", name="gate")
        for measure in facts.verdict.measures:
            _case(gate, "gate", measure.title, measure.why)
        for lost in facts.verdict.lost:
            _case(gate, "gate.must_pass", f"{lost.case}: {lost.question}", "must be right and is not")
        held = facts.verdict.must_pass - len(facts.verdict.lost)
        _case(gate, "gate.must_pass", f"{held} other cases that must pass", "")
        _count(gate)
    cases = ET.SubElement(suites, "testsuite", name="cases that are not right")
    for failure in facts.failures:
        made = ET.SubElement(
            cases,
            "testcase",
            classname=f"cases.{failure.case.kind}",
            name=_clean(f"{failure.case.id}: {failure.case.question}"),
        )
        ET.SubElement(made, "skipped", message=_clean(_why(failure)))
    _count(cases)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, group: str, name: str, why: str) -> None:
    made = ET.SubElement(suite, "testcase", classname=group, name=_clean(name))
    if why:
        ET.SubElement(made, "failure", message=_clean(why))


def _count(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))


def _why(failure: Failure) -> str:
    return "; ".join(f"{e.kind}: {e.text}" for e in failure.missed) or "not right"


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
