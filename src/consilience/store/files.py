"""Files written whole or not at all, and the one holder of a study."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault

SCRATCH: Final = ".part"
_DEVICES: Final = frozenset(map(Path, ("/dev", "/dev/fd", "/proc/self/fd")))
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def writing_fault(path: Path, error: OSError) -> Fault:
    """Return the fault for a write that the system refused."""
    code = "STO-002" if error.errno in _FULL else "STO-009"
    return Fault(code, path=str(path), reason=error.strerror or str(error))


def check_place(path: Path) -> None:
    """Refuse to put a file in the place of a device, pipe or socket, whoever may do so.

    Raises:
        Fault: STO-013 if such a thing is there.
    """
    # /dev/stdout leads to a file where a shell sends it to one, and would be gone itself.
    special = path.exists() and not path.is_file() and not path.is_dir()
    if special or path.absolute().parent in _DEVICES:
        raise Fault("STO-013", path=str(path))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that, whenever the machine stops, the old or the new one is there whole.

    Raises:
        Fault: STO-002 if the disk is full, STO-009 if it may not be written, STO-013 if a device
            or pipe is there; the old file, if there was one, is untouched.
    """
    check_place(path)
    scratch = path.with_name(path.name + SCRATCH)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with scratch.open("wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        scratch.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            scratch.unlink(missing_ok=True)
        raise writing_fault(path, error) from error


def publish(scratch: Path, target: Path) -> None:
    """Move a finished file to its place; whenever the machine stops, one of both is whole.

    Raises:
        Fault: STO-002 if the disk is full, STO-009 if it may not be written, STO-013 if a device
            or pipe is there.
    """
    check_place(target)
    try:
        with scratch.open("rb+") as handle:
            os.fsync(handle.fileno())
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch.replace(target)
    except OSError as error:
        raise writing_fault(target, error) from error


@contextlib.contextmanager
def hold(folder: Path, *, activity: str) -> Iterator[None]:
    """Hold a study for writing; the system lets go when the process ends, however it ends.

    Args:
        folder: the folder `.consilience` of the study; made if it is not there.
        activity: what the holder does, for the message that a second one gets.

    Raises:
        Fault: STO-001 naming the holder if somebody else holds it, STO-009 if the folder may
            not be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / "holder.json").open("a+", encoding="utf-8")
    except OSError as error:
        raise writing_fault(folder, error) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.seek(0)
            raise _held(folder, handle.read()) from error
        note = {"pid": os.getpid(), "host": socket.gethostname(), "activity": activity}
        handle.truncate(0)
        handle.write(json.dumps(note))
        handle.flush()
        yield


def _held(folder: Path, note: str) -> Fault:
    try:
        holder = json.loads(note)
    except ValueError:
        holder = {}
    return Fault(
        "STO-001",
        folder=str(folder.parent),
        pid=holder.get("pid", "unknown"),
        host=holder.get("host", "unknown"),
        activity=holder.get("activity", "starting"),
    )
