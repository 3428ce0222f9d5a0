"""Read and write a codebook alone: REFI-QDA .qdc."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from consilience.base.errors import Fault
from consilience.formats.qda import elements
from consilience.formats.qda.archive import opened_archive
from consilience.formats.qda.elements import Finder, local
from consilience.formats.qda.parse import events
from consilience.formats.qda.record import CodeNode, Group, Project
from consilience.formats.qda.xml_out import Out

_NAMESPACE: Final = "urn:QDA-XML:codebook:1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """A codebook.

    Args:
        origin: the program it came from.
        codes: parents before children.
        groups: sets of codes.
    """

    origin: str | None = None
    codes: tuple[CodeNode, ...] = ()
    groups: tuple[Group, ...] = ()


def read_codebook(path: Path) -> Codebook:
    """Read a .qdc.

    Raises:
        Fault: FMT-230 if it is no such file; FMT-234 to FMT-236 if its XML is broken, declares a
            document type or is not a codebook; FMT-237 if an identifier stands twice.
    """
    codes: list[CodeNode] = []
    groups: list[Group] = []
    origin = None
    with opened_archive(path) as archive, archive.bare() as stream:
        find = Finder(Counter(), where=archive.where)
        for event, element in events(
            stream, where=archive.where, root="CodeBook", names=("Codes", "Sets")
        ):
            if event == "start":
                continue
            if local(element) == "Codes":
                codes += elements.codes(element, find=find, mention=lambda *_: None)
            elif local(element) == "Sets":
                groups += [elements.group(child, find=find) for child in element]
            else:
                origin = element.get("origin")
    find.once("code", [each.guid for each in codes])
    return Codebook(origin=origin, codes=tuple(codes), groups=tuple(groups))


def write_codebook(codebook: Codebook) -> bytes:
    """Return a .qdc that the official schema accepts.

    Raises:
        Fault: FMT-251 if there is no code: the schema wants one at least.
    """
    if not codebook.codes:
        raise Fault("FMT-251")
    out = Out(Project(name=""))
    # In a codebook the members of a set are named by `guid`.
    sets = out.groups(codebook.groups).replace("<MemberCode targetGUID=", "<MemberCode guid=")
    body = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<CodeBook xmlns="{_NAMESPACE}"'
        f"{out.attributes(origin=codebook.origin)}>{out.codebook(codebook.codes, notes=False)}"
        f"{sets}</CodeBook>"
    )
    return body.encode()
