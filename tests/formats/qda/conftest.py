"""Small projects in any convention, made here."""

import uuid
import zipfile

import pytest

SPACE = uuid.UUID("00000000-0000-4000-8000-000000000000")
CODE = str(uuid.uuid5(SPACE, "code"))
SOURCE = str(uuid.uuid5(SPACE, "source"))


def units(text, unit):
    """Return how long a text is in a unit."""
    return {
        "points": len(text),
        "utf16": len(text.encode("utf-16-le")) // 2,
        "utf8": len(text.encode()),
    }[unit]


def offset(text, at, convention, *, crlf, bom):
    """Return where a code point is in a convention, by counting: slow and plain."""
    before = text[:at]
    count = units(before, convention.unit)
    if convention.breaks == "crlf2" or (convention.breaks == "filed" and crlf):
        count += before.count("\n")
    if convention.first == "from1":
        count += 1
    elif convention.first == "bom" and bom:
        count += 3 if convention.unit == "utf8" else 1
    return count


def selection(start, end, *, number=0, code=CODE, name=None):
    """Return a passage with one coding."""
    guid = uuid.uuid5(SPACE, f"selection {number}")
    named = f' name="{name}"' if name is not None else ""
    return (
        f'<PlainTextSelection guid="{guid}"{named} startPosition="{start}" endPosition="{end}">'
        f'<Coding guid="{uuid.uuid5(guid, "coding")}"><CodeRef targetGUID="{code}"/></Coding>'
        "</PlainTextSelection>"
    )


def project_xml(selections, *, plain="internal://a.txt", inside="", after=""):
    """Return a project of one code and one text."""
    place = f' plainTextPath="{plain}"' if plain else ""
    return (
        '<Project xmlns="urn:QDA-XML:project:1.0" name="x"><CodeBook><Codes>'
        f'<Code guid="{CODE}" name="a" isCodable="true"/></Codes></CodeBook><Sources>'
        f'<TextSource guid="{SOURCE}" name="t"{place}>{inside}{selections}</TextSource></Sources>'
        f"{after}</Project>"
    )


@pytest.fixture
def pack(tmp_path):
    """Return what writes a .qdpx out of entries."""

    def packed(entries, name="made.qdpx"):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, content in entries.items():
                archive.writestr(entry, content)
        return path

    return packed


@pytest.fixture
def coded(pack):
    """Return what writes a project in which passages of a text are coded in a convention."""

    def made(text, spans, convention, *, crlf=False, bom=False, names=None):
        rows = []
        for number, (start, end) in enumerate(spans):
            first = offset(text, start, convention, crlf=crlf, bom=bom)
            last = offset(text, end, convention, crlf=crlf, bom=bom)
            last -= convention.end == "inclusive"
            name = names[number] if names else None
            rows.append(selection(first, last, number=number, name=name))
        body = text.replace("\n", "\r\n") if crlf else text
        data = ("\ufeff" if bom else "") + body
        return pack({"project.qde": project_xml("".join(rows)), "sources/a.txt": data.encode()})

    return made


@pytest.fixture
def builders():
    """Return the functions of this module for tests that make their own XML."""
    return {"selection": selection, "project": project_xml, "code": CODE, "source": SOURCE}
