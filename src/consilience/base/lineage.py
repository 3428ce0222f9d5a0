"""Where a result comes from: hashes of content, and the note that each result carries."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """What a result was made from.

    Args:
        stage: id of the stage that made it.
        inputs: name of each input (file or table) to its SHA-256.
        parameters: SHA-256 of the stage's part of the study file.
        seed_stream: name of the random stream, empty if nothing was drawn.
        code: version of the code, see `code_version`.
        simulated: whether anything simulated went in.
    """

    stage: str
    inputs: Mapping[str, str]
    parameters: str
    seed_stream: str
    code: str
    simulated: bool

    def key(self) -> str:
        """Return the hash under which the result is kept: same key, same result."""
        return hash_json(
            {
                "stage": self.stage,
                "inputs": dict(self.inputs),
                "parameters": self.parameters,
                "seed_stream": self.seed_stream,
                "code": self.code,
                "simulated": self.simulated,
            }
        )


def hash_bytes(content: bytes) -> str:
    """Return the SHA-256 of `content` as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, read in blocks."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def hash_json(value: object) -> str:
    """Return the SHA-256 of plain values, whatever the order of their keys.

    Example:
        >>> hash_json({"a": 1, "b": 2}) == hash_json({"b": 2, "a": 1})
        True
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hash_bytes(text.encode())


@functools.cache
def code_version() -> str:
    """Return a hash of every source file of this package: what ran, not what was released."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".csv", ".j2", ".css", ".js", ".yaml"}:
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
