"""Asking many questions of a system at once: by processes, by threads, or all in one go."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from contextlib import closing
from typing import Any

from eval.systems import AsksAll, Spec, System, open_system
from eval.systems.opening import runs_in_processes
from ingest.errors import AdvisorError

Row = Mapping[str, Any]
_opened: System | AdvisorError | None = None  # one for each worker process; an error when it would not open


def answers(spec: Spec, rows: Sequence[Row], workers: int) -> Iterator[dict[str, Any]]:
    """Answers to rows of {id, question, history} as they come; `ref` is the id.

    A question without an answer gives {"ref", "error"}. The wall time of each is in `timings_ms["harness"]`.
    Raises AdvisorError when the system cannot be opened.
    """
    if not rows:
        return
    if runs_in_processes(spec) and workers > 1 and len(rows) > 1:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, context, initializer=_open, initargs=(spec,)) as pool:
            yield from _gathered(pool, [pool.submit(_ask_opened, row) for row in rows])
        return
    with closing(open_system(spec)) as system:
        if isinstance(system, AsksAll):
            yield from _all(system, rows)
        elif runs_in_processes(spec):
            yield from (_ask(system, row) for row in rows)
        else:
            with ThreadPoolExecutor(workers) as pool:
                yield from _gathered(pool, [pool.submit(_ask, system, row) for row in rows])


def _gathered(pool: Executor, asked: Sequence[Any]) -> Iterator[dict[str, Any]]:
    try:
        for done in as_completed(asked):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _open(spec: Spec) -> None:
    global _opened  # noqa: PLW0603 - what a worker process opens once and keeps
    try:
        _opened = open_system(spec)
    except AdvisorError as error:
        _opened = error  # told with the first question: a worker that ends here would say only that the pool broke


def _ask_opened(row: Row) -> dict[str, Any]:
    assert _opened is not None, "the worker has opened no system"
    if isinstance(_opened, AdvisorError):
        raise _opened
    return _ask(_opened, row)


def _ask(system: System, row: Row) -> dict[str, Any]:
    before = time.perf_counter()
    try:
        told = dict(system.ask(row["question"], row["history"]))
    except AdvisorError as error:
        told = {"error": str(error)}
    except Exception as error:  # another's system: one bad answer must not end the run
        told = {"error": f"{type(error).__name__}: {error}"}
    if not told.get("corpus") and system.corpus:
        told["corpus"] = system.corpus
    return _timed({**told, "ref": row["id"]}, before)


def _all(system: AsksAll, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    wanted = {row["id"] for row in rows}
    before = time.perf_counter()
    for told in system.ask_all(rows):
        if told.get("ref") in wanted:
            yield _timed(told, before, shared=True)
        before = time.perf_counter()


def _timed(told: dict[str, Any], before: float, shared: bool = False) -> dict[str, Any]:
    wall_ms = round((time.perf_counter() - before) * 1e3, 2)
    timings = {**(told.get("timings_ms") or {}), "harness": wall_ms}
    if not shared:
        timings.setdefault("total", wall_ms)
    return {**told, "timings_ms": timings}
