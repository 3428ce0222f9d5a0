"""What of a study goes into an exchange file: what may be read, and what who exports may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Engine

from consilience.base.version import __version__
from consilience.coding.exchange import Outgoing, OutgoingText
from consilience.coding.exchange_turns import turns_row
from consilience.coding.model import CONSENSUS, Memo
from consilience.desk.accounts import Person, people
from consilience.desk.retrieval import person_called
from consilience.desk.sealed_memos import SEALED_MEMO
from consilience.desk.sight import Sight, sight_of
from consilience.formats.qda.record import Loss
from consilience.store.adjudications import decisions
from consilience.store.changes import changes
from consilience.store.coded import at_version, each_once
from consilience.store.codings import assignments, codes, codings_table, memos
from consilience.store.exchange import codings_there
from consilience.store.transcripts import readable_version, text_of, texts_in_use, turns_of

ORIGIN: Final = f"consilience {__version__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What goes out, and what does not.

    Args:
        outgoing: what goes out.
        sealed: texts without a version that may be read.
        losses: what else stays here.
    """

    outgoing: Outgoing
    sealed: int
    losses: tuple[Loss, ...]


def exporter(engine: Engine, actor: str) -> Person:
    """Return who exports; who has no account sees all where nobody leads, else what was released.

    Args:
        engine: of the study.
        actor: login or id of an account, or anybody.
    """
    person, every = person_called(engine, actor), people(engine)
    led = any(each.active and "lead" in each.roles for each in every)
    if led or person in every:
        return person
    return replace(person, roles=person.roles | {"lead"})


def leaving(
    connection: Connection,
    person: Person,
    *,
    study: str,
    title: str,
    coders: Sequence[str] = (),
    at: str,
) -> Leaving:
    """Return what goes out of a study.

    Args:
        connection: to read from.
        person: who exports; what others have not released goes with leads alone.
        study: id of the study.
        title: its title.
        coders: only codings of these; empty for all.
        at: the time now, UTC.
    """
    sight = sight_of(connection, person)
    texts, sealed, unread = _texts(connection, sight)
    table, cut, unseen = _codings(connection, sight, texts, coders)
    there = {each.document.id for each in texts}
    noted, kept_back = _memos(connection, sight, there, set(_asked(connection, table)))
    outgoing = Outgoing(
        study=study,
        title=title,
        origin=ORIGIN,
        at=at,
        texts=texts,
        codes=codes(connection),
        codings=table,
        memos=noted,
        assignments=[each for each in assignments(connection) if each.document in there],
        history=[
            (each.at, each.actor, each.deed.action) for each in changes(connection, area="codebook")
        ],
        decisions=[
            _flat(asdict(each))
            for each in decisions(connection).values()
            if sight.reads(each.document) and sight.sees(CONSENSUS, each.document)
        ],
    )
    stays = {
        "codings whose text is not in the version exported": cut,
        "texts that were not given to who exports": unread,
        "codings that who exports may not see yet": unseen,
        "memos that who exports may not see yet": kept_back,
    }
    losses = tuple(Loss(what=what, count=count) for what, count in stays.items() if count)
    return Leaving(outgoing=outgoing, sealed=sealed, losses=losses)


def _texts(connection: Connection, sight: Sight) -> tuple[list[OutgoingText], int, int]:
    """Return the texts that go out, the number that is sealed, and of those not given."""
    texts, sealed, unread = [], 0, 0
    for document in texts_in_use(connection):
        version = readable_version(connection, document.id)
        if version is not None and not sight.reads(document.id):
            unread += 1
            continue
        text = text_of(connection, document.id, version.number) if version else None
        if version is None or text is None:
            sealed += 1
        else:
            turns = turns_row(turns_of(connection, document.id, version.number))
            texts.append(
                OutgoingText(document=document, version=version, content=text.encode(), turns=turns)
            )
    return texts, sealed, unread


def _asked(connection: Connection, table: pa.Table) -> list[str]:
    """Return those codings of a table that a memo is on."""
    asked = [memo.thing for memo in memos(connection, on="coding")]
    found = pc.is_in(pa.array(asked, pa.string()), table.column("id")).to_pylist()
    return [thing for thing, there in zip(asked, found, strict=True) if there]


def _memos(
    connection: Connection, sight: Sight, texts: set[str], codings: set[str]
) -> tuple[list[Memo], int]:
    """Return the memos on what goes out, and how many of them may not be seen."""
    place = {thing: row[0] for thing, row in codings_there(connection, codings).items()}
    on_things = [
        memo
        for memo in memos(connection)
        if memo.text != SEALED_MEMO
        and (memo.on != "document" or memo.thing in texts)
        and (memo.on != "coding" or memo.thing in codings)
    ]
    seen = []
    for memo in on_things:
        document = memo.thing if memo.on == "document" else place.get(memo.thing)
        if memo.on not in ("document", "coding") or (
            document is not None and sight.sees(memo.author, document)
        ):
            seen.append(memo)
    return seen, len(on_things) - len(seen)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a decision as one row: the ruling within it beside the rest."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        found |= value if isinstance(value, dict) else {name: value}
    return found


def _codings(
    connection: Connection, sight: Sight, texts: Sequence[OutgoingText], coders: Sequence[str]
) -> tuple[pa.Table, int, int]:
    """Return the codings in the versions of the texts, and how many are cut off or hidden."""
    table = codings_table(connection)
    numbers = {text.document.id: text.version.number for text in texts}
    wanted = pc.is_in(table.column("document"), pa.array(list(numbers), pa.string()))
    if coders:
        of_coders = pa.array(list(coders), pa.string())
        wanted = pc.and_(wanted, pc.is_in(table.column("coder"), of_coders))
    if not pc.all(wanted).as_py():  # else it would only be copied
        table = table.filter(wanted)
    every = table.num_rows
    table = _seen(table, sight)
    unseen = every - table.num_rows
    made = table.group_by(["document", "version"], use_threads=False).aggregate([]).to_pylist()
    older = {row["document"] for row in made if row["version"] != numbers[row["document"]]}
    if not older:
        return table, 0, unseen
    elsewhere = pc.is_in(table.column("document"), pa.array(sorted(older), pa.string()))
    parts = [table.filter(pc.invert(elsewhere))]
    for document in sorted(older):
        own = table.filter(pc.equal(table.column("document"), document))
        parts.append(at_version(connection, own, document, numbers[document]))
    found = pa.concat_tables(parts)
    cut = table.num_rows - found.num_rows
    # Of those that say the same one goes out, and every other that a memo is on.
    ids = each_once(found).column("id").to_pylist()
    ids += [memo.thing for memo in memos(connection, on="coding")]
    return found.filter(pc.is_in(found.column("id"), pa.array(ids, pa.string()))), cut, unseen


def _seen(table: pa.Table, sight: Sight) -> pa.Table:
    """Return the codings that somebody may see."""
    whose = table.group_by(["document", "coder"], use_threads=False).aggregate([]).to_pylist()
    hidden = {
        (row["document"], row["coder"])
        for row in whose
        if not sight.sees(row["coder"], row["document"])
    }
    if not hidden:
        return table
    pairs = zip(table["document"].to_pylist(), table["coder"].to_pylist(), strict=True)
    return table.filter(pa.array([pair not in hidden for pair in pairs], pa.bool_()))
