"""What is said of a file that is not there, or is not written as YAML should be."""

from __future__ import annotations

import pytest

from consilience.base.errors import Faults
from consilience.design import yaml_file
from consilience.design.read import find_faults, read_study

TEAM = "  team: [{name: A. Lead, orcid: 0000-0002-1825-0097}]"

# Code; old text and new; text on the line the fault points at; text in what; text in remedy.
CASES = [
    ("DES-005", TEAM, "\tteam: []", "\tteam", "'team: []'", "two spaces"),
    ("DES-005", TEAM, "  team:\n  \t- name: x", "\t- name", "'- name: x'", "two spaces"),
    ("DES-006", "title: A small", "title: A \x07small", "A \x07small", "U+0007", "Delete"),
    ("DES-006", "title: A small study", 'title: "A\\0b"', 'A\\0b"', "U+0000", "Delete"),
    ("DES-007", "title: A small study", "title: Small: one", "Small: one", "'Small: one'",
     '"Small: one"'),
    ("DES-008", TEAM, "  team\n  aims: []", "  team", "'team'", "key: value"),
    ("DES-009", TEAM, "   team: []", "   team: []", "'team: []'", "same column"),
    ("DES-009", TEAM, " team: []", " team: []", "'team: []'", "same column"),
    ("DES-010", "by: [region, kind-of]", "by: [region, kind-of", "by: [region",
     "'by: [region, kind-of'", "Close each ["),
    ("DES-010", "by: [region, kind-of]", "by: [region]]", "by: [region]]", "'by: [region]]'",
     "Close each ["),
    ("DES-011", 'level: "yes"', 'level: "yes', 'level: "yes', "willing", "Close it"),
    ("DES-011", "title: A small study", 'title: "A small', 'title: "A small', "A small",
     "Close it"),
    ("DES-012", "title: A small study", "title: @home", "@home", "'@'", "double quotes"),
    ("DES-012", "title: A small study", "title: *new*", "*new*", "'*'", "double quotes"),
    ("DES-012", "title: A small study", "title: %5", "%5", "'%'", "double quotes"),
    ("DES-013", "title: A small study", "title: 'it's'", "it's", "it's", "double quotes"),
    ("DES-014", TEAM, "  aims: - first", "aims: - first", "'aims: - first'", "[a, b]"),
    ("DES-015", "frames/bodies.csv", '"C:\\data\\bodies.csv"', "C:\\data", "bodies",
     "single quotes"),
    ("DES-016", "  seed: 7", "  seed:7", "seed:7", "'seed:7'", "'seed: 7'"),
    ("DES-018", "  seed: 7", "  seed: 7\n  seed: 8", "seed: 8",
     "'seed' stands here again, after line 7", "Keep one"),
    ("DES-019", "title: First", "title: &one First", "&one", "'&one'", "quotes"),
    ("DES-019", "title: First", "title: *one", "*one", "'*one'", "quotes"),
    ("DES-020", "title: First", "title: !!python/object:os.system x", "!!python",
     "'!!python/object:os.system'", "Remove"),
    ("DES-020", "title: First", "title: !tag x", "!tag", "'!tag'", "Remove"),
    ("DES-021", TEAM, "  <<: {a: 1}", "<<", "'<<'", "Write the keys out"),
    ("DES-022", TEAM, "  ? [a, b]\n  : 1", "? [a", "a list", "plain word"),
    ("DES-022", TEAM, '  "": x', '"": x', "empty", "plain word"),
    ("DES-024", "agencies:", "---\nagencies:", "---", "'---'", "Remove the line"),
    ("DES-025", TEAM, "  aims: " + "[" * 30 + "]" * 30, "aims", "20 levels", "six levels"),
    ("DES-026", "  seed: 7", "  seed: " + "7" * 5000, "seed", "777777777777...", "quotes"),
    ("DES-026", "complete_from: 0.8", "complete_from: 1e999", "1e999", "1e999", "quotes"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "marker", "what", "remedy"), CASES)
def test_what_is_said_of_the_writing(tried, gapless, code, old, new, marker, what, remedy):
    found = tried((old, new))
    fault = next((fault for fault in found.faults if fault.code == code), None)
    assert fault is not None, found.codes
    if code not in ("DES-019", "DES-021", "DES-022", "DES-024"):
        assert found.codes == [code]
    assert fault.where.file == "study.yaml"
    assert fault.where.line == found.line(marker)
    assert what in fault.what
    assert remedy in fault.remedy
    gapless(fault)
    assert found.study is None


def test_alias_is_told_once(tried):
    """What an alias leaves empty is not told a second time as an empty text."""
    assert tried(("title: First", "title: *one")).codes == ["DES-019"]


def test_no_study_file(tmp_path, gapless):
    study, (fault,) = find_faults(tmp_path / "nowhere")
    assert study is None
    assert fault.code == "DES-001"
    assert "study.yaml" in fault.what
    assert "nowhere" in fault.what
    gapless(fault)
    with pytest.raises(Faults) as caught:
        read_study(tmp_path)
    assert [each.code for each in caught.value.faults] == ["DES-001"]


