"""Tables protected: everybody has company, nothing withheld is left, risk is counted right."""

import datetime as dt
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.base.seeds import stream
from consilience.deposit.gate import Evidence, gate
from consilience.deposit.model import Package
from consilience.deposit.protect import Source, importance, protect
from consilience.deposit.publish import Published, published
from consilience.deposit.source_tables import Described
from consilience.design.model.deposit import DepositTable, Recoding
from consilience.formats.metadata.model import Record, Text, Variable

QUICK = settings(max_examples=30, deadline=None)
KEYS = ("region", "kind", "role")
RECORD = Record(titles=(Text(value="Told"),))
DAY = dt.date(2026, 1, 2)


def rules(**more):
    return DepositTable(**{"id": "told", "title": "Told", "keys": KEYS, "k": 3} | more)


def cell(letters):
    return st.sampled_from(letters)


@st.composite
def cases(draw, least=3, most=24, missing=False):
    """Return a table of regions, kinds and roles of different spread."""
    some = st.none() if missing else st.nothing()
    size = draw(st.integers(least, most))
    return pa.table(
        {
            "region": draw(st.lists(cell("NMS") | some, min_size=size, max_size=size)),
            "kind": draw(st.lists(cell("uc") | some, min_size=size, max_size=size)),
            "role": draw(st.lists(cell("abcde") | some, min_size=size, max_size=size)),
            "answer": pa.array(range(size), pa.int64()),
        },
        schema=pa.schema([*((name, pa.string()) for name in KEYS), ("answer", pa.int64())]),
    )


def source(table, **more):
    return Source(**{"table": table, "population": {}, "invited": 150} | more)


def refusals(safe, asked):
    """Return what the gate says of one table."""
    table = Published(
        data_set="answers",
        rules=asked,
        table=safe.table,
        variables=(),
        left_out=(),
        changes=safe.changes,
        figures=safe.figures,
        cases=safe.cases,
        trade_offs=safe.trade_offs,
    )
    package = Package(identifier="x", record=RECORD, data_sets=(), files=(), made=DAY)
    found = gate(package, (table,), Evidence(health={}), risk=1.0)
    return {each.code for each in found if each.where == f"answers/{asked.id}"}


def shared(table, names):
    """Return how many rows have the values of each row; a missing one fits as a withheld one."""
    columns = [table.column(name).fill_null("withheld").to_pylist() for name in names]
    values = list(zip(*columns, strict=True))
    counts = Counter(values)
    return [counts[each] for each in values]


# --- company ----------------------------------------------------------------------------


@QUICK
@given(cases(missing=True), st.integers(2, 4))
def test_everybody_has_company_where_every_cell_may_go(table, k):
    k = min(k, table.num_rows)
    safe = protect(source(table), rules(k=k))
    assert min(shared(safe.table, KEYS)) >= k
    assert min(each.alike for each in safe.cases) >= k
    assert "small-group" not in refusals(safe, rules(k=k))


@QUICK
@given(cases(), st.integers(2, 4))
def test_who_has_too_little_company_has_it_by_attributes_alone_and_is_refused(table, k):
    k = min(k, table.num_rows)
    asked = rules(k=k, attributes=("region", "kind"))
    safe = protect(source(table), asked)
    by_attributes = shared(table, ("region", "kind"))
    few = [each.alike < k for each in safe.cases]
    assert few == [count < k for count in by_attributes]
    assert ("small-group" in refusals(safe, asked)) == any(few)
    for name in ("region", "kind", "answer"):  # what another table tells is never suppressed
        assert safe.table.column(name).to_pylist() == table.column(name).to_pylist()


@QUICK
@given(cases(), st.permutations(range(5)), st.randoms(use_true_random=False))
def test_neither_order_nor_names_of_values_change_how_much_is_suppressed(table, names, chance):
    def gone(each):
        return sum(change.cells for change in protect(source(each), rules()).changes)

    order = list(range(table.num_rows))
    chance.shuffle(order)
    other = table.take(pa.array(order, pa.int64()))
    renamed = {letter: "vwxyz"[names[at]] for at, letter in enumerate("abcde")}
    roles = [renamed[each] for each in other.column("role").to_pylist()]
    other = other.set_column(2, "role", pa.array(roles, pa.string()))
    assert gone(table) == gone(other)


@QUICK
@given(cases())
def test_what_changed_is_told_cell_by_cell(table):
    safe = protect(source(table), rules(recode=(
        Recoding(column="role", groups={"a": ("b", "c")}, reason="few"),
    )))  # fmt: skip
    told = Counter({(each.column, each.what): each.cells for each in safe.changes})
    before = table.column("role").to_pylist()
    assert told["role", "made coarser"] == sum(each in "bc" for each in before)
    for name in KEYS:
        gone = safe.table.column(name).to_pylist().count("withheld")
        assert told[name, "cells suppressed"] == gone
    (lost,) = [each for each in safe.figures if each.measure == "cells suppressed"]
    assert lost.after == sum(n for (_, what), n in told.items() if what == "cells suppressed")
    assert not {"b", "c"} & set(safe.table.column("role").to_pylist())


