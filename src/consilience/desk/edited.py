"""From which version of a text was an edited file made, and what did it change in it?

Two people may edit one version at once. Whoever brings a file back second must not undo what the
first corrected, so the file is compared with the versions that it may have come from.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Final

from sqlalchemy import Connection, select

from consilience.base.errors import Fault
from consilience.desk.sealed import words_of
from consilience.interviews.model import Document, Version
from consilience.store.ledger import append
from consilience.store.tables import LEDGER
from consilience.store.transcripts import map_between, versions
from consilience.store.vault import Vault
from consilience.text.offsets import Edit, OffsetMap, apply_edits, difference, unchanged

CORRECTED: Final = "transcript corrected"
# Kinds of versions that may name people.
NAMING: Final = ("raw", "corrected")
_WRITTEN: Final = "transcript written out"


def note_written(connection: Connection, version: Version, *, at: dt.datetime, actor: str) -> None:
    """Note that a version was written into a file to be edited."""
    append(
        connection,
        at=at,
        actor=actor,
        action=_WRITTEN,
        subject=version.document,
        detail={"version": version.number, "sha256": version.sha256},
    )


def refuse_older(
    connection: Connection,
    vault: Vault | None,
    document: Document,
    newest: Version,
    *,
    text: str,
    actor: str,
) -> None:
    """See that an edited file was made from the newest version.

    It was made from an older one if it differs from that in fewer places. If both are as near, it
    is taken for an edit of the newest only if this is what its editor had last. The words of one
    that was sealed since cannot be compared without the vault: there it counts whether the file
    differs from the newest wherever the two have other lengths.

    Args:
        connection: to read from.
        vault: opened, None where the versions are not sealed.
        document: the text.
        newest: the version that the file is to come after.
        text: the edited words.
        actor: who edited them.

    Raises:
        Fault: INT-026 if it was made from an older version, INT-142 if that may name people and
            the newest does not.
    """
    edits = difference(words_of(connection, vault, newest), text)
    # Places and not characters: at a place that both changed, neither is nearer.
    distance = len(edits.starts)
    had = _had_last(connection, document.id, actor)
    nearest: tuple[int, Version] | None = None
    for each in reversed(versions(connection, document.id)):
        if each.sha256 == newest.sha256:
            continue
        if each.sealed and vault is None:
            if each.kind != newest.kind:
                continue
            way = map_between(connection, document.id, newest.number, each.number)
            other, older = distance, _undoes(edits, way, had=had == each.number)
        else:
            other = len(difference(words_of(connection, vault, each), text).starts)
            alike = (each.kind in NAMING) == (newest.kind in NAMING) and had != newest.number
            older = other < distance or (other == distance and alike)
        if older and (nearest is None or other < nearest[0]):
            nearest = other, each
    if nearest is None:
        return
    found = nearest[1]
    code = "INT-142" if found.kind in NAMING and newest.kind not in NAMING else "INT-026"
    raise Fault(code, name=document.name, older=found.number, newest=newest.number)


def _undoes(edits: OffsetMap, way: OffsetMap, *, had: bool) -> bool:
    """Return whether edits touch each place at which an older version surely has other words.

    Args:
        edits: from the newest version to the file.
        way: from the newest to the older version.
        had: whether the older is what the editor had last; that counts where nothing is sure.
    """
    sure = list(_other_lengths(way))
    if not sure:
        return had
    return all(((edits.starts <= end) & (edits.ends >= start)).any() for start, end in sure)


def _other_lengths(way: OffsetMap) -> Iterator[tuple[int, int]]:
    """Yield the stretches, as the first version has them, that have another length in the last."""
    for number, step in enumerate(way.steps):
        back = reduce(OffsetMap.then, way.steps[:number], unchanged(way.length)).inverse()
        onward = reduce(OffsetMap.then, way.steps[number + 1 :], step)
        starts, ends = back.spans(step.starts, step.ends)
        new_starts, new_ends = onward.spans(step.starts, step.ends)
        other = ends - starts != new_ends - new_starts
        yield from zip(starts[other].tolist(), ends[other].tolist(), strict=True)


def _had_last(connection: Connection, document: str, actor: str) -> int | None:
    """Return the version that somebody wrote out last, or made."""
    wanted = select(LEDGER.c.detail).where(
        LEDGER.c.action.in_((CORRECTED, _WRITTEN)),
        LEDGER.c.subject == document,
        LEDGER.c.actor == actor,
    )
    detail = connection.execute(wanted.order_by(LEDGER.c.line.desc()).limit(1)).scalar()
    return int(json.loads(detail)["version"]) if detail else None


def newest_beside(known: Iterable[Version], base: Version) -> Version:
    """Return the newest version that may name people if a version may, else of those without."""
    return [each for each in known if (each.kind in NAMING) == (base.kind in NAMING)][-1]


def brought_over(
    base: str, text: str, newer: str, *, name: str, base_number: int, number: int
) -> str:
    """Return a newer version with what a file changed in an older one.

    Args:
        base: the words that the file was made from.
        text: the edited words.
        newer: the words of the newer version.
        name: of the text, for messages.
        base_number: of the older version.
        number: of the newer version.

    Raises:
        Fault: INT-027 if both changed the same words.
    """
    mine, theirs = difference(base, text), difference(base, newer)
    touched = _met(mine, theirs)
    if touched:
        raise Fault("INT-027", name=name, base=base_number, newest=number, count=touched)
    starts, ends = theirs.spans(mine.starts, mine.ends)
    edits = [
        Edit(int(start), int(end), text[at : at + length])
        for start, end, at, length in zip(
            starts, ends, mine.new_starts.tolist(), mine.lengths.tolist(), strict=True
        )
    ]
    return apply_edits(newer, edits)[0]


def _met(mine: OffsetMap, theirs: OffsetMap) -> int:
    """Return how many stretches of one edit meet any of the other, touching ones too."""
    return sum(
        bool(((theirs.starts <= end) & (theirs.ends >= start)).any())
        for start, end in zip(mine.starts.tolist(), mine.ends.tolist(), strict=True)
    )
