"""The ledger shows every line that was changed, removed or moved."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from consilience.base.errors import Fault
from consilience.store.database import open_database, transaction
from consilience.store.ledger import append, lines, read_export, verify, verify_kept
from consilience.store.tables import LEDGER

AT = dt.datetime(2017, 4, 1, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def engine(tmp_path):
    """A database with a ledger of six lines."""
    engine = open_database(tmp_path / "study.db")
    with transaction(engine) as connection:
        for number in range(6):
            append(
                connection,
                at=AT + dt.timedelta(minutes=number),
                actor="R. Lead",
                action="stage",
                subject=f"stage-{number}",
                detail={"rows": number},
            )
    yield engine
    engine.dispose()


def kept(engine):
    """Return the lines and what is wrong with them."""
    with transaction(engine) as connection:
        return lines(connection), verify_kept(connection)


def codes(faults):
    """Return the codes, having seen that each fault reads whole."""
    for fault in faults:
        assert "<" not in fault.what + fault.remedy
    return [fault.code for fault in faults]


def test_whole_ledger_verifies(engine):
    entries, (count, faults) = kept(engine)
    assert (count, faults) == (6, [])
    assert [entry.line for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert entries[0].at == "2017-04-01T09:30:00Z"


@pytest.mark.parametrize("column", ["actor", "subject", "detail", "at", "action"])
def test_changed_line_is_found(engine, column):
    with transaction(engine) as connection:
        connection.execute(update(LEDGER).where(LEDGER.c.line == 3).values({column: "other"}))
    assert codes(kept(engine)[1][1]) == ["STO-006"]


def test_removed_line_is_found(engine):
    with transaction(engine) as connection:
        connection.execute(delete(LEDGER).where(LEDGER.c.line == 3))
    assert codes(kept(engine)[1][1])[0] == "STO-007"


def test_removed_and_renumbered_line_is_found(engine):
    with transaction(engine) as connection:
        connection.execute(delete(LEDGER).where(LEDGER.c.line == 3))
        for number in (4, 5, 6):
            connection.execute(
                update(LEDGER).where(LEDGER.c.line == number).values(line=number - 1)
            )
    assert codes(kept(engine)[1][1])[:1] == ["STO-006"]


def test_line_cut_from_the_end_is_found(engine):
    with transaction(engine) as connection:
        connection.execute(delete(LEDGER).where(LEDGER.c.line >= 5))
    assert codes(kept(engine)[1][1]) == ["STO-008"]


@settings(max_examples=40, deadline=None)
@given(order=st.permutations(range(6)))
def test_any_reordering_is_found(order):
    entries = chain(6)
    moved = [entries[number] for number in order]
    assert bool(verify(moved)) == (list(order) != sorted(order))


@settings(max_examples=40, deadline=None)
@given(gone=st.sets(st.integers(0, 5), max_size=5))
def test_any_removal_is_found(gone):
    entries = [entry for number, entry in enumerate(chain(6)) if number not in gone]
    assert bool(verify(entries, expected=6)) == bool(gone)


def test_a_forged_line_with_a_right_hash_is_found_by_the_next():
    entries = chain(6)
    forged = dataclasses.replace(entries[2], actor="somebody else", sha256="")
    entries[2] = dataclasses.replace(forged, sha256=forged.computed())
    assert [(f.code, f.values["line"]) for f in verify(entries)] == [("STO-007", 4)]


def chain(count):
    """Return a ledger made in memory."""
    from consilience.store.ledger import START, Line

    entries, previous = [], START
    for number in range(1, count + 1):
        draft = Line(
            line=number, at="t", actor="a", action="b", subject="c", detail="{}",
            previous=previous, sha256="",
        )  # fmt: skip
        entries.append(dataclasses.replace(draft, sha256=draft.computed()))
        previous = entries[-1].sha256
    return entries


def test_export_is_read_back_and_bad_lines_are_told(engine, tmp_path):
    entries, _ = kept(engine)
    path = tmp_path / "ledger.jsonl"
    path.write_text("\n".join(json.dumps(dataclasses.asdict(entry)) for entry in entries))
    assert read_export(path) == entries
    path.write_text(path.read_text() + "\n{not json}")
    with pytest.raises(Fault) as told:
        read_export(path)
    assert codes([told.value]) == ["STO-010"]
    assert told.value.where.line == 7