def test_cells_that_are_to_go_first_go_first():
    # All may hide among those of their region or among those of their role.
    table = pa.table({"region": list("NNNNSSSS"), "role": list("aabbaabb")})
    for name in ("region", "role"):
        safe = protect(source(table), rules(keys=("region", "role"), first=(name,)))
        assert {each.column: each.cells for each in safe.changes} == {name: 8}
    assert importance(rules(first=("role",))) == [3.0, 3.0, 1.0]
    assert importance(rules(attributes=("region",), pseudonym=False)) == [2.0, 2.0, 2.0]
    assert importance(rules(attributes=("region",)))[0] == float("inf")


# --- what is withheld -------------------------------------------------------------------


@QUICK
@given(cases(), st.sets(st.sampled_from([*KEYS, "answer"]), min_size=1))
def test_withheld_columns_are_nowhere(table, gone):
    keys = tuple(name for name in KEYS if name not in gone)
    asked = rules(keys=keys, withhold=dict.fromkeys(gone, "tells the area"))
    safe = protect(source(table, population={"region": ["N"] * 3},
                          units=np.zeros(table.num_rows, int)), asked)  # fmt: skip
    assert not gone & set(safe.table.column_names)
    told = {each.column for each in safe.changes if each.what == "withheld"}
    assert told == gone
    assert not any(name in " ".join(each.keys) for name in gone for each in safe.cases)


def test_the_published_table_tells_no_order_and_numbers_its_cases():
    table = pa.table({"area": [f"A{n:03}" for n in range(40)], "kind": ["u", "c"] * 20})
    asked = rules(keys=("kind",), withhold={"area": "tells the area"})
    named = tuple(Variable(id="", name=name, label=name) for name in ("area", "kind"))
    described = Described(source=source(table), variables=named)
    drawn = [
        published(described, asked, data_set="d", rng=stream(seed, "order")) for seed in (1, 1, 2)
    ]
    assert drawn[0].table == drawn[1].table
    assert drawn[0].table.column("kind") != drawn[2].table.column("kind")
    assert drawn[0].table.column("kind").to_pylist() != table.column("kind").to_pylist()
    assert drawn[0].table.column("case").to_pylist() == list(range(1, 41))
    assert [each.name for each in drawn[0].variables] == ["case", "kind"]


def test_the_risk_of_a_case_stands_under_its_new_number():
    table = pa.table({"kind": ["u"] * 5 + ["c"] * 3})
    asked = rules(keys=("kind",), k=2)
    made = published(
        Described(source=source(table), variables=()), asked, data_set="d",
        rng=stream(5, "order"),
    )  # fmt: skip
    alike = {"u": 5, "c": 3}
    kinds = made.table.column("kind").to_pylist()
    assert [each.alike for each in made.cases] == [alike[kind] for kind in kinds]


# --- what somebody who can look areas up knows --------------------------------------------


def by_hand(safe, safe_keys, people, units, named):
    """Return candidates of each case and the probability of a right guess, case by case."""
    rows = safe.table.select(safe_keys).to_pylist()
    everybody = [
        dict(zip(people, each, strict=True)) for each in zip(*people.values(), strict=True)
    ]

    def fits(row, unit):
        return all(
            row[name] == "withheld" or row[name] is None
            or unit.get(name) is None or row[name] == unit[name]
            for name in safe_keys
        )  # fmt: skip

    found = []
    for at, row in enumerate(rows):
        own = units[at]
        candidates = sum(fits(row, unit) for unit in everybody)
        chance = 1 / candidates if fits(row, everybody[own]) else 0.0
        if named[own] and fits(row, everybody[own]):
            fitting = sum(fits(other, everybody[own]) for other in rows)
            rightly = sum(
                fits(other, everybody[own])
                for other, unit in zip(rows, units, strict=True)
                if unit == own
            )
            chance = max(chance, rightly / fitting)
        found.append((candidates, chance))
    return found


@QUICK
@given(st.data())
def test_candidates_are_counted_among_all_units(data):
    size = data.draw(st.integers(3, 12))
    people = {
        name: data.draw(st.lists(cell(letters), min_size=size, max_size=size))
        for name, letters in (("region", "NMS"), ("kind", "uc"))
    }
    units = data.draw(st.lists(st.integers(0, size - 1), min_size=3, max_size=size, unique=True))
    roles = data.draw(st.lists(cell("ab"), min_size=len(units), max_size=len(units)))
    named = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    told = [None] * size
    for unit, role in zip(units, roles, strict=True):
        told[unit] = role if named[unit] else None
    table = pa.table(
        {name: [values[unit] for unit in units] for name, values in people.items()}
        | {"role": roles}
    )
    known = people | {"role": told}
    safe = protect(
        source(table, units=np.array(units), population=known, named=tuple(named),
               named_keys=("role",)),
        rules(k=2, attributes=("region", "kind")),
    )  # fmt: skip
    expected = by_hand(safe, KEYS, known, units, named)
    assert [each.candidates for each in safe.cases] == [count for count, _ in expected]
    assert [each.probability for each in safe.cases] == pytest.approx([p for _, p in expected])
    assert [each.named for each in safe.cases] == [named[unit] for unit in units]


