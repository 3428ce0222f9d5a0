"""Files kept under the hash of their bytes: the same bytes once, and no name as a path."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault
from consilience.store.database import HIDDEN
from consilience.store.files import SCRATCH, publish, writing_fault

FOLDER: Final = "files"
_SHA: Final = re.compile(r"[0-9a-f]{64}")


def blob_path(folder: Path, sha256: str) -> Path:
    """Return where the bytes of this hash lie in a catalogue.

    Raises:
        ValueError: if it is no hash; no other text becomes a path.
    """
    if not _SHA.fullmatch(sha256):
        raise ValueError("a hash has 64 hexadecimal digits")
    return folder / HIDDEN / FOLDER / sha256[:2] / sha256


def keep_blob(folder: Path, source: Path, *, sha256: str) -> Path:
    """Copy a file into a catalogue, if the same bytes are not there yet.

    Args:
        folder: of the catalogue.
        source: the file.
        sha256: what its hash must be.

    Returns:
        Where it lies now.

    Raises:
        Fault: STO-100 if the bytes are others, STO-002 or STO-009 if they cannot be written.
    """
    target = blob_path(folder, sha256)
    if target.is_file() and target.stat().st_size == source.stat().st_size:
        return target
    scratch = target.with_name(target.name + SCRATCH)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, scratch)
        with scratch.open("rb") as handle:
            found = hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise writing_fault(target, error) from error
    if found != sha256:
        scratch.unlink()
        raise Fault("STO-100", path=source.name)
    publish(scratch, target)
    return target


def open_blob(folder: Path, sha256: str, *, size: int, path: str) -> Path:
    """Return the file of this hash.

    Args:
        folder: of the catalogue.
        sha256: its hash.
        size: how many bytes it must have.
        path: what it is called, for the message.

    Raises:
        Fault: STO-100 if it is not there or has another size.
    """
    found = blob_path(folder, sha256)
    if not found.is_file() or found.stat().st_size != size:
        raise Fault("STO-100", path=path)
    return found
