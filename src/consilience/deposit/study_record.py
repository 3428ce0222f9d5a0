"""What does the catalogue say of a study? Written once, in the study file, and derived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from consilience.deposit.model import DataSet
from consilience.design.model import Study, TalkStage
from consilience.design.model.deposit import Catalogue
from consilience.design.model.nouns import Person
from consilience.formats.metadata.model import (
    Access,
    Agent,
    Grant,
    Holding,
    Identifier,
    Level,
    Method,
    Moment,
    Place,
    Record,
    Term,
    Text,
    Variable,
    Work,
)
from consilience.formats.metadata.vocabularies import vocabulary

_STRICTEST: Final = (Level.OPEN, Level.SAFEGUARDED, Level.CONTROLLED)
_KINDS: Final = {"numeric": "Numeric", "text": "Text"}


def study_record(
    study: Study,
    catalogue: Catalogue,
    data_sets: Sequence[DataSet],
    *,
    variables: Sequence[Variable] = (),
) -> Record:
    """Return the catalogue record of a study; files are added by the package.

    Args:
        study: the study file.
        catalogue: what it says for the catalogue.
        data_sets: as deposited; the strictest of their levels is that of the study.
        variables: of all tables, counted.
    """
    level = max((each.level for each in data_sets), key=_STRICTEST.index, default=None)
    kinds = dict.fromkeys(_KINDS[each.kind] for each in data_sets)
    language = catalogue.language
    return replace(
        _who(study, catalogue),
        **_subject(study, catalogue),
        data_kinds=_terms("GeneralDataFormat", kinds),
        method=_method(study, catalogue),
        access=Access(
            level=level,
            statement=_said(catalogue, catalogue.statement),
            licence=catalogue.licence,
            licence_uri=catalogue.licence_uri,
        ),
        works=tuple(
            Work(citation=each, relation="material", language=language)
            for each in catalogue.related
        ),
        notes=_said(catalogue, *(_in_words(each) for each in data_sets)),
        variables=tuple(variables),
    )


def _said(catalogue: Catalogue, *values: str) -> tuple[Text, ...]:
    return tuple(Text(value=value, language=catalogue.language) for value in values if value)


def _who(study: Study, catalogue: Catalogue) -> Record:
    """Return the citation: what it is called, who made it, who keeps it."""
    header, language = study.study, catalogue.language
    address = f"https://doi.org/{catalogue.doi}" if catalogue.doi else catalogue.address
    publisher = Agent(
        name=catalogue.publisher,
        uri=catalogue.publisher_uri,
        identifiers=_ror(catalogue.publisher_ror),
        language=language,
    )
    return Record(
        titles=_said(catalogue, header.title),
        identifiers=_identifiers(catalogue),
        holdings=(Holding(uri=address, language=language),) if address else (),
        creators=_creators(catalogue.creators or header.team, language),
        producers=(Agent(name=catalogue.publisher, language=language),),
        copyright=_said(catalogue, catalogue.rights),
        grants=_grants(study, catalogue),
        publishers=(publisher,),
        contacts=(Agent(name=catalogue.contact, language=language),) if catalogue.contact else (),
        published=str(catalogue.published),
        version=header.protocol,
        citation=_said(catalogue, _citation(study, catalogue, address)),
        language=language,
        simulated=header.simulated,
    )


def _subject(study: Study, catalogue: Catalogue) -> dict[str, Any]:
    """Return what the study is about, where and when, as fields of the record."""
    header, language = study.study, catalogue.language
    return {
        "keywords": tuple(Term(value=word, language=language) for word in catalogue.keywords),
        "topics": _terms("TopicClassification", catalogue.topics),
        "abstract": _said(catalogue, catalogue.abstract),
        "collection": (
            Moment(date=header.starts.isoformat(), event="start"),
            Moment(date=header.ends.isoformat(), event="end"),
        ),
        "nations": tuple(
            Place(value=name, code=code, language=language)
            for code, name in catalogue.nations.items()
        ),
        "places": tuple(Place(value=name, language=language) for name in catalogue.places),
        "units": _terms("AnalysisUnit", catalogue.units),
        "universe": _said(catalogue, catalogue.universe),
    }


def _identifiers(catalogue: Catalogue) -> tuple[Identifier, ...]:
    own = Identifier(value=catalogue.identifier, agency=catalogue.agency)
    if not catalogue.doi:
        return (own,)
    doi = Identifier(value=catalogue.doi, agency="datacite", uri=f"https://doi.org/{catalogue.doi}")
    return own, doi


def _creators(people: Sequence[Person], language: str) -> tuple[Agent, ...]:
    return tuple(
        Agent(
            name=each.name,
            affiliation=each.affiliation,
            identifiers=(
                Identifier(value=each.orcid, agency="ORCID", uri=f"https://orcid.org/{each.orcid}"),
            )
            if each.orcid
            else (),
            language=language,
        )
        for each in people
    )


def _ror(uri: str) -> tuple[Identifier, ...]:
    return (Identifier(value=uri.rpartition("/")[2], agency="ROR", uri=uri),) if uri else ()


def _grants(study: Study, catalogue: Catalogue) -> tuple[Grant, ...]:
    header = study.study
    if not header.funder:
        return ()
    return (
        Grant(
            funder=header.funder,
            number=header.grant or "",
            identifiers=_ror(catalogue.funder_ror),
            language=catalogue.language,
        ),
    )


def _citation(study: Study, catalogue: Catalogue, address: str) -> str:
    names = "; ".join(each.name for each in catalogue.creators or study.study.team)
    title = study.study.title
    return f"{names} ({catalogue.published}). {title}. {catalogue.publisher}. {address}".strip()


def _terms(name: str, codes: Iterable[str]) -> tuple[Term, ...]:
    known = vocabulary(name)
    return tuple(known.term(code) for code in codes)


def _method(study: Study, catalogue: Catalogue) -> Method:
    """Return the methods: the phases in words, and the codes of the vocabularies."""
    language = catalogue.language
    phases = catalogue.methods or tuple(
        f"{each.title}: {', '.join(each.methods)}." for each in study.phases if each.methods
    )
    approvals = dict.fromkeys(
        f"{each.body}{', ' + each.reference if each.reference else ''}, {each.date}"
        for stage in study.stages
        if isinstance(stage, TalkStage)
        for each in stage.approvals
    )
    return Method(
        time=_terms("TimeMethod", catalogue.time),
        sampling=_terms("SamplingProcedure", catalogue.sampling),
        modes=(
            *_terms("ModeOfCollection", catalogue.modes),
            *(Term(value=words, language=language) for words in phases),
        ),
        instruments=_terms("TypeOfInstrument", catalogue.instruments),
        deviations=tuple(
            Text(
                value=f"{each.date}: planned: {each.planned}; done: {each.done}; "
                f"because: {each.reason}",
                language=language,
            )
            for each in study.deviations
        ),
        ethics=tuple(Text(value=each, language=language) for each in approvals),
    )


def _in_words(each: DataSet) -> str:
    planned = "" if each.planned is None else f"{each.planned} planned, "
    return (
        f"Data set {each.id}: {each.title}. {planned}{each.collected} collected, "
        f"{each.consented} allowed, {each.deposited} deposited ({each.unit}); {each.level}."
    )
