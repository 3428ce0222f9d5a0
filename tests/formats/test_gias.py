"""The school register: as it really comes, and without persons."""

import datetime as dt
import gzip

import pytest

from consilience.base.errors import Fault
from consilience.formats.gias import is_personal, read_links, read_register

HEAD = "URN,EstablishmentName,OpenDate,CloseDate,HeadFirstName,HeadLastName,TelephoneNum,"


def refused(code, work):
    with pytest.raises(Fault) as caught:
        work()
    assert caught.value.code == code
    assert "<" not in caught.value.what + caught.value.remedy
    return caught.value


@pytest.fixture
def register(tmp_path):
    """Return a function that writes an extract from rows and returns its path."""

    def write(*rows, head=HEAD, encoding="cp1252"):
        path = tmp_path / "register.csv"
        path.write_bytes("\r\n".join([head, *rows, ""]).encode(encoding))
        return path

    return write


def test_persons_stay_at_the_door(register):
    found = read_register(register("100001,Brontë School,01-09-2010,,Ann,Example,0123,"))
    assert found.table.column_names == ["URN", "EstablishmentName", "OpenDate", "CloseDate"]
    assert found.dropped_columns == ("HeadFirstName", "HeadLastName", "TelephoneNum")
    assert "Example" not in str(found)
    assert found.table.to_pylist()[0]["EstablishmentName"] == "Brontë School"
    assert found.encoding == "cp1252"


@pytest.mark.parametrize(
    "column",
    ["HeadTitle (name)", "HeadPreferredJobTitle", "PropsName", "InspectorName", "MainEmail",
     "Headteacher", "ChairOfGovernors", "BSOInspectorateName (name)"],
)  # fmt: skip
def test_columns_about_persons_are_known(column):
    assert is_personal(column)


@pytest.mark.parametrize("column", ["URN", "Trusts (name)", "PhaseOfEducation (name)", "Town"])
def test_other_columns_are_kept(column):
    assert not is_personal(column)


def test_dates_are_iso_rows_are_sorted_and_blank_tails_are_left_out(register):
    found = read_register(register("100002,B,31-08-2019,1/9/2020,,,,", "100001,A,,,,,,"))
    assert found.table.num_columns == 4
    assert found.table.column("URN").to_pylist() == ["100001", "100002"]
    assert found.table.to_pylist()[1]["OpenDate"] == "2019-08-31"
    assert found.table.to_pylist()[1]["CloseDate"] == "2020-09-01"


def test_fields_beyond_the_heading_are_left_out_and_said(register):
    found = read_register(register("100001,A,,,,,,", "100002,B,,,,,,,Link 1,Link 2"))
    assert found.ragged_rows == (3,)
    assert [note.code for note in found.notes] == ["FMT-051"]
    assert found.notes[0].is_warning
    assert "Link 1" not in str(found.table.to_pylist())


def test_a_row_too_short_is_refused(register):
    assert refused("FMT-016", lambda: read_register(register("1,A,,", "2,B,,,,,,"))).where.row == 2


def test_other_files_are_refused(register, tmp_path):
    path = register("1,2", head="urn,name")
    fault = refused("FMT-050", lambda: read_register(path))
    assert "urn, name" in fault.what
    zipped = tmp_path / "a.csv"
    zipped.write_bytes(gzip.compress(b"URN\n1\n"))
    refused("FMT-006", lambda: read_register(zipped))
    refused("FMT-021", lambda: read_register(register("1,2,3", head="URN,a,a")))
    refused("FMT-004", lambda: read_register(register()))


def test_a_date_that_is_none_is_placed(register):
    path = register("100001,A,,,,,,", "100002,B,31-02-2019,,,,,")
    fault = refused("FMT-052", lambda: read_register(path))
    assert (fault.where.row, fault.values["column"]) == (3, "OpenDate")


def test_double_and_missing_numbers_are_placed(register):
    double = register("100001,A,,,,,,", "100002,B,,,,,,", "100001,C,,,,,,")
    assert refused("FMT-053", lambda: read_register(double)).where.row == 4
    missing = register("100001,A,,,,,,", ",B,,,,,,")
    assert refused("FMT-054", lambda: read_register(missing)).where.row == 3


def test_links_are_read_with_their_days(tmp_path):
    path = tmp_path / "links.csv"
    path.write_text(
        "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n"
        "1,2,A,Successor,01-09-2018\n2,1,B,Predecessor,\n"
    )
    links = read_links(path)
    assert links.to_pylist() == [
        {"urn": "1", "link_urn": "2", "link_type": "Successor", "established": dt.date(2018, 9, 1)},
        {"urn": "2", "link_urn": "1", "link_type": "Predecessor", "established": None},
    ]


@pytest.mark.shared
def test_the_real_ragged_extract(shared):
    path = shared / "data" / "domain" / "gias_surrey_hampshire_20220420_ragged.csv.gz"
    found = read_register(path)
    assert found.table.num_rows == 1096
    assert len(found.ragged_rows) == 69
    assert set(found.dropped_columns) >= {
        "HeadTitle (name)", "HeadFirstName", "HeadLastName", "HeadPreferredJobTitle",
        "TelephoneNum", "PropsName",
    }  # fmt: skip
    assert found.table.num_columns == 111 - len(found.dropped_columns)
    again = [name for name in found.table.column_names if is_personal(name)]
    assert again == []


@pytest.mark.shared
def test_the_other_real_extracts(shared):
    folder = shared / "data" / "domain"
    small = read_register(folder / "gias_surrey_hampshire_2021_10col.csv")
    assert small.table.shape == (729, 10)
    full = read_register(folder / "gias_schema_fixture_dfe_synthetic.csv")
    assert full.table.num_rows == 60
    assert {"LA (code)", "LA (name)"} <= set(full.table.column_names)
    assert full.table.column("OpenDate").to_pylist()[0] == "1993-05-29"
    assert read_links(folder / "gias_links_20250422.csv.gz").num_rows == 33801
