"""Frames by a mapping of columns: kinds of attributes, faulty files, areas, who is left out."""

import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Faults
from consilience.frame.attributes import typed

COLUMNS = {"id": "urn", "name": "name", "area": "la", "attributes": {"phase": "phase", "n": "n"}}
SCHOOLS = (
    "urn,name,la,phase,n,x\n"
    "3,Oak,837,primary,210,1.5\n"
    "1,Ash,835,secondary,NA,2\n"
    "2,Elm,837,primary,95.5,\n"
)


def test_units_are_typed_placed_and_sorted(load, areas):
    frame, notes = load(SCHOOLS, areas=areas, area_key="dfe_code", columns={**COLUMNS, "x": "x"})
    assert frame.table.to_pylist() == [
        {"id": "1", "name": "Ash", "area": "E10000009", "x": 2.0, "y": None,
         "phase": "secondary", "n": None},
        {"id": "2", "name": "Elm", "area": "E06000028", "x": None, "y": None,
         "phase": "primary", "n": 95.5},
        {"id": "3", "name": "Oak", "area": "E06000028", "x": 1.5, "y": None,
         "phase": "primary", "n": 210.0},
    ]  # fmt: skip
    assert [(each.name, each.kind) for each in frame.attributes] == [
        ("phase", "nominal"),
        ("n", "numeric"),
    ]
    assert [note.code for note in notes] == ["FRA-023"]  # most areas have no school here
    assert frame.date == dt.date(2018, 9, 1)


@pytest.mark.parametrize(
    ("values", "numeric"),
    [
        (["1", "2.5", "-3e2", " 7 "], True),
        (["1", "NA", "..", "", "SUPP", None], True),
        (["01", "02"], False),  # codes
        (["1", "two"], False),
        (["E", "M", "H"], False),
        (["NA", None], False),
        (["0", "0.5", "-0.25"], True),
        (["None", "Not applicable"], False),
    ],
)
def test_numbers_are_told_by_rule(values, numeric):
    column, notes = typed(pa.chunked_array([pa.array(values, pa.string())]), name="a", file="f")
    assert pa.types.is_floating(column.type) == numeric
    assert notes == ()
    if "None" in values:
        assert column.null_count == 0


def test_a_column_of_nearly_all_numbers_is_text_with_a_warning(whole):
    values = [*map(str, range(20)), "low coverage"]
    column, (note,) = typed(pa.chunked_array([values]), name="a", file="f")
    assert pa.types.is_string(column.type)
    assert whole(note, "FRA-015").values["value"] == "low coverage"
    assert note.is_warning


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.floats(-1e9, 1e9).map(lambda x: round(x, 3)), min_size=1))
def test_numbers_written_as_text_are_the_same_numbers(values):
    text = pa.chunked_array(
        [pa.array([None if v is None else repr(v) for v in values], pa.string())]
    )
    column, _ = typed(text, name="a", file="f")
    if any(v is not None for v in values):
        assert column.to_pylist() == values


def test_faulty_mappings_are_refused(load, refused):
    fault = refused("FRA-012", lambda: load(SCHOOLS, columns={"id": "URN"}))
    assert fault.values["nearest"] == "urn"
    refused("FRA-011", lambda: load(SCHOOLS))
    refused("FRA-010", load)
    taken = {"id": "urn", "attributes": {"name": "phase"}}
    refused("FRA-017", lambda: load(SCHOOLS, columns=taken))


def test_lists_are_no_attributes_and_odd_numbers_no_ids(load, refused, tmp_path):
    table = pa.table(
        {
            "id": [1.0, 2.0, 3.0],
            "n": [1.5, float("nan"), float("inf")],
            "day": [dt.date(2018, 9, 1)] * 3,
            "flag": [True, False, None],
            "list": [["a"], ["b"], None],
        }
    )
    pq.write_table(table, tmp_path / "s.parquet")
    columns = {"id": "id", "attributes": {"n": "n", "day": "day", "flag": "flag"}}
    stage = {"file": "s.parquet", "format": "parquet"}
    frame, notes = load(columns=columns, **stage)
    assert frame.table.select(["id", "n", "day", "flag"]).to_pylist() == [
        {"id": "1", "n": 1.5, "day": "2018-09-01", "flag": "yes"},
        {"id": "2", "n": None, "day": "2018-09-01", "flag": "no"},
        {"id": "3", "n": None, "day": "2018-09-01", "flag": None},
    ]
    assert notes == []
    for faulty in ({"id": "id", "attributes": {"a": "list"}}, {"id": "list"}):
        assert refused("FRA-018", lambda c=faulty: load(columns=c, **stage))


