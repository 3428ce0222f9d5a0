"""The parts of a package, read within limits and written the same way each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.formats.documents.package import Package
from consilience.formats.hidden.model import Tally

# More than any document or bundle that goes out holds; what a bomb unpacks to is more.
MOST_BYTES: Final = 400_000_000
# The first day that an archive can name: nothing is told by it.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)

Clean = Callable[[str, bytes, Tally], bytes]


def read_parts(data: bytes, *, file: str) -> dict[str, bytes]:
    """Return what stands in each part of a package, by its name in order.

    Args:
        data: the file.
        file: its name for messages.

    Raises:
        Fault: FMT-201, FMT-202 if it is damaged, locked, or a part unpacks to too much; FMT-380
            if all together do.
    """
    package = Package(data, file=file)
    parts: dict[str, bytes] = {}
    left = MOST_BYTES
    for name in dict.fromkeys(package.names()):
        if name.endswith("/"):
            continue
        parts[name] = package.unpacked(name)
        left -= len(parts[name])
        if left < 0:
            raise Fault("FMT-380", where=Where(file=file), name=file, most=MOST_BYTES)
    return parts


def packed(parts: Mapping[str, bytes], *, first: str = "") -> bytes:
    """Return parts as a package: in order of their names, without dates, owners and comments.

    Args:
        parts: content by name.
        first: the part that stands first and is not compressed, as OpenDocument wants it.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(parts, key=lambda each: (each != first, each)):
            entry = zipfile.ZipInfo(name, date_time=_NO_DATE)
            entry.compress_type = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, parts[name])
    return target.getvalue()


def parsed(content: bytes, *, part: str, file: str) -> etree._Element:
    """Return the root of a part in XML.

    Raises:
        Fault: FMT-202 if it is damaged, FMT-203 if it declares a document type.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = f"{part}: {error}"
        raise Fault("FMT-202", where=Where(file=file), name=file, reason=reason) from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise Fault("FMT-203", where=Where(file=file), part=part)
    return root


def serialised(root: etree._Element) -> bytes:
    """Return a part in XML as bytes."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def remove(element: etree._Element) -> None:
    """Take an element out; text after it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def unwrap(element: etree._Element) -> None:
    """Put the children of an element in its place."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    for offset, child in enumerate(list(element)):
        parent.insert(at + offset, child)
    remove(element)
