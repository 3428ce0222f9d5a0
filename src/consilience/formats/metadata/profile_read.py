"""A DDI profile from its file, as CESSDA publishes them (DDI-Lifecycle 3.2 DDIProfile)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from consilience.base.errors import Fault, Where
from consilience.formats.metadata.profile import XML, Constraint, Kind, Profile
from consilience.formats.metadata.xml_safe import parse_xml
from consilience.formats.metadata.xml_tree import text_of

_PROFILE: Final = "{ddi:ddiprofile:3_2}"
_REUSABLE: Final = "{ddi:reusable:3_2}"
_KINDS: Final = {
    "MandatoryNodeIfParentPresentConstraint": Kind.MANDATORY_IF_PARENT,
    "NotBlankNodeConstraint": Kind.NOT_BLANK,
    "CodeValueOfControlledVocabularyConstraint": Kind.CODE,
    "DescriptiveTermOfControlledVocabularyConstraint": Kind.TERM,
    "RecommendedNodeConstraint": Kind.RECOMMENDED,
    "OptionalNodeConstraint": Kind.OPTIONAL,
}


def read_profile(data: bytes, *, name: str) -> Profile:
    """Return the profile that stands in a file.

    A node that is not required and of which nothing else is asked counts as optional, as in the
    CESSDA Metadata Validator. Which addresses of vocabularies a profile lists is not read: a
    vocabulary is known by its name and version.

    Args:
        data: the file.
        name: of the file, for complaints.

    Raises:
        Fault: FMT-332 if it is no such file, FMT-300 to FMT-302 as in `parse_xml`.
    """
    root = parse_xml(data, name=name)
    used = root.findall(f"{_PROFILE}Used")
    if root.tag != f"{_PROFILE}DDIProfile" or not used:
        reason = "it lists no node that is used"
        raise Fault("FMT-332", where=Where(file=name), name=name, reason=reason)
    prefixes = [
        (each.findtext(f"{_PROFILE}XMLPrefix", ""), each.findtext(f"{_PROFILE}XMLNamespace", ""))
        for each in root.iterfind(f"{_PROFILE}XMLPrefixMap")
    ]
    constraints = tuple(found for each in used for found in _constraints(each, name))
    _check_paths(constraints, prefixes, name)
    return Profile(
        name=f"{root.findtext(f'{_REUSABLE}ID')} {root.findtext(f'{_REUSABLE}Version')}",
        namespaces=(*prefixes, ("xml", XML)),
        constraints=constraints,
    )


def _constraints(used: etree._Element, name: str) -> Iterator[Constraint]:
    path, required = used.get("xpath", ""), used.get("isRequired") == "true"
    asked = _instructions(used, name)
    if required:
        yield Constraint(path=path, kind=Kind.MANDATORY)
    elif not asked and used.get("isRequired") == "false":
        yield Constraint(path=path, kind=Kind.OPTIONAL)
    for each in asked:
        if each in _KINDS:
            yield Constraint(path=path, kind=_KINDS[each])
    if used.get("fixedValue") == "true":
        yield Constraint(path=path, kind=Kind.FIXED, value=used.get("defaultValue", ""))
    most = used.get("limitMaxOccurs", "")
    if most.isdecimal():
        yield Constraint(path=path, kind=Kind.MOST, most=int(most))


def _instructions(used: etree._Element, name: str) -> list[str]:
    """Return the names of constraints, which stand as XML inside of text."""
    names: list[str] = []
    for content in used.iterfind(f"{_PROFILE}Instructions/{_REUSABLE}Content"):
        text = text_of(content)
        if text.startswith("<Constraints"):
            inner = parse_xml(text.encode(), name=name)
            names += [str(each.tag) for each in inner]
    return names


def _check_paths(
    constraints: tuple[Constraint, ...], prefixes: list[tuple[str, str]], name: str
) -> None:
    for each in constraints:
        try:
            etree.XPath(each.path, namespaces=dict(prefixes))
        except etree.XPathError as error:
            reason = f"{each.path!r} is no XPath ({error})"
            raise Fault("FMT-332", where=Where(file=name), name=name, reason=reason) from error
        if "[" in each.path or not each.path.startswith("/"):
            reason = f"{each.path!r} has a condition or does not begin at the root"
            raise Fault("FMT-332", where=Where(file=name), name=name, reason=reason)