def test_schools_in_areas_need_a_column_of_areas(load, areas, refused):
    refused("FRA-025", lambda: load(SCHOOLS, areas=areas, columns={"id": "urn"}))
    text = SCHOOLS.replace("837", "").replace("835", "")
    fault = refused(
        "FRA-021", lambda: load(text, areas=areas, area_key="dfe_code", columns=COLUMNS)
    )
    assert "no value at all" in fault.what


def test_faulty_ids_are_placed_in_the_file(load, refused):
    text = "id,a\n1,x\n,,\n ,x\n2,x\n1,y\n"
    fault = refused("FRA-013", lambda: load(text.replace(",,\n", "\n"), columns={"id": "id"}))
    assert fault.where.row == 4
    fault = refused("FRA-014", lambda: load("id,a\n1,x\n\n2,x\n1,y\n", columns={"id": "id"}))
    assert fault.values["rows"] == "2, 5"


def test_a_position_that_is_no_number_is_refused(load, refused):
    text = "id,x\n1,534\n2,east\n"
    fault = refused("FRA-016", lambda: load(text, columns={"id": "id", "x": "x"}))
    assert fault.values["value"] == "east"


def test_schools_outside_the_areas_are_left_out_with_a_warning(load, whole):
    areas, _ = load(
        id="areas", of="areas", source="england-upper-tier-2018",
        exclude=[{"id": "E10000009", "reason": "test"}],
    )  # fmt: skip
    frame, notes = load(SCHOOLS, areas=areas, area_key="dfe_code", columns=COLUMNS)
    assert frame.table.column("id").to_pylist() == ["2", "3"]
    note = whole(next(n for n in notes if n.code == "FRA-020"), "FRA-020")
    assert "835 (1)" in note.what
    whole(next(n for n in notes if n.code == "FRA-023"), "FRA-023")


def test_an_area_of_another_year_is_refused_with_what_to_use(load, areas, refused):
    text = SCHOOLS.replace("837", "839")
    fault = refused(
        "FRA-001", lambda: load(text, areas=areas, area_key="dfe_code", columns=COLUMNS)
    )
    assert "837 (Bournemouth)" in fault.remedy
    gss = SCHOOLS.replace("835", "E06000059").replace("837", "E06000028")
    fault = refused("FRA-001", lambda: load(gss, areas=areas, columns=COLUMNS))
    assert "E10000009" in fault.remedy


def test_a_wrong_key_of_areas_is_refused_with_the_likely_one(load, areas, refused):
    fault = refused("FRA-021", lambda: load(SCHOOLS, areas=areas, area_key="name", columns=COLUMNS))
    assert "'dfe_code'" in fault.remedy
    fault = refused("FRA-022", lambda: load(SCHOOLS, areas=areas, area_key="dfe", columns=COLUMNS))
    assert fault.values["nearest"] == "dfe_code"
    refused("FRA-024", lambda: load(SCHOOLS, areas=areas, area_key="region", columns=COLUMNS))


def test_conditions_and_exclusions_leave_out(load):
    where = [{"attribute": "phase", "is": "primary"}, {"attribute": "n", "at_least": 96}]
    frame, notes = load(SCHOOLS, columns=COLUMNS, where=where)
    assert (frame.table.column("id").to_pylist(), notes) == (["3"], [])
    for condition, left in (
        ({"attribute": "n", "missing": True}, ["1"]),
        ({"attribute": "n", "missing": False}, ["2", "3"]),
        ({"attribute": "n", "at_most": 100}, ["2"]),
        ({"attribute": "n", "is": 210}, ["3"]),
        ({"attribute": "la", "is": 835}, None),
        ({"attribute": "area", "is": 835}, ["1"]),
        ({"attribute": "phase", "any_of": ["primary", "secondary"]}, ["1", "2", "3"]),
    ):
        if left is not None:
            frame, _ = load(SCHOOLS, columns=COLUMNS, where=[condition])
            assert frame.table.column("id").to_pylist() == left, condition
    frame, _ = load(SCHOOLS, columns=COLUMNS, exclude=[{"id": "3", "reason": "closed"}])
    assert frame.table.column("id").to_pylist() == ["1", "2"]


