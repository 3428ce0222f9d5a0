"""Puts a package together: the files given, what is made from them, and who may have which."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from consilience.base.errors import Fault
from consilience.base.version import __version__
from consilience.deposit import access_list, datapackage
from consilience.deposit.access_list import AccessLine, access_csv, access_line
from consilience.deposit.bag import bagged
from consilience.deposit.codebook_out import variable_list_file
from consilience.deposit.data_list import data_list_files
from consilience.deposit.data_sets_file import data_sets_file
from consilience.deposit.model import DepositFile, Package, Part
from consilience.deposit.names import file_id
from consilience.deposit.readme import readme_files
from consilience.formats.metadata.forms import write_form
from consilience.formats.metadata.model import Record, StudyFile

_JSON: Final = "application/json"
_XML: Final = "application/xml"
# Where each form of the record lies: its name in `formats.metadata.forms`, what it is, its type.
RECORD_FORMS: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "metadata/ddi25.xml": ("ddi25", "Catalogue record and codebook: DDI-Codebook 2.5", _XML),
        "metadata/datacite.json": ("datacite-json", "Catalogue record: DataCite 4.5", _JSON),
        "metadata/datacite.xml": ("datacite-xml", "Catalogue record: DataCite 4.5", _XML),
        "metadata/dc.xml": ("oai_dc", "Catalogue record: Dublin Core", _XML),
        "metadata/schema-org.jsonld": ("json-ld", "Record: schema.org", "application/ld+json"),
        "ro-crate-metadata.json": ("ro-crate", "Files of the package: RO-Crate 1.2", _JSON),
    }
)


def payload_of(package: Package) -> dict[str, bytes]:
    """Return every file of the package by its path, without the bag around it.

    To the files given are added: a data list for each data set with interviews, the variable list,
    README, the data sets, the record in each form, datapackage.json and access.csv.

    Args:
        package: what is to be written.

    Raises:
        Fault: DEP-040 if two files have one path, FMT-346 if DataCite needs more than the record
            says.
    """
    files = [*package.files, *_lists(package)]
    later = _descriptions(simulated=package.record.simulated)
    files += readme_files(package, _lines(package, [*files, *later]))
    record = record_of(package, files)
    written = {
        path: write_form(record, form, at=package.made)
        for path, (form, _, _) in RECORD_FORMS.items()
    }
    written[datapackage.NAME] = datapackage.datapackage_json(package, files)
    files += [replace(each, content=written[each.path]) for each in later]
    _check_once(files)
    lines = _lines(package, files)
    payload = {file.path: file.content for file in files}
    return payload | {access_list.NAME: access_csv(lines)}


def _lists(package: Package) -> list[DepositFile]:
    simulated = package.record.simulated
    return [
        *(
            file
            for each in package.data_sets
            for file in data_list_files(package.interviews, each, simulated=simulated)
        ),
        *variable_list_file(package.record.variables, package.files, simulated=simulated),
        replace(data_sets_file(package.data_sets), simulated=simulated),
    ]


def _descriptions(*, simulated: bool) -> list[DepositFile]:
    """Return the files that describe the others, still empty."""
    told = [(path, contents, kind) for path, (_, contents, kind) in RECORD_FORMS.items()]
    told.append((datapackage.NAME, "Columns of the CSV files", _JSON))
    return [
        DepositFile(
            path=path,
            content=b"",
            part=Part.METADATA,
            contents=contents,
            media_type=media_type,
            simulated=simulated,
        )
        for path, contents, media_type in told
    ]


def _check_once(files: Sequence[DepositFile]) -> None:
    seen = {access_list.NAME}
    for file in files:
        if file.path in seen:
            raise Fault("DEP-040", path=file.path)
        seen.add(file.path)


def _lines(package: Package, files: Sequence[DepositFile]) -> list[AccessLine]:
    homes = {each.id: each for each in package.data_sets}
    licence = package.record.access.licence
    return [access_line(file, homes, licence=licence) for file in files]


def record_of(package: Package, files: Sequence[DepositFile]) -> Record:
    """Return the record of a package with its files: size, checksum, level.

    Args:
        package: with the record as the study has it, variables among it.
        files: those that the record lists: data, transcripts and documents.
    """
    study = package.record.access.licence
    listed = tuple(
        StudyFile(
            id=file_id(file.path),
            name=file.path,
            contents=file.contents,
            media_type=file.media_type,
            cases=file.cases,
            variables=file.variables,
            size=line.size,
            checksum=line.sha256,
            level=line.level,
            licence="" if line.licence == study else line.licence,
            embargo=line.embargo,
            data_set=file.data_set,
        )
        for file, line in zip(files, _lines(package, files), strict=True)
    )
    return replace(package.record, files=listed)


def bag_of(package: Package) -> dict[str, bytes]:
    """Return the package as a bag: content by path; the same package gives the same bytes.

    Args:
        package: what is to be written.

    Raises:
        Fault: DEP-040 if two files have one path, DEP-047 if a path cannot be written, FMT-346 if
            DataCite needs more than the record says.
    """
    record = package.record
    title = record.titles[0].value if record.titles else ""
    info = [
        ("Source-Organization", "; ".join(each.name for each in record.producers)),
        ("Contact-Name", "; ".join(each.name for each in record.contacts)),
        ("External-Identifier", package.identifier),
        ("External-Description", f"SIMULATED: {title}" if record.simulated else title),
        ("Bagging-Date", package.made.isoformat()),
        ("Bag-Software-Agent", f"consilience {__version__}"),
    ]
    return bagged(payload_of(package), info=[(name, value) for name, value in info if value])


def digest_of(bag: Mapping[str, bytes]) -> str:
    """Return what two people release: the SHA-256 of the manifest, which names every byte."""
    return hashlib.sha256(bag["manifest-sha256.txt"]).hexdigest()
