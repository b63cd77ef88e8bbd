"""What a build starts ends with it, and what it left behind is cleared."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ingest.folders import clear_unfinished
from ingest.store.chroma import ChromaStore

CHILD = "import os, time; from ingest.orphan import end_with; end_with(os.getppid()); print(os.getpid(), flush=True)"
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1] + '; time.sleep(60)'])"


def test_a_process_ends_with_the_one_that_started_it() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, CHILD], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert int(parent.stdout.readline()) != parent.pid
    parent.kill()
    began = time.monotonic()
    assert parent.stdout.read() == ""  # at its end only when the child, which has it open too, is gone
    assert time.monotonic() - began < 5
    parent.wait()


def test_clearing_waits_for_one_that_still_writes(tmp_path: Path) -> None:
    left = tmp_path / "index" / ".building-20260101T000000-00000000"
    left.mkdir(parents=True)
    stop = time.monotonic() + 1.0

    def write() -> None:
        number = 0
        while time.monotonic() < stop:
            number += 1
            with contextlib.suppress(FileNotFoundError):
                (left / str(number)).touch()

    writer = threading.Thread(target=write)
    writer.start()
    time.sleep(0.2)
    clear_unfinished(tmp_path)
    assert not left.exists()
    writer.join()


def test_chroma_makes_no_folder_that_was_cleared(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no folder"):
        ChromaStore(tmp_path / "gone")
    assert not (tmp_path / "gone").exists()
