"""What pages of a catalogue ask of a call: its settings, the record named, the terms that hold."""

from __future__ import annotations

from consilience.desk.catalogue import CatalogueSettings
from consilience.desk.study_page import identifier_of
from consilience.desk.terms import Terms, terms_of
from consilience.web.call import Call


def settings_of(call: Call) -> CatalogueSettings:
    """Return the settings of the catalogue that is served.

    Raises:
        LookupError: if it is a study; its site has no such pages.
    """
    if call.site.catalogue is None:
        raise LookupError("a study has no pages of a catalogue")
    return call.site.catalogue


def named(call: Call) -> str:
    """Return the identifier of the record that the address names."""
    return identifier_of(call.path["record"], settings_of(call).repository)


def terms_now(call: Call) -> Terms:
    """Return the terms of use that hold now."""
    return terms_of(call.site.folder, name=settings_of(call).terms)
