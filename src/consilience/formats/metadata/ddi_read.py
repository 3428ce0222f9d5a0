"""Read DDI-Codebook, as archives write it, into a record."""

from __future__ import annotations

from collections.abc import Iterator

from consilience.formats.metadata.ddi_result import DdiRead, Harvested


def read_ddi(data: bytes, *, name: str) -> DdiRead:
    """Answer what a DDI file says of its study.

    Args:
        data: DDI-Codebook 2.5, 2.6 or 1.2.2 (Nesstar), alone or in an OAI-PMH answer.
        name: name of the file, for faults.

    Returns:
        The record, the faults of the file with line and element, and what is not carried.

    Raises:
        Fault: FMT-300 if it is no XML, FMT-301 if it declares entities, FMT-302 if it is too
            large, FMT-303 if there is no codeBook in it, FMT-304 if it is an error of a
            repository, FMT-305 if its only record is deleted, FMT-306 if there are several.
    """
    raise NotImplementedError


def records_in(data: bytes, *, name: str) -> Iterator[Harvested]:
    """Yield all records of a DDI file or an OAI-PMH answer, deleted ones too.

    Raises:
        Fault: FMT-300 to FMT-304 as in `read_ddi`.
    """
    raise NotImplementedError
