"""Forms with files: taken piece by piece into a folder of their own, which is always removed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import BinaryIO, Final

from anyio import CancelScope, to_thread
from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request

from consilience.base.errors import Fault
from consilience.base.ids import plain_name
from consilience.desk.bring_transcripts import clear_room, make_room

MOST_FILES: Final = 50
MOST_BYTES: Final = 100_000_000
# A browser that is not read to the end shows no answer; this much is read and thrown away.
_MOST_DRAINED: Final = 4 * MOST_BYTES
_MOST_FIELDS: Final = 100
# Of a field, and of what stands above a part.
_LONGEST: Final = 8_192
# File systems take names of 255 bytes.
_LONGEST_NAME: Final = 200
_LONGEST_END: Final = 12
_PARTS: Final = b"multipart/form-data"
_FOLDERS: Final = re.compile(r"[/\\]")

Fields = Mapping[str, tuple[str, ...]]


class Arrival:
    """A form with files on its way in."""

    def __init__(self, request: Request, folder: Path) -> None:
        """Wait for it; nothing is read yet.

        Args:
            request: with which it comes; its bytes are `pieces`.
            folder: the study folder, in which files lie until the call is answered.
        """
        self._headers = request.headers
        self.pieces = request.stream()
        self._folder = folder
        self._room: Path | None = None

    @property
    def has_parts(self) -> bool:
        """Whether it is written as forms with files are."""
        return _kind(self._headers)[0] == _PARTS

    async def read(self, *, is_token: Callable[[str], bool]) -> tuple[Fields, tuple[Path, ...]]:
        """Return the fields and the files, which lie on disk, each under its own plain name.

        Args:
            is_token: whether a token is that of the session; asked before a file is kept.

        Raises:
            Fault: WEB-020 if the token does not come before all files or is another one, WEB-027
                if it is no such form or was cut off, WEB-051 for too many files, WEB-052 if it is
                too large.
        """
        boundary = _kind(self._headers)[1].get(b"boundary", b"")
        if not boundary:
            raise Fault("WEB-027", why="it does not say where its parts end")
        _check_size(self._headers.get("content-length", "0"))
        self._room = await to_thread.run_sync(make_room, self._folder)
        parts = _Parts(boundary, self._room, is_token)
        size = 0
        try:
            async for piece in self.pieces:
                size += len(piece)
                _check_size(str(size))
                await to_thread.run_sync(parts.take, piece)
        finally:
            parts.close()
        return parts.finished()

    async def end(self) -> None:
        """Remove the files, and read what is still on its way, so that the answer is seen."""
        if self._room is not None:
            with CancelScope(shield=True):
                await to_thread.run_sync(clear_room, self._room)
        left = _MOST_DRAINED
        with contextlib.suppress(ClientDisconnect):
            async for piece in self.pieces:
                left -= len(piece)
                if left < 0:
                    return


@contextlib.asynccontextmanager
async def arriving(request: Request, folder: Path) -> AsyncIterator[Arrival]:
    """Let a form with files come in; whatever happens, its files are gone afterwards."""
    arrival = Arrival(request, folder)
    try:
        yield arrival
    finally:
        await arrival.end()


def file_name(sent: str) -> str:
    r"""Return the name of a file as it may stand on disk: no folders, no signs unseen, not long.

    Example:
        >>> file_name("..\\..\\etc/S01\n.txt"), file_name("../..")
        ('S01 .txt', 'file')
    """
    bare = plain_name(_FOLDERS.split(sent)[-1]) or "file"
    whole = bare.encode()
    if len(whole) <= _LONGEST_NAME:
        return bare
    end = PurePath(bare).suffix
    kept = end if len(end.encode()) <= _LONGEST_END else ""
    return whole[: _LONGEST_NAME - len(kept.encode())].decode(errors="ignore") + kept


def _kind(headers: Headers) -> tuple[bytes, Mapping[bytes, bytes]]:
    return parse_options_header(headers.get("content-type", ""))


def _check_size(said: str) -> None:
    if not said.isascii() or not said.isdigit() or int(said) > MOST_BYTES:
        raise Fault("WEB-052", most=MOST_BYTES // 1_000_000)


class _Parts:
    """Takes the parts of a form one after the other: fields into memory, files onto disk."""

    def __init__(self, boundary: bytes, room: Path, is_token: Callable[[str], bool]) -> None:
        self._room, self._is_token = room, is_token
        self._fields: dict[str, tuple[str, ...]] = {}
        self._files: list[Path] = []
        self._count = 0
        self._ended = False
        self._above = [b"", b""]
        self._headers: dict[bytes, bytes] = {}
        self._name = ""
        self._value = b""
        self._handle: BinaryIO | None = None
        with _read_in_words():
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._open,
                    "on_part_data": self._data,
                    "on_part_end": self._close_part,
                    "on_end": self._end,
                },
            )

    def take(self, piece: bytes) -> None:
        """Take the next bytes."""
        with _read_in_words():
            self._parser.write(piece)

    def close(self) -> None:
        """Close the file that is open, if one is."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    def finished(self) -> tuple[Fields, tuple[Path, ...]]:
        """Return the fields and files of a form that came in whole."""
        if not self._ended:
            raise Fault("WEB-027", why="it was cut off")
        self._check_token()
        return self._fields, tuple(self._files)

    def _check_token(self) -> None:
        if not self._is_token(next(iter(self._fields.get("csrf", ())), "")):
            raise Fault("WEB-020")

    def _begin(self) -> None:
        self._count += 1
        if self._count > _MOST_FIELDS:
            raise Fault("WEB-027", why="it has too many fields")
        self._headers, self._above, self._value = {}, [b"", b""], b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._above[0] += data[start:end]
        self._check_above()

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._above[1] += data[start:end]
        self._check_above()

    def _check_above(self) -> None:
        kept = sum(len(name) + len(value) for name, value in self._headers.items())
        if kept + sum(map(len, self._above)) > _LONGEST:
            raise Fault("WEB-027", why="what stands above a part is too long")

    def _header_end(self) -> None:
        name, value = self._above
        self._headers[name.lower()] = value
        self._above = [b"", b""]

    def _open(self) -> None:
        """Begin a field or a file, now that it is known what the part is."""
        said = self._headers.get(b"content-disposition", b"").decode("latin-1")
        _, options = parse_options_header(said)
        self._name = options.get(b"name", b"").decode(errors="replace")
        sent = options.get(b"filename")
        # Where no file was chosen, browsers send one without a name; it is an empty field.
        if sent:
            self._open_file(sent.decode(errors="replace"))

    def _open_file(self, sent: str) -> None:
        self._check_token()
        if len(self._files) == MOST_FILES:
            raise Fault("WEB-051", most=MOST_FILES)
        # Two files may have the same name.
        folder = self._room / str(len(self._files) + 1)
        folder.mkdir()
        path = folder / file_name(sent)
        self._handle = path.open("xb")
        self._files.append(path)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._handle is not None:
            self._handle.write(data[start:end])
        else:
            self._value += data[start:end]
            if len(self._value) > _LONGEST:
                raise Fault("WEB-027", why="a field is too long")

    def _close_part(self) -> None:
        if self._handle is not None:
            self.close()
        else:
            value = self._value.decode(errors="replace")
            self._fields[self._name] = (*self._fields.get(self._name, ()), value)

    def _end(self) -> None:
        self._ended = True


@contextlib.contextmanager
def _read_in_words() -> Iterator[None]:
    try:
        yield
    except FormParserError:
        raise Fault("WEB-027", why="its parts could not be read") from None
