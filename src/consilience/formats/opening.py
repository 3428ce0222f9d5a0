"""Bytes of a file, or the catalogued reason why there are none."""

from __future__ import annotations

import difflib
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault, Where

# What a damaged, locked or strangely packed entry raises, by the way in which it was packed;
# NotImplementedError is a RuntimeError, what cannot be decoded a ValueError.
DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    IndexError,
    OverflowError,
)

# More than any table that is given packed; ten kilobytes can unpack to as much.
LARGEST_UNPACKED: Final = 400_000_000


def _neighbour(path: Path) -> str:
    """Return the name most like that of `path` in its folder, in words."""
    if not path.parent.is_dir():
        return "nothing, its folder is not there either"
    names = sorted(each.name for each in path.parent.iterdir())
    near = difflib.get_close_matches(path.name, names, n=1, cutoff=0.5)
    return repr(near[0]) if near else "nothing of a like name"


def check_there(path: Path) -> None:
    """Refuse a path that is no file.

    Raises:
        Fault: FMT-001 if nothing is there, FMT-002 if a folder is, FMT-214 if a pipe or device is.
    """
    where = Where(file=str(path))
    if path.is_dir():
        raise Fault("FMT-002", where=where, name=path.name)
    if path.exists() and not path.is_file():
        raise Fault("FMT-214", where=where, name=path.name)
    if not path.is_file():
        raise Fault("FMT-001", where=where, name=path.name, near=_neighbour(path))


def read_bytes(path: Path) -> bytes:
    """Return what stands in a file, unpacked if its name ends in `.gz`.

    Raises:
        Fault: FMT-001, FMT-002 if there is no such file; FMT-003 if it cannot be read; FMT-004
            if it is empty; FMT-007 if it cannot be unpacked, FMT-273 if to too much.
    """
    check_there(path)
    where = Where(file=str(path))
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown"
        raise Fault("FMT-003", where=where, name=path.name, reason=reason) from error
    if data and path.suffix.lower() == ".gz":
        try:
            # What it states of its size may be false: so much is unpacked, and no more.
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
                data = stream.read(LARGEST_UNPACKED + 1)
        except (OSError, EOFError, zlib.error) as error:
            reason = str(error)
            raise Fault("FMT-007", where=where, name=path.name, reason=reason) from error
        if len(data) > LARGEST_UNPACKED:
            raise Fault("FMT-273", where=where, name=path.name, most=LARGEST_UNPACKED)
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Fault("FMT-004", where=where, name=path.name)
    return data


def kind_of(data: bytes) -> str | None:
    """Return in words what binary content this is, None if it may be text."""
    heads = (
        (b"PK\x03\x04", "a workbook or other zip archive"),
        (b"\xd0\xcf\x11\xe0", "an old or protected Office file"),
        (b"$FL2", "an SPSS file"),
        (b"$FL3", "an SPSS file"),
        (b"PAR1", "a Parquet file"),
        (b"%PDF", "a PDF document"),
        (b"\x1f\x8b", "gzip-compressed data"),
        (b"<!DOCTYPE", "a web page"),
        (b"<html", "a web page"),
    )
    return next((kind for head, kind in heads if data.startswith(head)), None)
