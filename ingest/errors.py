"""What can go wrong, as a tree; every message says what was found, what was expected, and the cure.

AdvisorError            exit 2: the call cannot be carried out
  SettingsError         a setting is unknown or has a bad value
  IndexMissing          no index in the data folder
  IndexMismatch         an index made by another embedder or another layout
  IndexBroken           an index that cannot be read
  IndexBusy             another process is writing
  EmbedderError         the embedder's weights are absent or not the ones that were pinned
  DocumentRefused       exit 1: one file was refused, the rest goes on
  QuestionRefused       a question is empty or too long
"""

from __future__ import annotations


class AdvisorError(Exception):
    """A failure that the reader can cure; `str()` is one line."""

    exit_status = 2


class SettingsError(AdvisorError):
    """A setting is unknown or has a value out of range."""


class IndexMissing(AdvisorError):
    """The data folder holds no index."""


class IndexMismatch(AdvisorError):
    """The index was made by another embedder, or in another layout."""


class IndexBroken(AdvisorError):
    """The index is there and cannot be read."""


class IndexBusy(AdvisorError):
    """Another process holds the writer's lock."""


class EmbedderError(AdvisorError):
    """The embedder's weights are absent, or are not the pinned ones."""


class DocumentRefused(AdvisorError):
    """One file cannot be ingested; the message names it."""

    exit_status = 1


class QuestionRefused(AdvisorError):
    """A question is empty, too long, or not text."""
