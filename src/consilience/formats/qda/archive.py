"""The entries of an exchange file, found whatever the case of their names, within limits."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Final

from consilience.base.errors import Fault, Where
from consilience.formats.documents.reading import LARGEST_FILE
from consilience.formats.opening import DAMAGED, check_there

SIDECAR: Final = "consilience/sidecar.json"
# What no real project comes near; beyond it a file is meant to fill the memory.
_MOST_ENTRIES: Final = 200_000
_MOST_XML: Final = 2 * 1024**3
# Deflate cannot do better than 1,032 to 1; text and XML stay far below this.
_MOST_RATIO: Final = 250
_RATIO_FROM: Final = 4 * 1024**2
_MOST_TEXTS: Final = 8 * 1024**3
_PERCENT: Final = re.compile(rb"%([0-9a-fA-F]{2})")


class Watched(io.RawIOBase):
    """A stream of an entry: hashed as it is read, and ended by a fault if the file is damaged."""

    def __init__(self, inner: IO[bytes], *, where: Where) -> None:
        """Stand before an open entry."""
        super().__init__()
        self._inner = inner
        self._where = where
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises:
            Fault: FMT-231 if the entry is cut short or damaged.
        """
        try:
            piece = self._inner.read(size)
        except DAMAGED as error:
            raise Fault(
                "FMT-231", where=self._where, name=_name(self._where), reason=str(error)
            ) from error
        self._digest.update(piece)
        return piece

    def close(self) -> None:
        """Close the entry."""
        self._inner.close()
        super().close()

    def rest_sha256(self) -> str:
        """Return the hash of all bytes, reading what was left."""
        while self.read(1 << 16):
            pass
        return self._digest.hexdigest()


def _name(where: Where) -> str:
    return PurePosixPath(where.file or "").name


