"""The nouns of deposit and catalogue in a study file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from consilience.design.model.nouns import Id, Noun, Person, Share, StageBase


class Catalogue(Noun):
    """What the catalogue says of the study beyond its header.

    Codes are those of the vocabularies of CESSDA and DDI.
    """

    identifier: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    agency: str = Field(min_length=1)
    publisher: str = Field(min_length=1)
    publisher_uri: str = ""
    publisher_ror: str = ""
    doi: str | None = Field(default=None, pattern=r"^10\.\d{4,9}/\S+$")
    address: str = Field(default="", pattern=r"^(https?://\S+)?$")
    language: str = Field(default="en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")
    published: int = Field(ge=1900, le=2200)
    creators: tuple[Person, ...] = ()
    contact: str = ""
    rights: str = Field(min_length=1)
    statement: str = Field(min_length=1)
    licence: str = ""
    licence_uri: str = ""
    abstract: str = Field(min_length=1)
    methods: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    sampling: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    nations: Mapping[str, str] = Field(default_factory=dict)
    places: tuple[str, ...] = ()
    universe: str = ""
    related: tuple[str, ...] = ()
    funder_ror: str = ""


class Recoding(Noun):
    """How the values of one column are made coarser before anybody else sees them.

    `groups` gives a new value for old ones; `bands` cuts numbers at limits; `top` and `bottom` end
    them.
    """

    column: str
    groups: Mapping[str, tuple[str | float, ...]] = Field(default_factory=dict)
    bands: tuple[float, ...] = ()
    top: float | None = None
    bottom: float | None = None
    reason: str = Field(min_length=1)


class Statement(Noun):
    """A public statement by which a unit can be known to have taken part."""

    id: str
    source: str = Field(min_length=1)
    keys: tuple[str, ...] = ()


class DepositTable(Noun):
    """One file of numbers: where it comes from, and how it is protected.

    `k`: how many cases at least share the keys; `diverse`: how many values of a sensitive column at
    least there are among them.
    """

    id: Id
    title: str = Field(min_length=1)
    of: Id | None = None
    survey: Id | None = None
    file: str | None = None
    unit: str = "response"
    attributes: tuple[str, ...] = ()
    pseudonym: bool = True
    keys: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    withhold: Mapping[str, str] = Field(default_factory=dict)
    recode: tuple[Recoding, ...] = ()
    first: tuple[str, ...] = ()
    k: int = Field(default=3, ge=1, le=100)
    diverse: int = Field(default=1, ge=1, le=20)
    level: Literal["open", "safeguarded", "controlled"] | None = None
    embargo: dt.date | None = None
    labels: Mapping[str, str] = Field(default_factory=dict)


class DepositedSet(Noun):
    """One data set of the study as it is deposited: texts, or tables.

    `recode` is done to all its tables, before what each has of its own.
    """

    data_set: Id
    texts: Id | None = None
    formats: tuple[Literal["txt", "rtf", "docx"], ...] = Field(("txt", "docx"), min_length=1)
    tables: tuple[DepositTable, ...] = ()
    recode: tuple[Recoding, ...] = ()
    setting: tuple[str, ...] = ()
    licence: str = ""
    embargo: dt.date | None = None
    basis: str = ""


class DepositDocument(Noun):
    """A document that goes with the data: a consent form, an information sheet, a user guide."""

    file: str
    title: str = Field(min_length=1)
    kind: Literal["consent form", "information sheet", "user guide", "other"] = "other"


class DepositStage(StageBase):
    """What leaves the study, how it is protected, and how easily somebody is found in it.

    `frame`: the population that an attacker knows. `named`: who said in public that they took part.
    `risk`: the highest probability at which one case may be known.
    """

    kind: Literal["deposit"]
    of: tuple[Id, ...] = Field(min_length=1)
    frame: Id | None = None
    sets: tuple[DepositedSet, ...] = Field(min_length=1)
    named: tuple[Statement, ...] = ()
    documents: tuple[DepositDocument, ...] = ()
    risk: Share = 0.34