def test_faulty_conditions_are_refused(load, refused, whole):
    def work(**stage):
        return lambda: load(SCHOOLS, columns=COLUMNS, **stage)

    fault = refused("FRA-030", work(exclude=[{"id": "33", "reason": "x"}]))
    assert fault.values["nearest"] == "3"
    fault = refused("FRA-031", work(where=[{"attribute": "pase", "is": "x"}]))
    assert fault.values["nearest"] == "phase"
    refused("FRA-033", work(where=[{"attribute": "phase", "at_least": 3}]))
    refused("FRA-033", work(where=[{"attribute": "n", "is": "many"}]))
    with pytest.raises(Faults) as caught:
        work(where=[{"attribute": "phase", "is": "primry"}])()
    level, nobody = caught.value.faults
    assert whole(level, "FRA-032").values["nearest"] == "primary"
    whole(nobody, "FRA-034")


def test_a_level_that_nobody_has_is_said(load, whole):
    where = [{"attribute": "phase", "any_of": ["primary", "middle"]}]
    frame, (note,) = load(SCHOOLS, columns=COLUMNS, where=where)
    assert frame.table.num_rows == 2
    assert whole(note, "FRA-032").is_warning


def test_links_name_the_schools_that_others_had_taken_over(load, whole, tmp_path):
    (tmp_path / "links.csv").write_text(
        "URN,LinkURN,LinkType,LinkEstablishedDate\n1,9,Successor,01-09-2017\n2,8,Successor,\n"
        "3,7,Successor,01-09-2019\n"
    )
    _, (note,) = load(SCHOOLS, columns=COLUMNS, links="links.csv")
    assert whole(note, "FRA-041").values["examples"] == "1 by 9"


# --- other countries ----------------------------------------------------------------------


@pytest.mark.shared
def test_californian_schools_in_counties(load, shared):
    folder = shared / "data" / "domain"
    columns = {
        "id": "cds", "name": "name", "area": "cname",
        "attributes": {"type": "stype", "meals": "meals", "pupils": "enroll", "district": "dname"},
    }  # fmt: skip
    stage = {"file": "us_ca_api_schools_6194.csv.gz", "date": "2000-06-30", "columns": columns}
    alone, notes = load(folder=folder, **stage)
    assert (alone.table.num_rows, notes) == (6194, [])
    assert {each.name: each.kind for each in alone.attributes} == {
        "type": "nominal", "meals": "numeric", "pupils": "numeric", "district": "nominal",
    }  # fmt: skip
    names = sorted(set(alone.table.column("area").to_pylist()))
    assert len(names) == 57
    text = "code,county\n" + "".join(f"CA-{n:02d},{name}\n" for n, name in enumerate(names))
    counties, _ = load(
        text, id="counties", of="areas", file="counties.csv",
        columns={"id": "code", "name": "county"},
        exclude=[{"id": f"CA-{names.index('Los Angeles'):02d}", "reason": "test"}],
    )  # fmt: skip
    placed, notes = load(folder=folder, areas=counties, area_key="name", **stage)
    assert set(placed.table.column("area").to_pylist()) == set(
        counties.table.column("id").to_pylist()
    )
    lost = alone.table.column("area").to_pylist().count("Los Angeles")
    assert placed.table.num_rows == 6194 - lost
    assert [note.code for note in notes] == ["FRA-020"]


@pytest.mark.shared
def test_new_york_schools_of_a_file_cut_short(load, shared):
    frame, notes = load(
        folder=shared / "data" / "domain",
        file="nyc_school_survey_2011_gened_455.txt.gz",
        date="2011-06-30",
        columns={
            "id": "dbn", "name": "schoolname",
            "attributes": {"type": "schooltype", "safety": "saf_tot_11", "special": "d75"},
        },
    )  # fmt: skip
    assert frame.table.num_rows == 455
    assert {each.name: each.kind for each in frame.attributes} == {
        "type": "nominal", "safety": "numeric", "special": "numeric",
    }  # fmt: skip
    assert [note.code for note in notes] == ["FMT-025"]


@pytest.mark.shared
def test_every_school_of_england_in_2019(load, shared, areas):
    columns = {
        "id": "URN", "name": "name", "area": "LA", "x": "easting", "y": "northing",
        "attributes": {"phase": "SCHOOLTYPE", "status": "funding_type", "pupils": "NOR"},
    }  # fmt: skip
    stage = {
        "folder": shared / "data" / "domain",
        "file": "england_school_frame_2019.parquet",
        "format": "parquet",
        "columns": columns,
        "area_key": "dfe_code",
    }
    frame, notes = load(areas=areas, **stage)
    assert (frame.table.num_rows, notes) == (23_939, [])
    assert len(set(frame.table.column("area").to_pylist())) == 152
    rows = {row["id"]: row for row in frame.table.to_pylist()}
    assert rows["100000"]["area"] == "E09000001"
