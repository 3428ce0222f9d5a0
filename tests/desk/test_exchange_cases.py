"""What frames know of cases goes out as variables, valid in every profile, and comes back."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import zipfile
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from talk_study import write_study

from consilience.base.errors import Faults
from consilience.coding.exchange_cases import case_attribute, short_name
from consilience.desk import exchange as desk
from consilience.desk.kept import at_work
from consilience.desk.run import run
from consilience.desk.studies import new_study
from consilience.formats.qda.read import read_project
from consilience.formats.qda.write import PROFILES
from consilience.interviews.model import Document
from consilience.store.database import snapshot, transaction
from consilience.store.transcripts import documents, keep_document
from consilience.store.vault import make_vault
from consilience.text.pseudonyms import Entity

AT = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
WHO = {"at": AT, "actor": "lead"}
KEY = "a long pass phrase"
LONG = "share_of_pupils_who_are_known_to_be_eligible_for_free_meals_in_january"
AREAS = (
    f"code,name,region,pupils,share,{LONG}\n"
    "A01,Ash,North <East>,1200,12.5,3\nA02,Birch,,900,,4\nA03,Cedar,South,10,0.00001,5\n"
)
COLUMNS = (
    "columns: {id: code, name: name, attributes: {region: region, pupils: pupils, share: share, "
    f"{LONG}: {LONG}}}}}"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a study whose texts speak of two of three areas, one of which lacks values."""
    folder = write_study(
        tmp_path_factory.mktemp("cases") / "study",
        ("areas.csv", "code,name\nA01,Ash\nA02,Birch\nA03,Cedar\n", AREAS),
        ("study.yaml", "columns: {id: code, name: name}", COLUMNS),
    )
    run(folder, at=AT, actor="test")
    with at_work(folder) as engine, transaction(engine) as connection:
        for name, case in (("X1", "A01"), ("X2", "A02"), ("X3", None)):
            keep_document(
                connection,
                Document(
                    id=name.lower(), name=name, case=case, simulated=True,
                    header={"region": "as the text says"} if name == "X1" else {},
                ),
                text=f"Words of {name}.", turns=(), sealed=False, at="2026", actor="t",
            )  # fmt: skip
    return folder


def told(path):
    """Return kind and value of each variable by case, as the file has them."""
    project = read_project(path).project
    names = {each.guid: each.name for each in project.variables}
    cases = {each.guid: each.name for each in project.cases}
    found = {}
    for value in project.values:
        if value.owner in cases:
            found.setdefault(names[value.variable], {})[cases[value.owner]] = (
                value.kind, value.value,
            )  # fmt: skip
    return found


@pytest.mark.shared
@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_attributes_are_variables_on_cases_by_measure(made, tmp_path, shared, profile):
    path = tmp_path / "o.qdpx"
    done = desk.export_file(made, path, profile=profile, **WHO)
    assert done.counts["attributes"] == 4
    found = told(path)
    cut = short_name(LONG)
    assert found == {
        "region (case)": {"A01": ("Text", "North <East>")},
        "pupils": {"A01": ("Integer", "1200"), "A02": ("Integer", "900")},
        "share": {"A01": ("Float", "12.5")},
        cut: {"A01": ("Integer", "3"), "A02": ("Integer", "4")},
    }, "a missing value is not written, and A03 does not go out"
    assert len(cut) == 63
    assert {each.what: each.count for each in done.losses}[
        "names of attributes cut to 63 characters (whole in their descriptions)"
    ] == 1
    project = read_project(path).project
    (long,) = [each for each in project.variables if each.name == cut]
    assert long.description.startswith(f"{LONG}: ")
    schema = etree.XMLSchema(etree.parse(shared / "data" / "qual" / "Project.xsd"))
    with zipfile.ZipFile(path) as archive:
        schema.assertValid(etree.fromstring(archive.read("project.qde")))


