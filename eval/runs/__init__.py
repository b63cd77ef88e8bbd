"""Runs: what was asked of which system, every answer and every score, in one folder.

folder/manifest.json    who was asked, with which settings, over which corpus, by which code
folder/cases.jsonl      which cases, each with the digest of its question and gold
folder/answers.jsonl    one answer object a line, in the order in which they came; appended, so a run can go on
folder/scores.jsonl     one line per case: {"case": id, "scores": {measure: value or null}}
"""

from __future__ import annotations

from eval.runs.running import run, score
from eval.runs.store import Manifest, Run

__all__ = ["Manifest", "Run", "run", "score"]
