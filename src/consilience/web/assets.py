"""The style sheet and scripts: read once, served under the hash of their content."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

_KINDS: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file: its bytes and what they are."""

    content: bytes
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """All files, and one hash over all of them.

    The hash stands in the address before the name, so that scripts find each other by relative
    names, browsers keep the files for good, and a new version is never mixed with an old one.
    """

    version: str
    by_name: Mapping[str, Asset]

    def get(self, version: str, name: str) -> Asset | None:
        """Return a file; None if there is none of this name and version. No path is ever made."""
        return self.by_name.get(name) if version == self.version else None


@functools.cache
def load_assets() -> Assets:
    """Return the files of the folder `static`.

    Example:
        >>> "site.css" in load_assets().by_name
        True
    """
    found: dict[str, Asset] = {}
    digest = hashlib.sha256()
    for entry in sorted((files("consilience.web") / "static").iterdir(), key=lambda e: e.name):
        kind = _KINDS.get(entry.name.rpartition(".")[2])
        if kind is None:
            continue
        content = entry.read_bytes()
        found[entry.name] = Asset(content=content, kind=kind)
        digest.update(f"{entry.name}\0{len(content)}\0".encode() + content)
    return Assets(version=digest.hexdigest()[:16], by_name=found)
