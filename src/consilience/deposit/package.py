"""Puts a package together: the files given, what is made from them, and who may have which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from consilience.base.errors import Fault
from consilience.base.version import __version__
from consilience.deposit.access_list import NAME, access_csv, access_line
from consilience.deposit.bag import bagged
from consilience.deposit.model import DepositFile, Package, Part
from consilience.formats.metadata.model import Record

Describe = Callable[[Record], bytes]
_NONE: Final[Mapping[str, Describe]] = MappingProxyType({})


def payload_of(package: Package, *, forms: Mapping[str, Describe] = _NONE) -> dict[str, bytes]:
    """Return every file of the package by its path, without the bag around it.

    Args:
        package: what is to be written.
        forms: how the record is written, by path, such as `metadata/ddi25.xml`.

    Raises:
        Fault: DEP-040 if two files have one path.
    """
    files = list(package.files)
    files += [
        DepositFile(
            path=path,
            content=describe(package.record),
            part=Part.METADATA,
            contents="Catalogue record",
            media_type="application/xml" if path.endswith(".xml") else "application/json",
        )
        for path, describe in forms.items()
    ]
    seen: set[str] = {NAME}
    for file in files:
        if file.path in seen:
            raise Fault("DEP-040", path=file.path)
        seen.add(file.path)
    homes = {each.id: each for each in package.data_sets}
    licence = package.record.access.licence
    lines = [access_line(file, homes, licence=licence) for file in files]
    return {file.path: file.content for file in files} | {NAME: access_csv(lines)}


def bag_of(package: Package, *, forms: Mapping[str, Describe] = _NONE) -> dict[str, bytes]:
    """Return the package as a bag: content by path; the same package gives the same bytes.

    Args:
        package: what is to be written.
        forms: as for `payload_of`.

    Raises:
        Fault: DEP-040 if two files have one path, DEP-047 if a path cannot be written.
    """
    record = package.record
    info = [
        ("Source-Organization", "; ".join(each.name for each in record.producers)),
        ("Contact-Name", "; ".join(each.name for each in record.contacts)),
        ("External-Identifier", package.identifier),
        ("External-Description", record.titles[0].value if record.titles else ""),
        ("Bagging-Date", package.made.isoformat()),
        ("Bag-Software-Agent", f"consilience {__version__}"),
    ]
    return bagged(
        payload_of(package, forms=forms), info=[(name, value) for name, value in info if value]
    )
