"""Every word of a file of any kind, shown or hidden, by the place where it stands."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from consilience.base.errors import Fault, Where
from consilience.formats.documents.pdf import without_complaints
from consilience.formats.packed import unpacked, words_of_part
from consilience.formats.workbook import cell_text
from consilience.formats.workbook_limits import check_workbook

_MOST_BYTES: Final = 400_000_000
# Each with its place: a sheet of all schools has six million.
_CELLS_AT_ONCE: Final = 200_000
_ZIP, _GZIP, _PDF, _RTF, _PARQUET = b"PK\x03\x04", b"\x1f\x8b", b"%PDF", b"{\\rtf", b"PAR1"
# What holds words only here and there among bytes: pictures, recordings, old documents.
_BINARY: Final = (
    *(b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"GIF8", b"RIFF", b"ID3", b"OggS"),
    *(b"\xd0\xcf\x11\xe0", b"\x1aE\xdf\xa3", b"fLaC"),
)
_RUN: Final = re.compile(rb"[\x20-\x7e\xa0-\xff]{3,}")
_WIDE_RUN: Final = re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\x00){3,}")
_RTF_TOKEN: Final = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\u(-?\d{1,5}) ?(?:\\'[0-9a-fA-F]{2}|[^\\{}])?"
    rb"|\\(par|line|cell|row|tab)(?![a-z])(?:-?\d+)? ?|\\[a-zA-Z]+(?:-?\d+)? ?|\\[^a-zA-Z]|[{}\r\n]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words of one part of a file.

    Args:
        part: which part; empty for the file itself.
        text: the words.
        lines: what each line is called; empty where lines are counted.
    """

    part: str = ""
    text: str = field(repr=False)
    lines: Sequence[str] = ()

    def place(self, at: int) -> str:
        """Return in words where a position of the text is.

        Example:
            >>> Piece(text="one, two", part="notes.txt").place(5)
            'notes.txt, line 1'
        """
        number = self.text.count("\n", 0, at)
        line = self.lines[number] if number < len(self.lines) else f"line {number + 1}"
        return f"{self.part}, {line}" if self.part else line


def words_in(name: str, data: bytes) -> Iterator[Piece]:
    """What words does this file hold, and where do they stand?

    Nothing is left out that is hidden, deleted or a comment; what formatting cuts is whole.

    Args:
        name: of the file, for messages.
        data: the file.

    Yields:
        The words of each part: the paragraphs of a document, the cells of a table, what stands
        between the bytes of a picture.

    Raises:
        Fault: FMT-259 if it is packed and cannot be unpacked, FMT-382 if it is damaged.
    """
    if data.startswith(_ZIP):
        yield from _packed(name, data)
    elif data.startswith(_GZIP):
        yield from _gzipped(name, data)
    else:
        try:
            yield from _plain(name, data)
        except Fault:
            raise
        except Exception as error:  # readers of damaged files raise nearly anything
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise Fault("FMT-382", where=Where(file=name), reason=reason) from error


def _plain(name: str, data: bytes) -> Iterator[Piece]:
    """Yield the words of a file that is not packed."""
    if data.startswith(_PDF):
        yield from _pdf(data)
    elif data.startswith(_RTF):
        yield Piece(text=_rtf(data))
    elif data.startswith(_PARQUET):
        yield from _columns(pq.ParquetFile(io.BytesIO(data)).read())
    elif data.startswith((b"$FL2", b"$FL3")) or name.lower().endswith(".dta"):
        yield from _labelled(name, data)
    elif data.startswith(_BINARY) or data[4:8] == b"ftyp":
        yield Piece(text=_between_bytes(data))
    else:
        for text in words_of_part(data):
            yield Piece(text=text)


def _packed(name: str, data: bytes) -> Iterator[Piece]:
    for part, content in unpacked(data, file=name):
        yield Piece(part="names of parts", text=part.replace("_", " "))
        if part == "xl/workbook.xml":
            yield from _cells(data)
        if content:
            for piece in words_in(part, content):
                below = f"{part}, {piece.part}" if piece.part else part
                yield Piece(part=below, text=piece.text, lines=piece.lines)


