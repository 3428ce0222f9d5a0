"""Schools from the register: open on a day, of what kind, and who took over from whom."""

import datetime as dt
from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.formats.gias import read_links
from consilience.formats.parquet import read_parquet
from consilience.formats.tables import read_table
from consilience.frame.schools import resolve

HEAD = (
    "URN,EstablishmentName,LA (code),GSSLACode (name),TypeOfEstablishment (name),"
    "EstablishmentTypeGroup (name),EstablishmentStatus (name),PhaseOfEducation (name),OpenDate,"
    "CloseDate,NumberOfPupils,PercentageFSM,ReligiousCharacter (name),TrustSchoolFlag (name),"
    "Trusts (name),Easting,Northing,HeadLastName,LastChangedDate\n"
)


def school(urn, **given):
    """Return one row of a register, an open community primary school unless told otherwise."""
    row = {
        "name": f"School {urn}", "la": "837", "gss": "E06000058", "type": "Community school",
        "group": "Local authority maintained schools", "mark": "Open", "phase": "Primary",
        "opened": "", "closed": "", "pupils": "210", "fsm": "12.5", "faith": "Does not apply",
        "flag": "Not applicable", "trust": "", "x": "409000", "y": "91000", "head": "Example",
        "changed": "01-08-2018", **given,
    }  # fmt: skip
    return ",".join([str(urn), *row.values()]) + "\n"


def register(load, *rows, areas=None, **stage):
    return load(HEAD + "".join(rows), format="register", file="r.csv", areas=areas, **stage)


def ids(frame):
    return frame.table.column("id").to_pylist()


def test_open_on_the_day_from_first_to_last_day(load):
    rows = [
        school(1),
        school(2, opened="01-09-2018"),
        school(3, opened="02-09-2018"),
        school(4, closed="31-08-2018", mark="Closed"),
        school(5, closed="01-09-2018", mark="Closed"),
        school(6, closed="31-08-2019", mark='"Open, but proposed to close"'),
    ]
    frame, _ = register(load, *rows)
    assert ids(frame) == ["1", "2", "5", "6"]


def test_a_converter_follows_the_school_it_was_without_gap_or_double(load):
    """On any day exactly one of the two stands."""
    rows = [
        school(1, closed="31-08-2018", mark="Closed"),
        school(2, opened="01-09-2018", type="Academy converter", group="Academies"),
    ]
    for day in ("2018-08-30", "2018-08-31", "2018-09-01", "2018-09-02"):
        frame, _ = register(load, *rows, date=day)
        assert ids(frame) == (["1"] if day < "2018-09-01" else ["2"])


def test_who_may_or_may_not_be_open_is_left_out_and_said(load, whole):
    rows = [school(1), school(2, mark="Closed"), school(3, mark="Proposed to open")]
    frame, (note,) = register(load, *rows)
    assert ids(frame) == ["1"]
    assert whole(note, "FRA-042").values["examples"] == "2, 3"


@pytest.mark.parametrize(
    ("type_", "group", "phase", "expected"),
    [
        ("Community school", "Local authority maintained schools", "Primary",
         ("primary", "maintained")),
        ("Academy converter", "Academies", "Secondary", ("secondary", "academy")),
        ("Free schools", "Free Schools", "All-through", ("all-through", "free school")),
        ("Academy special converter", "Academies", "Not applicable", ("special", "academy")),
        ("Community special school", "Special schools", "Not applicable",
         ("special", "maintained")),
        ("Non-maintained special school", "Special schools", "Not applicable",
         ("special", "non-maintained")),
        ("Other independent special school", "Special schools", "Not applicable",
         ("special", "independent")),
        ("Pupil referral unit", "Local authority maintained schools", "Not applicable",
         ("pupil referral unit", "maintained")),
        ("Free schools alternative provision", "Free Schools", "Not applicable",
         ("pupil referral unit", "free school")),
        ("Other independent school", "Independent schools", "Not applicable",
         ("independent", "independent")),
        ("Local authority nursery school", "Local authority maintained schools", "Nursery",
         ("nursery", "maintained")),
        ("Voluntary aided school", "Local authority maintained schools",
         "Middle deemed secondary", ("secondary", "maintained")),
        ("Offshore schools", "Other types", "Not applicable", ("other", "other")),
    ],
)  # fmt: skip
def test_phase_and_status(load, type_, group, phase, expected):
    frame, _ = register(load, school(1, type=type_, group=group, phase=phase))
    (row,) = frame.table.to_pylist()
    assert (row["phase"], row["status"]) == expected


