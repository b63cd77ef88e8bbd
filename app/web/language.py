"""The words of the interface in English and German; answers and quotes stay in the language of their sources.

English texts are the keys, so a page reads as it is shown; `german.toml` has the other half. The browser chooses.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "de")
_GERMAN = Path(__file__).parent / "german.toml"


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
