"""Nouns of the protocol: what a harvester asks, what is refused, where a list goes on."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final


class Verb(enum.StrEnum):
    """The six requests of the protocol."""

    IDENTIFY = "Identify"
    FORMATS = "ListMetadataFormats"
    SETS = "ListSets"
    RECORD = "GetRecord"
    HEADERS = "ListIdentifiers"
    RECORDS = "ListRecords"


class Code(enum.StrEnum):
    """Why a request is refused, by the names of the protocol."""

    ARGUMENT = "badArgument"
    VERB = "badVerb"
    TOKEN = "badResumptionToken"
    FORMAT = "cannotDisseminateFormat"
    IDENTIFIER = "idDoesNotExist"
    NONE = "noRecordsMatch"
    FORMATS = "noMetadataFormats"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One error of an answer.

    Attributes:
        code: its code.
        message: what is wrong, for the person behind the harvester.
    """

    code: Code
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that keeps the rules.

    Attributes:
        verb: what is asked.
        identifier: of one record; empty if none was given.
        prefix: the metadata prefix; empty if none was given.
        since: earliest datestamp, to the second; empty if none was given.
        until: latest datestamp, to the second; empty if none was given.
        set_spec: the set; empty if none was given.
        token: the resumption token; empty if none was given.
        given: names and values of all arguments as they came, the verb among them.
    """

    verb: Verb
    identifier: str = ""
    prefix: str = ""
    since: str = ""
    until: str = ""
    set_spec: str = ""
    token: str = ""
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Where a list goes on.

    Attributes:
        verb: ListRecords or ListIdentifiers.
        prefix: the metadata prefix.
        since: as asked at the beginning.
        until: as asked at the beginning.
        set_spec: as asked at the beginning.
        after: number of the last record that was given.
        cursor: how many records were given before.
        size: how many there were in all at the beginning.
        issued: when, in UTC seconds.
    """

    verb: Verb
    prefix: str
    since: str
    until: str
    set_spec: str
    after: int
    cursor: int
    size: int
    issued: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A metadata format: its prefix, the address of its schema, its namespace."""

    prefix: str
    schema: str
    namespace: str


FORMATS: Final = (
    Format(
        prefix="oai_dc",
        schema="http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        namespace="http://www.openarchives.org/OAI/2.0/oai_dc/",
    ),
    Format(
        prefix="oai_ddi25",
        schema="http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd",
        namespace="ddi:codebook:2_5",
    ),
    Format(
        prefix="oai_datacite",
        schema="http://schema.datacite.org/meta/kernel-4/metadata.xsd",
        namespace="http://datacite.org/schema/kernel-4",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """What Identify says.

    Attributes:
        name: of the repository.
        base_url: where it is asked.
        admin_email: whom to write to.
        earliest: no record is older, in UTC seconds.
        identifier: its name on the network, in identifiers behind `oai:`; empty if they have
            another form.
        sample: one identifier.
    """

    name: str
    base_url: str
    admin_email: str
    earliest: str
    identifier: str = ""
    sample: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a harvested record comes from.

    Attributes:
        base_url: the repository that it was harvested from.
        identifier: its name there.
        datestamp: its datestamp there.
        namespace: of the format in which it was harvested.
        harvested: when, in UTC seconds.
        altered: whether what is given out differs from what was harvested.
    """

    base_url: str
    identifier: str
    datestamp: str
    namespace: str
    harvested: str
    altered: bool = True