def test_who_runs_the_school_and_since_when(load):
    rows = [
        school(1, flag="Supported by a trust"),
        school(2, type="Academy converter", group="Academies", opened="01-04-2012",
               flag="Supported by a multi-academy trust", trust="A Trust"),
        school(3, type="Academy sponsor led", group="Academies", opened="01-09-2013",
               flag="Supported by a multi-academy trust", trust="A Trust"),
        school(4, type="Academy converter", group="Academies", opened="01-09-2014",
               flag="Supported by a single-academy trust", trust="B"),
        school(5, type="Academy converter", group="Academies", opened="01-09-2019",
               flag="Supported by a multi-academy trust", trust="A Trust"),
        school(6),
    ]  # fmt: skip
    frame, _ = register(load, *rows)
    rows = {row["id"]: row for row in frame.table.to_pylist()}
    assert [rows[each]["autonomy"] for each in "12346"] == [
        "foundation trust", "multi-academy trust", "multi-academy trust",
        "single-academy trust", "local authority",
    ]  # fmt: skip
    assert rows["2"]["converted"] == "2012-04-01"
    assert rows["3"]["converted"] is None  # a sponsored academy is a new school
    # The fifth joins the trust a year later.
    assert rows["2"]["trust_schools"] == 2


def test_attributes_are_typed_and_nothing_of_a_person_is_in(load):
    rows = [school(1, faith="Roman Catholic", x="0", y="0"), school(2, pupils="", fsm="SUPP")]
    frame, notes = register(load, *rows)
    first, second = frame.table.to_pylist()
    assert (first["pupils"], first["fsm"], first["faith"]) == (210.0, 12.5, "Roman Catholic")
    assert (first["x"], first["y"]) == (None, None)
    assert (second["pupils"], second["fsm"], second["faith"]) == (None, None, "none")
    assert "Example" not in str(frame)
    assert notes == []
    assert "Open Government Licence" in frame.licence


def test_columns_that_the_extract_does_not_have_are_no_attributes(load, whole):
    frame, (note,) = load(
        "URN,EstablishmentName,PhaseOfEducation (name)\n1,A,Primary\n",
        format="register", file="r.csv",
    )  # fmt: skip
    assert [each.name for each in frame.attributes] == ["phase"]
    assert whole(note, "FRA-043").is_warning


def test_a_register_of_another_time_is_said(load, whole):
    _, (note,) = register(load, school(1, changed="20-04-2022"))
    assert whole(note, "FRA-040").values["stands"] == dt.date(2022, 4, 20)


def test_schools_are_placed_by_the_key_that_is_told(load, areas, refused):
    frame, _ = register(load, school(1), areas=areas)
    assert frame.table.column("area").to_pylist() == ["E06000028"]
    # The register's GSS code is that of today: another year.
    fault = refused("FRA-001", lambda: register(load, school(1), areas=areas, area_key="id"))
    assert "Bournemouth, Christchurch and Poole" in fault.what


def test_an_extract_that_names_no_authority_is_refused_where_areas_are_asked(load, areas, refused):
    text = "URN,EstablishmentName\n1,A\n"
    stage = {"format": "register", "file": "r.csv"}
    refused("FMT-050", lambda: load(text, areas=areas, **stage))
    frame, _ = load(text, **stage)
    assert frame.table.column("area").to_pylist() == [None]


# --- links ----------------------------------------------------------------------------------


def links(*rows):
    columns = list(zip(*rows, strict=True))
    return pa.table(
        {
            "urn": pa.array(columns[0], pa.string()),
            "link_urn": pa.array(columns[1], pa.string()),
            "link_type": pa.array(columns[2], pa.string()),
            "established": pa.array(columns[3], pa.date32()),
        }
    )


DAY = dt.date(2018, 9, 1)


def one(urn, table, *, on=DAY, present=None):
    (found,) = resolve([urn], table, on=on, present=present)
    return found


def test_chains_are_followed_to_their_end_on_the_day():
    table = links(
        ("1", "2", "Successor", dt.date(2012, 9, 1)),
        ("3", "2", "Predecessor", dt.date(2015, 9, 1)),  # the other way round
        ("3", "4", "Successor", dt.date(2019, 9, 1)),
    )
    assert one("1", table).valid == ("3",)
    assert one("1", table).chain == ("1", "2", "3")
    assert one("1", table, on=dt.date(2013, 1, 1)).valid == ("2",)
    assert one("1", table, on=dt.date(2020, 1, 1)).valid == ("4",)
    assert one("1", table, on=dt.date(2010, 1, 1)).outcome == "same"
    assert one("1", table, present={"2", "4"}).valid == ("2",)


