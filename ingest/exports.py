"""The record of an exported graph: which weights it came from, and whether its files were left alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ingest.settings import Settings
from ingest.weights import BUNDLED, OURS, Stamp, fingerprint_of, sha256_of

RECORD, GRAPH, TOKENIZER = "record.json", "model.onnx", "tokenizer.json"


@dataclass(frozen=True, slots=True)
class Export:
    """What is known of an exported graph; `source` is the stamp of the weights that it came from."""

    name: str
    fingerprint: str
    dimension: int
    max_tokens: int
    least_cosine: float
    weights: str
    source: Stamp
    files: dict[str, Stamp]

    @classmethod
    def read(cls, folder: Path) -> Export | None:
        """The record in `folder`, or None when there is none that can be read."""
        try:
            told = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            told["source"] = Stamp(**told["source"])
            told["files"] = {name: Stamp(**stamp) for name, stamp in told["files"].items()}
            return cls(**told)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def untouched(self, folder: Path) -> bool:
        """Whether graph and tokenizer have the size and time recorded (nothing is read)."""
        return {GRAPH, TOKENIZER} <= set(self.files) and all(
            stamp.untouched(folder / name) for name, stamp in self.files.items()
        )

    def intact(self, folder: Path) -> bool:
        """Whether graph and tokenizer have the hashes recorded (all is read)."""
        return {GRAPH, TOKENIZER} <= set(self.files) and all(
            (folder / name).is_file() and sha256_of(folder / name) == stamp.sha256 for name, stamp in self.files.items()
        )

    def usable(self, folder: Path) -> bool:
        """Whether the files are the ones recorded; they are only read where a copy or a backup gave them new times."""
        return self.untouched(folder) or self.intact(folder)


def exported(settings: Settings, embedder: str = "") -> tuple[Path, Export] | None:
    """Folder and record of the usable export of an embedder, by default the one set."""
    data, embedder = settings.data, embedder or settings.embedder
    if embedder in OURS:
        folder = folder_of(data, fingerprint_of(embedder))
        export = Export.read(folder)
        good = export is not None and export.fingerprint == fingerprint_of(embedder)
        return (folder, export) if good and export is not None and export.usable(folder) else None
    for record in sorted((data / "models").glob(f"*/{RECORD}")):
        export = Export.read(record.parent)
        if export is None or export.name != embedder:
            continue
        if export.source.untouched(Path(export.weights)) and export.usable(record.parent):
            return record.parent, export
    return None


def known_fingerprint(settings: Settings) -> str:
    """Fingerprint of the embedder that the settings ask for; hashes weights only where no record tells."""
    if settings.embedder == BUNDLED:
        return fingerprint_of(BUNDLED)
    found = exported(settings)
    return found[1].fingerprint if found else fingerprint_of(settings.embedder)


def folder_of(data: Path, fingerprint: str) -> Path:
    """Where the export of an embedder lies in a data folder."""
    return data / "models" / fingerprint[:12]
