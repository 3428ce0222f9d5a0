"""Write a record as DDI-Codebook 2.5 or 2.6, valid by the official schema."""

from __future__ import annotations

from typing import Literal

from consilience.formats.metadata.ddi_result import DdiWritten
from consilience.formats.metadata.model import Record

Version = Literal["2.5", "2.6"]


def write_ddi(record: Record, *, version: Version = "2.5") -> bytes:
    """Return a record as DDI-Codebook: same record, same bytes."""
    return render_ddi(record, version=version).data


def render_ddi(record: Record, *, version: Version = "2.5") -> DdiWritten:
    """Return a record as DDI-Codebook, and what had to be changed to keep it valid."""
    raise NotImplementedError
