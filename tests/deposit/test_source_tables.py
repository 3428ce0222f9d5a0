"""Tables before protection: who answered, what was asked, what an attacker can look up."""

import datetime as dt

import pyarrow as pa
import pytest

from consilience.base.errors import Fault
from consilience.deposit.protect import protect
from consilience.deposit.source_tables import Answers, file_source, survey_source
from consilience.design.model import Instrument, Scale
from consilience.design.model.deposit import DepositTable, Statement
from consilience.frame.model import Attribute, Frame
from consilience.linkage.model import CASE, LINKED_ANSWER
from consilience.surveys.model import RESPONSE

AREAS = Frame(
    id="areas",
    of="areas",
    date=dt.date(2017, 1, 2),
    source="invented",
    licence="CC0-1.0",
    simulated=True,
    attributes=(
        Attribute(name="region", title="Region", kind="nominal"),
        Attribute(name="pupils", title="Pupils", kind="numeric"),
    ),
    table=pa.table(
        {
            "id": ["E1", "E2", "E3", "E4"],
            "name": ["Ash", "Birch", "Cedar", "Dogwood"],
            "region": ["North", "South", None, "North"],
            "pupils": [10.0, 20.0, 30.0, None],
        }
    ),
)
PSEUDONYMS = {"E1": "A003", "E2": "A001", "E3": "A004", "E4": "A002"}
INSTRUMENT = Instrument.model_validate(
    {
        "id": "leads",
        "title": "Leads",
        "version": "1",
        "questions": [
            {"id": "q1", "text": "Do they ring back?", "scale": "agreement"},
            {"id": "q2", "text": "How many staff?", "kind": "number"},
            {"id": "q3", "text": "Anything else?", "kind": "open"},
            {"id": "q4", "text": "Share of time?", "scale": "two-gaps"},
        ],
    }
)
SCALES = {
    "agreement": Scale.model_validate(
        {"points": {1: "No", 2: "Yes"}, "missing": {-9: "No answer"}}
    ),
    "two-gaps": Scale.model_validate(
        {"minimum": 0, "maximum": 100, "missing": {-1: "Not known", -2: "Refused"}}
    ),
}
RULES = DepositTable(
    id="leads", title="Leads", of="linked", survey="ask", attributes=("region", "pupils"),
    keys=("region", "role"), k=1,
)  # fmt: skip


def answers(**more):
    def case(area, disposition="complete", survey="ask", response=None):
        return {
            "area": area, "survey": survey, "agency": "education", "disposition": disposition,
            "response": response or f"r-{area}",
        }  # fmt: skip

    def answer(area, item, value=None, text=None):
        return {
            "area": area, "survey": "ask", "agency": "education", "item": item, "value": value,
            "text": text,
        }  # fmt: skip

    cases = [
        case("E2"),
        case("E1", "partial"),
        case("E3", "break-off"),
        case("E4", "no response"),
        case("E4", survey="other"),
    ]
    given = [
        answer("E2", "q1", 2.0),
        answer("E2", "q2", 1.5),
        answer("E2", "q3", text="Ask Ms Rowan in Birch."),
        answer("E1", "q1", None),
        answer("E1", "q2", 3.0),
        answer("E3", "q1", 1.0),
    ]
    response = [
        {"survey": "ask", "response": f"r-{area}", "role": role, "status": "complete"}
        for area, role in (("E1", None), ("E2", "LADO"), ("E3", "Lead"))
    ]
    values = {
        "survey": "ask",
        "case": pa.Table.from_pylist(cases, schema=CASE),
        "linked": pa.Table.from_pylist(given, schema=LINKED_ANSWER),
        "response": pa.Table.from_pylist(response, schema=RESPONSE),
        "instrument": INSTRUMENT,
        "scales": SCALES,
    }
    return Answers(**values | more)


def described(rules=RULES, named=(), pseudonyms=PSEUDONYMS):
    return survey_source(rules, answers(), frame=AREAS, pseudonyms=pseudonyms, named=named)


def test_a_row_each_area_that_answered_and_no_name_or_code_of_any():
    found = described()
    assert found.source.table.to_pylist() == [
        {"area": "A001", "region": "South", "pupils": 20.0, "role": "LADO",
         "completion": "complete", "q1": 2, "q2": 1.5, "q4": None},
        {"area": "A003", "region": "North", "pupils": 10.0, "role": None,
         "completion": "partial", "q1": -9, "q2": 3.0, "q4": None},
    ]  # fmt: skip
    cells = {str(cell) for column in found.source.table.columns for cell in column.to_pylist()}
    assert not cells & {*PSEUDONYMS, "Ash", "Birch", "Cedar", "Dogwood"}