def _gzipped(name: str, data: bytes) -> Iterator[Piece]:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            inside = stream.read(_MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Fault("FMT-382", where=Where(file=name), reason=str(error)) from error
    if len(inside) > _MOST_BYTES:
        raise Fault("FMT-259", where=Where(file=name), reason=f"more than {_MOST_BYTES} bytes")
    yield from words_in(name.removesuffix(".gz"), inside)


def _cells(data: bytes) -> Iterator[Piece]:
    """Yield the cells of a workbook; sheets are numbered, for they may be named after people."""
    import openpyxl  # noqa: PLC0415  (slow to load, needed for workbooks only)

    try:
        check_workbook(data, file="workbook")
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
        for number, sheet in enumerate(book.worksheets, start=1):
            sheet.reset_dimensions()
            cells = (
                (cell.coordinate, _one_line(cell_text(cell.value)))
                for row in sheet.iter_rows()
                for cell in row
                if cell.value is not None
            )
            while some := list(islice(cells, _CELLS_AT_ONCE)):
                text = "\n".join(text for _, text in some)
                lines = [f"cell {place}" for place, _ in some]
                yield Piece(part=f"sheet {number}", text=text, lines=lines)
    except Exception:  # its parts are looked through one by one all the same
        return


def _one_line(text: str | None) -> str:
    return re.sub(r"[\r\n]+", " ", text or "")


def _columns(table: pa.Table) -> Iterator[Piece]:
    yield Piece(part="names of columns", text="\n".join(map(_one_line, table.column_names)))
    for number, column in enumerate(table.columns, start=1):
        yield _column(number, column.to_pylist())


def _column(number: int, values: Iterable[object]) -> Piece:
    """Return the values of a column that differ, each with the row in which it stands first."""
    first: dict[str, int] = {}
    for row, value in enumerate(values, start=1):
        if value is not None:
            first.setdefault(_one_line(str(value)), row)
    lines = [f"row {row}" for row in first.values()]
    return Piece(part=f"column {number}", text="\n".join(first), lines=lines)


def _labelled(name: str, data: bytes) -> Iterator[Piece]:
    """Yield values, labels and notes of a file of SPSS or Stata."""
    import pyreadstat  # noqa: PLC0415  (slow to load, needed for such files only)

    read = pyreadstat.read_dta if name.lower().endswith(".dta") else pyreadstat.read_sav
    table, meta = read(io.BytesIO(data), output_format="dict", user_missing=True)
    for number, column in enumerate(meta.column_names, start=1):
        yield _column(number, getattr(table[column], "tolist", table[column].copy)())
    labels: list[object] = [*meta.column_names, *meta.column_names_to_labels.values()]
    labels += [text for found in meta.variable_value_labels.values() for text in found.values()]
    yield Piece(part="names and labels", text="\n".join(_one_line(str(each)) for each in labels))
    told = [meta.file_label or "", *(meta.notes or ())]
    yield Piece(part="label and notes of the file", text="\n".join(map(str, told)))
    yield Piece(part="other bytes", text=_between_bytes(data[:2_000_000]))


def _between_bytes(data: bytes) -> str:
    runs = [run.decode("latin-1") for run in _RUN.findall(data)]
    wide = [run.decode("utf-16-le") for run in _WIDE_RUN.findall(data)]
    return "\n".join([*runs, *wide])


def _rtf(data: bytes) -> str:
    """Return all words of a Rich Text, those of groups that are not shown among them."""

    def instead(match: re.Match[bytes]) -> bytes:
        code, unit, end = match.group(1), match.group(2), match.group(3)
        if code:
            return bytes.fromhex(code.decode()).decode("cp1252", "replace").encode()
        if unit:
            return chr(int(unit) % 65_536).encode("utf-8", "ignore")
        return {b"tab": b"\t", b"cell": b"\t"}.get(end, b"\n") if end else b""

    return _RTF_TOKEN.sub(instead, data).decode("utf-8", "replace")


def _pdf(data: bytes) -> Iterator[Piece]:
    """Yield pages, and what stands in every object beside them."""
    import pypdf  # noqa: PLC0415  (slow to load)

    with without_complaints():
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            reader.decrypt("")
        for number, page in enumerate(reader.pages, start=1):
            yield Piece(part=f"page {number}", text=_one_line(page.extract_text()))
        told = [str(value) for value in (reader.metadata or {}).values()]
        told += _texts_of(pypdf.PdfWriter(clone_from=reader)._objects)  # noqa: SLF001
        yield Piece(part="properties, comments and attachments", text="\n".join(told))
    yield Piece(part="other bytes", text=_between_bytes(data))


def _texts_of(objects: Iterable[Any]) -> Iterator[str]:
    """Yield the texts in objects of a PDF, and what is attached."""
    for each in objects:
        values = (
            each.values() if hasattr(each, "values") else each if isinstance(each, list) else ()
        )
        for value in [each, *values]:
            if isinstance(value, str) and not value.startswith("/"):
                yield _one_line(value)
        if hasattr(each, "get_data") and each.get("/Type") in ("/EmbeddedFile", "/Metadata"):
            yield each.get_data().decode("utf-8", "replace")
