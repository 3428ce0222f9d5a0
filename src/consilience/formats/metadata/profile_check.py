"""A record held against a profile: each constraint with what is wrong, where, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.formats.metadata.profile import Constraint, Gate, Kind, Profile
from consilience.formats.metadata.vocabularies import Named, Standing, named
from consilience.formats.metadata.xml_tree import text_of

_MISSING: Final = {
    Kind.MANDATORY: "FMT-334",
    Kind.RECOMMENDED: "FMT-337",
    Kind.OPTIONAL: "FMT-338",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one constraint.

    Attributes:
        constraint: what was asked.
        faults: each place where it does not hold; empty if it holds. A warning is a place of
            which nothing can be said here.
    """

    constraint: Constraint
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of all constraints up to a gate.

    Attributes:
        profile: name of the profile.
        gate: the strictest gate that was checked.
        results: one for each constraint up to that gate, in the profile's order.
    """

    profile: str
    gate: Gate
    results: tuple[Result, ...]

    def faults(self, gate: Gate | None = None) -> tuple[Fault, ...]:
        """Return what is wrong up to a gate; up to the strictest that was checked by default."""
        wanted = gate or self.gate
        return tuple(
            fault
            for each in self.results
            if wanted.covers(each.constraint.gate)
            for fault in each.faults
        )

    def passes(self, gate: Gate | None = None) -> bool:
        """Answer whether the record passes a gate; the strictest checked by default."""
        return all(fault.is_warning for fault in self.faults(gate))


def check_profile(
    codebook: etree._Element, profile: Profile, *, gate: Gate = Gate.STANDARD, file: str = ""
) -> Report:
    """Answer whether a record has what a profile asks for.

    Args:
        codebook: its `codeBook` element, alone or inside of an OAI-PMH answer.
        profile: what is asked.
        gate: how far to check.
        file: name of the file, for the places of faults.

    Returns:
        The result of each constraint up to the gate. A node counts as blank if it holds no text,
        its children included.

    Source: CESSDA Metadata Validator, constraint catalogue (CC BY 4.0).
    """
    nodes = _Nodes(codebook, profile, file)
    results = [
        Result(constraint=each, faults=tuple(_CHECKS[each.kind](nodes, each)))
        for each in profile.constraints
        if gate.covers(each.gate)
    ]
    if gate is Gate.STRICT:
        whole = Constraint(path="/", kind=Kind.IN_PROFILE)
        results.append(Result(constraint=whole, faults=tuple(_strangers(nodes, profile))))
    return Report(profile=profile.name, gate=gate, results=tuple(results))


class _Nodes:
    """The nodes of a record by the paths of a profile; each path is looked up once."""

    def __init__(self, codebook: etree._Element, profile: Profile, file: str) -> None:
        self.codebook = codebook
        self.namespaces = profile.namespaces
        self._file = file or None
        self._found: dict[str, list[etree._Element]] = {}

    def elements(self, path: str) -> list[etree._Element]:
        """Return the elements at a path, or those that could have the attribute there."""
        owner = path.rpartition("/@")[0] if "/@" in path else path
        if owner not in self._found:
            found: Any = _finder(owner, self.namespaces)(self.codebook)
            self._found[owner] = found
        return self._found[owner]

    def texts(self, path: str) -> Iterator[tuple[etree._Element, str]]:
        """Yield the text of each node at a path, with the element that it belongs to."""
        attribute = self.attribute(path)
        for each in self.elements(path):
            text = each.get(attribute) if attribute else text_of(each)
            if text is not None:
                yield each, " ".join(text.split())

    def attribute(self, path: str) -> str:
        """Return the name of the attribute of a path as lxml has it; empty if it has none."""
        prefix, colon, name = path.rpartition("/@")[2].rpartition(":")
        if "/@" not in path:
            return ""
        return f"{{{dict(self.namespaces)[prefix]}}}{name}" if colon else name

    def fault(
        self, code: str, path: str, element: etree._Element | None, /, **values: object
    ) -> Fault:
        """Return a fault at an element; at the record itself where there is none."""
        steps = ["codeBook", *_steps(path)]
        node = steps[-1] if steps[-1].startswith("@") else f"<{steps[-1]}>"
        line = cast("int | None", (self.codebook if element is None else element).sourceline)
        return Fault(
            code,
            where=Where(file=self._file, line=line),
            path="/".join(steps[1:]),
            node=node,
            parent=f"<{steps[-2]}>" if len(steps) > 1 else "",
            **values,
        )


@cache
def _finder(path: str, namespaces: tuple[tuple[str, str], ...]) -> etree.XPath:
    """Compile a path of a profile so that it begins at the record, wherever that lies."""
    from_here = f"descendant::{path[2:]}" if path.startswith("//") else f"self::{path[1:]}"
    return etree.XPath(from_here, namespaces={name: uri for name, uri in namespaces if name})


def _steps(path: str) -> list[str]:
    """Return the steps of a path below the record, as people write them."""
    steps = [step.rpartition(":")[2] if "@" not in step else step for step in path.split("/")]
    return [step for step in steps if step and step != "codeBook"]


def _present(nodes: _Nodes, asked: Constraint) -> Iterator[Fault]:
    if not any(True for _ in nodes.texts(asked.path)):
        first = next(iter(nodes.elements(asked.path)), None)
        yield nodes.fault(_MISSING[asked.kind], asked.path, first)
    yield from _filled(nodes, asked)


def _filled(nodes: _Nodes, asked: Constraint) -> Iterator[Fault]:
    for element, text in nodes.texts(asked.path):
        if not text:
            yield nodes.fault("FMT-335", asked.path, element)


def _beside_parent(nodes: _Nodes, asked: Constraint) -> Iterator[Fault]:
    attribute = nodes.attribute(asked.path)
    parents = nodes.elements(asked.path if attribute else asked.path.rpartition("/")[0])
    there = {element for element, _ in nodes.texts(asked.path)}
    owners = there if attribute else {element.getparent() for element in there}
    for each in parents:
        if each not in owners:
            yield nodes.fault("FMT-336", asked.path, each)
    yield from _filled(nodes, asked)


def _one_value(nodes: _Nodes, asked: Constraint) -> Iterator[Fault]:
    for element, text in nodes.texts(asked.path):
        if text != asked.value:
            yield nodes.fault("FMT-339", asked.path, element, value=text, allowed=asked.value)


def _not_too_often(nodes: _Nodes, asked: Constraint) -> Iterator[Fault]:
    found = list(nodes.texts(asked.path))
    if len(found) > asked.most:
        element = found[asked.most][0]
        yield nodes.fault("FMT-343", asked.path, element, count=len(found), most=asked.most)


def _code(nodes: _Nodes, asked: Constraint) -> Iterator[Fault]:
    for element, text in nodes.texts(asked.path):
        known = named("", element.get("vocabURI", ""))
        if known is None:
            yield nodes.fault("FMT-341", asked.path, element, value=text, uri="@vocabURI")
        else:
            yield from _word(nodes, asked.path, element, text, known)


def _term(nodes: _Nodes, asked: Constraint) -> Iterator[Fault]:
    for element in nodes.elements(asked.path):
        concept = element.find("{*}concept")
        own = [element.text, *(each.tail for each in element)]
        text = " ".join(" ".join(each or "" for each in own).split())
        known = named("", "" if concept is None else concept.get("vocabURI", ""))
        if known is None:
            yield nodes.fault("FMT-341", asked.path, element, value=text, uri="concept/@vocabURI")
        else:
            yield from _word(nodes, asked.path, element, text, known, of="term")


def _coded(nodes: _Nodes, asked: Constraint) -> Iterator[Fault]:
    """Check the code, where a record names a vocabulary of ours; topics may be terms instead.

    Archives give their own lists the title of CESSDA's, so a topic counts by its address only.
    """
    topic = asked.path.endswith("topcClas")
    for element, text in nodes.texts(asked.path):
        known = named("" if topic else element.get("vocab", ""), element.get("vocabURI", ""))
        if known is None or not text:
            continue
        standing = known.vocabulary.standing(text, version=known.version)
        if topic and standing is not Standing.KNOWN:
            yield from _word(nodes, asked.path, element, text, known, of="term")
        else:
            yield from _word(nodes, asked.path, element, text, known)


def _word(
    nodes: _Nodes,
    path: str,
    element: etree._Element,
    text: str,
    known: Named,
    of: str = "code",
) -> Iterator[Fault]:
    vocabulary = known.vocabulary
    standing = vocabulary.standing(text, version=known.version, of=of)
    if of == "term" and _language(element, known) not in ("", "en"):
        standing = Standing.OPEN
    name = f"{vocabulary.name} {known.version or vocabulary.versions[-1]}"
    if standing is Standing.OPEN:
        uri = element.get("vocabURI") or vocabulary.uri
        yield nodes.fault("FMT-345", path, element, value=text, vocabulary=name, uri=uri)
    elif standing is Standing.UNKNOWN:
        words = vocabulary.terms if of == "code" else vocabulary.terms.values()
        near = difflib.get_close_matches(text, words, n=1)
        nearest = f", such as {near[0]!r}" if near else ""
        values = {of: text, "vocabulary": name, "nearest": nearest}
        yield nodes.fault("FMT-340" if of == "code" else "FMT-342", path, element, **values)


def _language(element: etree._Element, known: Named) -> str:
    said = known.language or element.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    return said.partition("-")[0]


def _strangers(nodes: _Nodes, profile: Profile) -> Iterator[Fault]:
    """Yield one fault for each kind of node that the profile does not know, at its first place."""
    allowed: set[str] = set()
    for each in profile.constraints:
        steps = _steps(each.path)
        allowed.update("/".join(steps[:length]) for length in range(1, len(steps) + 1))
    seen = set(allowed)
    waiting = [(nodes.codebook, "")]
    while waiting:
        element, path = waiting.pop()
        below: list[tuple[str, etree._Element | None]] = [
            (f"@{_named(nodes, str(name))}", None) for name in element.attrib
        ]
        below += [(etree.QName(each).localname, each) for each in element.iterchildren("*")]
        for name, child in below:
            inner = f"{path}/{name}".lstrip("/")
            if inner not in seen:
                seen.add(inner)
                yield nodes.fault("FMT-344", f"/{inner}", element if child is None else child)
            if child is not None and inner in allowed:
                waiting.append((child, inner))


def _named(nodes: _Nodes, attribute: str) -> str:
    """Return the name of an attribute as a profile writes it."""
    if not attribute.startswith("{"):
        return attribute
    uri, name = attribute[1:].split("}")
    prefix = next((prefix for prefix, known in nodes.namespaces if known == uri), "")
    return f"{prefix}:{name}"


_CHECKS: Final[dict[Kind, Callable[[_Nodes, Constraint], Iterator[Fault]]]] = {
    Kind.MANDATORY: _present,
    Kind.MANDATORY_IF_PARENT: _beside_parent,
    Kind.NOT_BLANK: _filled,
    Kind.CODE: _code,
    Kind.TERM: _term,
    Kind.CODED: _coded,
    Kind.RECOMMENDED: _present,
    Kind.FIXED: _one_value,
    Kind.OPTIONAL: _present,
    Kind.MOST: _not_too_often,
}
