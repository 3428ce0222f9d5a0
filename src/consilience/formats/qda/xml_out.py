"""The elements of a project as XML that the official schema accepts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from consilience.formats.qda.elements import NAMESPACE
from consilience.formats.qda.record import (
    PROJECT,
    Case,
    CodeNode,
    Group,
    Link,
    Project,
    Source,
    Stamp,
    Value,
)

_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ODD: Final = re.compile('[\x00-\x1f&<>"\ud800-\udfff\ufffe\uffff]')
_IN_TEXT: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;"))
_IN_ATTRIBUTE: Final = (*_IN_TEXT, ('"', "&quot;"), ("\n", "&#10;"), ("\t", "&#9;"))
_DIRECTIONS: Final = frozenset({"Associative", "OneWay", "Bidirectional"})
_FITS: Final[Mapping[str, re.Pattern[str]]] = {
    "Boolean": re.compile(r"true|false|0|1"),
    "Integer": re.compile(r"[+-]?\d+"),
    "Float": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    "Date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "DateTime": re.compile(
        r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T[0-2]\d:[0-5]\d:[0-5]\dZ?"
    ),
}


class Out:
    """Makes XML of records; counts what XML cannot carry."""

    def __init__(self, project: Project) -> None:
        """Take the notes of each thing from the project."""
        self.lost: Counter[str] = Counter()
        self._notes: dict[str, list[str]] = defaultdict(list)
        for owner, note in project.mentions:
            self._notes[owner].append(note)
        self._values: dict[str, list[Value]] = defaultdict(list)
        for value in project.values:
            self._values[value.owner].append(value)

    # --- pieces ---------------------------------------------------------------------------

    def text(self, value: str) -> str:
        """Return text as it may stand between tags."""
        return _escaped(self._clean(value), _IN_TEXT)

    def attributes(self, **given: str | int | None) -> str:
        """Return attributes in the order given; what is None is left out."""
        return "".join(
            self.attribute(name, str(value)) for name, value in given.items() if value is not None
        )

    def attribute(self, name: str, value: str) -> str:
        """Return one attribute."""
        # Most values may stand as they are, and there are hundreds of thousands.
        if _ODD.search(value):
            value = _escaped(self._clean(value), _IN_ATTRIBUTE)
        return f' {name}="{value}"'

    def _clean(self, value: str) -> str:
        if _UNWRITABLE.search(value):
            self.lost["characters that XML cannot carry (now \ufffd)"] += 1
            return _UNWRITABLE.sub("\ufffd", value)
        return value

    def stamp(self, stamp: Stamp, *, suffix: str = "") -> str:
        """Return who and when; the project's own attributes of users end in GUID."""
        return self.attributes(
            **{
                f"creatingUser{suffix}": stamp.user,
                "creationDateTime": stamp.at,
                f"modifyingUser{suffix}": stamp.modified_by,
                "modifiedDateTime": stamp.modified_at,
            }
        )

    def description(self, value: str | None) -> str:
        """Return a description, nothing if there is none."""
        return "" if value is None else f"<Description>{self.text(value)}</Description>"

    def notes(self, owner: str) -> str:
        """Return references to the notes on a thing."""
        if owner not in self._notes:
            return ""
        return "".join(references("NoteRef", self._notes[owner]))

    def values(self, owner: str) -> str:
        """Return the values of a case or source."""
        return "".join(map(self._value, self._values.get(owner, ())))

    def _value(self, value: Value) -> str:
        inner = f'<VariableRef targetGUID="{value.variable}"/>'
        kind = value.kind
        if value.value is not None:
            if kind in _FITS and not _FITS[kind].fullmatch(value.value):
                self.lost["values that do not fit their kind (now text)"] += 1
                kind = "Text"
            inner += f"<{kind}Value>{self.text(value.value)}</{kind}Value>"
        return f"<VariableValue>{inner}</VariableValue>"

    # --- parts of a project ---------------------------------------------------------------

    def opening(self, project: Project) -> str:
        """Return the beginning of the root element."""
        named = self.attributes(name=project.name, origin=project.origin)
        stamp = self.stamp(project.stamp, suffix="GUID").replace(
            "modifyingUser=", "modifyingUserGUID="
        )
        return f'<Project xmlns="{NAMESPACE}"{named}{stamp}>'

    def users(self, project: Project) -> str:
        """Return the users."""
        each = (
            f"<User{self.attributes(guid=u.guid, name=u.name, id=u.id)}/>" for u in project.users
        )
        return wrapped("Users", each)

    def codebook(self, codes: Iterable[CodeNode], *, notes: bool = True) -> str:
        """Return the codes below one another; nothing if there are none, as the schema wants."""
        below: dict[str | None, list[CodeNode]] = defaultdict(list)
        for code in codes:
            below[code.parent].append(code)
        return wrapped("Codes", self._branches(below, notes=notes))

    def _branches(
        self, below: Mapping[str | None, list[CodeNode]], *, notes: bool
    ) -> Iterator[str]:
        # A codebook may be deep: walked with a list of what is open, not by calls within calls.
        waiting: list[CodeNode | None] = list(reversed(below.get(None, [])))
        while waiting:
            code = waiting.pop()
            if code is None:
                yield "</Code>"
                continue
            yield f"<Code{self._code(code)}>{self.description(code.description)}"
            yield self.notes(code.guid) if notes else ""
            waiting.append(None)
            waiting += reversed(below.get(code.guid, []))

    def _code(self, code: CodeNode) -> str:
        return self.attributes(
            guid=code.guid,
            name=code.name,
            isCodable="true" if code.codable else "false",
            color=code.colour,
        )

    def variables(self, project: Project) -> str:
        """Return the variables."""
        each = (
            f"<Variable{self.attributes(guid=v.guid, name=v.name, typeOfVariable=v.kind)}>"
            f"{self.description(v.description)}</Variable>"
            for v in project.variables
        )
        return wrapped("Variables", each)

    def cases(self, project: Project) -> str:
        """Return the cases."""
        return wrapped("Cases", map(self._case, project.cases))

    def _case(self, case: Case) -> str:
        inner = (
            self.description(case.description),
            *references("CodeRef", case.codes),
            self.values(case.guid),
            *references("SourceRef", case.sources),
            *references("SelectionRef", case.selections),
        )
        return f"<Case{self.attributes(guid=case.guid, name=case.name)}>{''.join(inner)}</Case>"

    def links(self, project: Project) -> str:
        """Return the links."""
        return wrapped("Links", map(self._link, project.links))

    def _link(self, link: Link) -> str:
        named = self.attributes(
            guid=link.guid,
            name=link.name,
            direction=link.direction if link.direction in _DIRECTIONS else None,
            color=link.colour,
            originGUID=link.origin,
            targetGUID=link.target,
        )
        return f"<Link{named}>{self.notes(link.guid)}</Link>"

    def groups(self, groups: Iterable[Group]) -> str:
        """Return the sets."""
        return wrapped("Sets", map(self._group, groups))

    def _group(self, group: Group) -> str:
        inner = (
            self.description(group.description),
            *references("MemberCode", group.codes),
            *references("MemberSource", group.sources),
            *references("MemberNote", group.notes),
        )
        return f"<Set{self.attributes(guid=group.guid, name=group.name)}>{''.join(inner)}</Set>"

    def closing(self, project: Project) -> str:
        """Return the end of the root element."""
        return f"{self.description(project.description)}{self.notes(PROJECT)}</Project>"

    def source_opening(self, source: Source, tag: str, *, plain: str | None) -> str:
        """Return the beginning of a text; `plain` names its file, None for text within."""
        named = self.attributes(guid=source.guid, name=source.name, plainTextPath=plain)
        inner = self.description(source.description)
        text = source.text if plain is None else None
        if text is not None:
            # Readers take away a mark of byte order, so a text that begins with one gets another.
            text = f"\ufeff{text}" if text.startswith("\ufeff") else text
            inner += f"<PlainTextContent>{self.text(text)}</PlainTextContent>"
        return f"<{tag}{named}{self.stamp(source.stamp)}>{inner}"


def _escaped(value: str, marks: Iterable[tuple[str, str]]) -> str:
    for letter, entity in marks:
        if letter in value:
            value = value.replace(letter, entity)
    return value


def references(name: str, guids: Iterable[str]) -> Iterator[str]:
    """Yield references to things."""
    return (f'<{name} targetGUID="{guid}"/>' for guid in guids)


def wrapped(name: str, parts: Iterable[str]) -> str:
    """Return parts within an element; nothing if there are none, as the schema wants."""
    inner = "".join(parts)
    return f"<{name}>{inner}</{name}>" if inner else ""
