"""Stems, the same whoever asks for them and however many at once."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from ingest.terms import stem

ENDINGS = ("ational", "ization", "fulness", "ousness", "iveness", "ing", "ed", "ies", "ement", "ability")
WORDS = [
    f"{first}{second}{ending}" for first in ("organ", "respons", "matur") for second in "abcdefgh" for ending in ENDINGS
]


def test_threads_do_not_mix_their_words_up() -> None:
    alone = [stem.__wrapped__(w) for w in WORDS]
    switch_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(lambda _: [stem.__wrapped__(w) for w in WORDS], range(16)))
    finally:
        sys.setswitchinterval(switch_s)
    assert all(told == alone for told in together)
