"""Which files in the folder of a study repeat words of a text? Read, told, never touched."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal

import pyarrow as pa

from consilience.base.errors import Fault
from consilience.formats.packed import unpacked, words_of_part
from consilience.formats.parquet import read_parquet
from consilience.store.database import HIDDEN, NAME
from consilience.store.files import SCRATCH
from consilience.store.vault import FOLDER as VAULT
from consilience.store.vault import SUFFIX
from consilience.text.quoted import Wording

# written: for people, below `out`; kept: what a stage made; copy: of the database, the vault or
# the study; other: all else, such as the file that was imported.
Kind = Literal["written", "kept", "copy", "other"]

_ORDER: Final[tuple[Kind, ...]] = ("copy", "written", "other", "kept")
_MOST_NAMED: Final = 20
_MOST_BYTES: Final = 200_000_000
_OUT: Final = "out"
# The study's own: erased by other means, or encrypted.
_OWN: Final = (NAME, f"{NAME}-wal", f"{NAME}-shm", "holder.json", VAULT, "search")
_SQLITE: Final = b"SQLite format 3\0"
_PARQUET: Final = b"PAR1"
_ZIP: Final = b"PK\x03\x04"
_PACKED: Final = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
# Formats in which no word stands as it is read.
_SHUT: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"OggS", b"ID3", b"fLaC", b"GIF8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A file that repeats words of a text.

    Args:
        path: from the folder of the study.
        kind: written for people, kept by the study, a copy of it, or another file.
    """

    path: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found in the folder of a study.

    Args:
        holding: files that repeat words of the text, by kind and path, copies first.
        unread: paths of files that could not be looked into.
        beside: what lies beside the folder of the study and is called like it.
    """

    holding: tuple[Holding, ...] = ()
    unread: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def files_with(folder: Path, document: str, wording: Wording) -> Looked:
    """Look into every file in the folder of a study for words of a text.

    Texts, web pages, tables, office documents, databases and archives are looked into; pictures,
    recordings and PDF are not, nor files of more than 200 MB. What a link leads to is left out.

    Args:
        folder: the study folder.
        document: id of the text, by which copies of its entries in the vault are known.
        wording: what is looked for.
    """
    looking = _Looking(document, wording)
    holding, unread = [], []
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        try:
            found = looking.at(path)
        except (OSError, EOFError, Fault, tarfile.TarError):
            unread.append(name)
            continue
        if found is not None:
            holding.append(Holding(path=name, kind=_place(name) if found == "words" else "copy"))
    whole = folder.resolve()
    return Looked(
        holding=tuple(sorted(holding, key=lambda each: _ORDER.index(each.kind))),
        unread=tuple(unread),
        beside=tuple(sorted(path.name for path in whole.parent.glob(f"{whole.name}?*"))),
    )


def told_of_files(looked: Looked) -> Iterator[Fault]:
    """Yield STO-014 to STO-016 for what a person has to look at."""
    found = (
        ("STO-014", [each.path for each in looked.holding]),
        ("STO-015", looked.unread),
        ("STO-016", looked.beside),
    )
    for code, names in found:
        if names:
            more = len(names) - _MOST_NAMED
            listed = ", ".join(names[:_MOST_NAMED])
            yield Fault(
                code, count=len(names), names=f"{listed} and {more} more" if more > 0 else listed
            )


def _files(folder: Path) -> Iterator[Path]:
    own = {folder / HIDDEN / each for each in _OWN}
    for place, inner, names in os.walk(folder):
        here = Path(place)
        inner[:] = sorted(each for each in inner if here / each not in own)
        for name in sorted(names):
            path = here / name
            if path not in own and path.is_file() and not path.is_symlink():
                yield path


def _place(name: str) -> Kind:
    first = PurePosixPath(name).parts[0]
    if first == HIDDEN:
        return "kept"
    return "written" if first == _OUT else "other"


class _Looking:
    """Looks into files, one after the other."""

    def __init__(self, document: str, wording: Wording) -> None:
        self._document, self._wording = document, wording

    def at(self, path: Path) -> Literal["words", "copy"] | None:
        """Return how a file repeats words: as itself, or as a copy of what the study keeps.

        Raises:
            Fault, OSError, EOFError, TarError: if it cannot be looked into.
        """
        with path.open("rb") as handle:
            head = handle.read(len(_SQLITE))
        if self._is_entry(path.as_posix()):
            return "copy"
        if path.stat().st_size > _MOST_BYTES or head.startswith(_SHUT):
            raise Fault("STO-015", count=1, names=path.name)
        if head.startswith((_ZIP, *_PACKED)):
            return self._in(_packed(path) if head.startswith(_PACKED) else _zipped(path))
        words = _of_table(path) if head.startswith(_PARQUET) else words_of_part(path.read_bytes())
        if not any(map(self._wording.is_in, words)):
            return None
        return "copy" if head.startswith(_SQLITE) else "words"

    def _is_entry(self, name: str) -> bool:
        """Return whether a file is called like an entry that the vault has of the text."""
        entry = name.endswith((SUFFIX, f"{SUFFIX}{SCRATCH}"))
        return entry and self._document in PurePosixPath(name).parts[-3:-1]

    def _in(self, parts: Iterator[tuple[str, bytes]]) -> Literal["words", "copy"] | None:
        for name, inside in parts:
            if self._is_entry(name):
                return "copy"
            if any(map(self._wording.is_in, words_of_part(inside))):
                return "copy" if inside.startswith(_SQLITE) else "words"
        return None


def _zipped(path: Path) -> Iterator[tuple[str, bytes]]:
    return unpacked(path.read_bytes(), file=path.name)


def _packed(path: Path) -> Iterator[tuple[str, bytes]]:
    left = _MOST_BYTES
    with tarfile.open(path) as archive:
        for member in archive:
            left -= member.size
            if left < 0:
                raise tarfile.TarError
            inside = archive.extractfile(member) if member.isfile() else None
            if inside is not None:
                yield member.name, inside.read()


def _of_table(path: Path) -> Iterator[str]:
    for column in read_parquet(path).columns:
        if not pa.types.is_primitive(column.type):
            yield from map(str, column.to_pylist())
