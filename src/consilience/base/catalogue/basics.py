"""BAS: ids, settings and the files of the installation."""

from __future__ import annotations

from consilience.base.catalogue.entry import Entry

ENTRIES = {
    "BAS-001": Entry(
        "Not an id",
        "{value!r} is not an id",
        "Use lower-case letters, digits and hyphens, starting with a letter, at most 64 of them.",
    ),
    "BAS-002": Entry(
        "Setting out of range",
        "the setting {name} is {value!r}, which is not {allowed}",
        "Correct it in {source}, or remove it to take the default {default!r}.",
    ),
    "BAS-003": Entry(
        "Unknown setting",
        "there is no setting {name!r}",
        "Did you mean {nearest!r}? The settings are {known}.",
    ),
    "BAS-004": Entry(
        "Settings file cannot be read",
        "the settings file {file} cannot be read: {why}",
        "Write one `name: value` per line into it, or remove it to take the defaults.",
    ),
}
