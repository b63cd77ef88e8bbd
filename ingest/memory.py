"""Giving memory back to the system during long work.

The C library keeps what was freed for later use. Arrays of ever other sizes leave holes that fit nothing, and over
100,000 texts a process grows by half a gigabyte that it does not use.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Return unused memory to the system, where the C library can (glibc); takes milliseconds."""
    _trim()(0)


@cache
def _trim() -> Callable[[int], int]:
    try:
        trim: Callable[[int], int] = ctypes.CDLL("libc.so.6").malloc_trim
    except (OSError, AttributeError):
        return lambda kept: 0
    return trim
