"""All words of a file, packed or plain: to look for what must not be in it, not to read it."""

from __future__ import annotations

import html
import io
import re
import zipfile
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.formats.delimited import decode

# More than any document holds; a bomb would hold more.
_MOST_BYTES: Final = 400_000_000
_TAG: Final = re.compile(r"<[^<>]*>")


def words_of_file(path: Path) -> str:
    """Return every word of a file, those of each part of a packed one after the other.

    Office documents and exchange files are archives of XML and text. Each part is given twice: as
    it stands, for what is in attributes, and without its tags, for a word that formatting cuts.

    Args:
        path: a text, an archive (.docx, .odt, .xlsx, .qdpx, .zip) or another file.

    Raises:
        Fault: FMT-259 if it is an archive that cannot be unpacked, FMT-012 if it is neither text
            nor archive.
    """
    data = path.read_bytes()
    if not data.startswith(b"PK\x03\x04"):
        return decode(data, encoding=None, file=path.name)[0]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            total = sum(entry.file_size for entry in archive.infolist())
            if total > _MOST_BYTES:
                raise Fault("FMT-259", where=Where(file=str(path)), reason=f"{total} bytes inside")
            parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError) as error:
        raise Fault("FMT-259", where=Where(file=str(path)), reason=str(error)) from error
    return "\n".join(_words(name, content) for name, content in parts)


def _words(name: str, content: bytes) -> str:
    text = html.unescape(content.decode("utf-8", errors="ignore"))
    bare = _TAG.sub("", text) if content.lstrip(b"\xef\xbb\xbf").startswith(b"<") else ""
    return f"{name}\n{text}\n{bare}"
