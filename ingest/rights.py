"""What a folder's `rights.toml` says of its files: which may be quoted and which only cited.

    "*.pdf" = "cite-only"
    "annual-report.pdf" = "quote"

The first pattern that fits a file's name counts. It can tighten what a file says of itself, not loosen it.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ingest.errors import DocumentRefused
from ingest.types import Document

RIGHTS_FILE = "rights.toml"
_KNOWN = ("quote", "cite-only")


def is_declared(path: Path) -> bool:
    """Whether the folder of a file says anything of rights; such a file is read again to be known."""
    return (path.parent / RIGHTS_FILE).is_file()


def with_declared_rights(document: Document, path: Path) -> Document:
    """`document` under the rights that the folder of its file declares; raises DocumentRefused on a faulty one."""
    if not is_declared(path):
        return document
    declaration = path.parent / RIGHTS_FILE
    rights = next((r for pattern, r in _read(declaration).items() if fnmatch(path.name, pattern)), "quote")
    if rights not in _KNOWN:
        raise DocumentRefused(f"{path}: {declaration} gives it the rights {rights!r}; expected quote or cite-only")
    if rights == "quote" or document.rights == "cite-only":
        return document
    told = hashlib.sha256(f"{document.sha256} {rights}".encode()).hexdigest()
    return replace(document, rights="cite-only", sha256=told)


def _read(declaration: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(declaration.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        told = " ".join(str(error).split())
        raise DocumentRefused(f'{declaration}: {told}; expected lines such as "*.pdf" = "cite-only"') from error