def test_they_come_back_in_headers_of_texts_and_the_import_says_so(made, tmp_path):
    path, there = tmp_path / "o.qdpx", tmp_path / "there"
    desk.export_file(made, path, **WHO)
    new_study(there, study_id="t", title="T")
    done = desk.import_file(there, path, **WHO)
    with at_work(there) as engine, snapshot(engine) as connection:
        headers = {each.name: (each.case, each.header) for each in documents(connection)}
    assert headers["X1"] == (
        "A01",
        {
            "region": "as the text says", "region (case)": "North <East>", "pupils": "1200",
            "share": "12.5", short_name(LONG): "3",
        },
    )  # fmt: skip
    assert headers["X2"] == ("A02", {"pupils": "900", short_name(LONG): "4"})
    assert headers["X3"] == (None, {})
    losses = {each.what: each.count for each in done.losses}
    placed = sum(name in told(path) for _, header in headers.values() for name in header)
    assert losses["values of cases (in the headers of texts that are new here)"] == placed


def test_they_stay_here_if_so_asked(made, tmp_path):
    path = tmp_path / "o.qdpx"
    done = desk.export_file(made, path, chosen=desk.Chosen(attributes=False), **WHO)
    assert done.counts["attributes"] == 0
    assert told(path) == {}


def test_a_study_that_never_ran_has_none(fresh, tmp_path):
    with at_work(fresh) as engine, transaction(engine) as connection:
        keep_document(
            connection, Document(id="x", name="X", case="A01"), text="Words.", turns=(),
            sealed=False, at="", actor="t",
        )  # fmt: skip
    assert desk.export_file(fresh, tmp_path / "o.qdpx", **WHO).counts["attributes"] == 0


def test_a_name_in_an_attribute_is_told_with_it_and_how_to_leave_it_out(made, tmp_path):
    made = shutil.copytree(made, tmp_path / "guarded")
    vault = make_vault(made / ".consilience", KEY, cost=2**4)
    place = Entity(
        number=9, kind="place", forms=("North <East>",), ruling="generalise", replacement="[region]"
    )
    vault.write("registry", json.dumps({"registry": [asdict(place)]}).encode())
    names = desk.NameCheck(key=KEY)
    with pytest.raises(Faults) as caught:
        desk.export_file(made, tmp_path / "o.qdpx", names=names, **WHO)
    assert [(each.code, each.values["entity"]) for each in caught.value.faults] == [("COD-114", 9)]
    assert "'region (case)'" in caught.value.faults[0].what
    assert "North" not in str(caught.value.faults[0])
    chosen = desk.Chosen(attributes=False)
    assert desk.export_file(made, tmp_path / "o.qdpx", names=names, chosen=chosen, **WHO)


@pytest.mark.parametrize(
    ("values", "kind", "written"),
    [
        ({"a": 1.0, "b": 2.5}, "Float", {"a": "1.0", "b": "2.5"}),
        ({"a": 1e-7}, "Float", {"a": "0.0000001"}),
        ({"a": 1e300, "b": 3.0}, "Float", None),
        ({"a": float("nan"), "b": 3.0, "c": float("inf")}, "Integer", {"b": "3"}),
        ({"a": -0.0, "b": None}, "Integer", {"a": "0"}),
    ],
)
def test_amounts_are_written_as_the_schema_wants_them(values, kind, written):
    made = case_attribute("n", "N", scale=True, values=values, cases=values)
    assert made.kind == kind
    if written is not None:
        assert made.values == written
    assert all("e" not in value.lower() for value in made.values.values())


def test_what_is_known_of_no_case_that_goes_out_is_no_variable():
    assert case_attribute("n", "N", scale=True, values={"a": 1.0}, cases=["b"]) is None
    assert case_attribute("n", "N", scale=False, values={"a": " ", "b": None}, cases="ab") is None


@given(names=st.sets(st.text("ab_", min_size=1, max_size=90), min_size=2))
def test_names_stay_apart_when_they_are_cut(names):
    assert len({short_name(name) for name in names}) == len(names)
    assert all(len(short_name(name)) <= 63 for name in names)
