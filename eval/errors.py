"""What can go wrong in the harness; every message says what was found, what was expected, and the cure.

RunRefused      exit 2: a run's folder holds something else, or is not whole
NotComparable   exit 2: two runs, or a run and the baseline, were not asked the same of the same corpus
HarnessFailed   exit 3: the gate could not be judged at all
"""

from __future__ import annotations

from ingest.errors import AdvisorError


class RunRefused(AdvisorError):
    """A run's folder is missing, is another run's, or is not whole."""


class NotComparable(AdvisorError):
    """The corpus or the cases differ, so a difference of scores says nothing about the systems."""


class HarnessFailed(AdvisorError):
    """The gate could not be judged."""

    exit_status = 3
