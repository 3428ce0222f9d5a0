"""The catalogue record of a study: one noun, from which every exchange format is derived.

A text that may stand in several languages is a tuple of `Text`, in the order of the source. What a
source does not say is empty; nothing is made up to fill a field.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass


class Level(enum.StrEnum):
    """Who may have a file: the access level, as data."""

    OPEN = "open"
    SAFEGUARDED = "safeguarded"
    CONTROLLED = "controlled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words in a language.

    Attributes:
        value: the words, white space at both ends taken off.
        language: its code as in xml:lang, such as `en`; empty if not said.
    """

    value: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of a controlled vocabulary, or a free one.

    Attributes:
        value: the word as people read it.
        code: its code in the vocabulary, such as `Interview.FaceToFace`; empty if free.
        vocabulary: name of the vocabulary; empty if none.
        vocabulary_uri: its address; empty if not said.
        language: language of `value`; empty if not said.
    """

    value: str
    code: str = ""
    vocabulary: str = ""
    vocabulary_uri: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A name by which a catalogue knows something.

    Attributes:
        value: the identifier as written, such as `10.5255/UKDA-SN-854716`.
        agency: who gave it, such as `datacite`, `ORCID`, `ROR`; empty if not said.
        uri: the identifier as an address; empty if none.
    """

    value: str
    agency: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person or an organisation with a part in the study.

    Attributes:
        name: as written, family name first for a person (`Manthorpe, J`); some sources write the
            affiliation into it (`Manthorpe, J, King's College London`).
        affiliation: the organisation, where it is told apart from the name.
        abbreviation: short name of an organisation; empty if none.
        uri: page of the organisation; empty if none.
        role: what the agent did, for a contributor; a code of the DDI ContributorRole or free.
        identifiers: ORCID, ROR and the like.
        language: language of the name; empty if not said.
    """

    name: str
    affiliation: str = ""
    abbreviation: str = ""
    uri: str = ""
    role: str = ""
    identifiers: tuple[Identifier, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Who paid.

    Attributes:
        funder: name of the funder; empty if only the number is known.
        number: number of the grant; empty if not said.
        identifiers: ROR or Crossref identifiers of the funder.
        language: language of the name.
    """

    funder: str
    number: str = ""
    identifiers: tuple[Identifier, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Where a copy is kept.

    Attributes:
        uri: its address.
        language: language of the page there; the landing page prints it as the language.
        value: words beside it.
    """

    uri: str
    language: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date of a period, as a day, month or year, or in words only.

    Attributes:
        date: ISO form, such as `2017-04`; empty if only words are known.
        event: `start`, `end` or `single`.
        value: words, where the source gives some.
        cycle: number or name of the wave; empty if none.
        language: language of the words.
    """

    date: str
    event: str = "single"
    value: str = ""
    cycle: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place covered.

    Attributes:
        value: its name.
        code: ISO 3166-1 code of a nation; empty for a smaller place.
        language: language of the name.
    """

    value: str
    code: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A publication or other material that belongs to the study.

    Attributes:
        citation: it, in words.
        relation: `publication`, `material`, `study` or `reference` (DDI relPubl, relMat, relStdy,
            othRefs).
        uri: its address; empty if none.
        identifiers: DOI, ISBN and the like.
        date: ISO date of publication; empty if not said.
        language: language of the citation.
    """

    citation: str
    relation: str = "publication"
    uri: str = ""
    identifiers: tuple[Identifier, ...] = ()
    date: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A series that the study belongs to."""

    name: tuple[Text, ...]
    information: tuple[Text, ...] = ()
    uri: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may use the data, and how.

    Attributes:
        level: the level as data; None if the source does not say.
        statement: restrictions in words.
        conditions: further conditions of use.
        permission: the words of `specPerm`, as written; archives print the level here.
        citation_requirement: how the study is to be cited.
        deposit_requirement: what users give back.
        confidentiality: what users promise.
        disclaimer: what the archive does not answer for.
        contact: whom to ask.
        licence: name of the licence or its SPDX identifier; empty if none.
        licence_uri: its address.
        embargo: the day from which files may be had; None if none.
        availability: status of the collection, in words.
    """

    level: Level | None = None
    statement: tuple[Text, ...] = ()
    conditions: tuple[Text, ...] = ()
    permission: tuple[Text, ...] = ()
    citation_requirement: tuple[Text, ...] = ()
    deposit_requirement: tuple[Text, ...] = ()
    confidentiality: tuple[Text, ...] = ()
    disclaimer: tuple[Text, ...] = ()
    contact: tuple[Agent, ...] = ()
    licence: str = ""
    licence_uri: str = ""
    embargo: dt.date | None = None
    availability: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How the data were made.

    Attributes:
        time: time methods (DDI TimeMethod).
        sampling: sampling procedures: codes (DDI SamplingProcedure) or words at length.
        modes: modes of collection: codes (DDI ModeOfCollection) or words at length.
        instruments: types of instrument (DDI TypeOfInstrument).
        collectors: who collected.
        sources: where data came from.
        situation: circumstances of collection (collSitu).
        response_rate: response rates in words.
        weighting: weights in words.
        cleaning: what was done to the data afterwards.
        deviations: departures from the sample design.
        notes: anything else on method.
        ethics: ethical review, in words.
    """

    time: tuple[Term, ...] = ()
    sampling: tuple[Term, ...] = ()
    modes: tuple[Term, ...] = ()
    instruments: tuple[Term, ...] = ()
    collectors: tuple[Agent, ...] = ()
    sources: tuple[Text, ...] = ()
    situation: tuple[Text, ...] = ()
    response_rate: tuple[Text, ...] = ()
    weighting: tuple[Text, ...] = ()
    cleaning: tuple[Text, ...] = ()
    deviations: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    ethics: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One value of a variable.

    Attributes:
        value: the code as written in the data.
        label: what it means; empty if unlabelled.
        missing: whether it stands for a missing answer.
        frequency: how many cases have it; None if not counted or withheld.
    """

    value: str
    label: str = ""
    missing: bool = False
    frequency: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A DDI variable: one column of a data file.

    Attributes:
        id: unique in the record, a valid XML name.
        name: the column's name in the file.
        label: what it holds.
        files: ids of the files that hold it.
        question: the question as asked; empty if none.
        before: text read before the question.
        instruction: instruction to the interviewer or respondent.
        universe: who was asked.
        notes: anything to know, such as how it was derived.
        concept: what it measures.
        kind: `numeric` or `character`.
        interval: `discrete`, `contin` or empty.
        measure: `nominal`, `ordinal`, `interval`, `ratio` or empty.
        decimals: digits after the point; None if not said.
        width: columns it takes; None if not said.
        categories: its values, in order.
        low: smallest valid value, as written; empty if not said.
        high: largest valid value, as written; empty if not said.
        valid: cases with an answer; None if not counted.
        invalid: cases without; None if not counted.
        statistics: further figures by DDI's names (`mean`, `stdev`, `min`, `max`, `medn`, `mode`).
        weight: whether it is a weight.
    """

    id: str
    name: str
    label: str = ""
    files: tuple[str, ...] = ()
    question: str = ""
    before: str = ""
    instruction: str = ""
    universe: str = ""
    notes: tuple[str, ...] = ()
    concept: str = ""
    kind: str = "numeric"
    interval: str = ""
    measure: str = ""
    decimals: int | None = None
    width: int | None = None
    categories: tuple[Category, ...] = ()
    low: str = ""
    high: str = ""
    valid: int | None = None
    invalid: int | None = None
    statistics: tuple[tuple[str, str], ...] = ()
    weight: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFile:
    """A file of the study.

    Attributes:
        id: unique in the record, a valid XML name.
        name: its name or path in the package.
        contents: what it holds.
        media_type: such as `text/csv`; as the source writes it.
        cases: number of rows; None if it has none or it is not said.
        variables: number of columns; None if it has none or it is not said.
        size: bytes; None if not said.
        checksum: SHA-256 in hexadecimal; empty if not said.
        uri: where it can be had; empty if nowhere.
        level: who may have it; None: as the study.
        licence: of this file, if another than the study's.
        embargo: the day from which it may be had; None if none.
        data_set: which data set of the study it belongs to; empty if none.
        notes: anything to know.
    """

    id: str
    name: str
    contents: str = ""
    media_type: str = ""
    cases: int | None = None
    variables: int | None = None
    size: int | None = None
    checksum: str = ""
    uri: str = ""
    level: Level | None = None
    licence: str = ""
    embargo: dt.date | None = None
    data_set: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The catalogue record of one study.

    Attributes:
        titles: the title, in one or more languages.
        alternative_titles: subtitles, parallel and other titles.
        identifiers: by which it is known (IDNo).
        holdings: where the study is kept; the DOI's address among them.
        document_holdings: where this record itself is kept; empty: as `holdings`.
        creators: who made it (AuthEnty), in order.
        contributors: others who took part (othId), with their roles.
        producers: organisations that produced it.
        production_date: ISO date; empty if not said.
        copyright: who holds the rights, in words.
        software: with what the record was made.
        grants: who paid.
        publishers: who distributes it.
        depositors: who deposited it.
        contacts: whom to ask about the study.
        published: ISO date of publication or its year alone; empty if not published.
        deposited: ISO date of deposit; empty if not said.
        version: number or name of the version; empty if none.
        version_date: ISO date of the version.
        series: series that it belongs to.
        citation: how it wants to be cited.
        keywords: subject words.
        topics: classes of a topic classification.
        abstract: what the study is about.
        collection: when the data were collected.
        coverage: the time that the data are about.
        nations: countries covered.
        places: smaller places covered.
        units: units of analysis (DDI AnalysisUnit).
        universe: who or what is covered.
        data_kinds: kinds of data (DDI GeneralDataFormat), as printed.
        method: how the data were made.
        access: who may use them.
        works: publications and other material.
        notes: anything else.
        files: its files.
        variables: its variables.
        language: main language of the record, as in xml:lang.
        simulated: whether the data are made by a program and tell nothing about the world.
    """

    titles: tuple[Text, ...]
    alternative_titles: tuple[Text, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    holdings: tuple[Holding, ...] = ()
    document_holdings: tuple[Holding, ...] = ()
    creators: tuple[Agent, ...] = ()
    contributors: tuple[Agent, ...] = ()
    producers: tuple[Agent, ...] = ()
    production_date: str = ""
    copyright: tuple[Text, ...] = ()
    software: tuple[Text, ...] = ()
    grants: tuple[Grant, ...] = ()
    publishers: tuple[Agent, ...] = ()
    depositors: tuple[Agent, ...] = ()
    contacts: tuple[Agent, ...] = ()
    published: str = ""
    deposited: str = ""
    version: str = ""
    version_date: str = ""
    series: tuple[Series, ...] = ()
    citation: tuple[Text, ...] = ()
    keywords: tuple[Term, ...] = ()
    topics: tuple[Term, ...] = ()
    abstract: tuple[Text, ...] = ()
    collection: tuple[Moment, ...] = ()
    coverage: tuple[Moment, ...] = ()
    nations: tuple[Place, ...] = ()
    places: tuple[Place, ...] = ()
    units: tuple[Term, ...] = ()
    universe: tuple[Text, ...] = ()
    data_kinds: tuple[Term, ...] = ()
    method: Method = Method()
    access: Access = Access()
    works: tuple[Work, ...] = ()
    notes: tuple[Text, ...] = ()
    files: tuple[StudyFile, ...] = ()
    variables: tuple[Variable, ...] = ()
    language: str = ""
    simulated: bool = False
