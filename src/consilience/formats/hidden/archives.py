"""Archives that go out: what is in them is looked into, and packed again without what is hidden."""

from __future__ import annotations

import gzip
import io
import posixpath
import re
import stat
import zipfile
import zlib
from collections import Counter
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.formats.hidden.model import Tally
from consilience.formats.hidden.parts import MOST_BYTES, Clean, packed
from consilience.formats.opening import DAMAGED

_DEEPEST: Final = 4
_MOST_PARTS: Final = 10_000
# What systems and editors leave behind; a lock file names who had the document open.
_LEFT_BEHIND: Final = re.compile(
    r"(?:.*/)?(?:__MACOSX/.*|\._.*|\.DS_Store|Thumbs\.db|desktop\.ini|~\$.*|\.~lock\..*"
    r"|\.git/.*|\.svn/.*|\.Rhistory|\.RData|\.ipynb_checkpoints/.*|.*\.tmp|.*~)",
    re.IGNORECASE,
)


def clean_archive(name: str, data: bytes, tally: Tally, clean: Clean) -> bytes:
    """Find what an archive and the files in it hide; return it packed anew.

    Args:
        name: of the file; more than four archives in one another are refused.
        data: the file.
        tally: where findings are noted.
        clean: cleans a file in the archive.

    Raises:
        Fault: FMT-380 if it unpacks to too much, FMT-202 if it is damaged.
    """
    if name.count("!") >= _DEEPEST:
        tally.add("unreadable")
        return data
    content: dict[str, bytes] = {}
    with _opened(name, data) as archive:
        entries = archive.infolist()
        _judge(entries, archive.comment, tally)
        _check_names(entries, tally)
        left = MOST_BYTES
        for entry in entries:
            if entry.is_dir() or _LEFT_BEHIND.fullmatch(entry.filename):
                continue
            if entry.flag_bits & 1:
                tally.add("password", entry.filename)
                return data
            inside = _unpacked(archive, entry, left, name)
            left -= len(inside)
            inner = Tally(f"{name}!{entry.filename}")
            content[entry.filename] = clean(inner.file, inside, inner)
            tally.add_within(entry.filename, inner)
    if tally.refused():
        return data  # names that lead out or are there twice cannot be packed as they are
    return packed(content)


def _opened(name: str, data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGED as error:
        raise Fault("FMT-202", where=Where(file=name), name=name, reason=str(error)) from error
    if len(archive.infolist()) > _MOST_PARTS:
        raise Fault("FMT-380", where=Where(file=name), name=name, most=MOST_BYTES)
    return archive


def _judge(entries: list[zipfile.ZipInfo], comment: bytes, tally: Tally) -> None:
    tally.add("archive comment", count=bool(comment) + sum(bool(each.comment) for each in entries))
    files = [each for each in entries if not each.is_dir()]
    tally.add("system file", count=sum(bool(_LEFT_BEHIND.fullmatch(f.filename)) for f in files))
    links = sum(stat.S_ISLNK(each.external_attr >> 16) for each in entries)
    tally.add("symbolic link", count=links)


def _check_names(entries: list[zipfile.ZipInfo], tally: Tally) -> None:
    """Refuse names that lead out of the folder into which the archive is unpacked."""
    names = [each.orig_filename.replace("\\", "/") for each in entries]
    outside = [
        name
        for name in names
        if name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in name.split("/")
    ]
    tally.add("path outside", count=len(outside))
    twice = Counter(posixpath.normpath(name).casefold() for name in names)
    tally.add("same name twice", count=sum(count > 1 for count in twice.values()))


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int, name: str) -> bytes:
    """Return a file of the archive: so much is read as is left, whatever it states of its size."""
    try:
        with archive.open(entry) as stream:
            inside = stream.read(most + 1)
    except DAMAGED as error:
        reason = f"{entry.filename}: {error}"
        raise Fault("FMT-202", where=Where(file=name), name=name, reason=reason) from error
    if len(inside) > most:
        raise Fault("FMT-380", where=Where(file=name), name=name, most=MOST_BYTES)
    return inside


def clean_gzip(name: str, data: bytes, tally: Tally, clean: Clean) -> bytes:
    """Find what a packed file hides; return it packed anew, without name and date.

    Raises:
        Fault: FMT-202 if it is damaged, FMT-380 if it unpacks to too much.
    """
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            inside = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Fault("FMT-202", where=Where(file=name), name=name, reason=str(error)) from error
    if len(inside) > MOST_BYTES:
        raise Fault("FMT-380", where=Where(file=name), name=name, most=MOST_BYTES)
    if name.count("!") >= _DEEPEST:
        tally.add("unreadable")
        return data
    part = name.rpartition("!")[2].rpartition("/")[2].removesuffix(".gz")
    inner = Tally(f"{name}!{part}")
    cleaned = clean(inner.file, inside, inner)
    tally.add_within(part, inner)
    return gzip.compress(cleaned, mtime=0)
