"""The words of the interface in English and German; answers and quotes stay in the language of their sources.

English texts are the keys, so a page reads as it is shown; `german.toml` has the other half. The browser chooses.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "de")
_GERMAN = Path(__file__).parent / "german.toml"
# What engine and ingest say while they work; a stage that is not here is told in its own words.
STAGES = (
    "Searching {count} statements",
    "Asking {model}, and checking each of its sentences",
    "Checking {count} sentences against their sources",
    "Reading {name}",
    "Verifying the new index",
)


@cache
def german() -> Mapping[str, str]:
    """German for every English text of the interface."""
    with _GERMAN.open("rb") as file:
        words: dict[str, str] = tomllib.load(file)["words"]
    return words


def language_of(headers: Mapping[str, str]) -> str:
    """The language, of LANGUAGES, that a browser prefers; English when it asks for neither."""
    wanted: list[tuple[float, int, str]] = []
    for place, entry in enumerate(headers.get("accept-language", "").split(",")[:20]):
        name, _, weight = entry.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), place, name.split("-")[0].lower()))
        except ValueError:
            continue
    return next((name for _, _, name in sorted(wanted) if name in LANGUAGES), LANGUAGES[0])


class Words:
    """Texts of the interface in one language; what has no German yet is told in English."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._told = german() if language == "de" else {}

    def __call__(self, english: str, **values: object) -> str:
        """The text, with `{name}` replaced by `values`."""
        told = self._told.get(english, english)
        return told.format(**values) if values else told

    def count(self, number: int, one: str, many: str) -> str:
        """`one` ("1 source") for the number 1, else `many` ("{count} sources") with the number in it."""
        return self(one) if number == 1 else self(many, count=self.number(number))

    def number(self, number: int) -> str:
        """A whole number with its thousands parted as the language has it."""
        return f"{number:,}".replace(",", "." if self.language == "de" else ",")

    def stage(self, told: str) -> str:
        """What the engine says it is doing, in the reader's language."""
        for english in STAGES:
            pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(english))
            if found := re.fullmatch(pattern, told):
                return self(english, **found.groupdict())
        return self(told)


ENGLISH = Words("en")


def words_for(headers: Mapping[str, str]) -> Words:
    """The texts in the language that a browser prefers."""
    return Words(language_of(headers))
