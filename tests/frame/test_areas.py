"""The authorities of England: as many as there were, and codes of other years explained."""

import datetime as dt
import importlib.util
from collections import Counter

import pytest

from consilience.formats.tables import read_table
from consilience.frame.areas import (
    changes,
    codes_on,
    england_upper_tier_2018,
    explain_code,
    neighbours,
    successors,
)
from consilience.frame.model import UNIT, from_stamped

STUDY = dt.date(2017, 9, 1)


def column(name):
    return england_upper_tier_2018().table.column(name).to_pylist()


def test_152_authorities_by_type_and_region():
    assert Counter(column("type")) == {
        "Unitary authority": 55,
        "Metropolitan district": 36,
        "London borough": 32,
        "County council": 27,
        "City of London": 1,
        "Isles of Scilly": 1,
    }
    assert Counter(column("region")) == {
        "London": 33, "North West": 23, "South East": 19, "South West": 16,
        "Yorkshire and The Humber": 15, "West Midlands": 14, "North East": 12,
        "East of England": 11, "East Midlands": 9,
    }  # fmt: skip


def test_the_frame_has_the_form_of_every_frame_and_survives_storage():
    frame = england_upper_tier_2018(frame_id="places", date=STUDY)
    assert frame.table.column_names[: len(UNIT)] == UNIT.names
    assert frame.table.column_names[len(UNIT) :] == [each.name for each in frame.attributes]
    assert column("id") == sorted(column("id"))
    assert len(set(column("dfe_code"))) == 152
    assert from_stamped(frame.stamped()) == frame
    assert "Open Government Licence v3.0" in frame.source


def test_published_figures():
    rows = {row["id"]: row for row in england_upper_tier_2018().table.to_pylist()}
    study = [row for row in rows.values() if row["study_frame"] == "yes"]
    assert len(study) == 150
    assert min(study, key=lambda row: row["children"])["name"] == "Rutland"
    assert rows["E10000016"]["children"] == 336_090  # Kent
    assert Counter(row["rural_class"] for row in study) == {
        "urban": 82, "mainly urban": 36, "significant rural": 25, "mainly rural": 7,
    }  # fmt: skip
    assert rows["E10000009"]["dfe_code"] == "835"  # Dorset before April 2019


def test_every_position_lies_in_its_part_of_england():
    rows = {row["name"]: row for row in england_upper_tier_2018().table.to_pylist()}
    # Rough boxes; the source of positions puts Dorset into Devon and Lancashire far south.
    assert 360_000 < rows["Dorset"]["x"] < 420_000
    assert rows["Lancashire"]["y"] > 400_000
    assert rows["Kent"]["x"] > 560_000
    by_region = {}
    for row in rows.values():
        by_region.setdefault(row["region"], []).append(row["y"])
    assert min(by_region["North East"]) > max(by_region["London"])


@pytest.mark.parametrize("day", ["2019-04-01", "2013-03-31"])
def test_another_time_is_refused(refused, day):
    date = dt.date.fromisoformat(day)
    fault = refused("FRA-003", lambda: england_upper_tier_2018(date=date))
    assert "2019-03-31" in fault.what


def test_neighbours_are_other_authorities_of_2018():
    found = neighbours()
    known = set(column("id"))
    assert set(found) == known
    assert sum(1 for each in found.values() if not each) == 4
    for code, others in found.items():
        assert code not in others
        assert set(others) <= known
        assert len(set(others)) == len(others)
        assert len(others) in {0, *range(9, 13)}


def test_a_later_code_names_what_to_use(whole):
    fault = whole(explain_code("E06000058", on=STUDY), "FRA-001")
    assert fault.what == (
        "E06000058 is Bournemouth, Christchurch and Poole, from 1 April 2019; "
        "this frame is of 2017-09-01"
    )
    assert "E06000028" in fault.remedy
    assert "E06000029" in fault.remedy
    assert explain_code("E06000058", on=dt.date(2019, 4, 1)) is None


