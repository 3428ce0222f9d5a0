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

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_OAI: Final = "http://www.openarchives.org/OAI/2.0/"
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<OAI-PMH xmlns="{_OAI}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{_OAI} {_OAI}OAI-PMH.xsd">'
)
_TAIL: Final = b"</OAI-PMH>\n"


def answer(asked: Asked | None, body: Iterable[bytes], *, base_url: str, at: str) -> bytes:
    """Return a whole answer.

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
    return b"".join([head.encode(), *body, _TAIL])


def refused(refusals: Sequence[Refusal], *, asked: Asked | None, base_url: str, at: str) -> bytes:
    """Return an answer of errors; a request that broke the rules is not repeated in it."""
    whole = not any(each.code in (Code.VERB, Code.ARGUMENT) for each in refusals)
    errors = [
        f'<error code="{each.code}">{escape(each.message)}</error>'.encode() for each in refusals
    ]
    return answer(asked if whole else None, errors, base_url=base_url, at=at)


def identify(repository: Repository) -> bytes:
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
    return (
        f"<Identify><repositoryName>{escape(repository.name)}</repositoryName>"
        f"<baseURL>{escape(repository.base_url)}</baseURL><protocolVersion>2.0</protocolVersion>"
        f"<adminEmail>{escape(repository.admin_email)}</adminEmail>"
        f"<earliestDatestamp>{repository.earliest}</earliestDatestamp>"
        "<deletedRecord>persistent</deletedRecord>"
        "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity><compression>gzip</compression>"
        f"{described}</Identify>"
    ).encode()


def list_formats(prefixes: Sequence[str]) -> bytes:
    """Return the element of ListMetadataFormats."""
    listed = "".join(
        f"<metadataFormat><metadataPrefix>{each.prefix}</metadataPrefix>"
        f"<schema>{each.schema}</schema>"
        f"<metadataNamespace>{each.namespace}</metadataNamespace></metadataFormat>"
        for each in FORMATS
        if each.prefix in prefixes
    )
    return f"<ListMetadataFormats>{listed}</ListMetadataFormats>".encode()


def list_sets(sets: Iterable[tuple[str, str]]) -> bytes:
    """Return the element of ListSets, from pairs of name and words."""
    listed = "".join(
        f"<set><setSpec>{escape(spec)}</setSpec><setName>{escape(name)}</setName></set>"
        for spec, name in sets
    )
    return f"<ListSets>{listed}</ListSets>".encode()


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


def record(headed: str, xml: bytes, *, about: str) -> tuple[bytes, ...]:
    """Return a record in pieces; one without XML is deleted and has its header only.

    Args:
        headed: its header.
        xml: its metadata, one root element without a declaration.
        about: where it was harvested from; empty for our own.
    """
    if not xml:
        return (f"<record>{headed}</record>".encode(),)
    return (
        f"<record>{headed}<metadata>".encode(),
        xml,
        f"</metadata>{about}</record>".encode() if about else b"</metadata></record>",
    )


def resumption(sealed: str, *, cursor: int, size: int, expires: str) -> bytes:
    """Return the element that says where a list goes on; empty on the last page of several.

    Args:
        sealed: the token, empty on the last page.
        cursor: how many records were given on the pages before.
        size: how many there were in all at the beginning.
        expires: until when the token is taken, in UTC seconds.
    """
    until = f' expirationDate="{expires}"' if sealed else ""
    return (
        f'<resumptionToken{until} completeListSize="{size}" cursor="{cursor}">'
        f"{sealed}</resumptionToken>"
    ).encode()


def element(verb: Verb, pieces: Iterable[bytes]) -> list[bytes]:
    """Return pieces within the element of a verb."""
    return [f"<{verb}>".encode(), *pieces, f"</{verb}>".encode()]


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
