"""Names of the study and what stands for them: reviewed one by one, or entity by entity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from starlette.responses import Response

from consilience.base.errors import Fault, Faults
from consilience.desk import name_review as desk
from consilience.desk.name_review import RULINGS, NameReview, Outlook
from consilience.desk.pseudonyms import apply
from consilience.desk.registry import stamp_of
from consilience.desk.unlocking import OpenVault
from consilience.web.audience import only
from consilience.web.call import Call
from consilience.web.doors import Door
from consilience.web.mishaps import status_of
from consilience.web.pages.vault import vault_of, vault_page

KEEPERS: Final = only("pseudonymiser")
_KEPT: Final = "names"
_MOST: Final = 150
_MENTIONS: Final = 60
_DOUBTS: Final = 20
_DECISION: Final = ("decision", "replacement", "same_as", "note")
# What becomes of an entity, in words.
MEANING: Final[Mapping[str, str]] = {
    "replace": "Put the replacement in its place, everywhere",
    "generalise": "Keep the general: month, district, age band, region, occupation",
    "keep": "Leave it: it identifies nobody",
    "ask": "Not decided: somebody else is to be asked",
}


def pseudonyms(call: Call) -> Response:
    """List the entities of the study, or ask for the pass phrase."""
    opened = vault_of(call)
    if opened is None:
        return _shut(call)
    return _list(call, _review(call, opened))


def find(call: Call) -> Response:
    """Look for names in all texts anew."""
    opened = vault_of(call)
    if opened is None:
        return _shut(call)
    _keep(
        call,
        desk.find_names(call.site.engine, call.site.folder, opened, at=call.at, actor=call.who.id),
    )
    return call.go("pseudonyms", done="found")


def replacing(call: Call) -> Response:
    """Ask before replacements are put in: how many nobody decided, and of which kinds."""
    opened = vault_of(call)
    return _shut(call) if opened is None else _ask(call, desk.outlook(call.site.engine, opened))


def replace_all(call: Call) -> Response:
    """Make the pseudonymised version of every text that was searched, once that was asked."""
    opened = vault_of(call)
    if opened is None:
        return _shut(call)
    outlook = desk.outlook(call.site.engine, opened)
    if call.field("seen") != outlook.seen:
        return _ask(call, outlook)
    try:
        apply(
            call.site.engine, call.site.folder, opened.key,
            leave_asked=call.field("leave") == "yes", at=call.at, actor=call.who.id,
        )  # fmt: skip
    except Faults as faults:
        return _ask(call, outlook, fault=faults.faults[0])
    except Fault as fault:
        return _ask(call, outlook, fault=fault)
    return call.go("pseudonyms", done="replaced-some" if outlook.waiting else "replaced")


def _ask(call: Call, outlook: Outlook, *, fault: Fault | None = None) -> Response:
    return call.page(
        "replacing.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        outlook=outlook,
    )


def entity(call: Call) -> Response:
    """Show one entity with where it is named, and the form that decides about it."""
    opened = vault_of(call)
    return _shut(call) if opened is None else _entity(call, _review(call, opened))


def decide(call: Call) -> Response:
    """Decide about an entity, and go on to the next one that is open."""

    def step(opened: OpenVault, review: NameReview) -> NameReview:
        row = {name: call.field(name) or None for name in _DECISION}
        if row["decision"] not in RULINGS:
            raise Fault("WEB-030", what="decision")
        return desk.decide_entity(
            call.site.engine, call.site.folder, opened, review,
            {**row, "entity": call.path["entity"], "seen": call.field("seen")},
            at=call.at, actor=call.who.id,
        )  # fmt: skip

    def on(review: NameReview) -> Response:
        number = _number(call)
        shown = number if review.entity(number) else int(call.field("same_as") or 0)
        if call.field("same_as") == str(number) or review.doubts(number):
            return call.go("pseudonym", entity=shown, done="decided")
        later = [each.number for each in review.open() if each.number != number]
        after = next((each for each in later if each > number), next(iter(later), None))
        if after is None:
            return call.go("pseudonyms", done="decided")
        return call.go("pseudonym", entity=after, done="decided")

    return _step(call, step, on)


def decide_here(call: Call) -> Response:
    """Decide about one mention of an entity."""

    def step(opened: OpenVault, review: NameReview) -> NameReview:
        names = ("document", "start", "end", "decision", "replacement")
        row = {name: call.field(name) or None for name in names}
        known = {(m.document, m.start, m.end) for m in review.mentions.get(_number(call), ())}
        sent = (row["document"], *((row[name] or "") for name in ("start", "end")))
        if sent not in {(document, str(start), str(end)) for document, start, end in known}:
            raise Fault("WEB-045")
        if row["decision"] not in ("replace", "keep"):
            raise Fault("WEB-030", what="decision")
        return desk.decide_mention(
            call.site.engine, call.site.folder, opened, review,
            {**row, "seen": call.field("seen")}, at=call.at, actor=call.who.id,
        )  # fmt: skip

    def on(_: NameReview) -> Response:
        to = call.go("pseudonym", entity=_number(call), done="decided")
        to.headers["location"] += "#mentions"
        return to

    return _step(call, step, on)


def _step(
    call: Call,
    step: Callable[[OpenVault, NameReview], NameReview],
    on: Callable[[NameReview], Response],
) -> Response:
    """Do one step with the names; show the page again if it cannot be done."""
    opened = vault_of(call)
    if opened is None:
        return _shut(call)
    review = _review(call, opened)
    try:
        review = step(opened, review)
    except Faults as faults:
        return _entity(call, review, fault=faults.faults[0])
    except Fault as fault:
        if fault.code == "INT-048":  # what others decided is to be seen
            review = desk.review_names(call.site.engine, opened, at=call.at, actor=call.who.id)
            _keep(call, review)
        return _entity(call, review, fault=fault)
    _keep(call, review)
    return on(review)


def _review(call: Call, opened: OpenVault) -> NameReview:
    """Return the names that were read when they were asked for first."""
    kept = call.site.vaults.found(call.token or "")
    review = kept.get(_KEPT) if kept is not None else None
    if not isinstance(review, NameReview):
        review = desk.review_names(call.site.engine, opened, at=call.at, actor=call.who.id)
        _keep(call, review)
    return review


def _keep(call: Call, review: NameReview) -> None:
    kept = call.site.vaults.found(call.token or "")
    if kept is not None:
        kept[_KEPT] = review


def _shut(call: Call) -> Response:
    return vault_page(call, to=call.site.address("pseudonyms"))


def _list(call: Call, review: NameReview) -> Response:
    asked = {name: call.query.get(name, "") for name in ("state", "kind")}
    chosen = [
        each
        for each in review.entities
        if asked["kind"] in ("", each.kind)
        and asked["state"] in ("", "decided" if each.decided else "open", each.ruling)
    ]
    return call.page(
        "pseudonyms.html",
        entities=[
            (each, review.counts(each.number), review.alike(each.number)[:1])
            for each in chosen[:_MOST]
        ],
        chosen=len(chosen),
        count=len(review.entities),
        open=review.open(),
        doubts=review.doubts()[:_DOUBTS],
        undecided=sum(each.ruling == "ask" for each in review.entities),
        texts=len(review.texts),
        kinds=sorted({each.kind for each in review.entities}),
        rulings=RULINGS,
        asked=asked,
    )


def _entity(call: Call, review: NameReview, *, fault: Fault | None = None) -> Response:
    found = review.entity(_number(call))
    if found is None:
        raise Fault("WEB-025")
    numbers = [each.number for each in review.entities]
    at = numbers.index(found.number)
    mentions = review.mentions.get(found.number, ())
    draft = {name: call.field(name) for name in _DECISION}
    return call.page(
        "pseudonym.html",
        status=status_of(fault) if fault else 200,
        fault=fault,
        entity=found,
        stamp_of=stamp_of,
        counts=[(review.texts[each], count) for each, count in review.counts(found.number).items()],
        mentions=[
            (each, review.texts[each.document], review.places.get((each.document, each.start)))
            for each in mentions[:_MENTIONS]
        ],
        more=max(0, len(mentions) - _MENTIONS),
        typed=[
            (each, review.texts[each.document])
            for each in review.typed.get(found.number, ())[:_MENTIONS]
        ],
        alike=review.alike(found.number),
        parts=review.parts(found.number),
        doubts=review.doubts(found.number),
        meaning=MEANING,
        draft=draft,
        before=numbers[at - 1] if at else None,
        after=numbers[at + 1] if at + 1 < len(numbers) else None,
        open=len(review.open()),
    )


def _number(call: Call) -> int:
    asked = call.path["entity"]
    if not (asked.isascii() and asked.isdigit() and len(asked) < 9):
        raise Fault("WEB-025")
    return int(asked)


DOORS: Final = (
    Door(method="GET", path="/pseudonyms", name="pseudonyms", to=KEEPERS, handler=pseudonyms),
    # All words of the study are looked through.
    Door(
        method="POST", path="/pseudonyms/find", name="find-names", to=KEEPERS, handler=find,
        slow=True,
    ),
    Door(
        method="GET", path="/pseudonyms/replace", name="replace-names", to=KEEPERS,
        handler=replacing,
    ),
    Door(
        method="POST", path="/pseudonyms/replace", name="replace-names", to=KEEPERS,
        handler=replace_all, slow=True,
    ),
    Door(
        method="GET", path="/pseudonyms/{entity}", name="pseudonym", to=KEEPERS, handler=entity
    ),
    Door(
        method="POST", path="/pseudonyms/{entity}", name="pseudonym", to=KEEPERS, handler=decide,
        slow=True,
    ),
    Door(
        method="POST", path="/pseudonyms/{entity}/here", name="pseudonym-here", to=KEEPERS,
        handler=decide_here, slow=True,
    ),
)  # fmt: skip
