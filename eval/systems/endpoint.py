"""Any server that speaks the contract: `POST /api/ask` with {question, history} gives one Answer."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from eval.systems.protocol import SystemFailed, Turns, one_object

_BUSY = {429, 503}
_PATIENCE_S = 30.0
_KEPT_CHARS = 200


class Endpoint:
    """An HTTP address; several threads may ask at once. A busy server (429, 503) is asked again for half a minute."""

    def __init__(self, address: str, timeout_s: float = 60.0, path: str = "/api/ask") -> None:
        """`address` is scheme, host and port; a path in it takes the place of `path`."""
        parts = urlsplit(address)
        base = f"{parts.scheme}://{parts.netloc}"
        self._url = base + (parts.path if parts.path not in ("", "/") else path)
        self._timeout_s = timeout_s
        self.corpus = self._readiness(base)

    def ask(self, question: str, history: Turns = ()) -> dict[str, Any]:
        """See System."""
        body = json.dumps({"question": question, "history": list(history)}).encode()
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            request = urllib.request.Request(self._url, body, {"Content-Type": "application/json"}, method="POST")
            try:
                with urllib.request.urlopen(request, timeout=self._timeout_s) as response:
                    return one_object(response.read(), self._url)
            except urllib.error.HTTPError as error:
                told = error.read().decode("utf-8", "replace")[:_KEPT_CHARS]
                if error.code not in _BUSY or time.monotonic() > deadline:
                    raise SystemFailed(f"{self._url} answered {error.code}: {told}") from None
                time.sleep(_wait_s(error.headers.get("Retry-After")))
            except (OSError, urllib.error.URLError) as error:
                raise SystemFailed(f"{self._url} cannot be asked ({error}); is the server running there?") from None

    def _readiness(self, base: str) -> str:
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=self._timeout_s) as response:
                return str(one_object(response.read(), base).get("corpus", ""))
        except (OSError, SystemFailed):
            return ""  # not ours: the answers tell, or the first question fails

    def close(self) -> None:
        """Nothing is held open."""


def _wait_s(header: str | None) -> float:
    try:
        return min(5.0, max(0.1, float(header or "")))
    except ValueError:
        return 0.5
