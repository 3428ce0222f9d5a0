"""How deep a codebook may be: told on every way in, and up to there every file is read again."""

import datetime as dt
import zipfile

import pytest

from consilience.base.errors import Fault
from consilience.coding.codebook import MOST_LEVELS, levels, with_code, with_merge, with_move
from consilience.coding.codebook_file import codebook_yaml
from consilience.coding.codebook_sheet import codebook_csv
from consilience.coding.model import Code
from consilience.desk import codebook as desk
from consilience.desk import exchange
from consilience.desk.kept import at_work
from consilience.desk.studies import new_study
from consilience.formats.qda.codebook import Codebook, write_codebook
from consilience.formats.qda.record import CodeNode, made_guid
from consilience.store.codings import codes
from consilience.store.database import snapshot

AT = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
WHO = {"at": AT, "actor": "lead"}


def chain(count):
    """Return codes each below the one before; names that are long, as lines are then wrapped."""
    return [
        Code(
            id=f"c{number}", name=f"Code {number} of them",
            parent=f"c{number - 1}" if number else None,
            definition="What it means, in several words. " * 5, examples=("one", "two"),
            codable=number == count - 1,
        )
        for number in range(count)
    ]  # fmt: skip


def book(path, count):
    """Write a codebook of so many levels in the form that its name tells."""
    made = chain(count)
    nodes = tuple(
        CodeNode(
            guid=made_guid(each.id), name=each.name,
            parent=made_guid(each.parent) if each.parent else None,
        )
        for each in made
    )  # fmt: skip
    qdc = write_codebook(Codebook(codes=nodes))
    if path.suffix == ".qdpx":
        inner = qdc.decode()[qdc.decode().index("<Codes>") : qdc.decode().index("</CodeBook>")]
        xml = (
            '<Project xmlns="urn:QDA-XML:project:1.0" name="p">'
            f"<CodeBook>{inner}</CodeBook></Project>"
        )
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("project.qde", xml)
        return path
    content = {".yaml": codebook_yaml(made), ".csv": codebook_csv(made), ".qdc": qdc}
    path.write_bytes(content[path.suffix])
    return path


def study(path):
    new_study(path, study_id="s", title="A study")
    return path


def kept(folder):
    with at_work(folder) as engine, snapshot(engine) as connection:
        return codes(connection)


@pytest.mark.parametrize("suffix", [".yaml", ".csv", ".qdc", ".qdpx"])
def test_each_file_of_the_deepest_codebook_is_read_again(tmp_path, suffix):
    first, second = study(tmp_path / "first"), study(tmp_path / "second")
    desk.import_(first, book(tmp_path / "in.yaml", MOST_LEVELS), **WHO)
    out = tmp_path / f"out{suffix}"
    if suffix == ".qdpx":
        exchange.export_file(first, out, **WHO)
        exchange.import_file(second, out, unsealed="x", **WHO)
    else:
        desk.export(first, out)
        desk.import_(second, out, **WHO)
    found = [(code.name, level) for code, level in zip(
        kept(second), levels(kept(second)).values(), strict=True
    )]  # fmt: skip
    assert found == [(f"Code {n} of them", n + 1) for n in range(MOST_LEVELS)]


@pytest.mark.parametrize("suffix", [".yaml", ".csv", ".qdc", ".qdpx"])
def test_a_file_of_a_deeper_codebook_is_refused(tmp_path, suffix):
    folder = study(tmp_path / "study")
    path = book(tmp_path / f"deep{suffix}", MOST_LEVELS + 1)
    with pytest.raises(Fault) as caught:
        desk.import_(folder, path, **WHO)
    assert caught.value.code == "COD-045"
    assert "at level 51" in caught.value.what
    assert kept(folder) == []


def test_no_step_makes_a_codebook_deeper_than_it_may_be():
    tree = tuple(chain(MOST_LEVELS))
    tree = with_code(tree, Code(id="top", name="Top"))
    tree = with_code(tree, Code(id="below", name="Below", parent="top"))
    last = tree[MOST_LEVELS - 1].id
    for step in (
        lambda: with_code(tree, Code(id="n", name="N", parent=last)),
        lambda: with_move(tree, "top", parent=f"c{MOST_LEVELS - 2}"),
        lambda: with_merge(tree, "top", into=last),
    ):
        with pytest.raises(Fault) as caught:
            step()
        assert caught.value.code == "COD-045"
    assert levels(with_move(tree, "below", parent=f"c{MOST_LEVELS - 2}"))["below"] == MOST_LEVELS


def test_a_codebook_that_is_too_deep_already_can_be_made_less_so():
    tree = tuple(chain(MOST_LEVELS + 5))
    moved = with_move(tree, "c30", parent=None)
    assert max(levels(moved).values()) == 30
    assert with_move(tree, f"c{MOST_LEVELS + 4}", parent=f"c{MOST_LEVELS + 2}")


def test_codes_in_a_circle_have_levels_too():
    circle = [Code(id="a", name="A", parent="b"), Code(id="b", name="B", parent="a")]
    assert sorted(levels(circle).values()) == [1, 2]
