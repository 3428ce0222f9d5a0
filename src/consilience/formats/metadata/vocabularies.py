"""Controlled vocabularies of the DDI Alliance and of CESSDA: their codes and English terms."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from consilience.base.errors import Fault
from consilience.formats.metadata.model import Term
from consilience.formats.metadata.tables import rows

LICENCE: Final = "CC BY 4.0"

_DDI: Final = "https://ddialliance.org/Specification/DDI-CV/"
_CESSDA: Final = "https://vocabularies.cessda.eu/vocabulary/"
_VERSION: Final = r"[^0-9A-Za-z]*(?:v=)?(\d+\.\d+)?"
_LANGUAGE: Final = re.compile(r"languageVersion=([a-z]{2})")


class Standing(enum.StrEnum):
    """Whether a word belongs to a vocabulary."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    # Of another version or language than those that come with us.
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """A controlled vocabulary.

    Attributes:
        name: its notation, such as `ModeOfCollection`.
        title: its title, as it is printed beside a code (DDI `@vocab`).
        agency: who keeps it.
        versions: the versions that come with us, oldest first.
        terms: the English term of each code, in the vocabulary's order.
        since: the first version that has a code, for codes that not all versions have.
    """

    name: str
    title: str
    agency: str
    versions: tuple[str, ...]
    terms: Mapping[str, str]
    since: Mapping[str, str]

    @property
    def version(self) -> str:
        """Return the version that is written: the oldest here, of which every archive knows."""
        return self.versions[0]

    @property
    def uri(self) -> str:
        """Return the address of the version that is written."""
        return self._address(self.version)

    def uri_of(self, code: str) -> str:
        """Return the address of a code.

        Example:
            >>> vocabulary("TimeMethod").uri_of("CrossSection")
            'https://ddialliance.org/Specification/DDI-CV/TimeMethod_1.2.html#CrossSection'
        """
        return self._address(self.since.get(code, self.version), code)

    def _address(self, version: str, code: str = "") -> str:
        if self.agency == "CESSDA":
            return f"{_CESSDA}{self.name}{'_' * bool(code)}{code}?v={version}"
        return f"{_DDI}{self.name}_{version}.html{'#' * bool(code)}{code}"

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """The code of each term, in small letters."""
        return {term.casefold(): code for code, term in self.terms.items()}

    def code_of(self, term: str) -> str:
        """Return the code of an English term, however it is capitalised; empty if it has none.

        Example:
            >>> vocabulary("ModeOfCollection").code_of("Face-to-face interview")
            'Interview.FaceToFace'
        """
        return self.codes.get(" ".join(term.split()).casefold(), "")

    def term(self, code: str) -> Term:
        """Return a code as a term that may stand in a record.

        Raises:
            Fault: FMT-330 if the vocabulary has no such code.

        Example:
            >>> vocabulary("TimeMethod").term("CrossSection").value
            'Cross-section'
        """
        if code not in self.terms:
            raise Fault("FMT-330", code=code, vocabulary=f"{self.name} {self.versions[-1]}")
        return Term(
            value=self.terms[code],
            code=code,
            vocabulary=self.title,
            vocabulary_uri=self._address(self.since.get(code, self.version)),
            language="en",
        )

    def standing(self, word: str, *, version: str = "", of: str = "code") -> Standing:
        """Answer whether the vocabulary has a word.

        A later version with the same first number only adds codes, so a code that is not in ours
        is not in an earlier one either. Of another first number nothing can be said.

        Args:
            word: a code, or an English term.
            version: of which version; empty: of any that comes with us.
            of: `code` or `term`; terms count as written, for their wording is what is asked.

        Returns:
            KNOWN, UNKNOWN, or OPEN where the version is not one that comes with us.

        Example:
            >>> vocabulary("ModeOfCollection").standing("Interview.Phone")
            <Standing.UNKNOWN: 'unknown'>
        """
        wanted = _numbers(version) if version else _numbers(self.versions[-1])
        near = [each for each in self.versions if _numbers(each)[0] == wanted[0]]
        if not near:
            return Standing.OPEN
        code = word if of == "code" else self.codes.get(word.casefold(), "")
        if code in self.terms and (of == "code" or self.terms[code] == word):
            first = _numbers(self.since.get(code, "0.0"))
            return Standing.KNOWN if first <= wanted else Standing.UNKNOWN
        return Standing.UNKNOWN if wanted <= _numbers(near[-1]) else Standing.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A vocabulary as a record names it.

    Attributes:
        vocabulary: the vocabulary.
        version: first two numbers of its version; empty if not said.
        language: language of its terms; empty if not said.
    """

    vocabulary: Vocabulary
    version: str = ""
    language: str = ""


# name, title as CESSDA's profile wants it printed, agency, versions that come with us
_KEPT: Final = (
    ("TopicClassification", "CESSDA Topic Classification", "CESSDA", ("4.1",)),
    ("AnalysisUnit", "DDI Analysis Unit", "DDI Alliance", ("2.1",)),
    ("ModeOfCollection", "DDI Mode of Collection", "DDI Alliance", ("4.0", "5.0")),
    ("SamplingProcedure", "DDI Sampling Procedure", "DDI Alliance", ("1.1", "2.0")),
    ("TimeMethod", "DDI Time Method", "DDI Alliance", ("1.2",)),
    ("TypeOfInstrument", "DDI Type of Instrument", "DDI Alliance", ("1.1",)),
    ("GeneralDataFormat", "DDI General Data Format", "DDI Alliance", ("2.0",)),
    ("DataSourceType", "DDI Data Source Type", "DDI Alliance", ("1.0",)),
    ("ContributorRole", "DDI Contributor Role", "DDI Alliance", ("1.0",)),
    ("CountryNamesAndCodes", "CESSDA Country Names and Codes", "CESSDA", ("1.0",)),
    ("ResponseUnit", "DDI Response Unit", "DDI Alliance", ("1.0",)),
    ("LifecycleEventType", "DDI Lifecycle Event Type", "DDI Alliance", ("1.0",)),
)


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """Return all vocabularies that come with us, by name.

    Example:
        >>> len(vocabularies()), len(vocabularies()["TopicClassification"].terms)
        (12, 95)
    """
    kept: dict[str, dict[str, str]] = {name: {} for name, *_ in _KEPT}
    since: dict[str, dict[str, str]] = {name: {} for name, *_ in _KEPT}
    for name, code, term, first in rows("vocabularies"):
        kept[name][code] = term
        if first:
            since[name][code] = first
    return {
        name: Vocabulary(
            name=name,
            title=title,
            agency=agency,
            versions=versions,
            terms=kept[name],
            since=since[name],
        )
        for name, title, agency, versions in _KEPT
    }


def vocabulary(name: str) -> Vocabulary:
    """Return a vocabulary by its notation, such as `AnalysisUnit`.

    Raises:
        Fault: FMT-331 if none of that name comes with us.
    """
    found = vocabularies().get(name)
    if found is None:
        raise Fault("FMT-331", name=name, known=", ".join(vocabularies()))
    return found


@cache
def named(title: str, uri: str = "") -> Named | None:
    """Answer which vocabulary a record means by a title or an address; None if none of ours.

    Args:
        title: DDI `@vocab`.
        uri: DDI `@vocabURI`: a page of the vocabulary service, a URN or the DDI Alliance's page.

    Example:
        >>> named("", "urn:ddi:int.ddi.cv:AnalysisUnit:2.0").version
        '2.0'
    """
    for name, each in vocabularies().items():
        if found := re.search(rf"(?<![A-Za-z]){name}(?![A-Za-z]){_VERSION}", uri):
            language = _LANGUAGE.search(uri)
            return Named(
                vocabulary=each,
                version=found[1] or "",
                language=language[1] if language else "",
            )
    for each in vocabularies().values():
        if title.casefold() == each.title.casefold():
            return Named(vocabulary=each)
    return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])
