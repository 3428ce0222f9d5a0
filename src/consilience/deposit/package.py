"""Puts a package together: the files given, what is made from them, and who may have which."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from consilience.base.errors import Fault
from consilience.base.version import __version__
from consilience.deposit import access_list, datapackage
from consilience.deposit.access_list import AccessLine, access_csv, access_line
from consilience.deposit.bag import bagged
from consilience.deposit.codebook_out import variable_list_file
from consilience.deposit.data_list import data_list_files
from consilience.deposit.model import DepositFile, Package, Part
from consilience.deposit.names import file_id
from consilience.deposit.readme import readme_files
from consilience.formats.metadata.ddi_write import write_ddi
from consilience.formats.metadata.model import Record, StudyFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way of writing the record into the package.

    Attributes:
        write: from the record, with all its files and variables, to bytes.
        contents: what it is, in a line.
        media_type: such as `application/xml`.
    """

    write: Callable[[Record], bytes]
    contents: str
    media_type: str


FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "metadata/ddi25.xml": Form(
            write=write_ddi,
            contents="Catalogue record and codebook: DDI-Codebook 2.5",
            media_type="application/xml",
        ),
    }
)


def payload_of(package: Package, *, forms: Mapping[str, Form] = FORMS) -> dict[str, bytes]:
    """Return every file of the package by its path, without the bag around it.

    To the files given are added: a data list for each data set with interviews, the variable list,
    README, the record in each form, datapackage.json and access.csv.

    Args:
        package: what is to be written.
        forms: how the record is written, by path.

    Raises:
        Fault: DEP-040 if two files have one path.
    """
    files = [*package.files, *_lists(package)]
    later = _descriptions(forms, simulated=package.record.simulated)
    files += readme_files(package, _lines(package, [*files, *later]))
    record = record_of(package, files)
    written = {path: form.write(record) for path, form in forms.items()}
    written[datapackage.NAME] = datapackage.datapackage_json(package, files)
    files += [replace(each, content=written[each.path]) for each in later]
    _check_once(files)
    lines = _lines(package, files)
    payload = {file.path: file.content for file in files}
    return payload | {access_list.NAME: access_csv(lines)}


def _lists(package: Package) -> list[DepositFile]:
    simulated = package.record.simulated
    lists = [
        file
        for each in package.data_sets
        for file in data_list_files(package.interviews, each, simulated=simulated)
    ]
    return [
        *lists,
        *variable_list_file(package.record.variables, package.files, simulated=simulated),
    ]


def _descriptions(forms: Mapping[str, Form], *, simulated: bool) -> list[DepositFile]:
    """Return the files that describe the others, still empty."""
    told = [(path, form.contents, form.media_type) for path, form in forms.items()]
    told.append((datapackage.NAME, "Columns of the CSV files", "application/json"))
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


def bag_of(package: Package, *, forms: Mapping[str, Form] = FORMS) -> dict[str, bytes]:
    """Return the package as a bag: content by path; the same package gives the same bytes.

    Args:
        package: what is to be written.
        forms: as for `payload_of`.

    Raises:
        Fault: DEP-040 if two files have one path, DEP-047 if a path cannot be written.
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
    return bagged(
        payload_of(package, forms=forms), info=[(name, value) for name, value in info if value]
    )


def digest_of(bag: Mapping[str, bytes]) -> str:
    """Return what two people release: the SHA-256 of the manifest, which names every byte."""
    return hashlib.sha256(bag["manifest-sha256.txt"]).hexdigest()
