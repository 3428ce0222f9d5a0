"""All words of a file, packed or plain: to look for what must not be in it, not to read it."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.formats.delimited import decode
from consilience.formats.opening import DAMAGED

# More than any document holds; a bomb would hold more.
_MOST_BYTES: Final = 400_000_000
# An exchange file holds documents, and those may hold tables; nobody packs deeper.
_DEEPEST: Final = 4
_MAGIC: Final = b"PK\x03\x04"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_BLANK: Final = re.compile(r"<(?:w:tab|a:tab|text:tab|text:s)\b[^<>]*>")
# Where a paragraph, a line or a cell ends, a word ends; elsewhere formatting may cut it.
_END: Final = re.compile(
    r"</?(?:\w+:)?(?:p|h\d?|br|cr|tr|tc|td|th|li|div|si|c|row|line-break)\b(?!:)[^<>]*>"
)
_TAG: Final = re.compile(r"<[^<>]*>")


def words_of_file(path: Path) -> str:
    """Return every word of a file, those of each part of a packed one after the other.

    Office documents and exchange files are archives of XML and text, and may hold archives. Each
    part is given twice: as it stands, for what is in attributes, and without its tags, for a word
    that formatting cuts.

    Args:
        path: a text, an archive (.docx, .odt, .xlsx, .qdpx, .zip) or another file.

    Raises:
        Fault: FMT-259 if it is an archive that cannot be unpacked, FMT-012 if it is neither text
            nor archive.
    """
    data = path.read_bytes()
    if not data.startswith(_MAGIC):
        return decode(data, encoding=None, file=path.name)[0]
    pieces = unpacked(data, file=str(path))
    return "\n".join(each for name, inside in pieces for each in (name, *words_of_part(inside)))


def unpacked(data: bytes, *, file: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each part of an archive, those of archives in it after their own.

    Args:
        data: the file.
        file: its name for messages.

    Raises:
        Fault: FMT-259 if it cannot be unpacked.
    """
    return _Unpacking(file).parts(data)


class _Unpacking:
    """Unpacks archives in archives, up to so many bytes together."""

    def __init__(self, file: str) -> None:
        self._file, self._left = file, _MOST_BYTES

    def parts(self, data: bytes, depth: int = 1) -> Iterator[tuple[str, bytes]]:
        """Yield the name and the content of each part."""
        if depth > _DEEPEST:
            raise self._fault(f"archives in archives, more than {_DEEPEST} deep")
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                self._left -= sum(entry.file_size for entry in archive.infolist())
                if self._left < 0:
                    raise self._fault(f"more than {_MOST_BYTES} bytes inside")
                parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
        except DAMAGED as error:
            raise self._fault(str(error)) from error
        for name, content in parts:
            if content.startswith(_MAGIC):
                yield name, b""
                inner = self.parts(content, depth + 1)
                yield from ((f"{name}!{below}", inside) for below, inside in inner)
            else:
                yield name, content

    def _fault(self, reason: str) -> Fault:
        return Fault("FMT-259", where=Where(file=self._file), reason=reason)


def words_of_part(content: bytes) -> Iterator[str]:
    """Yield the words of a part as it stands, and without its tags where it has any."""
    text = _decoded(content)
    yield html.unescape(text)
    if text.lstrip("\ufeff \r\n").startswith("<"):
        yield html.unescape(_TAG.sub("", _END.sub("\n", _BLANK.sub(" ", text))))


def _decoded(content: bytes) -> str:
    """Return a part as text, whatever it is; one that is none holds no words to be found."""
    if content.startswith(_UTF16):
        return content.decode("utf-16", errors="ignore")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return "\n".join(content.decode(name, errors="ignore") for name in ("utf-8", "cp1252"))