def test_a_former_code_names_what_to_use(whole):
    fault = whole(explain_code("E10000009", on=dt.date(2019, 4, 1)), "FRA-001")
    assert "until 31 March 2019" in fault.what
    assert "E06000058" in fault.remedy
    assert "E06000059" in fault.remedy
    assert explain_code("E10000009", on=dt.date(2019, 3, 31)) is None


def test_codes_of_the_department_are_explained_too(whole):
    fault = whole(explain_code("839", on=STUDY), "FRA-001")
    assert "837 (Bournemouth)" in fault.remedy
    assert explain_code("835", on=STUDY) is None
    # Somerset kept its number when it became one authority.
    assert explain_code("933", on=STUDY) is None
    assert explain_code("933", on=dt.date(2024, 1, 1)) is None


@pytest.mark.parametrize("code", ["E06000048", "E08000020", "E08000038", "E08000039"])
def test_recoded_areas_are_the_same_area(whole, code):
    fault = whole(explain_code(code, on=STUDY), "FRA-001")
    (use,) = codes_on(code, on=STUDY)
    assert use in fault.remedy
    assert explain_code(use, on=STUDY) is None


def test_an_unknown_code_names_the_nearest(whole):
    assert "E06000001" in whole(explain_code("E0600001", on=STUDY), "FRA-002").remedy
    assert "Hartlepool" in whole(explain_code("8055", on=STUDY), "FRA-002").remedy


def test_every_change_can_be_walked_both_ways():
    dated = [change for change in changes() if change.on]
    assert {change.on.year for change in dated} == {2019, 2020, 2021, 2023}
    for change in dated:
        before = change.on - dt.timedelta(days=1)
        assert change.later_code in codes_on(change.code, on=change.on)
        assert change.code in codes_on(change.later_code, on=before)
        assert change.later_code in successors(change.code, on=change.on)
        assert successors(change.code, on=before) == ()


def test_152_become_153(areas):
    """The list of children's services of 2023 has 153."""
    later = {code for each in areas.table.column("id").to_pylist() for code in codes_on(each, on=dt.date(2024, 1, 1))}  # fmt: skip  # noqa: E501
    assert len(later) == 153


def test_facts_of_the_example_agree_with_what_is_published_of_2019(root):
    table = read_table(root / "examples" / "schools-2017" / "facts" / "schools-per-area.csv")
    schools, areas = Counter(), {}
    for row in table.to_pylist():
        schools[row["phase"]] += int(row["schools"])
        areas.setdefault(row["phase"], set()).add(row["area"])
    assert schools == {
        "primary": 16_769, "secondary": 3_448, "special": 986 + 58, "nursery": 391,
        "pupil referral unit": 352, "independent": 1_935,
    }  # fmt: skip
    assert (len(areas["special"]), len(areas["pupil referral unit"])) == (150, 142)
    assert set().union(*areas.values()) == set(column("id"))


def script(root, name):
    spec = importlib.util.spec_from_file_location(
        name, root / "validation" / "areas" / f"{name}.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared
def test_the_shipped_tables_are_derived_again_to_the_byte(root, shared, tmp_path):
    pytest.importorskip("pandas", reason="the derivation reads with pandas, which is not there")
    script(root, "derive").main(str(shared / "data" / "domain"), str(tmp_path))
    shipped = root / "src" / "consilience" / "frame" / "data"
    for path in sorted(tmp_path.iterdir()):
        assert path.read_bytes() == (shipped / path.name).read_bytes(), path.name
    assert len(list(tmp_path.iterdir())) == len(list(shipped.glob("*.csv")))


@pytest.mark.shared
def test_the_facts_of_the_example_are_derived_again_to_the_byte(root, shared, tmp_path):
    pytest.importorskip("pandas", reason="the derivation reads with pandas, which is not there")
    out = tmp_path / "facts.csv"
    script(root, "schools_per_area").main(str(shared / "data" / "domain"), str(out))
    facts = root / "examples" / "schools-2017" / "facts" / "schools-per-area.csv"
    assert out.read_bytes() == facts.read_bytes()
