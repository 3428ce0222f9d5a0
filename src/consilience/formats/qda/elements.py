"""The small parts of a project's XML, each as its record."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.formats.qda.record import (
    Case,
    CodeNode,
    Group,
    Link,
    Media,
    MediaKind,
    Stamp,
    User,
    Value,
    Variable,
    canonical_guid,
    is_guid,
    is_time,
    made_guid,
)

NAMESPACE: Final = "urn:QDA-XML:project:1.0"
_COLOUR: Final = re.compile(r"#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")
_PATHS: Final = ("path", "currentPath", "plainTextPath", "richTextPath")
_KINDS: Final = ("Text", "Boolean", "Integer", "Float", "Date", "DateTime")
_TRUE: Final = {"true", "1"}


class Finder:
    """Identifiers and times as records hold them, each made once; what is lost is counted."""

    def __init__(self, lost: Counter[str], *, where: Where) -> None:
        """Count losses here."""
        self._lost = lost
        self._where = where
        self._guids: dict[str, str] = {}
        self._times: dict[str, str | None] = {}
        self._stamps: dict[tuple[str | None, ...], Stamp] = {}
        self._unnamed = 0

    def guid(self, element: etree._Element) -> str:
        """Return the identifier of an element; one without is given one by its place."""
        value = element.get("guid")
        if value is None:
            self._unnamed += 1
            self._lost["things without an identifier (given one)"] += 1
            return made_guid("unnamed", str(self._unnamed))
        return self._canonical(value)

    def reference(self, value: str | None) -> str | None:
        """Return an identifier that is referred to."""
        if value is None:
            return None
        if value not in self._guids:
            self._guids[value] = self._canonical(value)
        return self._guids[value]

    def _canonical(self, value: str) -> str:
        if is_guid(value):
            return value
        found = canonical_guid(value)
        if found != value.strip().strip("{}").lower():
            self._lost["identifiers that are no GUID (made into one)"] += 1
        return found

    def time(self, value: str | None) -> str | None:
        """Return a time, None if it is none."""
        if value is None:
            return None
        if value not in self._times:
            self._times[value] = value if is_time(value) else None
            if self._times[value] is None:
                self._lost["different times that are no times"] += 1
        return self._times[value]

    def stamp(
        self,
        element: etree._Element,
        *,
        user: str = "creatingUser",
        modified_by: str = "modifyingUser",
    ) -> Stamp:
        """Return who made an element and when."""
        raw = (
            element.get(user),
            element.get("creationDateTime"),
            element.get(modified_by),
            element.get("modifiedDateTime"),
        )
        if raw not in self._stamps:
            self._stamps[raw] = Stamp(
                user=self.reference(raw[0]),
                at=self.time(raw[1]),
                modified_by=self.reference(raw[2]),
                modified_at=self.time(raw[3]),
            )
        return self._stamps[raw]

    def once(self, what: str, guids: Sequence[str]) -> None:
        """Refuse an identifier that stands twice.

        Raises:
            Fault: FMT-237 naming the first of them.
        """
        if len(set(guids)) == len(guids):
            return
        twice = [guid for guid, count in Counter(guids).items() if count > 1]
        raise Fault("FMT-237", where=self._where, what=what, guid=twice[0], count=len(twice))


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return _local(element.tag)


@functools.lru_cache(maxsize=1024)
def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the children of a name."""
    return (child for child in element if local(child) == name)


def child_text(element: etree._Element, name: str) -> str | None:
    """Return the text of the first child of a name, None if there is none."""
    child = next(children(element, name), None)
    return None if child is None else child.text or ""


def whole(value: str | None) -> int | None:
    """Return a whole number, None if it is none."""
    try:
        return int(value) if value is not None else None
    except ValueError:
        return None


def raw(element: etree._Element) -> str:
    """Return an element as canonical XML in the namespace of today, without foreign folders."""
    for each in element.iter("*"):
        each.tag = f"{{{NAMESPACE}}}{local(each)}"
        for name in _PATHS:
            path = each.get(name)
            if path is not None:
                each.set(name, without_folders(path))
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False).decode()


def without_folders(path: str) -> str:
    """Return a path that says nothing of somebody's machine.

    Example:
        >>> without_folders("absolute:///Users/ann/tape.mp3"), without_folders("internal://a.txt")
        ('relative:///tape.mp3', 'internal://a.txt')
    """
    if path.startswith(("internal://", "relative://")):
        return path
    return "relative:///" + re.split(r"[/\\]", path)[-1]