class Archive:
    """An opened .qdpx, or a bare .qde or .qdc with nothing beside it."""

    def __init__(self, path: Path, archive: zipfile.ZipFile | None) -> None:
        """Take the open archive, None for a bare file."""
        self._path = path
        self._zip = archive
        self.where = Where(file=str(path))
        entries = archive.infolist() if archive else []
        if len(entries) > _MOST_ENTRIES:
            raise Fault("FMT-232", where=self.where, name=path.name, what=f"{len(entries)} entries")
        files = [entry for entry in entries if not entry.is_dir()]
        self._whole = {_plain(entry.filename): entry for entry in reversed(files)}
        self._base = {_plain(entry.filename).rsplit("/", 1)[-1]: entry for entry in reversed(files)}
        self._used: set[str] = set()
        self._texts = 0

    def project(self) -> Watched:
        """Open the project: the only .qde, or the one nearest to the top.

        Raises:
            Fault: FMT-233 if there is none or several, FMT-231, FMT-232 as for any entry.
        """
        if self._zip is None:
            return Watched(self._path.open("rb"), where=self.where)
        found = sorted((name.count("/"), name) for name in self._whole if name.endswith(".qde"))
        top = [name for depth, name in found if depth == found[0][0]]
        if len(top) != 1:
            there = ", ".join(sorted(top or self._whole)[:5]) or "nothing"
            raise Fault(
                "FMT-233", where=self.where, name=self._path.name, count=len(top), there=there
            )
        return self._open(self._whole[top[0]], most=_MOST_XML)

    def bare(self) -> Watched:
        """Open a file that is no archive.

        Raises:
            Fault: FMT-230 if it is an archive.
        """
        if self._zip is not None:
            raise Fault("FMT-230", where=self.where, name=self._path.name)
        return Watched(self._path.open("rb"), where=self.where)

    def name_of(self, reference: str) -> str | None:
        """Return the name of the file that a project means, None if it is not there."""
        entry = self._find(reference)
        return None if entry is None else entry.filename

    def text(self, reference: str) -> bytes | None:
        """Return the bytes of a file that a project names, None if it is not there.

        Args:
            reference: such as `internal://NAME.txt`; folders and case do not matter.

        Raises:
            Fault: FMT-200 if it is larger than any text that is read, FMT-231 if it is damaged,
                FMT-232 if all texts together are too large.
        """
        entry = self._find(reference)
        if entry is None:
            return None
        if entry.file_size > LARGEST_FILE:
            raise Fault(
                "FMT-200",
                where=Where(file=f"{self._path}/{entry.filename}"),
                name=PurePosixPath(entry.filename).name,
                size=entry.file_size,
                largest=LARGEST_FILE,
            )
        self._texts += entry.file_size
        if self._texts > _MOST_TEXTS:
            what = f"texts of {self._texts:,} bytes"
            raise Fault("FMT-232", where=self.where, name=self._path.name, what=what)
        with self._open(entry, most=LARGEST_FILE) as stream:
            return stream.read()

    def sidecar(self) -> bytes | None:
        """Return the sidecar of this program, None if there is none."""
        entry = self._whole.get(SIDECAR)
        if entry is None:
            return None
        self._used.add(entry.filename)
        with self._open(entry, most=_MOST_XML) as stream:
            return stream.read()

    def unused(self) -> list[str]:
        """Return the names of files that nothing asked for: pictures, sound, styled text."""
        return sorted(
            entry.filename
            for name, entry in self._whole.items()
            if entry.filename not in self._used and not name.endswith(".qde")
        )

    def _find(self, reference: str) -> zipfile.ZipInfo | None:
        bare = _plain(reference.split("://", 1)[-1])
        for path in (bare, _unquoted(bare), bare.replace("{", "").replace("}", "")):
            for name in (f"sources/{path}", path):
                if name in self._whole:
                    return self._whole[name]
            if path.rsplit("/", 1)[-1] in self._base:
                return self._base[path.rsplit("/", 1)[-1]]
        return None

    def _open(self, entry: zipfile.ZipInfo, *, most: int) -> Watched:
        if self._zip is None:
            raise AssertionError("a bare file has no entries")
        where = Where(file=f"{self._path}/{entry.filename}")
        packed = max(entry.compress_size, 1)
        if entry.file_size > most:
            what = f"an entry of {entry.file_size:,} bytes"
            raise Fault("FMT-232", where=where, name=self._path.name, what=what)
        if entry.file_size > _RATIO_FROM and entry.file_size / packed > _MOST_RATIO:
            what = f"{packed:,} bytes that unpack to {entry.file_size:,}"
            raise Fault("FMT-232", where=where, name=self._path.name, what=what)
        self._used.add(entry.filename)
        if entry.flag_bits & 1:
            raise Fault("FMT-231", where=where, name=self._path.name, reason="it has a password")
        try:
            return Watched(self._zip.open(entry), where=where)
        except DAMAGED as error:
            raise Fault("FMT-231", where=where, name=self._path.name, reason=str(error)) from error


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").removeprefix("./").lower()


def _unquoted(name: str) -> str:
    """Return a name as in addresses without its percent signs; urllib is the network's."""
    return _PERCENT.sub(lambda found: bytes([int(found[1], 16)]), name.encode()).decode(
        errors="replace"
    )


@contextlib.contextmanager
def opened_archive(path: Path) -> Iterator[Archive]:
    """Open an exchange file of any kind.

    Raises:
        Fault: FMT-001, FMT-002 if there is no such file; FMT-003 if it may not be read; FMT-230 if
            it is neither a zip archive nor XML; FMT-231 if the archive is damaged; FMT-232 if it
            has too many entries.
    """
    check_there(path)
    where = Where(file=str(path))
    try:
        with path.open("rb") as handle:
            head = handle.read(4096)
    except OSError as error:
        raise Fault("FMT-003", where=where, name=path.name, reason=error.strerror) from error
    # An archive may begin with what is not its own, as one that unpacks itself does.
    if not head.startswith(b"PK") and not zipfile.is_zipfile(path):
        if b"<" not in head.replace(b"\x00", b""):
            raise Fault("FMT-230", where=where, name=path.name)
        yield Archive(path, None)
        return
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGED as error:
        raise Fault("FMT-231", where=where, name=path.name, reason=str(error)) from error
    with archive:
        yield Archive(path, archive)
