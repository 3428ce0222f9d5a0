"""The first page: what waits for whoever signs in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from consilience.base.counting import counted
from consilience.base.errors import Fault, Faults
from consilience.desk.deposit_page import deposits, package_waits
from consilience.desk.differences import differences_for
from consilience.desk.reading import texts_for
from consilience.desk.unlocking import is_there
from consilience.desk.waiting import TextsWaiting, names_waiting, talks_waiting, texts_waiting
from consilience.web.audience import STAFF
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.pages.vault import vault_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something that waits: in words, and where it is done."""

    words: str
    more: str
    to: str


def home(call: Call) -> Response:
    """Show what waits for whoever asks."""
    texts = texts_waiting(call.site.engine)
    waiting = [
        *_coding(call),
        *_differing(call),
        *_talks(call),
        *_texts(call, texts),
        *_names(call, texts),
        *_given(call, texts),
        *_deposit(call, texts),
    ]
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


def _talks(call: Call) -> Iterator[Waiting]:
    """Tell who runs the fieldwork what is to be held, and who writes it down what was."""
    runs, brings = _may(call, "interviews"), "transcriber" in call.who.roles
    if not (runs or brings):
        return
    talks = talks_waiting(call.site.folder)
    if talks.planned and runs:
        yield Waiting(
            words=f"Hold {counted(talks.planned, 'interview or event', 'interviews and events')}",
            more="planned and not held yet",
            to=f"{call.site.address('interviews')}?state=planned",
        )
    if talks.collected and brings:
        words = f"Bring in the texts of {counted(talks.collected, 'interview')}"
        to = call.site.address("transcripts")
        yield Waiting(words=words, more="held, and there is no transcript", to=to)


def _texts(call: Call, texts: TextsWaiting) -> Iterator[Waiting]:
    """Tell those who check texts, and those who replace names, how many are to be done."""
    checks, replaces = _may(call, "transcripts"), _may(call, "pseudonyms")
    if checks and texts.unchecked:
        words = f"Check who speaks in {counted(texts.unchecked, 'text')}"
        yield Waiting(words=words, more="", to=call.site.address("transcripts"))
    if texts.sealed and (replaces or "lead" in call.who.roles):
        words = f"Replace the names in {counted(texts.sealed, 'text')}"
        more = "nobody can read or code them before" if replaces else "by who holds the vault"
        to = call.site.address("pseudonyms" if replaces else "transcripts")
        yield Waiting(words=words, more=more, to=to)


def _names(call: Call, texts: TextsWaiting) -> Iterator[Waiting]:
    """Tell who replaces names how many are undecided: it lies in the vault, so once it is open."""
    if not _may(call, "pseudonyms"):
        return
    to = call.site.address("pseudonyms")
    opened = vault_of(call)
    if opened is None:
        if is_there(call.site.folder) and (texts.sealed or texts.unchecked or texts.uncleared):
            more = "how many lies in the vault: open it first"
            yield Waiting(words="Look whether names are undecided", more=more, to=to)
        return
    names = names_waiting(call.site.engine, opened)
    asked = counted(names.asked, "name that stands", "names that stand")
    found = (
        (names.unsearched, f"Look for names in {counted(names.unsearched, 'text')}", ""),
        (names.asked, f"Decide {asked} at ask", "they stay in the texts until then"),
        (names.proposed, f"Look at {counted(names.proposed, 'name')} that nobody decided",
         "what the rule of their kind proposes is put in their place"),
    )  # fmt: skip
    for count, words, more in found:
        if count:
            yield Waiting(words=words, more=more, to=to)


def _given(call: Call, texts: TextsWaiting) -> Iterator[Waiting]:
    """Tell leads how many texts are given to nobody to be coded."""
    if texts.unassigned and _may(call, "coders"):
        words = f"Give {counted(texts.unassigned, 'text')} to coders"
        yield Waiting(words=words, more="given to nobody yet", to=call.site.address("texts"))


def _deposit(call: Call, texts: TextsWaiting) -> Iterator[Waiting]:
    """Tell who keeps the deposit what is to be cleared, and that a package is to be released."""
    if not _may(call, "deposit"):
        return
    try:
        waits = deposits(call.site.folder)
        package = waits and package_waits(call.site.folder, call.site.engine)
    except (Fault, Faults):  # the page of the deposit says so
        return
    to = call.site.address("deposit")
    if waits and texts.uncleared:
        words = f"Clear {counted(texts.uncleared, 'text')} for deposit"
        yield Waiting(words=words, more="read through once more", to=to)
    if package:
        words = "Have the package of the deposit released"
        yield Waiting(words=words, more="by another person than who prepared it", to=to)


def _may(call: Call, door: str) -> bool:
    return call.site.readers[door].lets_in(call.who.roles)


DOORS: Final = (Door(method="GET", path="/", name="home", to=STAFF, handler=home),)
