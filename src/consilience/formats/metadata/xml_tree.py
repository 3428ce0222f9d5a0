"""Elements of XML that we write, and the text of elements that we read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from consilience.formats.metadata.xml_safe import legal

_STRING: Final = etree.XPath("string()")


def add(
    parent: etree._Element,
    name: str,
    text: str = "",
    attributes: Mapping[str, str] | None = None,
) -> etree._Element:
    """Add an element with its text and those of its attributes that are not empty.

    Args:
        parent: where to add it.
        name: its name, with its namespace in braces.
        text: its text; characters that XML cannot hold are left out.
        attributes: its attributes.
    """
    element = etree.SubElement(parent, name)
    # Nearly all text may stand as it is, and lxml says where it may not.
    if text:
        try:
            element.text = text
        except ValueError:
            element.text = legal(text)
    for key, value in (attributes or {}).items():
        if value:
            try:
                element.set(key, value)
            except ValueError:
                element.set(key, legal(value))
    return element


def written(root: etree._Element, *, indent: bool = True) -> bytes:
    """Return a document as UTF-8 bytes with its declaration, indented for people."""
    if indent:
        etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def text_of(element: etree._Element | None) -> str:
    """Return the text of an element and all below it, white space made single; empty if None."""
    return "" if element is None else " ".join(str(_STRING(element)).split())
