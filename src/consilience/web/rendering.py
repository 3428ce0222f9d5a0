"""Pages from templates: everything that is put into one is escaped, everywhere."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from consilience.base.counting import counted
from consilience.desk.accounts import Person
from consilience.report.wording import coded
from consilience.web.site import Site

# The pages that stand at the top of every page, for those who may read them.
_NAVIGATION: Final = (
    ("home", "What waits"),
    ("texts", "Texts"),
    ("find", "Find"),
    ("differences", "Differences"),
    ("agreement", "Agreement"),
    ("codebook", "Codebook"),
    ("memos", "Memos"),
    ("interviews", "Interviews"),
    ("transcripts", "Transcripts"),
    ("pseudonyms", "Pseudonyms"),
    ("deposit", "Deposit"),
    ("account", "Account"),
)
# Who may come to the second finds the first from there.
_FOUND_FROM: Final[Mapping[str, str]] = {"agreement": "differences", "deposit": "interviews"}
# The same on the site of a catalogue, where many pages are for anybody.
_CATALOGUE: Final = (
    ("search", "Search"),
    ("requests", "Requests"),
    ("readers", "Readers"),
    ("downloads", "Downloads"),
    ("account", "Account"),
)
# The fields that a fault speaks of, where it always is the same ones.
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "COD-015": ("name",),
    "COD-042": ("name",),
    "COD-043": ("name",),
    "WEB-010": ("login", "password"),
    "WEB-012": ("new", "password"),
    "WEB-013": ("old", "new", "again"),
    "WEB-031": ("text", "reason"),
    "WEB-041": ("key",),
}
# What is said at the top of the page after something was done, by its key in the address: words
# of an address itself are never shown.
_DONE: Final = {
    "asked": "Your request is sent. The answer comes by e-mail and stands here.",
    "confirmed": "Your address is confirmed. Sign in.",
    "mailed": "The mail is on its way.",
    "readers": "Changed, and in force from now on.",
    "requests": "Decided; the reader is told by e-mail.",
    "terms": "You have accepted the terms of use.",
    "checked": "The text is marked as checked.",
    "coders": "Changed.",
    "code": "The codebook is changed.",
    "decided": "Decided.",
    "found": "All texts were looked through.",
    "locked": "The vault is locked.",
    "marked": "Marked.",
    "memo": "The memo is kept.",
    "memo-gone": "The memo is deleted.",
    "nothing": "There was nothing to take back.",
    "password": "The password is changed. Sign in with the new one.",
    "released": "Your coding is released.",
    "removed": "Removed.",
    "replaced": "Every text has its pseudonymised version.",
    "replaced-some": "The texts that were searched have their pseudonymised version.",
    "settled": "Settled.",
    "signed-out": "You are signed out.",
    "speakers": "Corrected.",
    "text-back": "The text is brought back, as it was.",
    "text-withdrawn": "The text is withdrawn: it takes part in nothing until it is brought back.",
    "taken": "What coders agree on is in the consensus.",
    "undone": "Your last step is taken back.",
}


@functools.cache
def make_templates() -> Environment:
    """Return the templates; a value that is not given is an error, never an empty place."""
    made = Environment(
        loader=PackageLoader("consilience.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["day"] = _day
    made.filters["moment"] = _moment
    made.filters["clock"] = _clock
    made.filters["bytes"] = _bytes
    made.filters["counted"] = counted
    made.filters["coded"] = coded
    made.filters["sentence"] = _sentence
    return made


def render(site: Site, template: str, **values: object) -> str:
    """Return a page or a part of one."""
    given: Mapping[str, Any] = {
        "study": site.title,
        "url": site.address,
        "static": site.static,
        "navigation": functools.partial(_navigation, site),
        "is_catalogue": is_catalogue(site),
        "DONE": _DONE,
        "FIELDS": _FIELDS,
        **values,
    }
    return site.templates.get_template(template).render(given)


def is_catalogue(site: Site) -> bool:
    """Return whether the site of a catalogue is served, not that of a study."""
    return site.catalogue is not None


def _navigation(site: Site, person: Person | None) -> list[tuple[str, str]]:
    roles = person.roles if person else frozenset()
    shown = {door for door, to in site.readers.items() if to.lets_in(roles)}
    return [
        (door, words)
        for door, words in (_CATALOGUE if is_catalogue(site) else _NAVIGATION)
        if door in shown and _FOUND_FROM.get(door) not in shown
    ]


def _sentence(text: str) -> Markup:
    """Write what a fault says as the beginning of a sentence."""
    return coded(text[:1].upper() + text[1:])


def _day(written: str) -> str:
    """Write a time in UTC as a day people read."""
    if not written:
        return "not known"
    at = dt.datetime.fromisoformat(written)
    return f"{at.day} {at:%B %Y}"


def _moment(written: str) -> str:
    """Write a time in UTC as a day and an hour people read."""
    if not written:
        return "not known"
    at = dt.datetime.fromisoformat(written)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def _clock(seconds: float) -> str:
    """Write a place in a recording as hours, minutes and seconds."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _bytes(size: float) -> str:
    """Write how large a file is as people read it."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 999.5 or unit == "GB":
            return f"{size:,.1f} {unit}" if size < 10 and unit != "B" else f"{size:,.0f} {unit}"
        size /= 1000
    raise AssertionError
