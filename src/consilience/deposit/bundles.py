"""The package as zip files for archives that take uploads: one a data set and level of access."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from consilience.base.errors import Fault, Where
from consilience.deposit.access_list import NAME, AccessLine, read_access
from consilience.deposit.model import Part

# What the UK Data Service takes in one upload.
LARGEST: Final = 2_000_000_000
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_LEVEL: Final = 6
_HELD: Final = (Part.DATA, Part.TRANSCRIPT)
_ABOUT: Final = "documentation"


def bundles_of(
    identifier: str, payload: Mapping[str, bytes], *, largest: int = LARGEST
) -> Iterator[tuple[str, bytes]]:
    """Give the files of a package as zip files, one after the other.

    Files of two levels never share a zip: whoever may have one may have all that is in it. What
    is about the study goes into `<identifier>-documentation-open.zip`, with access.csv. A zip that
    would be too large is parted: `...-1.zip`, `...-2.zip`.

    Args:
        identifier: of the study; names begin with it.
        payload: content by path, as `package.payload_of` gives it; paths are kept in the zip.
        largest: bytes of the files in one zip, before they are packed.

    Yields:
        Name and content; the same package gives the same bytes.

    Raises:
        Fault: DEP-041 if a file alone is larger, DEP-046 if access.csv cannot be read.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for line in read_access(payload[NAME]):
        groups[_group(line)].append(line.path)
    groups[f"{_ABOUT}-open"].append(NAME)
    for group, paths in sorted(groups.items()):
        parts = list(_parts(sorted(paths), payload, largest))
        for number, part in enumerate(parts, start=1):
            tail = f"-{number}" if len(parts) > 1 else ""
            yield f"{identifier}-{group}{tail}.zip", _zipped({p: payload[p] for p in part})


def _group(line: AccessLine) -> str:
    held = line.data_set if line.part in _HELD and line.data_set else _ABOUT
    return f"{held}-{line.level}"


def _parts(paths: Sequence[str], payload: Mapping[str, bytes], largest: int) -> Iterator[list[str]]:
    part: list[str] = []
    left = largest
    for path in paths:
        size = len(payload[path])
        if size > largest:
            raise Fault("DEP-041", where=Where(file=path), path=path, size=size, largest=largest)
        if size > left:
            yield part
            part, left = [], largest
        part.append(path)
        left -= size
    yield part


def _zipped(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, compresslevel=_LEVEL)
    return made.getvalue()
