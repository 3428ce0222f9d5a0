"""The doors of a catalogue: what harvesters and readers may use."""

from __future__ import annotations

from typing import Final

from consilience.web.doors import Door
from consilience.web.pages import (
    account,
    catalogue,
    curating,
    files,
    oai,
    reader,
    record,
    record_files,
    registering,
    sign_in,
)

CATALOGUE_DOORS: Final[tuple[Door, ...]] = (
    *oai.DOORS,
    *files.DOORS,
    *catalogue.DOORS,
    *record.DOORS,
    *record_files.DOORS,
    *registering.DOORS,
    *reader.DOORS,
    *curating.DOORS,
    # Passwords and signing out are as on the site of a study; the rest has pages of its own.
    *(door for door in account.DOORS if door.name != "account"),
    *(door for door in sign_in.DOORS if door.name != "sign-in"),
)
