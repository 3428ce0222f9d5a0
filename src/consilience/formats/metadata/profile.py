"""Profiles: what a catalogue asks of a DDI record, by gates of rising strictness.

The profiles of the CESSDA Data Catalogue come with us as a table; others are read from their files.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from lxml import etree

from consilience.base.errors import Fault
from consilience.formats.metadata.tables import rows

XML: Final = "http://www.w3.org/XML/1998/namespace"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
NESSTAR: Final = "http://www.icpsr.umich.edu/DDI"


class Gate(enum.StrEnum):
    """How strictly a record is checked; each gate asks for all that those before it ask for."""

    BASIC = "basic"
    BASIC_PLUS = "basic-plus"
    STANDARD = "standard"
    EXTENDED = "extended"
    STRICT = "strict"

    def covers(self, other: Gate) -> bool:
        """Answer whether this gate asks for what another asks for."""
        gates = list(Gate)
        return gates.index(other) <= gates.index(self)


class Kind(enum.StrEnum):
    """What a constraint asks of a node."""

    MANDATORY = "mandatory"
    MANDATORY_IF_PARENT = "mandatory if its parent is present"
    NOT_BLANK = "not blank"
    CODE = "a code of the vocabulary that its address names"
    TERM = "a term of the vocabulary that its address names"
    CODED = "known, if its vocabulary comes with us"
    RECOMMENDED = "recommended"
    FIXED = "one value only"
    OPTIONAL = "optional"
    MOST = "at most so often"
    IN_PROFILE = "in the profile"


# Which gate is the first to ask: CESSDA Metadata Validator, constraint catalogue.
FIRST_GATE: Final = {
    Kind.MANDATORY: Gate.BASIC,
    Kind.MANDATORY_IF_PARENT: Gate.BASIC,
    Kind.NOT_BLANK: Gate.BASIC,
    Kind.CODE: Gate.BASIC_PLUS,
    Kind.TERM: Gate.BASIC_PLUS,
    Kind.CODED: Gate.BASIC_PLUS,
    Kind.RECOMMENDED: Gate.STANDARD,
    Kind.FIXED: Gate.EXTENDED,
    Kind.OPTIONAL: Gate.EXTENDED,
    Kind.MOST: Gate.STRICT,
    Kind.IN_PROFILE: Gate.STRICT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """What is asked of one node.

    Attributes:
        path: XPath of an element or attribute, as in the profile.
        kind: what is asked.
        value: the one value allowed, of kind FIXED.
        most: how often it may stand, of kind MOST.
    """

    path: str
    kind: Kind
    value: str = ""
    most: int = 0

    @property
    def gate(self) -> Gate:
        """The first gate that asks for it."""
        return FIRST_GATE[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a catalogue asks of a record.

    Attributes:
        name: its id and version.
        namespaces: the prefixes that its paths use, each with its namespace.
        constraints: what it asks, in its order.
    """

    name: str
    namespaces: tuple[tuple[str, str], ...]
    constraints: tuple[Constraint, ...]


# version: id of the official profile, namespace, column of the table, prefix below the root
_OURS: Final = {
    "2.5": ("CDC_DDI25_PROFILE 3.1.0", "ddi:codebook:2_5", 1, "ddi:"),
    "2.6": ("CDC_DDI26_PROFILE 2.1.0", "ddi:codebook:2_6", 2, "ddi:"),
    "1.2.2": ("CDC_DDI122_PROFILE 3.1.0", NESSTAR, 3, ""),
}
_KINDS: Final = {
    "M": Kind.MANDATORY,
    "P": Kind.MANDATORY_IF_PARENT,
    "R": Kind.RECOMMENDED,
    "O": Kind.OPTIONAL,
}
# Nodes that hold a code, or for topics a term: asked by us at Basic Plus, where the official
# profiles of today ask for none.
_CODED: Final = (
    "stdyDscr/stdyInfo/subject/topcClas",
    "stdyDscr/stdyInfo/sumDscr/anlyUnit/concept",
    "stdyDscr/method/dataColl/timeMeth/concept",
    "stdyDscr/method/dataColl/sampProc/concept",
    "stdyDscr/method/dataColl/collMode/concept",
)


@cache
def catalogue_profile(version: str) -> Profile:
    """Return the profile of the CESSDA Data Catalogue for a version of DDI-Codebook.

    Args:
        version: `2.5`, `2.6` or `1.2.2`.

    Returns:
        The constraints of the official profile, and after them ours of kind CODED.

    Source: CESSDA metadata profiles of 2025-12-09, CC BY 4.0.

    Differs: the official profiles check no codes at Basic Plus; ours does where the record names a
        vocabulary that comes with us.

    Example:
        >>> sum(each.kind is Kind.MANDATORY for each in catalogue_profile("2.5").constraints)
        9
    """
    name, namespace, column, prefix = _OURS[version]
    own = tuple(Constraint(path=_path(path, prefix), kind=Kind.CODED) for path in _CODED)
    return Profile(
        name=name,
        namespaces=(("ddi", namespace), ("xsi", XSI), ("xml", XML)),
        constraints=(*_official(column, prefix), *own),
    )


def profile_for(codebook: etree._Element) -> Profile:
    """Return the profile that fits a record.

    Args:
        codebook: its `codeBook` element.

    Raises:
        Fault: FMT-333 if none comes with us for its namespace.
    """
    namespace = etree.QName(codebook).namespace or ""
    for version, (_, known, *_) in _OURS.items():
        if namespace == known:
            return catalogue_profile(version)
    raise Fault("FMT-333", namespace=namespace)


def _official(column: int, prefix: str) -> Iterator[Constraint]:
    for row in rows("cdc_profiles"):
        if row[column] != "-":
            path = _path(row[0], prefix)
            yield Constraint(path=path, kind=_KINDS[row[column]])
            if row[-1]:
                yield Constraint(path=path, kind=Kind.FIXED, value=row[-1])


def _path(path: str, prefix: str) -> str:
    """Write a path of the table as an XPath; DDI 1.2.2 has `xml-lang` and no namespace inside."""
    steps = [step if step.startswith("@") else prefix + step for step in path.split("/")]
    written = "/".join(["/ddi:codeBook", *steps])
    return written if prefix else written.replace("@xml:lang", "@xml-lang")
