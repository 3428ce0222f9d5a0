"""Files made by other people's programs, with something hidden put into each."""

import io
import types
import zipfile

import docx
import openpyxl
import pytest
import xlsxwriter
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls


def word(*bodies, edit=None):
    """Return a Word document with these paragraphs before its one visible sentence."""
    document = docx.Document()
    document.add_paragraph("All can read this.")
    for body in bodies:
        document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{body}</w:p>"))
    if edit is not None:
        edit(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def workbook(edit=None):
    """Return a workbook of openpyxl with one sheet of two rows."""
    book = openpyxl.Workbook()
    book.active.append(["area", "answer"])
    book.active.append(["E06000001", 3])
    if edit is not None:
        edit(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def sheets(edit):
    """Return a workbook of XlsxWriter with one sheet of one row."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["area", "answer"])
    edit(book, sheet)
    book.close()
    return target.getvalue()


def archive(parts):
    """Return a zip archive of parts by name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return target.getvalue()


def parts_of(data):
    """Return the parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        return {name: found.read(name) for name in found.namelist()}


def with_parts(data, changed):
    """Return a package with parts put in or changed: by name, bytes or a function of the old."""
    parts = parts_of(data)
    new = {
        name: found(parts[name]) if callable(found) else found for name, found in changed.items()
    }
    return archive(parts | new)


@pytest.fixture(scope="session")
def make():
    """Return the makers of files."""
    return types.SimpleNamespace(
        word=word,
        workbook=workbook,
        sheets=sheets,
        archive=archive,
        parts_of=parts_of,
        with_parts=with_parts,
    )


@pytest.fixture(scope="session")
def kinds():
    """Return the function that counts findings by kind."""

    def counted(findings, severity=None):
        counts = {}
        for each in findings:
            if severity in (None, each.severity):
                counts[each.kind] = counts.get(each.kind, 0) + each.count
        return counts

    return counted
