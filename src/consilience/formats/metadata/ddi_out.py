"""Elements of DDI as they are written: words kept legal, containers made as needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from lxml import etree

from consilience.base.errors import Fault
from consilience.formats.metadata.xml_safe import XML_LANG, language_code, legal

Version = Literal["2.5", "2.6"]

NAMESPACES: Final[Mapping[str, str]] = {"2.5": "ddi:codebook:2_5", "2.6": "ddi:codebook:2_6"}
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA: Final = "https://ddialliance.org/Specification/DDI-Codebook/{}/XMLSchema/codebook.xsd"


class XmlOut:
    """Makes the elements of a codeBook, and keeps what they hold legal."""

    def __init__(self, version: Version, *, language: str) -> None:
        """Begin a codeBook in the main language of the record."""
        namespace = NAMESPACES[version]
        self.version = version
        self.faults: list[Fault] = []
        self._space = f"{{{namespace}}}"
        self._language = language
        location = f"{namespace} {_SCHEMA.format(version)}"
        names: dict[Any, str] = {None: namespace, "xsi": _XSI}
        self.root = etree.Element(
            f"{self._space}codeBook",
            {"version": version, f"{{{_XSI}}}schemaLocation": location},
            nsmap=names,
        )
        self._language_of(self.root, "codeBook", language)
        self._last = {"": self.root}

    def put(
        self, path: str, text: str = "", *, language: str | None = None, **attributes: str
    ) -> etree._Element:
        """Add an element at a path, with those around it where they are not there yet."""
        parent, _, tag = path.rpartition("/")
        element = self._last[path] = self.add(self._container(parent), tag, text, **attributes)
        if language is not None:
            self._language_of(element, path, language or self._language)
        return element

    def _container(self, path: str) -> etree._Element:
        if path not in self._last:
            self.put(path)
        return self._last[path]

    def add(
        self, parent: etree._Element, tag: str, text: str = "", **attributes: str
    ) -> etree._Element:
        """Add an element below another; attributes without a value are left out."""
        element = etree.SubElement(parent, self._space + tag)
        for name, value in attributes.items():
            if value:
                try:
                    element.set(name, value)
                except ValueError:
                    element.set(name, self._legal(value, f"{tag}/@{name}"))
        if text:
            try:
                element.text = text
            except ValueError:
                element.text = self._legal(text, tag)
        return element

    def link(self, parent: etree._Element, text: str = "", **attributes: str) -> None:
        """Add an `ExtLink`; its address is required, an empty one too."""
        element = self.add(parent, "ExtLink", text, **attributes)
        if "URI" not in element.attrib:
            element.set("URI", "")

    def _legal(self, text: str, place: str) -> str:
        kept = legal(text)
        self.warn("FMT-322", element=place, count=len(text) - len(kept))
        return kept

    def _language_of(self, element: etree._Element, place: str, said: str) -> None:
        if not said:
            return
        code = language_code(said)
        if code:
            element.set(XML_LANG, code)
        if code != said:
            self.warn("FMT-324", element=place, value=said, used=code or "none")

    def warn(self, code: str, element: str, **values: object) -> None:
        """Take note of a change."""
        self.faults.append(Fault(code, where=None, element=element, **values))
