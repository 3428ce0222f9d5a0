"""The catalogue of errors: whole, raised, tested, documented, and without gaps."""

import ast
import re
import string
from collections import Counter

import pytest

from consilience.base.catalogue import CATALOGUE, Entry

PREFIXES = sorted({code.split("-")[0] for code in CATALOGUE})
CODE = re.compile(rf"({'|'.join(PREFIXES)})-\d{{3}}")
# A sentence: capital first; last a full stop, or what to type behind a colon. A field before or
# behind it is a sentence of its own ("Did you mean ...?"), or empty.
REMEDY = re.compile(r"(\{\w+\})?[A-Z].*([.?]|: [^.]+)( ?\{\w+\})?", re.DOTALL)


def fields(entry):
    """Return the names that the sentences of an entry show."""
    parsed = [
        *string.Formatter().parse(entry.what),
        *string.Formatter().parse(entry.remedy),
    ]
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in parsed if name is not None}


def faults_of_entry(entry):
    """Say what is wrong with the sentences of one entry."""
    found = []
    if not (entry.title and entry.what and entry.remedy):
        found.append("an empty sentence")
    if entry.title.endswith(".") or entry.what.endswith("."):
        found.append("title and what are parts of a line and end without a full stop")
    if not REMEDY.fullmatch(entry.remedy):
        found.append("the remedy is a sentence: capital first, full stop last")
    if any(not name.isidentifier() for name in fields(entry)):
        found.append("a field without a name")
    if "{" in entry.title:
        found.append("a title is the same each time")
    return found


def strings(folder, pattern="*.py", *, without=()):
    """Yield (path, code) of every string constant that is the code of an error."""
    for path in sorted(folder.rglob(pattern)):
        if any(part in path.parts for part in without):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and CODE.fullmatch(str(node.value)):
                yield path, node.value


def gaps(package, catalogue):
    """Return each call of Fault that leaves out a value which its sentences show."""
    found = []
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
            name = called.id if isinstance(called, ast.Name) else called
            code = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            given = {keyword.arg for keyword in node.keywords}
            if name != "Fault" or code not in catalogue or None in given:
                continue
            if missing := sorted(fields(catalogue[code]) - given):
                found.append(f"{path.name}:{node.lineno}: {code} without {', '.join(missing)}")
    return found


def keys_written(package):
    """Yield each code as it is written down in the files of the catalogue, with its room.

    A room with many has more than one file: `formats` and `formats_records`.
    """
    for path in sorted((package / "base" / "catalogue").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Dict):
                for key in node.keys:
                    if isinstance(key, ast.Constant):
                        yield path.stem.partition("_")[0], key.value


def twice(written):
    """Return codes written more than once, and prefixes used by more than one room."""
    written = list(written)
    codes = [code for code, count in Counter(code for _, code in written).items() if count > 1]
    rooms = {(room, code[:3]) for room, code in written}
    shared = [prefix for prefix, n in Counter(p for _, p in rooms).items() if n > 1]
    return codes + shared


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_the_sentences_of_an_entry_are_whole(code):
    assert CODE.fullmatch(code)
    assert faults_of_entry(CATALOGUE[code]) == []


def test_titles_tell_entries_apart():
    titles = Counter((code[:3], entry.title) for code, entry in CATALOGUE.items())
    assert [title for title, count in titles.items() if count > 1] == []


def test_no_code_is_written_twice_and_no_prefix_has_two_rooms(package):
    assert twice(keys_written(package)) == []
    assert len(list(keys_written(package))) == len(CATALOGUE)


def test_every_code_is_raised_and_every_raised_code_is_known(package):
    used = {code for _, code in strings(package, without={"catalogue"})}
    assert sorted(used - set(CATALOGUE)) == [], "not in the catalogue"
    assert sorted(set(CATALOGUE) - used) == [], "never raised"


def test_every_code_is_raised_in_a_test(root):
    tested = {code for _, code in strings(root / "tests", "test_*.py", without={"house"})}
    assert sorted(set(CATALOGUE) - tested) == []


def test_every_code_is_documented(root):
    page = (root / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    assert sorted(code for code in CATALOGUE if f"## {code} " not in page) == []


def test_every_call_gives_what_its_sentences_show(package):
    assert gaps(package, CATALOGUE) == []


@pytest.mark.parametrize(
    "entry",
    [
        Entry("", "what", "Do it."),
        Entry("A title", "what", "do it."),
        Entry("A title", "what", "Do it"),
        Entry("A title.", "what", "Do it."),
        Entry("A title", "what {}", "Do it."),
        Entry("A title {value}", "what", "Do it."),
    ],
)
def test_a_poor_entry_is_seen(entry):
    assert faults_of_entry(entry)


@pytest.mark.parametrize(
    "call",
    [
        'raise Fault("BAS-002", name="a")',
        'faults.append(errors.Fault("BAS-001", where=None))',
    ],
)
def test_a_gap_is_seen(plant, call):
    assert gaps(plant("frame/planted.py", call), CATALOGUE)


@pytest.mark.parametrize(
    "call",
    ['raise Fault("BAS-001", value=1)', 'raise Fault("BAS-001", **values)', 'other("BAS-001")'],
)
def test_a_whole_call_is_let_through(plant, call):
    assert gaps(plant("frame/planted.py", call), CATALOGUE) == []


def test_a_doubled_code_or_prefix_is_seen():
    assert twice([("frame", "FRA-001"), ("frame", "FRA-001")]) == ["FRA-001"]
    assert twice([("frame", "FRA-001"), ("study", "FRA-002")]) == ["FRA"]


def test_a_code_is_found_as_a_string_and_not_in_prose(plant):
    code = 'A = "BAS-991"\n# BAS-992\nB = "see BAS-993"'
    package = plant("frame/planted.py", code)
    assert [found for _, found in strings(package)] == ["BAS-991"]
