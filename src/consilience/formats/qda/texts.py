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

_BREAK: Final = re.compile("\r\n|\r|\n")
_BOM: Final = "\ufeff"
# What no XML and no text file can carry; one mark stands for one character, so places hold.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_REPLACED: Final = "\ufffd".encode()
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


def lay(raw: str, *, bom: bool = False) -> Laid:
    """Return a decoded text in normal form, with its layout."""
    bom = bom or raw.startswith(_BOM)
    text = raw.removeprefix(_BOM)
    widths = None
    if "\r" in text:
        ends = [len(found) for found in _BREAK.findall(text)]
        widths = np.array(ends, dtype=np.int64) if max(ends, default=1) > 1 else None
        text = _BREAK.sub("\n", text)
    text = _UNWRITABLE.sub("\ufffd", text)
    plain = text.isascii()
    return Laid(
        content=text.encode(),
        layout=Layout(bom=bom, widths=widths),
        ascii=plain,
        astral=not plain and max(text, default="") > "\uffff",
    )


def load_texts(archive: Archive, sources: Sequence[RawSource]) -> tuple[list[Laid], list[Fault]]:
    """Return the text of each source, and what a person should know.

    Returns:
        Texts in the order of the sources (content None if its file is not there); FMT-239 for
        files that are not there, FMT-247 for those that are not UTF-8, INT-003 for characters
        that no text can hold.

    Raises:
        Fault: FMT-231, FMT-232 from the archive.
    """
    texts, absent, decoded, strange = [], [], [], 0
    for source in sources:
        laid, encoding = _text_of(archive, source)
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


def _text_of(archive: Archive, source: RawSource) -> tuple[Laid, str]:
    """Return a text and its encoding: from its file, from within the XML, or from a styled file."""
    raw = archive.text(source.plain) if source.plain else None
    if raw is not None:
        text, bom, encoding = _decode(raw)
        return lay(text, bom=bom), encoding
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


def _decode(raw: bytes) -> tuple[str, bool, str]:
    """Return a text, whether a mark stood before it, and the encoding."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace"), True, encoding
    try:
        return raw.decode("utf-8"), False, "utf-8"
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), False, "cp1252"
