"""A package as a BagIt 1.0 bag: checksums of everything, the same bytes each time."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

import bagit  # type: ignore[import-untyped]  # it has no types

from consilience.base.errors import Fault, Faults, Where

PAYLOAD: Final = "data/"
ALGORITHMS: Final = ("sha256", "sha512")
_DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
# The library tells each finding twice: as an error and to a log that nobody has asked for.
logging.getLogger("bagit").addHandler(logging.NullHandler())


def bagged(payload: Mapping[str, bytes], *, info: Sequence[tuple[str, str]]) -> dict[str, bytes]:
    r"""Return the files of a bag by path, sorted.

    Args:
        payload: content by path within the package.
        info: lines of `bag-info.txt` in order; values in one line. `Payload-Oxum` and `Bag-Size`
            are added.

    Raises:
        Fault: DEP-047 for a path that would leave the bag or that its manifests cannot carry.

    Source:
        RFC 8493 (BagIt 1.0).

    Example:
        >>> bag = bagged({"README.md": b"Hello\n"}, info=[("Bagging-Date", "2019-05-03")])
        >>> print(bag["bag-info.txt"].decode(), end="")
        Bagging-Date: 2019-05-03
        Bag-Size: 6 bytes
        Payload-Oxum: 6.1
    """
    for path in payload:
        _check_path(path)
    files = {PAYLOAD + path: content for path, content in payload.items()}
    size = sum(map(len, files.values()))
    lines = [*info, ("Bag-Size", f"{size} bytes"), ("Payload-Oxum", f"{size}.{len(files)}")]
    tags = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": "".join(f"{k}: {' '.join(v.split())}\n" for k, v in lines).encode(),
        **{f"manifest-{name}.txt": _manifest(files, name) for name in ALGORITHMS},
    }
    tags |= {f"tagmanifest-{name}.txt": _manifest(tags, name) for name in ALGORITHMS}
    return dict(sorted((tags | files).items()))


def _check_path(path: str) -> None:
    parts = PurePosixPath(path).parts
    outside = not parts or path.startswith("/") or ".." in parts or "\\" in path
    if outside or path != str(PurePosixPath(path)) or not path.isprintable() or "%" in path:
        raise Fault("DEP-047", path=path)


def _manifest(files: Mapping[str, bytes], algorithm: str) -> bytes:
    return "".join(
        f"{hashlib.new(algorithm, files[path]).hexdigest()}  {path}\n" for path in sorted(files)
    ).encode()


def write_bag(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a bag so that, whenever the machine stops, the old or the new one is there whole.

    Args:
        folder: where the bag shall lie; a bag that lies there is replaced.
        files: content by path, as `bagged` gives them.

    Raises:
        Fault: DEP-042 if something else lies there, DEP-048 if it cannot be written; what lay
            there is untouched.
    """
    if (
        folder.exists()
        and not (folder / "bagit.txt").is_file()
        and (not folder.is_dir() or any(folder.iterdir()))
    ):
        raise Fault("DEP-042", where=Where(file=str(folder)), folder=str(folder))
    scratch = folder.with_name(f".{folder.name}.part")
    former = folder.with_name(f".{folder.name}.former")
    try:
        shutil.rmtree(scratch, ignore_errors=True)
        for path, content in files.items():
            _write(scratch / path, content)
        shutil.rmtree(former, ignore_errors=True)
        if folder.exists():
            folder.replace(former)
        scratch.replace(folder)
    except OSError as error:
        if former.exists() and not folder.exists():
            former.replace(folder)
        shutil.rmtree(scratch, ignore_errors=True)
        reason = error.strerror or str(error)
        raise Fault("DEP-048", where=Where(file=str(folder)), reason=reason) from error
    shutil.rmtree(former, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def check_bag(folder: Path) -> None:
    """Require that a bag is whole and that no byte of it was changed.

    Args:
        folder: the bag.

    Raises:
        Faults: DEP-043 for each file that is missing, changed or too many, or once if the folder
            is no bag.
    """
    try:
        bagit.Bag(str(folder)).validate()
    except bagit.BagValidationError as error:
        reasons = [str(each) for each in error.details] or [str(error)]
        raise _broken(folder, reasons) from error
    except (bagit.BagError, OSError, ValueError) as error:
        raise _broken(folder, [str(error)]) from error


def _broken(folder: Path, reasons: Sequence[str]) -> Faults:
    place = Where(file=str(folder))
    return Faults(Fault("DEP-043", where=place, reason=reason) for reason in sorted(reasons))