def users(element: etree._Element, *, find: Finder) -> list[User]:
    """Return the users."""
    return [
        User(guid=find.guid(each), name=each.get("name"), id=each.get("id"))
        for each in children(element, "User")
    ]


def codes(
    element: etree._Element,
    *,
    find: Finder,
    mention: Callable[[str, etree._Element], None],
) -> list[CodeNode]:
    """Return the codes below an element, parents first."""
    found: list[CodeNode] = []
    waiting: list[tuple[etree._Element, str | None]] = [
        (child, None) for child in reversed(list(children(element, "Code")))
    ]
    while waiting:
        each, parent = waiting.pop()
        guid = find.guid(each)
        found.append(
            CodeNode(
                guid=guid,
                name=each.get("name") or "",
                parent=parent,
                codable=(each.get("isCodable") or "true").strip() in _TRUE,
                colour=_colour(each.get("color")),
                description=child_text(each, "Description"),
            )
        )
        mention(guid, each)
        waiting += [(child, guid) for child in reversed(list(children(each, "Code")))]
    return found


def _colour(value: str | None) -> str | None:
    if value is None or not _COLOUR.fullmatch(value.strip()):
        return None
    digits = value.strip()[1:].upper()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


def variables(element: etree._Element, *, find: Finder) -> list[Variable]:
    """Return the variables."""
    return [
        Variable(
            guid=find.guid(each),
            name=each.get("name") or "",
            kind=next((kind for kind in _KINDS if kind == each.get("typeOfVariable")), "Text"),
            description=child_text(each, "Description"),
        )
        for each in children(element, "Variable")
    ]


def values(element: etree._Element, owner: str, *, find: Finder) -> list[Value]:
    """Return the values that stand at a case or a source."""
    found = []
    for each in children(element, "VariableValue"):
        variable = _target(each, "VariableRef", find)
        given = next((child for child in each if local(child).endswith("Value")), None)
        if variable:
            found.append(
                Value(
                    owner=owner,
                    variable=variable[0],
                    kind=local(given).removesuffix("Value") if given is not None else "Text",
                    value=(given.text or "") if given is not None else None,
                )
            )
    return found


def case(element: etree._Element, *, find: Finder) -> Case:
    """Return a case."""
    return Case(
        guid=find.guid(element),
        name=element.get("name"),
        description=child_text(element, "Description"),
        codes=_target(element, "CodeRef", find),
        sources=_target(element, "SourceRef", find),
        selections=_target(element, "SelectionRef", find),
    )


def link(element: etree._Element, *, find: Finder) -> Link:
    """Return a link."""
    return Link(
        guid=find.guid(element),
        name=element.get("name"),
        direction=element.get("direction"),
        colour=_colour(element.get("color")),
        origin=find.reference(element.get("originGUID")),
        target=find.reference(element.get("targetGUID")),
    )


def group(element: etree._Element, *, find: Finder) -> Group:
    """Return a set; in a codebook its members are named by `guid`."""
    return Group(
        guid=find.guid(element),
        name=element.get("name") or "",
        description=child_text(element, "Description"),
        codes=_target(element, "MemberCode", find),
        sources=_target(element, "MemberSource", find),
        notes=_target(element, "MemberNote", find),
    )


def media(element: etree._Element, tag: str, *, find: Finder) -> Media:
    """Return a picture, PDF, sound or film, its children raw but for its texts."""
    place = {"Description": 0, "PDFSelection": 0, "TextDescription": 0, "PictureSelection": 0}
    parts: tuple[list[str], list[str]] = ([], [])
    for child in element:
        if local(child) not in ("Representation", "Transcript"):
            parts[place.get(local(child), 1)].append(raw(child))
    path = element.get("path")
    return Media(
        guid=find.guid(element),
        kind=_media_kind(tag),
        name=element.get("name"),
        path=None if path is None else without_folders(path),
        stamp=find.stamp(element),
        before="".join(parts[0]),
        after="".join(parts[1]),
    )


def _media_kind(tag: str) -> MediaKind:
    kinds: tuple[MediaKind, ...] = ("PictureSource", "PDFSource", "AudioSource", "VideoSource")
    return next(kind for kind in kinds if kind == tag)


def _target(element: etree._Element, name: str, find: Finder) -> tuple[str, ...]:
    found = (
        find.reference(child.get("targetGUID") or child.get("guid"))
        for child in children(element, name)
    )
    return tuple(each for each in found if each is not None)
