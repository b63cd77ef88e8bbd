"""Ingest ended by force at random moments, and two at once: the index in use goes on answering."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.embedder import question_embedder
from ingest.index import build, examine, open_index
from ingest.settings import Settings

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("KILLS", "8"))


def start(settings: Settings, *arguments: object) -> subprocess.Popen[str]:
    """`advisor ingest ...` as a process of its own."""
    code = "from ingest.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "ingest", *map(str, arguments)],
        env={**os.environ, "ADVISOR_DATA": str(settings.data)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def write(folder: Path, edition: int) -> None:
    """A document of 600 sentences, most of them new in each edition, and one that tells the edition."""
    lines = "\n\n".join(f"Barge {n} of fleet {edition} carries {n * 7} tonnes of sand." for n in range(600))
    (folder / "barges.txt").write_text(
        f"Barges\n\nThe catalogue is edition number {edition} of the series.\n\n{lines}\n"
    )


def edition(settings: Settings) -> str:
    """What the index in use says of its edition, by vector and by word; the index must be sound."""
    index = open_index(settings)
    vector = question_embedder(settings).encode(["Which edition of the series is the catalogue?"])[0]
    unit = index.nearest(vector, 1)[0][0]
    by_vector = index.store.units([unit])[unit].text
    passage_id, number = index.store.lexical(["edition"], 1)[0][0]
    by_word = index.store.passages([passage_id])[passage_id].sentences[number].text
    assert by_word in by_vector
    return by_word.split("number ")[1].split(" ")[0]


def until_reading(process: subprocess.Popen[str]) -> None:
    """Wait until the process has begun its work: what comes before touches nothing."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("reading"):
            return


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_ingest_leaves_the_index_answering(settings: Settings, files: Path, how: int) -> None:
    write(files, 0)
    first = start(settings, files)
    until_reading(first)
    began = time.monotonic()
    assert first.wait(timeout=240) == 0
    work_s = time.monotonic() - began
    moments = random.Random(how)
    current, cut_short = 0, 0
    kills = KILLS if how == signal.SIGKILL else 3
    for number in range(1, kills + 1):
        write(files, number)
        process = start(settings, files)
        until_reading(process)
        try:
            process.wait(timeout=work_s * moments.uniform(0.0, 0.9))
        except subprocess.TimeoutExpired:
            process.send_signal(how)
            cut_short += 1
        process.communicate(timeout=60)
        found = int(edition(settings))
        assert found == number or (found == current and process.returncode != 0)
        current = found
    assert examine(settings) == []
    print(f"{cut_short} of {kills} ended by signal {how} within {work_s:.1f} s of work")
    assert cut_short > 0, "no ingest was cut short, so this run shows nothing"
    write(files, kills)
    build([files], settings)
    assert edition(settings) == str(kills)
    assert not list((settings.data / "index").glob(".building-*"))


def test_two_ingests_at_once_do_not_mix(settings: Settings, files: Path) -> None:
    write(files, 1)
    one, two = start(settings, files / "barges.txt"), start(settings, files)
    told = [p.communicate(timeout=240)[1] for p in (one, two)]
    assert [one.returncode, two.returncode] == [0, 0], told
    assert any("another ingest is writing (process" in text for text in told)
    assert open_index(settings).manifest.counts["documents"] == 4
    assert examine(settings) == []
    assert edition(settings) == "1"
