"""How ingest fares as folders grow: `python -m eval.bench_ingest --passages 10000 100000`.

For each size a folder is made (`eval.made_reports`) and ingested by `advisor ingest` as a user would, in a process of
its own: passages a second, seconds by phase, peak memory of the process and its children (sampled), size on disk.
--kill: end it by force at half, resume, and say what was saved and that nothing was embedded twice.
--peer N: the plain LangChain recipe (langchain-chroma and the same embedder) over N of the same passages, in the same
run, for the ratio. It stores one vector for each passage; ours are one for each sentence and each passage.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from eval.made_reports import PLANTED_NUMBER, PLANTED_QUESTION, make

_MB = 1e6
_SAMPLED_S = 0.2
_RATES = (("passages", "passages"), ("units", "vectors"))
_ADVISOR = (sys.executable, "-c", "from ingest.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Ran:
    """A command's end: its output, seconds, peak memory of it and its children in MB, texts it said it had embedded."""

    out: str
    seconds: float
    peak_mb: float
    embedded: int


def ingest(folder: Path, data: Path, kill_at: int = 0) -> Ran:
    """`advisor ingest FOLDER --json`; ended by force once it has embedded `kill_at` texts, if that is not 0."""
    # Into a file: a pipe would fill up while the other one is read.
    with tempfile.TemporaryFile("w+") as out:
        began, embedded = time.perf_counter(), 0
        process = _advisor(data, "ingest", str(folder), "--json", out=out)
        peak = _Peak(process.pid)
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("embedded "):
                embedded = int(line.split()[1])
                print(f"    {line.strip()}; {peak.now_mb:.0f} MB", file=sys.stderr, flush=True)
            if kill_at and embedded >= kill_at:
                process.send_signal(signal.SIGKILL)
                break
            if line.startswith(("resuming", "refused", "advisor:")):
                print(f"    {line.strip()}", flush=True)
        process.wait()
        seconds = time.perf_counter() - began
        out.seek(0)
        return Ran(out.read(), seconds, peak.stop(), embedded)


def _advisor(data: Path, *arguments: str, out: IO[str] | int = subprocess.PIPE) -> subprocess.Popen[str]:
    environment = {**os.environ, "ADVISOR_DATA": str(data), "HF_HUB_OFFLINE": "1"}
    return subprocess.Popen([*_ADVISOR, *arguments], stdout=out, stderr=subprocess.PIPE, text=True, env=environment)


class _Peak:
    """Samples the resident memory of a process and its children until it is stopped."""

    def __init__(self, pid: int) -> None:
        self._pid, self._most, self.now_mb = pid, 0.0, 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        import psutil

        while not self._ended.wait(_SAMPLED_S):
            try:
                root = psutil.Process(self._pid)
                family = [root, *root.children(recursive=True)]
                self.now_mb = sum(p.memory_info().rss for p in family) / _MB
            except psutil.Error:
                continue
            self._most = max(self._most, self.now_mb)

    def stop(self) -> float:
        """End sampling; returns the peak in MB."""
        self._ended.set()
        self._thread.join()
        return self._most


def shown(ran: Ran, data: Path) -> str:
    """One ingest in three lines."""
    told = json.loads(ran.out)
    counts, work = told["counts"], told["work"]
    phases = ", ".join(f"{name[:-2]} {work[name]:.0f}" for name in work if name.endswith("_s"))
    disk = sum(f.stat().st_size for f in (data / "index").rglob("*") if f.is_file()) / _MB
    rates = ", ".join(f"{counts[name] / ran.seconds:.0f} {told}/s" for name, told in _RATES)
    return (
        f"  {counts['documents']} documents, {counts['passages']} passages, {counts['units']} vectors: "
        f"{ran.seconds:.0f} s, {rates}\n"
        f"  seconds: {phases}; embedded {work['embedded']}, reused {work['reused']} (resumed {work['resumed']})\n"
        f"  peak memory {ran.peak_mb:.0f} MB, index on disk {disk:.0f} MB"
    )


def killed(folder: Path, data: Path, units: int) -> None:
    """Ingest ended at half and begun again, with what that cost and saved."""
    first = ingest(folder, data, kill_at=units // 2)
    print(f"  killed after {first.embedded} texts and {first.seconds:.0f} s")
    second = ingest(folder, data)
    print(shown(second, data))
    work = json.loads(second.out)["work"]
    per_text_s = work["embedding_s"] / max(1, work["embedded"])
    print(f"  {work['resumed']} vectors taken over, about {work['resumed'] * per_text_s:.0f} s saved")
    print(f"  embedded {first.embedded} before and {work['embedded']} after; different texts: {_texts(data)}")


def _texts(data: Path) -> int:
    """How many different texts the index has vectors of."""
    with sqlite3.connect(next((data / "index").glob("*/passages.sqlite"))) as store:
        return int(store.execute("SELECT count(DISTINCT text_hash) FROM units").fetchone()[0])


def ask(data: Path) -> None:
    """The planted fact, asked for in a process of its own."""
    process = _advisor(data, "ask", PLANTED_QUESTION, "--json")
    began = time.perf_counter()
    told: dict[str, Any] = json.loads(process.communicate()[0])
    right = PLANTED_NUMBER in told["answer"] and bool(told["citations"])
    print(f"  asked in {time.perf_counter() - began:.1f} s, {'right' if right else 'WRONG'}: {told['answer']}")


def peer(data: Path, count: int) -> float:
    """Passages a second of the plain LangChain recipe over `count` passages of the index in `data`."""
    from langchain_chroma import Chroma

    from ingest.embedder import SentenceTransformerEmbedder
    from ingest.index import open_index
    from ingest.settings import Settings

    store = open_index(Settings(data=data)).store
    texts = [p.text for d in store.documents() for p in store.passages_of_document(d.id)]
    texts = texts[:: max(1, len(texts) // count)][:count]

    class MiniLM:
        """sentence-transformers as it comes: its own batches, float32."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(x) for x in row] for row in model.encode(texts)]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    model = SentenceTransformerEmbedder("minilm").model
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        embedder: Any = MiniLM()
        chroma = Chroma("peer", embedder, persist_directory=folder)
        for start in range(0, len(texts), 1_000):
            chroma.add_texts(texts[start : start + 1_000])
        return len(texts) / (time.perf_counter() - began)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000])
    parser.add_argument("--kill", action="store_true", help="kill the ingest of the last size at half, and resume")
    parser.add_argument("--peer", type=int, default=0, metavar="N", help="compare with LangChain over N passages")
    parser.add_argument("--into", type=Path, help="keep folders and indexes here (default: a temporary folder)")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        root: Path = asked.into or Path(temporary)
        for size in asked.passages:
            folder, data = root / f"files-{size}", root / f"data-{size}"
            files = make(folder, size)
            size_mb = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / _MB
            print(f"{size} passages: {files} files, {size_mb:.1f} MB; load {os.getloadavg()[0]:.1f}", flush=True)
            if asked.kill and size == asked.passages[-1]:
                killed(folder, data, 2 * size)
            else:
                print(shown(ingest(folder, data), data), flush=True)
            ask(data)
        if asked.peer:
            rate = peer(data, asked.peer)
            print(f"LangChain with Chroma, {asked.peer} of the same passages: {rate:.0f} passages/s", flush=True)


if __name__ == "__main__":
    main()
