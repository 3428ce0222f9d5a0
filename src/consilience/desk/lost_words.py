"""Codings whose words went, or became others, when a text was corrected: whose, and which."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Engine, select

from consilience.base.errors import Fault
from consilience.coding.model import CONSENSUS
from consilience.desk.accounts import Person, people
from consilience.desk.edited import CORRECTED
from consilience.desk.sight import Sight, sight_of
from consilience.interviews.model import Version
from consilience.store.coded import at_version
from consilience.store.codings import codes, codings_table
from consilience.store.database import snapshot
from consilience.store.tables import LEDGER
from consilience.store.transcripts import map_between, readable_version, text_of
from consilience.text.offsets import OffsetMap

Array = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Losing:
    """What a change of words did to the codings of one coder.

    Args:
        coder: id of the coder, or the consensus.
        before: codings with words before.
        after: codings with words afterwards.
        changed: those of them that stand on other words than before.
    """

    coder: str
    before: int
    after: int
    changed: int = 0

    @property
    def lost(self) -> int:
        """Codings that lost all their words."""
        return self.before - self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """The codings that a correction changed.

    Args:
        lost: ids of those that lost all their words.
        changed: ids of those that stand on other words.
        by_coder: counts of each coder who has any in the text, by id.
    """

    lost: tuple[str, ...]
    changed: tuple[str, ...]
    by_coder: tuple[Losing, ...]


def touched_by(connection: Connection, version: Version, edits: OffsetMap) -> Touched:
    """Return what edits of a version do to the codings of its text.

    Args:
        connection: to read from.
        version: the version that is edited; codings are looked at where they are in it.
        edits: from it to the next.
    """
    marked = codings_table(connection, document=version.document)
    there = at_version(connection, marked, version.document, version.number)
    ids, coders = (there.column(name).to_pylist() for name in ("id", "coder"))
    starts, ends = (there.column(name).to_numpy() for name in ("start", "end"))
    new_starts, new_ends = edits.spans(starts, ends)
    gone = new_ends <= new_starts
    other = edits.touched(starts, ends) & ~gone
    before, lost, changed = Counter(coders), _of(coders, gone), _of(coders, other)
    return Touched(
        lost=tuple(each for each, is_gone in zip(ids, gone, strict=True) if is_gone),
        changed=tuple(each for each, is_other in zip(ids, other, strict=True) if is_other),
        by_coder=tuple(
            Losing(coder=each, before=n, after=n - lost[each], changed=changed[each])
            for each, n in sorted(before.items())
        ),
    )


def _of(coders: Iterable[str], chosen: Iterable[bool]) -> Counter[str]:
    return Counter(each for each, is_it in zip(coders, chosen, strict=True) if is_it)


def lost_between(connection: Connection, document: str, old: int, new: int) -> tuple[Losing, ...]:
    """Return how many codings of each coder have words in an older and in a newer version."""
    marked = codings_table(connection, document=document)
    counts = [
        Counter(at_version(connection, marked, document, each).column("coder").to_pylist())
        for each in (old, new)
    ]
    return tuple(
        Losing(coder=each, before=n, after=counts[1][each]) for each, n in sorted(counts[0].items())
    )


def as_seen(
    engine: Engine, found: Iterable[Losing], *, document: str, person: Person
) -> tuple[Losing, ...]:
    """Return the counts of those coders of a text whose work somebody may see."""
    with snapshot(engine) as connection:
        sight = sight_of(connection, person)
    return tuple(each for each in found if sight.sees(each.coder, document))


def told_of(found: Iterable[Losing], names: Mapping[str, str]) -> Fault | None:
    """Return INT-145 if codings lost words, with how many of whom; None if none did."""
    by_coder: dict[str, list[int]] = {}
    for each in found:
        sums = by_coder.setdefault(each.coder, [0, 0, 0])
        for at, number in enumerate((each.lost, each.changed, each.before)):
            sums[at] += number
    some = {coder: sums for coder, sums in by_coder.items() if sums[0] or sums[1]}
    if not some:
        return None
    return Fault(
        "INT-145",
        lost=sum(lost for lost, _, _ in some.values()),
        changed=sum(changed for _, changed, _ in some.values()),
        coders="; ".join(
            f"{names.get(coder, coder)} {lost} and {changed} of {before}"
            for coder, (lost, changed, before) in sorted(some.items())
        ),
    )


def coder_names(engine: Engine) -> dict[str, str]:
    """Return how each coder is called, the consensus among them."""
    return {person.id: person.name for person in people(engine)} | {CONSENSUS: "consensus"}


# --- the list -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LostCoding:
    """A coding that stands on other words than were marked, or on none.

    Args:
        coding: its id.
        document: id of the text.
        name: name of the text.
        coder: how its coder is called.
        code: name of the code.
        lost: whether all its words went, so that it counts nowhere; else they became others.
        version: the version it was marked in.
        start: first code point there.
        end: code point after the last there.
        words: what was marked, None where that version lies in the vault.
        stands: the words it stands on now; empty where all went.
    """

    coding: str
    document: str
    name: str
    coder: str
    code: str
    lost: bool
    version: int
    start: int
    end: int
    words: str | None
    stands: str


def lost_codings(engine: Engine, person: Person) -> list[LostCoding]:
    """Return the codings that lost words, as far as somebody may see them, by text and place.

    One that lost all its words is listed for as long as it is there; one whose words were corrected
    until its coder releases the text again.

    Args:
        engine: of the study.
        person: who looks.
    """
    names = coder_names(engine)
    found: list[LostCoding] = []
    with snapshot(engine) as connection:
        sight = sight_of(connection, person)
        called = {each.id: each.name for each in codes(connection)}
        corrected = _corrected(connection)
        marked = codings_table(connection)
        for document in dict.fromkeys(marked.column("document").to_pylist()):
            version = readable_version(connection, document)
            if not sight.reads(document) or version is None:
                continue
            of_text = marked.filter(pc.equal(marked.column("document"), document))
            starts, ends = _spans(connection, of_text, version)
            known = pa.array([each in corrected for each in of_text.column("id").to_pylist()])
            some = pc.or_(known, pa.array(ends == starts))
            chosen = some.to_numpy(zero_copy_only=False)
            at = zip(starts[chosen].tolist(), ends[chosen].tolist(), strict=True)
            for row, (start, end) in zip(of_text.filter(some).to_pylist(), at, strict=True):
                lost, since = start == end, corrected.get(row["id"], "")
                waits = lost or not _seen_since(sight, row, since)
                if waits and sight.sees(row["coder"], document):
                    stands = (text_of(connection, document, version.number) or "")[start:end]
                    words = text_of(connection, document, row["version"])
                    found.append(
                        LostCoding(
                            coding=row["id"], document=document, name=sight.texts[document],
                            coder=names.get(row["coder"], row["coder"]),
                            code=called.get(row["code"], row["code"]), lost=bool(lost),
                            version=row["version"], start=row["start"], end=row["end"],
                            words=words[row["start"] : row["end"]] if words else None,
                            stands=stands,
                        )
                    )  # fmt: skip
    return found


def _spans(connection: Connection, marked: pa.Table, version: Version) -> tuple[Array, Array]:
    """Return where codings of one text stand in a version of it."""
    made, starts, ends = (
        marked.column(name).to_numpy().copy() for name in ("version", "start", "end")
    )
    for number in np.unique(made).tolist():
        rows = made == number
        way = map_between(connection, version.document, number, version.number)
        starts[rows], ends[rows] = way.spans(starts[rows], ends[rows])
    return starts, ends


def _corrected(connection: Connection) -> dict[str, str]:
    """Return the codings whose words a correction changed, with when the last one did."""
    wanted = select(LEDGER.c.at, LEDGER.c.detail).where(LEDGER.c.action == CORRECTED)
    return {
        coding: at
        for at, detail in connection.execute(wanted.order_by(LEDGER.c.line))
        for coding in json.loads(detail).get("codings changed", ())
    }


def _seen_since(sight: Sight, row: Mapping[str, Any], since: str) -> bool:
    """Return whether a coder released a text after its words were corrected."""
    given = sight.given.get((row["document"], row["coder"]))
    return given is not None and given.released_at is not None and given.released_at > since