def test_an_area_that_named_itself_is_found_more_easily():
    people = {"region": ["N"] * 10 + ["S"] * 10}
    table = pa.table({"region": ["N", "N", "N", "N"], "role": ["a", "a", "b", "b"]})
    asked = rules(keys=("region", "role"), k=2)

    def highest(named, role):
        told = [role if each else None for each in named]
        known = source(table, units=np.arange(4), population=people | {"role": told},
                       named=named, named_keys=("role",))  # fmt: skip
        return protect(known, asked).cases[0].probability

    nobody = (False,) * 20
    first = (True, *nobody[1:])
    assert highest(nobody, "a") == pytest.approx(1 / 10)
    assert highest(first, None) == pytest.approx(1 / 4)  # one of four that answered in the North
    assert highest(first, "a") == pytest.approx(1 / 2)  # and it said who did


def test_coarser_keys_are_coarser_for_the_attacker_too():
    people = {"region": ["NE", "NW", "SE", "SE"]}
    table = pa.table({"region": ["NE", "NW", "SE"]})
    north = Recoding(column="region", groups={"N": ("NE", "NW")}, reason="few")
    safe = protect(
        source(table, units=np.array([0, 1, 2]), population=people),
        rules(keys=("region",), attributes=("region",), k=1, recode=(north,)),
    )
    assert safe.table.column("region").to_pylist() == ["N", "N", "SE"]
    assert [each.candidates for each in safe.cases] == [2, 2, 2]


# --- edges ------------------------------------------------------------------------------


def test_a_table_without_keys_is_published_and_has_no_cases_of_risk():
    table = pa.table({"answer": [1, 2]})
    safe = protect(source(table), rules(keys=()))
    assert (safe.table, safe.cases, safe.trade_offs) == (table, (), ())


def test_a_table_without_cases_is_published():
    table = pa.table({"region": pa.array([], pa.string())})
    safe = protect(source(table), rules(keys=("region",)))
    assert (safe.table.num_rows, safe.cases, safe.trade_offs) == (0, (), ())


def test_too_few_cases_to_hide_in():
    with pytest.raises(Fault) as told:
        protect(source(pa.table({"region": ["N", "N"]})), rules(keys=("region",)))
    assert told.value.code == "DEP-003"
    assert "has 2 cases, and 3 are to share" in told.value.what


@pytest.mark.parametrize("key", ["keys", "sensitive", "withhold", "recode"])
def test_columns_that_are_not_there(key):
    value = {
        "withhold": {"gone": "why"},
        "recode": (Recoding(column="gone", top=1, reason="few"),),
    }.get(key, ("gone",))
    with pytest.raises(Fault) as told:
        protect(source(pa.table({"region": ["N"] * 3})), rules(**{"keys": (), key: value}))
    assert told.value.code == "DEP-002"
    assert "no column gone; it has region" in told.value.what


def test_numbers_are_withheld_by_a_number():
    table = pa.table({"pupils": [1, 1, 1, 2], "w": [0.5, 0.5, 0.5, 9.5]})
    safe = protect(source(table), rules(keys=("pupils", "w")))
    assert safe.table.to_pylist() == [{"pupils": -88, "w": -88.0}] * 4
    assert safe.table.schema == table.schema


def test_other_choices_of_k_are_told_with_risk_and_loss():
    table = pa.table({"region": list("NNNNNNSSSM"), "role": list("aabbccabca")})
    safe = protect(source(table), rules(keys=("region", "role")))
    assert [each.k for each in safe.trade_offs] == [1, 2, 3, 5, 10]
    assert [each.chosen for each in safe.trade_offs] == [False, False, True, False, False]
    losses = [each.loss for each in safe.trade_offs]
    assert losses == sorted(losses)
    assert losses[0] == 0.0
    for one in safe.trade_offs:
        beaten = any(
            each.risk <= one.risk and each.loss <= one.loss
            and (each.risk, each.loss) != (one.risk, one.loss)
            for each in safe.trade_offs
        )  # fmt: skip
        assert one.efficient != beaten


def test_a_recoding_of_a_value_that_no_unit_has_is_refused():
    table = pa.table({"region": ["London", "North", "North"], "answer": [1, 2, 3]})
    people = {"region": ["London", "North", "North", "South"]}
    groups = {"Capital": ("Lundon",), "Rest": ("North", "South")}
    wrong = rules(
        keys=("region",), recode=(Recoding(column="region", groups=groups, reason="few"),)
    )
    units = np.array([0, 1, 2])
    with pytest.raises(Fault, match="Lundon") as caught:
        protect(source(table, population=people, units=units), wrong)
    assert caught.value.code == "DEP-021"
