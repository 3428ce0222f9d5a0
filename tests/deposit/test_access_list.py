"""Who may have which file, as it travels in the package."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault
from consilience.deposit.access_list import AccessLine, access_csv, access_line, read_access
from consilience.deposit.model import DataSet, DepositFile, Part
from consilience.formats.metadata.model import Level

LATER = dt.date(2020, 1, 1)
HOME = DataSet(
    id="surveys",
    title="Surveys",
    kind="numeric",
    level=Level.SAFEGUARDED,
    licence="UKDS EUL",
    embargo=LATER,
)


def file(**changed):
    given_ = {"path": "data/a.csv", "content": b"a\n", "part": Part.DATA, "contents": "Answers",
              "media_type": "text/csv", "data_set": "surveys"}  # fmt: skip
    return DepositFile(**(given_ | changed))


def test_data_are_never_easier_to_get_than_their_data_set():
    line = access_line(file(level=Level.OPEN), {"surveys": HOME})
    assert (line.level, line.embargo, line.licence) == (Level.SAFEGUARDED, LATER, "UKDS EUL")


def test_a_stricter_file_stays_stricter():
    sooner = dt.date(2019, 1, 1)
    line = access_line(
        file(level=Level.CONTROLLED, licence="own", embargo=sooner), {"surveys": HOME}
    )
    assert (line.level, line.embargo, line.licence) == (Level.CONTROLLED, LATER, "own")


def test_documents_of_a_data_set_may_be_open():
    line = access_line(file(part=Part.DOCUMENTATION), {"surveys": HOME})
    assert (line.level, line.embargo) == (Level.OPEN, None)


def test_the_licence_of_the_study_is_the_last_resort():
    assert access_line(file(data_set=""), {}, licence="CC-BY-4.0").licence == "CC-BY-4.0"


LINES = st.builds(
    AccessLine,
    path=st.from_regex(r"[a-z]{1,9}(/[a-z]{1,9})?\.csv", fullmatch=True),
    data_set=st.sampled_from(["", "surveys"]),
    part=st.sampled_from(Part),
    level=st.sampled_from(Level),
    licence=st.text("ab,\"' \n", max_size=6),
    embargo=st.none() | st.dates(),
    sha256=st.just("0" * 64),
    size=st.integers(0, 10**12),
    media_type=st.just("text/csv"),
    contents=st.text('é,"\n;x', max_size=9),
    simulated=st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(LINES, unique_by=lambda line: line.path))
def test_what_is_written_is_read(lines):
    assert list(read_access(access_csv(lines))) == sorted(lines, key=lambda line: line.path)


HEAD, LINE = access_csv([access_line(file(), {"surveys": HOME})]).decode().splitlines()


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\n{LINE.replace('safeguarded', 'public')}\n",
        f"{HEAD}\n{LINE.replace('2020-01-01', 'soon')}\n",
        f"{HEAD}\n{LINE.replace(',no', ',maybe')}\n",
        f"{HEAD.replace('level', 'layer')}\n{LINE}\n",
        f"{HEAD}\n{LINE.split(',')[0]}\n",
        f"{HEAD}\n{LINE}\n{LINE.replace('safeguarded', 'open')}\n",
        "\udcff",
    ],
)
def test_a_list_that_cannot_be_opens_nothing(text):
    with pytest.raises(Fault) as told:
        read_access(text.encode("utf-8", "surrogateescape"))
    assert told.value.code == "DEP-046"
