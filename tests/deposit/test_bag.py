"""A package in a bag: other people's tools open it and find what was changed."""

import datetime as dt
import hashlib
from pathlib import Path

import bagit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.base.errors import Fault, Faults
from consilience.deposit.bag import bagged, check_bag, write_bag

PAYLOAD = {"README.md": b"Hello\n", "data/scoping/s01.txt": "I: Née?\n".encode(), "empty.csv": b""}
INFO = [("External-Description", "One\n study"), ("Bagging-Date", "2019-05-03")]


@pytest.fixture
def bag(tmp_path):
    folder = tmp_path / "deposit"
    write_bag(folder, bagged(PAYLOAD, info=INFO))
    return folder


def test_the_library_of_congress_opens_it(bag):
    read = bagit.Bag(str(bag))
    assert read.validate()
    assert read.info["Payload-Oxum"] == "15.3"
    assert read.info["Bagging-Date"] == "2019-05-03"
    assert read.info["External-Description"] == "One study"
    assert sorted(read.payload_files()) == sorted("data/" + path for path in PAYLOAD)
    stated = read.entries["data/README.md"]
    assert stated == {name: hashlib.new(name, b"Hello\n").hexdigest() for name in stated}
    assert set(stated) == {"sha256", "sha512"}


@pytest.mark.parametrize(
    "harm",
    [
        lambda bag: (bag / "data/README.md").write_bytes(b"Hallo\n"),
        lambda bag: (bag / "data/README.md").unlink(),
        lambda bag: (bag / "data/more.txt").write_bytes(b"more"),
        lambda bag: (bag / "bag-info.txt").write_bytes(b"Bagging-Date: 2020-01-01\n"),
        lambda bag: (bag / "bagit.txt").unlink(),
        lambda bag: (bag / "manifest-sha256.txt").write_bytes(b""),
    ],
)
def test_tampering_is_found(bag, harm):
    check_bag(bag)
    harm(bag)
    with pytest.raises(Faults) as told:
        check_bag(bag)
    assert {fault.code for fault in told.value.faults} == {"DEP-043"}


def test_a_bag_is_replaced_whole(bag):
    write_bag(bag, bagged({"other.txt": b"x"}, info=INFO))
    check_bag(bag)
    assert [path.name for path in (bag / "data").iterdir()] == ["other.txt"]
    assert [path.name for path in bag.parent.iterdir()] == ["deposit"]


def test_what_is_no_bag_is_left_alone(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("dear")
    (tmp_path / "file").write_text("x")
    for name in ("letters", "file"):
        with pytest.raises(Fault) as told:
            write_bag(tmp_path / name, bagged(PAYLOAD, info=INFO))
        assert told.value.code == "DEP-042"
    assert (tmp_path / "letters" / "a.txt").read_text() == "dear"


def test_a_bag_that_cannot_be_written_leaves_the_old_one(bag):
    before = {path: path.read_bytes() for path in bag.rglob("*") if path.is_file()}
    broken = {"data/a": b"1", "data/a/b": b"2"}  # a file cannot be a folder too
    with pytest.raises(Fault) as told:
        write_bag(bag, broken)
    assert told.value.code == "DEP-048"
    assert {path: path.read_bytes() for path in bag.rglob("*") if path.is_file()} == before
    assert [path.name for path in bag.parent.iterdir()] == ["deposit"]


def test_the_old_bag_comes_back_if_the_new_one_cannot_take_its_place(bag, monkeypatch):
    move = Path.replace

    def refuse(source, target):
        if source.name.endswith(".part"):
            raise OSError(28, "No space left on device")
        return move(source, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(Fault) as told:
        write_bag(bag, bagged({"other.txt": b"x"}, info=INFO))
    assert told.value.values["reason"] == "No space left on device"
    check_bag(bag)
    assert (bag / "data/README.md").exists()
    assert [path.name for path in bag.parent.iterdir()] == ["deposit"]


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../up.txt", "a/../../b", "a\\b", "a\nb", "a%0Ab", "", "a//b", "./a"]
)
def test_no_path_leaves_the_bag(path):
    with pytest.raises(Fault) as told:
        bagged({path: b""}, info=INFO)
    assert told.value.code == "DEP-047"


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9_.-]{0,8}x(/[a-z][a-z0-9 é-]{0,8}x)?", fullmatch=True),
        st.binary(max_size=40),
        min_size=1,
        max_size=6,
    )
)
def test_any_bag_has_the_same_bytes_whatever_the_order(payload):
    turned = dict(reversed(payload.items()))
    assert bagged(payload, info=INFO) == bagged(turned, info=INFO)


def test_the_day_is_an_argument():
    made = dt.date(2019, 5, 3).isoformat()
    files = bagged(PAYLOAD, info=[("Bagging-Date", made)])
    assert b"Bagging-Date: 2019-05-03" in files["bag-info.txt"]
    assert list(files) == sorted(files)
