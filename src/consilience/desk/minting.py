"""Give a study a DOI at a registry that was named; nothing is ever asked of any by itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from consilience.base.errors import Fault
from consilience.base.ids import short_id
from consilience.desk.catalogue import Catalogue, change_records, record_of
from consilience.desk.catalogue_entries import entry_of
from consilience.desk.study_page import page_address
from consilience.formats.metadata.datacite import datacite_json
from consilience.formats.metadata.identifiers import RESOLVER, doi_of
from consilience.formats.metadata.model import Holding, Identifier, Record
from consilience.store.database import snapshot, transaction
from consilience.store.doi_registry import (
    MintedDoi,
    Registry,
    check_endpoint,
    draft_doi,
    minted,
    note_minted,
    publish_doi,
)
from consilience.store.ledger import append

_PREFIX: Final = re.compile(r"10\.\d{4,9}(\.\d+)*")
_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"


def registry_of(*, endpoint: str, user: str, password: str) -> Registry:
    """Return a registry, if it was named and says as whom to ask.

    Raises:
        Fault: CAT-046 if no endpoint is named, CAT-047 without account or password, STO-104 if
            the endpoint is no address to which a password may be sent.
    """
    if not endpoint:
        raise Fault("CAT-046")
    if not user or not password:
        raise Fault("CAT-047")
    return Registry(endpoint=check_endpoint(endpoint), user=user, password=password)


def mint(
    catalogue: Catalogue,
    identifier: str,
    registry: Registry,
    *,
    prefix: str,
    clock: Callable[[], dt.datetime],
    actor: str,
) -> MintedDoi:
    """Register a DOI for a study, make it findable, and write it into the record.

    Each step is kept before the next begins: after a failure the same call goes on where it
    stopped, with the same DOI, and one that is findable is only brought up to date.

    Args:
        catalogue: the catalogue.
        identifier: name of the record.
        registry: where.
        prefix: of the repository there, such as `10.5072`.
        clock: gives the time now.
        actor: who, for the ledger.

    Raises:
        Fault: STO-080 if there is no such record, CAT-048 if the prefix cannot be one, CAT-049 if
            the study has a DOI of another repository, FMT-346 if the record lacks title or year,
            STO-102 or STO-103 if the registry cannot be reached or refuses.
    """
    record = record_of(catalogue.engine, identifier).record
    if record is None:
        raise Fault("STO-080", identifier=identifier)
    step = _begun(catalogue, identifier, record, registry, prefix=prefix, clock=clock)
    named = with_doi(record, step.doi)
    attributes = _attributes(named, page_address(identifier, catalogue.settings))
    if step.state == "asked":
        draft_doi(registry, step.doi, attributes)
        step = _noted(catalogue, step, "draft", clock=clock, actor=actor)
    publish_doi(registry, step.doi, attributes)
    step = _noted(catalogue, step, "findable", clock=clock, actor=actor)
    if named != record:
        entry = entry_of(named, identifier, catalogue.settings)
        change_records(catalogue.engine, [entry], clock=clock, actor=actor)
    return step


def doi_of_record(catalogue: Catalogue, identifier: str) -> MintedDoi | None:
    """Return how far the DOI of a record has come, None if none was asked for."""
    with snapshot(catalogue.engine) as connection:
        return minted(connection, identifier)


def with_doi(record: Record, doi: str) -> Record:
    """Return a record that names its DOI, first of all identifiers and holdings.

    Example:
        >>> from consilience.formats.metadata.model import Text
        >>> one = with_doi(Record(titles=(Text(value="A"),)), "10.5072/a")
        >>> one.holdings[0].uri, with_doi(one, "10.5072/a") == one
        ('https://doi.org/10.5072/a', True)
    """
    if doi_of(record) == doi:
        return record
    uri = f"{RESOLVER}{doi}"
    return replace(
        record,
        identifiers=(Identifier(value=doi, agency="DOI", uri=uri), *record.identifiers),
        holdings=(Holding(uri=uri, language=record.language), *record.holdings),
    )


def _begun(
    catalogue: Catalogue,
    identifier: str,
    record: Record,
    registry: Registry,
    *,
    prefix: str,
    clock: Callable[[], dt.datetime],
) -> MintedDoi:
    """Return the step that was reached; a DOI is chosen once and kept before anybody is asked."""
    if not _PREFIX.fullmatch(prefix):
        raise Fault("CAT-048", prefix=prefix)
    with transaction(catalogue.engine) as connection:
        known = minted(connection, identifier)
        has = doi_of(record)
        if has and (known is None or has != known.doi):
            raise Fault("CAT-049", identifier=identifier, doi=has)
        # One that nobody answered for yet may have been asked for by mistake, at a wrong address.
        if known is not None and (known.state != "asked" or _same(known, registry, prefix)):
            if not _same(known, registry, prefix):
                raise Fault("CAT-049", identifier=identifier, doi=known.doi)
            return known
        step = MintedDoi(
            record=identifier,
            # Says nothing of the study, so that nothing of it can become untrue.
            doi=f"{prefix}/{short_id(catalogue.settings.repository, identifier)}",
            endpoint=registry.endpoint,
            state="asked",
            at=_written(clock()),
        )
        note_minted(connection, step)
    return step


def _same(known: MintedDoi, registry: Registry, prefix: str) -> bool:
    return known.endpoint == registry.endpoint and known.doi.startswith(f"{prefix}/")


def _attributes(record: Record, address: str) -> dict[str, Any]:
    """Return what a registry is told: no `doi`, which stands beside it."""
    content = datacite_json(record, url=address)
    return {name: value for name, value in content.items() if name != "doi"}


def _noted(
    catalogue: Catalogue,
    step: MintedDoi,
    state: str,
    *,
    clock: Callable[[], dt.datetime],
    actor: str,
) -> MintedDoi:
    at = clock()
    reached = replace(step, state=state, at=_written(at))
    with transaction(catalogue.engine) as connection:
        note_minted(connection, reached)
        append(connection, at=at, actor=actor, action="doi", subject=step.record,
               detail={"doi": step.doi, "state": state, "endpoint": step.endpoint})  # fmt: skip
    return reached


def _written(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime(_FORM)
