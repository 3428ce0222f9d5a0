"""Answers of the protocol as XML, joined of pieces that were made before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from consilience.formats.oaipmh.model import (
    FORMATS,
    Asked,
    Code,
    Origin,
    Refusal,
    Repository,
    Verb,
)
from consilience.formats.oaipmh.packing import Piece

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_OAI: Final = "http://www.openarchives.org/OAI/2.0/"
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<OAI-PMH xmlns="{_OAI}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{_OAI} {_OAI}OAI-PMH.xsd">'
)
_AFTER: Final = Piece(b"</metadata></record>")
_TAIL: Final = Piece(b"</OAI-PMH>\n")


def answer(asked: Asked | None, body: Iterable[Piece], *, base_url: str, at: str) -> list[Piece]:
    """Return a whole answer in pieces.

    Args:
        asked: the request; None if it broke the rules, and so is not repeated.
        body: the element of the verb, or errors, in pieces.
        base_url: where the repository is asked.
        at: when the answer was made, in UTC seconds.
    """
    given = asked.given if asked else ()
    repeated = "".join(f" {name}={quoteattr(value)}" for name, value in given)
    head = (
        f"{_HEAD}<responseDate>{at}</responseDate><request{repeated}>{escape(base_url)}</request>"
    )
    return [Piece(head.encode()), *body, _TAIL]


def refused(
    refusals: Sequence[Refusal], *, asked: Asked | None, base_url: str, at: str
) -> list[Piece]:
    """Return an answer of errors; a request that broke the rules is not repeated in it."""
    whole = not any(each.code in (Code.VERB, Code.ARGUMENT) for each in refusals)
    errors = "".join(
        f'<error code="{each.code}">{escape(each.message)}</error>' for each in refusals
    )
    return answer(asked if whole else None, _piece(errors), base_url=base_url, at=at)


def identify(repository: Repository) -> list[Piece]:
    """Return the element of Identify."""
    described = ""
    if repository.identifier:
        space = f"{_OAI}oai-identifier"
        described = (
            f'<description><oai-identifier xmlns="{space}" '
            f'xsi:schemaLocation="{space} {_OAI}oai-identifier.xsd"><scheme>oai</scheme>'
            f"<repositoryIdentifier>{escape(repository.identifier)}</repositoryIdentifier>"
            f"<delimiter>:</delimiter>"
            f"<sampleIdentifier>{escape(repository.sample)}</sampleIdentifier>"
            "</oai-identifier></description>"
        )
    return _piece(
        f"<Identify><repositoryName>{escape(repository.name)}</repositoryName>"
        f"<baseURL>{escape(repository.base_url)}</baseURL><protocolVersion>2.0</protocolVersion>"
        f"<adminEmail>{escape(repository.admin_email)}</adminEmail>"
        f"<earliestDatestamp>{repository.earliest}</earliestDatestamp>"
        "<deletedRecord>persistent</deletedRecord>"
        "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity><compression>gzip</compression>"
        f"{described}</Identify>"
    )


def list_formats(prefixes: Sequence[str]) -> list[Piece]:
    """Return the element of ListMetadataFormats."""
    listed = "".join(
        f"<metadataFormat><metadataPrefix>{each.prefix}</metadataPrefix>"
        f"<schema>{each.schema}</schema>"
        f"<metadataNamespace>{each.namespace}</metadataNamespace></metadataFormat>"
        for each in FORMATS
        if each.prefix in prefixes
    )
    return _piece(f"<ListMetadataFormats>{listed}</ListMetadataFormats>")


def list_sets(sets: Iterable[tuple[str, str]]) -> list[Piece]:
    """Return the element of ListSets, from pairs of name and words."""
    listed = "".join(
        f"<set><setSpec>{escape(spec)}</setSpec><setName>{escape(name)}</setName></set>"
        for spec, name in sets
    )
    return _piece(f"<ListSets>{listed}</ListSets>")


def header(identifier: str, datestamp: str, *, sets: str, deleted: bool) -> str:
    """Return the header of a record.

    Args:
        identifier: its name.
        datestamp: of its newest change, in UTC seconds.
        sets: names of its sets with a space between.
        deleted: whether it was taken out.
    """
    status = ' status="deleted"' if deleted else ""
    specs = "".join([f"<setSpec>{spec}</setSpec>" for spec in sets.split()])
    return (
        f"<header{status}><identifier>{escape(identifier)}</identifier>"
        f"<datestamp>{datestamp}</datestamp>{specs}</header>"
    )


def record(headed: str, xml: Piece, *, about: str) -> tuple[Piece, ...]:
    """Return a record in pieces; one without XML is deleted and has its header only.

    Args:
        headed: its header.
        xml: its metadata, one root element without a declaration.
        about: where it was harvested from; empty for our own.
    """
    if not xml.plain:
        return (Piece(f"<record>{headed}</record>".encode()),)
    return (
        Piece(f"<record>{headed}<metadata>".encode()),
        xml,
        Piece(f"</metadata>{about}</record>".encode()) if about else _AFTER,
    )


def resumption(sealed: str, *, cursor: int, size: int, expires: str) -> Piece:
    """Return the element that says where a list goes on; empty on the last page of several.

    Args:
        sealed: the token, empty on the last page.
        cursor: how many records were given on the pages before.
        size: how many there were in all at the beginning.
        expires: until when the token is taken, in UTC seconds.
    """
    until = f' expirationDate="{expires}"' if sealed else ""
    return Piece(
        (
            f'<resumptionToken{until} completeListSize="{size}" cursor="{cursor}">'
            f"{sealed}</resumptionToken>"
        ).encode()
    )


def element(verb: Verb, pieces: Iterable[Piece]) -> list[Piece]:
    """Return pieces within the element of a verb."""
    return [Piece(f"<{verb}>".encode()), *pieces, Piece(f"</{verb}>".encode())]


def provenance(origin: Origin) -> str:
    """Return the `about` of a record that was harvested.

    Source: Implementation Guidelines for OAI-PMH, XML schema to hold provenance information.
    """
    space = f"{_OAI}provenance"
    return (
        f'<about><provenance xmlns="{space}" xsi:schemaLocation="{space} {_OAI}provenance.xsd">'
        f'<originDescription harvestDate="{origin.harvested}" '
        f'altered="{"true" if origin.altered else "false"}">'
        f"<baseURL>{escape(origin.base_url)}</baseURL>"
        f"<identifier>{escape(origin.identifier)}</identifier>"
        f"<datestamp>{escape(origin.datestamp)}</datestamp>"
        f"<metadataNamespace>{escape(origin.namespace)}</metadataNamespace>"
        "</originDescription></provenance></about>"
    )


def _piece(words: str) -> list[Piece]:
    return [Piece(words.encode())]
