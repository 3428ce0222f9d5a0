"""Words of a document of any kind known here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.formats.documents.docx import read_docx
from consilience.formats.documents.odt import read_odt
from consilience.formats.documents.pdf import read_pdf
from consilience.formats.documents.plain import read_plain
from consilience.formats.documents.reading import Reading
from consilience.formats.documents.rtf import read_rtf
from consilience.formats.opening import kind_of

_PLAIN: Final = (".txt", ".text", ".md", ".lrc")
_OTHERS: Final[dict[str, Callable[..., Reading]]] = {
    ".docx": read_docx,
    ".odt": read_odt,
    ".rtf": read_rtf,
    ".pdf": read_pdf,
}
KINDS: Final = (*_PLAIN, *_OTHERS)


def read_document(data: bytes, *, file: str) -> Reading:
    """Return the words of a document; its kind is told by the end of its name.

    Args:
        data: the file.
        file: its name.

    Raises:
        Fault: FMT-210 if its kind is not known or its content is of another; FMT-200 to FMT-209
            if it cannot be read as what it is.
    """
    suffix = Path(file).suffix.lower()
    if suffix in _OTHERS:
        return _OTHERS[suffix](data, file=file)
    content = kind_of(data) or ("a document in RTF" if data.startswith(b"{\\rtf") else None)
    if suffix not in _PLAIN or content:
        raise Fault(
            "FMT-210",
            where=Where(file=file),
            name=Path(file).name,
            content=content or f"a file ending in {suffix!r}",
            known=", ".join(KINDS),
        )
    return read_plain(data, file=file)
