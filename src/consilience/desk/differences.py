"""Passages on which coders differ, as one person may see and settle them on a page.

They are compared once and kept in memory, as pages ask for them again and again; a new line in the
ledger makes them be compared anew, but for the line of a passage that was settled here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from consilience.base.errors import Fault
from consilience.coding.agreement_model import Compared
from consilience.coding.model import ACTIONS, Code, Decision, Ruling
from consilience.desk.accounts import Person
from consilience.desk.agreement import Queue, queue, settle, stamp_of
from consilience.desk.reading import codebook_of, names_of
from consilience.desk.sight import Sight, sight_of
from consilience.store.database import snapshot
from consilience.store.readable import newest_line
from consilience.store.transcripts import text_of

__all__ = ["ACTIONS", "Difference", "Differences", "Marked", "differences_for", "quotes", "rule",
           "ruling_of", "stamp_of"]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What one coder marked of a passage: id and name of the coder, where, and the codings."""

    coder: str
    name: str
    spans: tuple[tuple[int, int], ...]
    codings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A passage on which coders differ.

    Args:
        id: its id, as long as nothing of it changes.
        document: id of the text.
        name: name of the text.
        version: version in which places are counted.
        code: the code.
        start: where the first coder begins.
        end: where the last one ends.
        marked: what coders marked, by name.
        silent: names of readers who marked nothing.
        decision: what was decided, None while it is open.
        judge: name of who decided, empty while it is open.
    """

    id: str
    document: str
    name: str
    version: int
    code: Code
    start: int
    end: int
    marked: tuple[Marked, ...]
    silent: tuple[str, ...]
    decision: Decision | None
    judge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What somebody may look at of the disagreements of a study.

    Args:
        items: open and settled ones, text by text, place by place.
        agreed: passages that all readers marked alike and that are not in the consensus yet.
        waiting: names of texts that some coder has not released; nothing of them is here.
    """

    items: tuple[Difference, ...]
    agreed: int
    waiting: tuple[str, ...]


def differences_for(engine: Engine, person: Person) -> Differences:
    """Return the disagreements that somebody may see: leads all, coders of what they released.

    A text of which any coder is still blind is not compared at all.

    Args:
        engine: the database of the study.
        person: who looks.
    """
    held = _held(engine)
    if person not in held.seen:
        held.seen[person] = _seen(engine, held.queue, person)
    return held.seen[person]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Held:
    """What is kept of an open study: as of which line of the ledger, and who sees what of it."""

    stamp: int
    queue: Queue
    seen: dict[Person, Differences] = field(default_factory=dict)


_HELD: Final[WeakKeyDictionary[Engine, _Held]] = WeakKeyDictionary()


def _held(engine: Engine) -> _Held:
    with snapshot(engine) as connection:
        stamp = newest_line(connection)
    held = _HELD.get(engine)
    if held is None or held.stamp != stamp:
        held = _Held(stamp=stamp, queue=queue(engine))
        _HELD[engine] = held
    return held


def _note(engine: Engine, held: _Held, decision: Decision) -> None:
    """Let what is kept know of a decision, if nothing else was done meanwhile."""
    with snapshot(engine) as connection:
        stamp = newest_line(connection)
    if stamp == held.stamp + 1:
        items = tuple(
            replace(each, standing="settled") if each.id == decision.item else each
            for each in held.queue.items
        )
        decisions = {**held.queue.decisions, decision.item: decision}
        settled = replace(held.queue, items=items, decisions=decisions)
        _HELD[engine] = _Held(stamp=stamp, queue=settled)


def _seen(engine: Engine, found: Queue, person: Person) -> Differences:
    with snapshot(engine) as connection:
        sight = sight_of(connection, person)
    codes = {code.id: code for code in codebook_of(engine)}
    names = names_of(engine) | {person.id: "you"}
    return Differences(
        items=tuple(
            _difference(each, found.decisions.get(each.id), sight, codes, names)
            for each in found.items
            if may_judge(sight, each.document)
        ),
        agreed=_not_taken(found) if "lead" in person.roles else 0,
        waiting=tuple(sight.texts[each] for each in found.blind if sight.reads(each)),
    )


def may_judge(sight: Sight, document: str) -> bool:
    """Return whether somebody may see and settle what coders of a text differ on."""
    own = sight.given.get((document, sight.person.id))
    if own is not None:
        return own.released_at is not None
    return "lead" in sight.person.roles


def quotes(engine: Engine, items: Iterable[Difference]) -> dict[str, str]:
    """Return the words of passages by their ids, from the first to the last mark of any coder."""
    texts: dict[tuple[str, int], str] = {}
    found = {}
    with snapshot(engine) as connection:
        for each in items:
            key = (each.document, each.version)
            if key not in texts:
                texts[key] = text_of(connection, *key) or ""
            found[each.id] = texts[key][each.start : each.end]
    return found


def ruling_of(
    action: str,
    *,
    reason: str,
    coder: str | None = None,
    span: tuple[int, int] | None = None,
) -> Ruling:
    """Return what somebody wants to decide about a passage.

    Args:
        action: one of `ACTIONS`.
        reason: why, in a sentence.
        coder: whose passages are accepted.
        span: first code point of the own passage and the one after its last.

    Raises:
        Fault: COD-065 for another action.
    """
    known = next((each for each in ACTIONS if each == action), None)
    if known is None:
        raise Fault("COD-065", value=action, known=", ".join(ACTIONS))
    start, end = span or (None, None)
    return Ruling(action=known, reason=reason, coder=coder, start=start, end=end)


def rule(
    engine: Engine,
    person: Person,
    item: str,
    ruling: Ruling,
    *,
    seen: str | None = None,
    at: dt.datetime,
) -> Decision:
    """Settle a disagreement that somebody may see.

    Args:
        engine: the database of the study.
        person: who decides.
        item: id of the passage.
        ruling: what is decided and why, of `ruling_of`.
        seen: what stood there when the person looked, of `stamp_of`; None does not ask.
        at: the time now.

    Raises:
        Fault: COD-068 if there is no such passage for this person; and as
            `desk.agreement.settle`.
    """
    if all(each.id != item for each in differences_for(engine, person).items):
        raise Fault("COD-068", item=item)
    held = _held(engine)
    decision = settle(engine, item, ruling, at=at, actor=person.id, seen=seen)
    _note(engine, held, decision)
    return decision


def _difference(
    item: Compared,
    decision: Decision | None,
    sight: Sight,
    codes: Mapping[str, Code],
    names: Mapping[str, str],
) -> Difference:
    coders = sorted({each.coder for each in item.passages}, key=lambda c: (names.get(c, c), c))
    return Difference(
        id=item.id,
        document=item.document,
        name=sight.texts[item.document],
        version=item.version,
        code=codes[item.code],
        start=item.start,
        end=item.end,
        marked=tuple(_marked(item, coder, names) for coder in coders),
        silent=tuple(sorted(names.get(each, each) for each in item.silent)),
        decision=decision,
        judge=names.get(decision.actor, decision.actor) if decision else "",
    )


def _marked(item: Compared, coder: str, names: Mapping[str, str]) -> Marked:
    own = [each for each in item.passages if each.coder == coder]
    return Marked(
        coder=coder,
        name=names.get(coder, coder),
        spans=tuple((each.start, each.end) for each in own),
        codings=tuple(each.coding for each in own),
    )


def _not_taken(found: Queue) -> int:
    settled = sum(each.standing == "settled" for each in found.items)
    return found.agreed - (len(found.decisions) - settled)
