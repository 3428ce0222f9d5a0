"""The first page: what waits for whoever signs in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from consilience.desk.differences import differences_for
from consilience.desk.reading import texts_for
from consilience.desk.transcripts import SAID, STATES, listed, stage_of
from consilience.web.audience import STAFF
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.rendering import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something that waits: in words, and where it is done."""

    words: str
    more: str
    to: str


def home(call: Call) -> Response:
    """Show what waits for whoever asks."""
    waiting = [*_coding(call), *_differing(call), *_texts(call)]
    return call.page("home.html", waiting=waiting)


def _coding(call: Call) -> Iterator[Waiting]:
    if not _may(call, "texts"):
        return
    lines = texts_for(call.site.engine, call.who)
    for line in lines:
        if line.open:
            verb = "Go on coding" if line.count else "Code"
            more = f"{counted(line.count, 'coding')} so far" if line.count else "not begun"
            to = call.site.address("text", text=line.id)
            yield Waiting(words=f"{verb} {line.name}", more=more, to=to)
    for line in lines:
        if line.both:
            yield Waiting(
                words=f"Compare {line.name}",
                more=f"you and {line.others}",
                to=call.site.address("compare", text=line.id),
            )


def _differing(call: Call) -> Iterator[Waiting]:
    """Tell leads, who answer for it, what coders differ on."""
    if "lead" not in call.who.roles:
        return
    found = differences_for(call.site.engine, call.who).items
    open_ = sum(each.decision is None for each in found)
    if open_:
        words = f"Settle {counted(open_, 'passage')} on which coders differ"
        yield Waiting(words=words, more="", to=call.site.address("differences"))


def _texts(call: Call) -> Iterator[Waiting]:
    """Tell those who check texts, and those who replace names, how many are to be done.

    Which names are undecided lies in the vault: here stands how many texts have only sealed words.
    """
    checks, replaces = _may(call, "transcripts"), _may(call, "pseudonyms")
    if not (checks or replaces):
        return
    there = [each for each in listed(call.site.engine) if stage_of(each) in SAID]
    talks = [each for each in there if each.document.kind != "answer"]
    unchecked = sum(STATES.index(stage_of(each)) < STATES.index("checked") for each in talks)
    named = sum(all(version.sealed for version in each.versions) for each in there)
    if checks and unchecked:
        words = f"Check who speaks in {counted(unchecked, 'text')}"
        yield Waiting(words=words, more="", to=call.site.address("transcripts"))
    if named and (replaces or "lead" in call.who.roles):
        words = f"Replace the names in {counted(named, 'text')}"
        more = "nobody can read or code them before" if replaces else "by who holds the vault"
        to = call.site.address("pseudonyms" if replaces else "transcripts")
        yield Waiting(words=words, more=more, to=to)


def _may(call: Call, door: str) -> bool:
    return call.site.readers[door].lets_in(call.who.roles)


DOORS: Final = (Door(method="GET", path="/", name="home", to=STAFF, handler=home),)
