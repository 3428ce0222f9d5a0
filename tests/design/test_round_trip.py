"""What is written down as YAML is read back the same."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.design.model import Study
from consilience.design.read import find_faults
from consilience.design.yaml_file import read_yaml

# All that a person can type and a file can hold.
TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co"), exclude_characters="\ufeff"),
    max_size=20,
)
WORDS = st.sampled_from(["no", "yes", "null", "~", "1.10", "007", "2017-01-01", "on", "1_000",
                         "12:30", "true", "- a", "a: b", "#x", "'", '"', "[a", "&a", "=",
                         "<<", " x ", "1e5"])  # fmt: skip
SAYING = (TEXT | WORDS).filter(lambda text: text.strip())
DAY = st.dates(dt.date(2017, 1, 1), dt.date(2019, 12, 31))
SHARE = st.floats(0.01, 100, allow_nan=False)


@st.composite
def studies(draw: st.DrawFn) -> dict[str, object]:
    """Make the plain data of a valid study with frames, choices, phases and scales."""
    first, last = sorted([draw(DAY), draw(DAY)])
    ids = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
    names = draw(st.lists(ids, unique=True, min_size=2, max_size=4))
    choose = draw(st.integers(1, 9))
    units = draw(st.lists(SAYING, unique=True, max_size=3))
    return {
        "consilience": 1,
        "study": {
            "id": names[0],
            "title": draw(SAYING),
            "starts": first.isoformat(),
            "ends": last.isoformat(),
            "seed": draw(st.integers(0, 2**64)),
            "aims": draw(st.lists(SAYING, max_size=2)),
            "simulated": draw(st.booleans()),
            "protocol": draw(SAYING),
        },
        "phases": [{"id": n, "title": draw(SAYING), "starts": first, "ends": last} for n in names],
        "agencies": [{"id": name, "title": draw(SAYING)} for name in names],
        "scales": {
            name: {"points": {n: draw(SAYING) for n in range(1, draw(st.integers(3, 6)))}}
            for name in names
        },
        "stages": [
            {
                "id": names[0],
                "kind": "frame",
                "of": "areas",
                "source": "england-upper-tier-2018",
                "date": draw(DAY),
                "note": draw(SAYING),
                "exclude": [{"id": unit, "reason": draw(SAYING)} for unit in units],
            },
            {
                "id": names[1],
                "kind": "select",
                "from": names[0],
                "choose": choose,
                "diverse": {draw(SAYING): draw(SHARE)},
                "where": [{"attribute": draw(SAYING), "is": draw(TEXT)}],
                "quotas": [{"attribute": draw(SAYING), "at_least": choose, "weight": draw(SHARE)}],
            },
        ],
    }


@settings(max_examples=25, deadline=None)
@given(data=studies())
def test_any_study_written_as_yaml_is_read_back_equal(data):
    study = Study.model_validate(data)
    dumped = study.model_dump(mode="json", by_alias=True)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "study.yaml").write_text(yaml.safe_dump(dumped), encoding="utf-8")
        found, faults = find_faults(Path(folder))
    assert [str(fault) for fault in faults] == []
    assert found == study


NUMBERS = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(SAYING.filter(lambda key: key != "<<"), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None)
@given(
    data=st.dictionaries(
        st.from_regex(r"[a-z]{1,5}", fullmatch=True), PLAIN, min_size=1, max_size=3
    )
)
def test_every_value_and_key_has_a_place(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.yaml"
        # Everything that could be taken for something else in quotes, as JSON has it.
        path.write_text(yaml.safe_dump(data, default_flow_style=True, width=40), encoding="utf-8")
        document, faults = read_yaml(path, name="any.yaml", first_key="a: 1")
        lines = path.read_text(encoding="utf-8").count("\n") + 1
    assert faults == []
    assert document is not None
    assert set(document.data) == set(data)
    for place in document.positions.values.values():
        assert place.line is not None
        assert 1 <= place.line <= lines
    assert len(document.positions.values) >= len(document.positions.keys)
