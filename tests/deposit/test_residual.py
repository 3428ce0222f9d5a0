"""Names left in files about to leave are found in any guise, and never told."""

import io
import zipfile

import openpyxl
import pytest

from consilience.deposit.residual import OwnNames, registry_of, search_files
from consilience.text.pseudonyms import Entity

PEOPLE = registry_of([("person", "Zoë Quillfeather"), ("school", "Oakmead School")])


def found_in(text, name="a.txt", registry=PEOPLE):
    return search_files({name: text if isinstance(text, bytes) else text.encode()}, registry).found


@pytest.mark.parametrize(
    "text",
    [
        "Zoë Quillfeather came",
        "zoe quillfeather came",
        "ZOË  QUILLFEATHER's",
        "Mrs Quillfeather",
        "Zoe\u0308 Quillfeather",
        "Zo\u200bë Quill\u00adfeather",
        "Quillfeather-Smith",
    ],
)
def test_a_name_is_found_in_any_guise(text):
    found = [each for each in found_in(f"one\n{text}") if each.how == "written"]
    assert [(each.category, each.entity, each.place) for each in found] == [("person", 1, "line 2")]


@pytest.mark.parametrize("text", ["Quilfeather", "Quillfaether", "Oakmaed School"])
def test_a_name_misspelt_is_told_as_alike(text):
    found = found_in(f"and {text} came")
    assert [(each.how, each.place, each.length) for each in found] == [
        ("alike", "line 1", len(text))
    ]


def test_a_short_form_of_a_first_name_is_told_as_alike():
    known = registry_of([("person", "Deborah Nuttall"), ("person", "Deborah Sugden")])
    assert [each.how for each in found_in("then Debbie came", registry=known)] == ["alike"]


def test_a_name_is_told_once_where_markup_holds_it_twice():
    found = found_in("<p class='x'>Quillfeather</p>", "a.svg")
    assert [(each.place, each.count) for each in found] == [("line 1", 1)]


@pytest.mark.parametrize("text", ["A quill and a feather", "[Person 1] came", "Monday came"])
def test_what_is_no_name_is_not_found(text):
    assert found_in(text) == ()


def test_what_stands_instead_of_a_name_is_no_name():
    known = (
        Entity(
            number=1, kind="place", forms=("Kent",), ruling="replace", replacement="[Kent area]"
        ),
        Entity(number=2, kind="place", forms=("London",), ruling="generalise", replacement="[P]"),
        Entity(number=3, kind="place", forms=("Dover",), ruling="keep", replacement="[Place 3]"),
    )
    assert found_in("[Kent area] and [place in London] and Dover", registry=known) == ()
    assert [each.entity for each in found_in("Kent, London", registry=known)] == [1, 2]


@pytest.mark.parametrize(
    "name", ["zoe_quillfeather.txt", "notes/ZoeQuillfeather.txt", "x-quillfeather.md"]
)
def test_names_of_files_are_looked_at(name):
    found = [each for each in found_in("nothing", name=name) if each.how == "written"]
    assert [each.place for each in found] == ["name of the file"]


def test_cells_and_names_in_packages_are_found():
    book = openpyxl.Workbook()
    book.active["C4"] = "asked Zoë Quillfeather"
    target = io.BytesIO()
    book.save(target)
    places = {each.place for each in found_in(target.getvalue(), "a.xlsx")}
    assert "sheet 1, cell C4" in places
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("oakmead_school.txt", "nothing")
    assert {each.category for each in found_in(packed.getvalue(), "a.zip")} == {"school"}


def test_no_name_is_told():
    searched = search_files(
        {"a.txt": b"Zoe Quillfeather of Oakmead School, twice: Zoe Quillfeather, Quilfeather"},
        PEOPLE,
    )
    told = repr(searched)
    assert "uil" not in told
    assert "Oakmead" not in told
    assert [(each.masked, each.count) for each in searched.found][:2] == [
        ("person of 16 letters", 2),
        ("school of 14 letters", 1),
    ]


def test_a_file_that_cannot_be_looked_through_is_told():
    searched = search_files({"a.zip": b"PK\x03\x04 nothing", "b.txt": b"Quillfeather"}, PEOPLE)
    assert [(name, fault.code) for name, fault in searched.unread] == [("a.zip", "FMT-259")]
    assert [each.file for each in searched.found] == ["b.txt"]


def test_without_names_nothing_is_found():
    assert found_in("Quillfeather", registry=()) == ()


# --- names that may stand in the record ---------------------------------------------------

AUTHOR = OwnNames(names=("Quillfeather, Z", "Carys"), files=frozenset({"README.md", "m.json"}))
KNOWN = registry_of(
    [("person", "Zoë Quillfeather"), ("person", "Carys"), ("person", "Carys Oakmead")]
)


def told_of(name, text):
    searched = search_files({name: text.encode()}, KNOWN, own=AUTHOR)
    return [(each.how, each.entity, each.place) for each in searched.found]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.md", "Made by: Quillfeather, Z; Carys"),
        ("m.json", '{"name": "Quillfeather, Z", "other": "CARYS"}'),
    ],
)
def test_an_author_may_stand_in_the_record(name, text):
    assert told_of(name, text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("data/talks/T1.txt", "Quillfeather, Z: And you?"),
        ("README.txt", "Made by: Quillfeather, Z"),
        ("README.md", "Zoë Quillfeather does not mind"),
        ("README.md", "as Quillfeather said"),
        ("README.md", "Carys Oakmead does not mind"),
    ],
)
def test_an_author_is_a_name_like_others_anywhere_else_and_in_part(name, text):
    assert [how for how, *_ in told_of(name, text)] == ["written"]


def test_a_word_like_the_name_of_an_author_is_no_misspelt_name():
    assert told_of("README.md", "Quillfeather, Z") == []
    assert [how for how, *_ in told_of("README.md", "Quilfeather, Z")] == ["alike"]
