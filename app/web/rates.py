"""How often each reader may do something: a sliding minute, in memory."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

_WINDOW_S = 60.0
_READERS_MAX = 10_000


class Rates:
    """At most `per_minute` times a minute for each key; 0 sets no limit."""

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._now = per_minute, now
        self._lock = threading.Lock()
        self._times: dict[str, deque[float]] = {}

    def wait_s(self, key: str) -> float:
        """0 and counted, or the seconds after which it may be tried again."""
        if not self._per_minute:
            return 0.0
        with self._lock:
            now = self._now()
            if len(self._times) > _READERS_MAX:
                self._times = {k: t for k, t in self._times.items() if t and t[-1] > now - _WINDOW_S}
            times = self._times.setdefault(key, deque())
            while times and times[0] <= now - _WINDOW_S:
                times.popleft()
            if len(times) >= self._per_minute:
                return times[0] + _WINDOW_S - now
            times.append(now)
            return 0.0
