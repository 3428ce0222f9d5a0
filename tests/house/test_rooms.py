"""What the house says of itself: its rooms, and who writes which record."""

import importlib
import re
from collections import Counter
from dataclasses import dataclass

import pytest

ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


def differences(page, package):
    """Return rooms that are described but not there, or there but not described."""
    described = set(ROW.findall(page.split("## Rooms")[1].split("\n## ")[0]))
    there = {path.parent.name for path in package.glob("*/__init__.py")}
    return sorted(described ^ there)


def test_each_folder_is_a_room_of_the_page(root, package):
    page = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert differences(page, package) == []


def test_a_room_that_is_not_described_is_seen(root, plant):
    page = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert "attic" in differences(page, plant("attic/__init__.py", '"""A new room."""'))


def test_each_room_says_what_it_answers(package):
    for path in package.glob("*/__init__.py"):
        assert path.read_text(encoding="utf-8").startswith('"""'), path


# --- one writer per kind of record ------------------------------------------------------


@dataclass
class Step:
    """The part of desk.steps.Step that matters here."""

    reads: frozenset
    writes: frozenset


def muddles(steps):
    """Say which kinds of record have two writers, or are read and never written."""
    writers = Counter(kind for step in steps.values() for kind in step.writes)
    found = [f"{kind} has {count} writers" for kind, count in writers.items() if count > 1]
    for name, step in steps.items():
        found += [f"{name} reads {kind}: nobody writes it" for kind in step.reads - set(writers)]
    return found


def kinds(package):
    """Return every kind of record that a model of the house declares as a table."""
    found = {"frame"}
    for path in package.glob("*/model.py"):
        model = importlib.import_module(f"consilience.{path.parent.name}.model")
        found |= set(getattr(model, "TABLES", {}))
    return found


def test_each_kind_of_record_has_one_writer(package):
    from consilience.desk.run import STEPS

    assert muddles(STEPS) == []
    written = {kind for step in STEPS.values() for kind in step.writes}
    assert sorted(kinds(package) - written) == [], "declared in a model, written by no step"


@pytest.mark.parametrize(
    "steps",
    [
        {"a": Step({"x"}, {"y"}), "b": Step(set(), {"x", "y"})},
        {"a": Step({"z"}, {"x"})},
    ],
)
def test_a_second_writer_or_none_is_seen(steps):
    assert muddles(steps)
