"""The XML of a project, read as a stream: everything in it as it stands, nothing placed yet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.formats.qda import elements
from consilience.formats.qda.archive import Watched
from consilience.formats.qda.elements import Finder, local
from consilience.formats.qda.record import (
    PROJECT,
    Case,
    CodeNode,
    Group,
    Link,
    Media,
    SourceKind,
    Stamp,
    User,
    Value,
    Variable,
)
from consilience.formats.qda.strings import Strings

_NAMESPACE: Final = re.compile(r"\{urn:QDA-XML:(project|codebook):[^}]+\}", re.IGNORECASE)
_TEXTS: Final[Mapping[str, SourceKind]] = {
    "TextSource": "text",
    "Representation": "representation",
    "Transcript": "transcript",
    "Note": "note",
}
_MEDIA: Final = frozenset({"PictureSource", "PDFSource", "AudioSource", "VideoSource"})
_SELECTIONS: Final = frozenset({"PlainTextSelection", "TranscriptSelection"})
_PARTS: Final = ("Users", "CodeBook", "Variables", "Cases", "Links", "Sets", "Graphs")
# Places in pictures, pages, sound and film: kept as they stand.
_RAW: Final = frozenset(
    {"PictureSelection", "PDFSelection", "AudioSelection", "VideoSelection", "TextDescription"}
)


@dataclass(slots=True, kw_only=True)
class RawSource:
    """A text as the XML names it."""

    guid: str
    name: str | None
    kind: SourceKind
    plain: str | None
    rich: str | None
    stamp: Stamp
    media: str | None
    inline: str | None = None
    description: str | None = None
    syncs: list[tuple[str, int | None, int | None]] = field(default_factory=list)


@dataclass(slots=True)
class RawPassages:
    """Passages as columns; positions as written, None where they are no numbers."""

    guid: Strings = field(default_factory=Strings)
    source: list[int] = field(default_factory=list)
    start: list[int | None] = field(default_factory=list)
    end: list[int | None] = field(default_factory=list)
    name: Strings = field(default_factory=Strings)
    description: list[str | None] = field(default_factory=list)
    stamp: list[Stamp] = field(default_factory=list)
    from_sync: list[str | None] = field(default_factory=list)
    to_sync: list[str | None] = field(default_factory=list)


@dataclass(slots=True)
class RawCodings:
    """Codings as columns; `selection` is a row of the passages, None for a whole source."""

    guid: Strings = field(default_factory=Strings)
    source: list[int] = field(default_factory=list)
    selection: list[int | None] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    user: list[str | None] = field(default_factory=list)
    at: list[str | None] = field(default_factory=list)


@dataclass(slots=True)
class Parsed:
    """All of a project but its texts."""

    name: str = ""
    origin: str | None = None
    stamp: Stamp = field(default_factory=Stamp)
    description: str | None = None
    users: list[User] = field(default_factory=list)
    codes: list[CodeNode] = field(default_factory=list)
    sources: list[RawSource] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    passages: RawPassages = field(default_factory=RawPassages)
    codings: RawCodings = field(default_factory=RawCodings)
    variables: list[Variable] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    graphs: list[str] = field(default_factory=list)
    mentions: list[tuple[str, str]] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    sha256: str = ""


def parse_project(stream: Watched, *, where: Where) -> Parsed:
    """Read the XML of a project.

    Raises:
        Fault: FMT-234 if it is not well-formed XML, FMT-235 if it declares a document type, which
            could name files of this machine, FMT-236 if it is not a project, FMT-237 if an
            identifier stands twice.
    """
    reader = _Reader(where)
    names = {*_TEXTS, *_MEDIA, *_SELECTIONS, *_PARTS, *_RAW}
    for event, element in events(stream, where=where, root="Project", names=sorted(names)):
        try:
            reader.take(event, element)
        except etree.C14NError as error:  # in what is kept as it stands
            line = getattr(element, "sourceline", None) or 0
            reason = "a namespace is no address"
            raise Fault("FMT-234", where=where, line=line, reason=reason) from error
    reader.parsed.sha256 = stream.rest_sha256()
    reader.finish()
    return reader.parsed


def events(
    stream: Watched, *, where: Where, root: str, names: Iterable[str]
) -> Iterator[tuple[str, etree._Element]]:
    """Yield starts and ends of the root and of the elements of these names.

    Raises:
        Fault: FMT-234, FMT-235, FMT-236 as in `parse_project`.
    """
    walker = etree.iterparse(
        stream,
        events=("start", "end"),
        tag=[f"{{*}}{name}" for name in (root, *names)],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    first = True
    try:
        for event, element in walker:
            if first:
                _check_root(element.getroottree().getroot(), where=where, root=root)
                first = False
            yield event, element
        if first:
            _check_root(walker.root, where=where, root=root)
    except etree.XMLSyntaxError as error:
        reason = error.msg or "it ends too early"
        raise Fault("FMT-234", where=where, line=error.lineno or 0, reason=reason) from error


def _check_root(element: etree._Element, *, where: Where, root: str) -> None:
    # Entities could name files of this machine or unfold without end: real exports have no DTD.
    if element.getroottree().docinfo.doctype:  # type: ignore[attr-defined]  # not in the stubs
        raise Fault("FMT-235", where=where)
    tag = str(element.tag)
    if not tag.endswith(f"}}{root}") or not _NAMESPACE.match(tag):
        raise Fault("FMT-236", where=where, found=tag, wanted=root)


class _Reader:
    """Takes starts and ends of elements, and drops each subtree when it has been read."""

    def __init__(self, where: Where) -> None:
        self.parsed = Parsed()
        self.find = Finder(self.parsed.lost, where=where)
        self._text: RawSource | None = None
        self._media: tuple[str, str] | None = None
        self._raw = 0
        self._containers: dict[str, Callable[[etree._Element], None]] = {
            "Users": self._users,
            "CodeBook": self._codes,
            "Variables": self._variables,
            "Cases": self._cases,
            "Links": self._links,
            "Sets": self._sets,
            "Graphs": self._graphs,
        }

    def take(self, event: str, element: etree._Element) -> None:
        """Take one start or end."""
        tag = local(element)
        if event == "start":
            self._start(tag, element)
        elif self._raw:
            self._raw -= 1
        elif tag in _SELECTIONS and self._text is not None:
            self._passage(element, tag)
            element.clear()
        elif tag in _TEXTS and self._text is not None:
            self._end_text(element)
        elif tag in _MEDIA:
            self._end_media(element, tag)
        elif tag in self._containers:
            self._containers[tag](element)
            element.clear()
        elif tag == "Project":
            self.parsed.description = elements.child_text(element, "Description")
            self._mention(PROJECT, element)

    def finish(self) -> None:
        """Bring texts into the order in which they are written, and refuse identifiers twice."""
        parsed = self.parsed
        _arrange(parsed)
        texts = [each.guid for each in parsed.sources]
        self.find.once("user", [each.guid for each in parsed.users])
        self.find.once("code", [each.guid for each in parsed.codes])
        self.find.once("source", texts + [each.guid for each in parsed.media])
        self.find.once("passage", parsed.passages.guid)
        self.find.once("coding", parsed.codings.guid)
        self.find.once("variable", [each.guid for each in parsed.variables])
        self.find.once("case", [each.guid for each in parsed.cases])

    # --- starts ---------------------------------------------------------------------------

    def _start(self, tag: str, element: etree._Element) -> None:
        if self._raw:
            self._raw += 1
        elif tag == "Project":
            self._begin_project(element)
        elif tag in _MEDIA:
            self._media = (self.find.guid(element), tag)
        elif tag in _TEXTS and self._text is None:
            self._begin_text(tag, element)
        elif tag in _RAW:
            self._raw = 1

    def _begin_project(self, element: etree._Element) -> None:
        self.parsed.name = element.get("name") or ""
        self.parsed.origin = element.get("origin")
        self.parsed.stamp = self.find.stamp(
            element, user="creatingUserGUID", modified_by="modifyingUserGUID"
        )
        if element.get("basePath"):
            self.parsed.lost["folders of somebody's machine (basePath)"] += 1

    def _begin_text(self, tag: str, element: etree._Element) -> None:
        self._text = RawSource(
            guid=self.find.guid(element),
            name=element.get("name"),
            kind=_TEXTS[tag],
            plain=element.get("plainTextPath"),
            rich=element.get("richTextPath"),
            stamp=self.find.stamp(element),
            media=self._media[0] if self._media else None,
        )
        self.parsed.sources.append(self._text)

    # --- ends -----------------------------------------------------------------------------

    def _passage(self, element: etree._Element, tag: str) -> None:
        passages, source = self.parsed.passages, len(self.parsed.sources) - 1
        guid = self.find.guid(element)
        spans = tag == "PlainTextSelection"
        passages.guid.append(guid)
        passages.source.append(source)
        passages.start.append(elements.whole(element.get("startPosition")) if spans else None)
        passages.end.append(elements.whole(element.get("endPosition")) if spans else None)
        passages.name.append(element.get("name"))
        passages.stamp.append(self.find.stamp(element))
        passages.from_sync.append(self.find.reference(element.get("fromSyncPoint")))
        passages.to_sync.append(self.find.reference(element.get("toSyncPoint")))
        passages.description.append(self._content(element, guid, selection=len(passages.guid) - 1))

    def _content(self, element: etree._Element, owner: str, *, selection: int | None) -> str | None:
        """Take codings and notes of a passage or source, and return its description."""
        description = None
        for child in element:
            tag = local(child)
            if tag == "Coding":
                self._coding(child, selection)
            elif tag == "Description":
                description = child.text or ""
            elif tag == "NoteRef":
                self._note(owner, child)
        return description

    def _coding(self, element: etree._Element, selection: int | None) -> None:
        guid, target = self.find.guid(element), None
        for child in element:
            if local(child) == "CodeRef":
                target = self.find.reference(child.get("targetGUID"))
            else:
                self._note(guid, child)
        if target is None:
            self.parsed.lost["codings without a code"] += 1
            return
        codings, stamp = self.parsed.codings, self.find.stamp(element)
        codings.guid.append(guid)
        codings.source.append(len(self.parsed.sources) - 1)
        codings.selection.append(selection)
        codings.code.append(target)
        codings.user.append(stamp.user)
        codings.at.append(stamp.at)

    def _end_text(self, element: etree._Element) -> None:
        source = self._text
        self._text = None
        if source is None:
            return
        source.description = self._content(element, source.guid, selection=None)
        source.inline = elements.child_text(element, "PlainTextContent")
        source.syncs = [
            (
                self.find.guid(child),
                elements.whole(child.get("timeStamp")),
                elements.whole(child.get("position")),
            )
            for child in element
            if local(child) == "SyncPoint"
        ]
        self.parsed.values += elements.values(element, source.guid, find=self.find)
        if self._media:
            element.clear()
        else:
            drop(element)

    def _end_media(self, element: etree._Element, tag: str) -> None:
        self._media = None
        self.parsed.media.append(elements.media(element, tag, find=self.find))
        drop(element)

    def _mention(self, owner: str, element: etree._Element) -> None:
        for child in element:
            if local(child) == "NoteRef":
                self._note(owner, child)

    def _note(self, owner: str, element: etree._Element) -> None:
        note = self.find.reference(element.get("targetGUID"))
        if note is not None:
            self.parsed.mentions.append((owner, note))

    # --- small parts ----------------------------------------------------------------------

    def _users(self, element: etree._Element) -> None:
        self.parsed.users += elements.users(element, find=self.find)

    def _codes(self, element: etree._Element) -> None:
        for child in element:
            self.parsed.codes += elements.codes(child, find=self.find, mention=self._mention)

    def _variables(self, element: etree._Element) -> None:
        self.parsed.variables += elements.variables(element, find=self.find)

    def _cases(self, element: etree._Element) -> None:
        for child in element:
            case = elements.case(child, find=self.find)
            self.parsed.cases.append(case)
            self.parsed.values += elements.values(child, case.guid, find=self.find)

    def _links(self, element: etree._Element) -> None:
        for child in element:
            link = elements.link(child, find=self.find)
            self.parsed.links.append(link)
            self._mention(link.guid, child)

    def _sets(self, element: etree._Element) -> None:
        self.parsed.groups += [elements.group(child, find=self.find) for child in element]

    def _graphs(self, element: etree._Element) -> None:
        self.parsed.graphs += [elements.raw(child) for child in element]


def _arrange(parsed: Parsed) -> None:
    """Put documents first, then texts of recordings and PDFs, then notes."""
    rank = [(source.media is not None) + 2 * (source.kind == "note") for source in parsed.sources]
    order = sorted(range(len(rank)), key=lambda number: rank[number])
    if order == list(range(len(rank))):
        return
    places = {number: place for place, number in enumerate(order)}
    parsed.sources = [parsed.sources[number] for number in order]
    for columns in (parsed.passages, parsed.codings):
        columns.source = [places[number] for number in columns.source]


def drop(element: etree._Element) -> None:
    """Let go of an element that has been read, and of those before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
