"""A run told to people and to machines: one HTML page that needs nothing else, Markdown, JSON, and JUnit for CI."""

from __future__ import annotations

from eval.report.facts import Facts, facts_of
from eval.report.writing import FORMATS, write_report

__all__ = ["FORMATS", "Facts", "facts_of", "write_report"]