def test_folder_instead_of_the_study_file(tmp_path, gapless):
    (tmp_path / "study.yaml").mkdir()
    _, (fault,) = find_faults(tmp_path)
    assert fault.code == "DES-002"
    gapless(fault)


@pytest.mark.usefixtures("never_stuck")
@pytest.mark.parametrize("opened", ["[", "{a: ", "- ", "? ", "[{a: "])
def test_what_opens_without_end_is_refused_at_once(tmp_path, gapless, opened):
    """The parser that explains would take minutes, so that it must not be asked."""
    (tmp_path / "study.yaml").write_text(opened * 100_000)
    study, (fault,) = find_faults(tmp_path)
    assert study is None
    assert fault.code == "DES-025"
    gapless(fault)


def test_a_key_just_within_the_depth_is_read(tmp_path):
    for levels, code in ((19, None), (20, "DES-025")):
        text = "a: " + "{b: " * levels + "c" + "}" * levels
        (tmp_path / "deep.yaml").write_text(text)
        _, faults = yaml_file.read_yaml(tmp_path / "deep.yaml", name="deep.yaml", first_key="a:")
        assert [fault.code for fault in faults] == ([code] if code else [])


@pytest.mark.parametrize(
    ("content", "line", "column", "byte"),
    [
        (b"consilience: 1\ntitle: caf\xe9\n", 2, 11, "0xe9"),
        ("consilience: 1\n".encode("utf-16"), 1, 1, "0xff"),
        (b"\xef\xbb\xbftitle: \xfc\n", 1, 8, "0xfc"),
    ],
)
def test_not_utf_8(tmp_path, gapless, content, line, column, byte):
    (tmp_path / "study.yaml").write_bytes(content)
    _, (fault,) = find_faults(tmp_path)
    assert (fault.code, fault.where.line, fault.where.column) == ("DES-003", line, column)
    assert byte in fault.what
    gapless(fault)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n"])
def test_empty_file(tmp_path, gapless, text):
    (tmp_path / "study.yaml").write_text(text)
    _, (fault,) = find_faults(tmp_path)
    assert (fault.code, fault.where.line) == ("DES-004", 1)
    gapless(fault)


@pytest.mark.parametrize(("text", "found"), [("- a\n- b\n", "a list"), ("a text\n", "'a text'")])
def test_no_keys(tmp_path, gapless, text, found):
    (tmp_path / "study.yaml").write_text(text)
    _, (fault,) = find_faults(tmp_path)
    assert fault.code == "DES-023"
    assert found in fault.what
    gapless(fault)


def test_file_that_is_no_text(tmp_path, gapless, monkeypatch):
    (tmp_path / "study.yaml").write_text("consilience: 1\n")
    monkeypatch.setattr(yaml_file, "LARGEST_FILE", 10)
    _, (fault,) = find_faults(tmp_path)
    assert fault.code == "DES-028"
    assert "15 bytes" in fault.what
    gapless(fault)


def test_file_that_cannot_be_opened(tmp_path, gapless):
    document, (fault,) = yaml_file.read_yaml(
        tmp_path / "gone.yaml", name="gone.yaml", first_key="id: x"
    )
    assert document is None
    assert fault.code == "DES-027"
    assert "No such file" in fault.what
    gapless(fault)


def test_unknown_trouble_is_passed_on(gapless):
    """A stop that no reading recognises is said with PyYAML's own words."""
    import yaml

    from consilience.design.yaml_syntax import syntax_fault

    error = yaml.MarkedYAMLError(problem="found something new")
    fault = syntax_fault(error, text="a: 1\n", name="study.yaml")
    assert fault.code == "DES-017"
    assert "found something new" in fault.what
    gapless(fault)


def test_faults_of_an_instrument_point_into_its_file(tried):
    file = "instruments/education.yaml"
    found = tried(
        ("{id: ed-2, text: They ring back.", "{id: ed-2, id: ed-2, text: They ring back.", file)
    )
    (fault,) = found.faults
    assert (fault.code, fault.where.file, fault.where.line) == ("DES-018", file, 6)


def test_unreadable_instrument_hides_nothing_else(tried):
    file = "instruments/education.yaml"
    found = tried(("questions:", "questions", file), ("  seed: 7", "  seed: seven"))
    assert [(fault.code, fault.where.file) for fault in found.faults] == [
        ("DES-035", "study.yaml"),
        ("DES-008", file),
    ]


def test_question_mark_in_braces_is_said_where_the_parser_stumbles_on_it(gapless):
    import yaml

    from consilience.design.yaml_syntax import syntax_fault

    text = "a: 1\n- {id: x, text: May we come?, kind: open}\n"
    with pytest.raises(yaml.YAMLError) as caught:
        list(yaml.parse(text[5:], Loader=yaml.SafeLoader))
    fault = syntax_fault(caught.value, text=text[5:], name="study.yaml")
    assert fault.code == "DES-029"
    assert "May we come?" in fault.what
    gapless(fault)
