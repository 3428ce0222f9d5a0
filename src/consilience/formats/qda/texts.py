"""The texts of a project, decoded and in normal form, with how they lay in their files."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from consilience.base.errors import Fault
from consilience.formats.documents.read import read_document
from consilience.formats.qda.archive import Archive
from consilience.formats.qda.conventions import Layout
from consilience.formats.qda.parse import RawSource

_BREAK: Final = re.compile(b"\r\n|\r|\n")
# What no XML and no text file can carry, in UTF-8: controls, halves of pairs, the last two code
# points; one mark stands for one character, so places hold.
_UNWRITABLE: Final = re.compile(
    b"[\x00-\x08\x0e-\x1f\x7f]|\xed[\xa0-\xbf][\x80-\xbf]|\xef\xbf[\xbe\xbf]"
)
_REPLACED: Final = "\ufffd".encode()
# Bytes checked in one go.
_STRETCH: Final = 1 << 20
# The least byte that begins a character beyond the first 65,536.
_ASTRAL: Final = 0xF0
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A text and how it lay in its file; `content` is its normal form in UTF-8."""

    content: bytes | None
    layout: Layout
    ascii: bool = True
    astral: bool = False


def lay(raw: str) -> Laid:
    """Return a decoded text in normal form, with its layout."""
    return _lay(raw.encode("utf-8", "surrogatepass"))


def _lay(data: bytes, *, bom: bool = False) -> Laid:
    """Return a text in UTF-8 in normal form; never decoded, which may take four times its bytes."""
    bom = bom or data.startswith(codecs.BOM_UTF8)
    data = data.removeprefix(codecs.BOM_UTF8)
    widths = None
    if b"\r" in data:
        found = (ended.end() - ended.start() for ended in _BREAK.finditer(data))
        widths = np.fromiter(found, dtype=np.uint8)
        widths = widths if widths.max() > 1 else None
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    data = _UNWRITABLE.sub(_REPLACED, data)
    plain = data.isascii()
    return Laid(
        content=data,
        layout=Layout(bom=bom, widths=widths),
        ascii=plain,
        astral=not plain and int(np.frombuffer(data, dtype=np.uint8).max()) >= _ASTRAL,
    )


def load_texts(archive: Archive, sources: Sequence[RawSource]) -> tuple[list[Laid], list[Fault]]:
    """Return the text of each source, and what a person should know.

    Returns:
        Texts in the order of the sources (content None if its file is not there); FMT-239 for
        files that are not there, FMT-247 for those that are not UTF-8, INT-003 for characters
        that no text can hold.

    Raises:
        Fault: FMT-200, FMT-231, FMT-232 from the archive.
    """
    texts, absent, decoded, strange = [], [], [], 0
    read: dict[str, tuple[Laid, str]] = {}
    for source in sources:
        laid, encoding = _text_of(archive, source, read)
        texts.append(laid)
        strange += (laid.content or b"").count(_REPLACED)
        if laid.content is None and source.kind != "note":
            absent.append(source.name or source.guid)
        if encoding != "utf-8":
            decoded.append((source.plain or "", encoding))
    faults = []
    if absent:
        faults.append(Fault("FMT-239", where=archive.where, count=len(absent), example=absent[0]))
    if decoded:
        example, encoding = decoded[0]
        values = {"count": len(decoded), "example": example, "encoding": encoding}
        faults.append(Fault("FMT-247", where=archive.where, **values))
    if strange:
        faults.append(Fault("INT-003", where=archive.where, count=strange))
    return texts, faults


def _text_of(
    archive: Archive, source: RawSource, read: dict[str, tuple[Laid, str]]
) -> tuple[Laid, str]:
    """Return a text and its encoding: from its file, from within the XML, or from a styled file.

    Args:
        archive: the opened file.
        source: what the XML says of it.
        read: what was read already, by the name of its file; several sources may name one.
    """
    name = archive.name_of(source.plain) if source.plain else None
    if name is not None and name in read:
        return read[name]
    raw = archive.text(source.plain) if source.plain else None
    if raw is not None and name is not None:
        data, bom, encoding = _in_utf8(raw)
        read[name] = _lay(data, bom=bom), encoding
        return read[name]
    words = source.inline if source.inline is not None else _styled(archive, source)
    return (Laid(None, Layout()) if words is None else lay(words)), "utf-8"


def _styled(archive: Archive, source: RawSource) -> str | None:
    """Return the words of a styled text that has no plain version, None if it cannot be read."""
    data = archive.text(source.rich) if source.rich else None
    if data is None:
        return None
    try:
        return read_document(data, file=source.rich or "").text
    except Fault:
        return None


def _in_utf8(raw: bytes) -> tuple[bytes, bool, str]:
    """Return a text in UTF-8, whether another mark stood before it, and its encoding."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            text = raw.decode(encoding, errors="replace").removeprefix("\ufeff")
            return text.encode("utf-8", "surrogatepass"), True, encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for first in range(0, len(raw), _STRETCH):
            decoder.decode(raw[first : first + _STRETCH])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace").encode(), False, "cp1252"
    return raw, False, "utf-8"
