"""Which part of an Office package refers to which, and how one is taken out without a trace."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from consilience.formats.hidden.parts import local, parsed, remove, serialised

TYPES: Final = "[Content_Types].xml"
_REFERS: Final = re.compile(
    r"\{http://(?:schemas\.openxmlformats|purl\.oclc)\.org/(?:officeDocument/(?:2006/)?"
    r"|ooxml/officeDocument/)relationships\}"
)
# Lists that must not be empty: they go with their last entry.
_LISTS: Final = frozenset(("externalReferences", "hyperlinks", "pivotCaches", "custDataLst"))


@dataclass(slots=True)
class Office:
    """The parts of an Office package, parsed when asked for.

    Args:
        file: its name for messages.
        parts: content by name.
    """

    file: str
    parts: dict[str, bytes]
    _trees: dict[str, etree._Element] = field(default_factory=dict)

    def tree(self, name: str) -> etree._Element:
        """Return the root of a part; what is changed in it is kept."""
        if name not in self._trees:
            self._trees[name] = parsed(self.parts[name], part=name, file=self.file)
        return self._trees[name]

    def named(self, pattern: str) -> list[str]:
        """Return the names that match a pattern as a whole, whatever their case."""
        known = re.compile(pattern, re.IGNORECASE)
        return [name for name in self.parts if known.fullmatch(name)]

    def relations(self, part: str) -> Iterator[etree._Element]:
        """Yield the relationships of a part; of the package itself for an empty name."""
        name = relations_of(part)
        if name in self.parts:
            yield from list(self.tree(name).iter("{*}Relationship"))

    def sources(self) -> list[str]:
        """Return the parts that have relationships, the package itself among them."""
        return [_source(name) for name in self.named(r"(?:.*/)?_rels/[^/]*\.rels")]

    def drop(self, names: Iterable[str]) -> int:
        """Take parts out with every reference to them; return how many there were."""
        gone = {name for name in names if name in self.parts}
        for name in gone:
            self.parts.pop(name, None)
            self._trees.pop(name, None)
            self.parts.pop(relations_of(name), None)
            self._trees.pop(relations_of(name), None)
        for part in self.sources() if gone else ():
            for relation in self.relations(part):
                if relation.get("TargetMode") != "External" and target_of(part, relation) in gone:
                    self.unlink(part, relation)
        if gone:
            for each in list(self.tree(TYPES).iter("{*}Override")):
                if each.get("PartName", "").lstrip("/") in gone:
                    remove(each)
        return len(gone)

    def unlink(self, part: str, relation: etree._Element) -> None:
        """Take a relationship out, and in the part itself what refers to it.

        What has content, such as the words of a link, stays without its reference.
        """
        wanted = relation.get("Id")
        remove(relation)
        if part not in self.parts or not self._is_xml(part):
            return
        for element in list(self.tree(part).iter("{*}*")):
            keys = [
                key
                for key, value in element.attrib.items()
                if value == wanted and _REFERS.match(str(key))
            ]
            if not keys:
                continue
            if len(element) or local(element) in ("pageSetup", "hyperlink", "pivotCacheDefinition"):
                for key in keys:
                    del element.attrib[key]
            else:
                self._remove(element)

    @staticmethod
    def _remove(element: etree._Element) -> None:
        holder = element.getparent()
        remove(element)
        if holder is not None and not len(holder) and local(holder) in _LISTS:
            remove(holder)

    def _is_xml(self, part: str) -> bool:
        return self.parts[part].lstrip(b"\xef\xbb\xbf \r\n")[:1] == b"<"

    def is_xml(self, part: str) -> bool:
        """Return whether a part is XML; drawings in VML are not always."""
        return self._is_xml(part) and not part.lower().endswith(".vml")

    def finished(self) -> dict[str, bytes]:
        """Return the parts with all changes."""
        return self.parts | {name: serialised(root) for name, root in self._trees.items()}


def relations_of(part: str) -> str:
    """Return where the relationships of a part stand.

    Example:
        >>> relations_of("word/document.xml"), relations_of("")
        ('word/_rels/document.xml.rels', '_rels/.rels')
    """
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def _source(name: str) -> str:
    folder, _, file = name.rpartition("_rels/")
    return f"{folder}{file.removesuffix('.rels')}"


def target_of(part: str, relation: etree._Element) -> str:
    """Return the name of the part to which a relationship leads."""
    target = relation.get("Target", "")
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
