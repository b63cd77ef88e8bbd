"""One real index over the report's digest, a few real questions, and one real run of them, made once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case, load_cases
from eval.runs import Run, run
from eval.systems import Spec
from ingest.embedder import SentenceTransformerEmbedder
from ingest.index import build
from ingest.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "eval" / "questions"
_EACH = 3


@pytest.fixture(scope="session")
def indexed(
    tmp_path_factory: pytest.TempPathFactory,
    prepared: Callable[[Path], Path],
    torch_embedder: SentenceTransformerEmbedder,
) -> Path:
    """A data folder with an index over the bundled digest."""
    data = prepared(tmp_path_factory.mktemp("indexed"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.build.SentenceTransformerEmbedder", lambda *_: torch_embedder)
        build([ROOT / "corpus" / "report" / "report.md"], Settings(data=data))
    return data


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Systems find that index, whoever opens them."""
    if "indexed" in request.fixturenames:
        monkeypatch.setenv("ADVISOR_DATA", str(request.getfixturevalue("indexed")))


@pytest.fixture(scope="session")
def cases() -> tuple[Case, ...]:
    """The first questions of each kind about the report, answerable and not, and a dialogue."""
    found: list[Case] = []
    for case in load_cases(QUESTIONS / "report_dev.jsonl"):
        if sum(c.kind == case.kind for c in found) < _EACH:
            found.append(case)
    return tuple(found)


@pytest.fixture(scope="session")
def asked(indexed: Path, cases: tuple[Case, ...], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of the advisor; copy its folder before changing anything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADVISOR_DATA", str(indexed))
        folder = tmp_path_factory.mktemp("runs") / "advisor"
        return run(Spec("advisor"), cases, folder, 1, questions=[str(QUESTIONS / "report_dev.jsonl")])


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Makes a command system of a few lines of Python that read `rows` and print answers."""
    import sys

    def make(body: str) -> str:
        path = tmp_path / "program.py"
        path.write_text(
            "import json, sys\nrows = [json.loads(line) for line in sys.stdin]\n"
            "def say(row, **more):\n"
            "    print(json.dumps({'ref': row['id'], 'abstained': False, 'answer': row['question'], 'statements': [],\n"
            "                      'citations': [], 'figures': [], 'corpus': 'c1', **more}), flush=True)\n" + body
        )
        return f"command:{sys.executable} {path}"

    yield make


def lines(path: Path) -> list[dict[str, Any]]:
    """A file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rescored(made: Run, change: Callable[[str, Mapping[str, float | None]], Mapping[str, float | None]]) -> None:
    """Put other scores in the place of a run's."""
    made.write_scores({case: change(case, told) for case, told in made.scores().items()})


def means(made: Run, name: str, ids: Sequence[str] | None = None) -> float:
    """The mean of a measure, over the cases to which it applies."""
    told = [v for i, s in made.scores().items() if (ids is None or i in ids) and (v := s[name]) is not None]
    return sum(told) / len(told)
