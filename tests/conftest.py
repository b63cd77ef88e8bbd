"""What every test may rely on: no network names, own data folders, and where the shared material lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of material that is never committed (the report's text, external data)."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("NOT RUN: no ../shared folder beside the repository (report text and external data)")
    return folder


@pytest.fixture(scope="session")
def report_file(shared: Path) -> Path:
    """The report's original text."""
    files = sorted((shared / "report").glob("*.txt"))
    if not files:
        pytest.skip("NOT RUN: no report text in ../shared/report")
    return files[0]