def test_mergers_and_splits_are_many_to_many():
    table = links(
        ("1", "3", "Successor - merged", DAY),
        ("2", "3", "Successor - merged", DAY),
        ("4", "5", "Successor - Split School", DAY),
        ("4", "6", "Successor - Split School", DAY),
    )
    assert one("1", table).valid == one("2", table).valid == ("3",)
    split = one("4", table)
    assert (split.outcome, split.valid) == ("split", ("5", "6"))


def test_circles_end_and_are_said_and_diamonds_are_none():
    circle = links(("1", "2", "Successor", DAY), ("2", "1", "Successor", DAY))
    found = one("1", circle)
    assert (found.outcome, found.circular) == ("gone", True)
    assert one("1", circle, present={"2"}).valid == ("2",)
    diamond = links(
        ("1", "2", "Successor", DAY), ("1", "3", "Successor", DAY),
        ("2", "4", "Successor", DAY), ("3", "4", "Successor", DAY),
    )  # fmt: skip
    found = one("1", diamond)
    assert (found.valid, found.circular) == (("4",), False)


def test_undated_links_are_followed_only_where_a_list_of_the_day_tells():
    table = links(("1", "2", "Successor", None))
    assert one("1", table).outcome == "same"
    assert one("1", table, present={"2"}).valid == ("2",)
    assert one("1", table, present={"9"}).outcome == "gone"


def test_links_that_tell_no_direction_are_not_followed():
    table = links(
        ("1", "2", "Result of Amalgamation", DAY), ("1", "3", "Sixth Form Centre Link", DAY)
    )
    assert one("1", table).outcome == "same"


URN = st.sampled_from("123456")
LINK = st.tuples(URN, URN, st.sampled_from(["Successor", "Predecessor"]), st.just(DAY))


@settings(max_examples=100, deadline=None)
@given(st.lists(LINK, min_size=1, max_size=12), st.sets(URN))
def test_any_links_end_in_schools_that_are_there(rows, present):
    for found in resolve(list("123456"), links(*rows), on=DAY, present=present):
        assert set(found.valid) <= present
        assert set(found.valid) <= set(found.chain)
        assert (found.outcome == "gone") == (not found.valid)
        if found.urn in present:
            assert found.valid == (found.urn,)


# --- real registers -------------------------------------------------------------------------


@pytest.mark.shared
def test_the_real_extract_on_a_day_of_the_study(load, shared, areas):
    frame, notes = load(
        folder=shared / "data" / "domain",
        file="gias_surrey_hampshire_20220420_ragged.csv.gz",
        format="register",
        areas=areas,
    )
    assert frame.table.num_rows == 724
    assert Counter(frame.table.column("area").to_pylist()).keys() == {"E10000014", "E10000030"}
    assert Counter(frame.table.column("status").to_pylist()) == {
        "maintained": 604, "academy": 118, "free school": 2,
    }  # fmt: skip
    assert {note.code for note in notes} == {"FMT-051", "FRA-040", "FRA-023"}


@pytest.mark.shared
def test_urns_of_2019_that_were_gone_in_2022_resolve_by_official_links(shared):
    """Measured once by hand: 20,217 schools, 1,560 gone, 1,450 of them resolve."""
    folder = shared / "data" / "domain"
    census = read_parquet(folder / "england_school_frame_2019.parquet")
    mainstream = {"State-funded primary", "State-funded secondary"}
    then = [
        str(urn)
        for urn, kind in zip(
            census.column("URN").to_pylist(), census.column("SCHOOLTYPE").to_pylist(), strict=True
        )
        if kind in mainstream
    ]
    later = set(
        read_table(folder / "gias_open_state_schools_2022.csv.gz").column("urn").to_pylist()
    )
    gone = [urn for urn in then if urn not in later]
    assert (len(then), len(gone)) == (20_217, 1_560)
    every = read_links(folder / "gias_links_20250422.csv.gz")
    on = dt.date(2022, 4, 20)
    forward = every.filter(pc.starts_with(every.column("link_type"), "Successor"))
    by_successors = resolve(gone, forward, on=on, present=later)
    assert sum(bool(each.valid) for each in by_successors) == 1_450
    # Predecessor links, turned round, find two more.
    outcomes = Counter(each.outcome for each in resolve(gone, every, on=on, present=later))
    assert outcomes == {"successor": 1_451, "split": 1, "gone": 108}