def test_open_answers_are_left_out_and_that_is_told():
    found = described()
    (change,) = found.changes
    assert (change.column, change.what, change.cells) == ("q3", "withheld", 2)
    assert "q3" not in {each.name for each in found.variables}
    assert [each.name for each in found.variables] == found.source.table.column_names


def test_what_an_attacker_can_look_up_is_known_of_all_units():
    source = described().source
    assert source.population == {
        "region": ["North", "South", None, "North"], "pupils": [10.0, 20.0, 30.0, None]
    }  # fmt: skip
    assert source.units.tolist() == [1, 0]
    assert source.invited == 4
    assert source.named == (False,) * 4
    assert source.named_keys == ()


def test_a_statement_fixes_only_what_it_says_of_whom():
    said = (
        Statement(id="E2", source="newspaper", keys=("role",)),
        Statement(id="E1", source="website"),
    )
    source = described(named=said).source
    assert source.named == (True, True, False, False)
    assert source.named_keys == ("role",)
    assert source.population["role"] == [None, "LADO", None, None]
    other = (
        Statement(id="E2", source="newspaper"),
        Statement(id="E1", source="website", keys=("role",)),
    )
    assert described(named=other).source.population["role"] == [None] * 4


def test_a_statement_about_an_attribute_hides_it_of_nobody_else():
    plain = described().source
    said = (Statement(id="E2", source="newspaper", keys=("region", "gone")),)
    source = described(named=said).source
    assert source.named_keys == ()
    assert source.population == plain.population
    cases = protect(source, RULES).cases
    assert [each.candidates for each in cases] == [2, 3]  # South or unknown; North or unknown


def test_what_was_withheld_has_a_label():
    labels = {each.name: [c.value for c in each.categories] for each in described().variables}
    assert labels["region"] == labels["role"] == ["withheld"]
    assert labels["pupils"] == ["-88"]
    assert "-9" in labels["q1"]


def test_without_pseudonyms_nothing_says_which_area_it_is():
    table = described(RULES.model_copy(update={"pseudonym": False}), pseudonyms={}).source.table
    assert table.column_names[:2] == ["region", "pupils"]


def test_an_area_without_a_pseudonym():
    with pytest.raises(Fault) as told:
        described(pseudonyms={"E1": "A003"})
    assert told.value.code == "DEP-008"
    assert "1 areas of the table 'leads'" in told.value.what


@pytest.mark.parametrize("name", ["size", "name", "id"])
def test_an_attribute_that_the_frame_does_not_have(name):
    with pytest.raises(Fault) as told:
        described(RULES.model_copy(update={"attributes": ("region", name)}))
    assert told.value.code == "DEP-004"
    assert f"no attribute {name} for" in told.value.what
    assert "region, pupils" in told.value.what


# --- files ------------------------------------------------------------------------------

CLIMATE = DepositTable(
    id="climate", title="Climate", file="intake/climate.csv", keys=("role",),
    labels={"mean": "Mean of the scale"},
)  # fmt: skip


def from_file(tmp_path, text):
    (tmp_path / "intake").mkdir(exist_ok=True)
    (tmp_path / "intake" / "climate.csv").write_text(text, encoding="utf-8")
    return file_source(CLIMATE, folder=tmp_path)


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (("1", "2"), pa.int64(), [1, 2]),
        (("1", ""), pa.int64(), [1, None]),
        (("1", "-2.5"), pa.float64(), [1.0, -2.5]),
        (("1e3", ".5"), pa.float64(), [1000.0, 0.5]),
        (("007", "1"), pa.string(), ["007", "1"]),
        (("0", "0.5"), pa.float64(), [0.0, 0.5]),
        (("nan", "1"), pa.string(), ["nan", "1"]),
        (("inf", "1"), pa.string(), ["inf", "1"]),
        (("1_000", "1"), pa.string(), ["1_000", "1"]),
        (("1", "n/a"), pa.string(), ["1", "n/a"]),
        (("1e40", "1"), pa.float64(), [1e40, 1.0]),
    ],
)
def test_a_column_of_a_file_is_of_numbers_only_if_all_are(tmp_path, cells, kind, values):
    table = from_file(tmp_path, "role,mean\na," + "\nb,".join(cells) + "\n").source.table
    assert table.column("mean").type == kind
    assert table.column("mean").to_pylist() == values


def test_a_file_has_labels_and_says_what_was_withheld_of_its_keys(tmp_path):
    found = from_file(tmp_path, "role,mean\na,1\nb,2\n")
    assert found.source.invited == 2
    role, mean = found.variables
    assert (role.label, [each.value for each in role.categories]) == ("role", ["withheld"])
    assert (mean.label, mean.categories) == ("Mean of the scale", ())


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(Fault) as told:
        file_source(CLIMATE, folder=tmp_path)
    assert told.value.code == "DEP-005"
    assert told.value.where.file == "intake/climate.csv"
