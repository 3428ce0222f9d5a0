"""The catalogue of errors: one entry a code, one file a room, two sentences an entry.

`what` says what happened with the value in it; `remedy` says what to do next. Both are
templates over named values. Tests raise every code; the reference page is made from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from consilience.base.catalogue import (
    basics,
    catalogues,
    coding,
    congruence,
    deposit,
    design,
    formats,
    formats_records,
    frame,
    interviews,
    interviews_corrected,
    interviews_erased,
    interviews_intake,
    linkage,
    measures,
    report,
    selection,
    stats,
    store,
    study,
    surveys,
    text,
    validation,
    web,
)
from consilience.base.catalogue.entry import Entry

CATALOGUE: Mapping[str, Entry] = MappingProxyType(
    {
        **basics.ENTRIES,
        **text.ENTRIES,
        **formats.ENTRIES,
        **formats_records.ENTRIES,
        **design.ENTRIES,
        **frame.ENTRIES,
        **selection.ENTRIES,
        **surveys.ENTRIES,
        **interviews.ENTRIES,
        **interviews_intake.ENTRIES,
        **interviews_corrected.ENTRIES,
        **interviews_erased.ENTRIES,
        **coding.ENTRIES,
        **linkage.ENTRIES,
        **measures.ENTRIES,
        **congruence.ENTRIES,
        **deposit.ENTRIES,
        **stats.ENTRIES,
        **validation.ENTRIES,
        **catalogues.ENTRIES,
        **report.ENTRIES,
        **store.ENTRIES,
        **study.ENTRIES,
        **web.ENTRIES,
    }
)

__all__ = ["CATALOGUE", "Entry"]
