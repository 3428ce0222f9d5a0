"""The commands over files with records tell people and machines the same."""

import json
import re
import shlex

import pytest
from click.testing import CliRunner

from consilience.cli.main import main

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def call(*arguments, env=None):
    arguments = ["catalogue", *(str(each) for each in arguments)]
    # No folder of schemas of whoever runs this.
    env = {"CONSILIENCE_SCHEMAS": None, "HOME": "/nowhere", **(env or {})}
    return CliRunner().invoke(main, arguments, catch_exceptions=False, env=env)


@pytest.fixture
def page(root):
    return (root / "docs/how-to/check-a-record.md").read_text(encoding="utf-8")


@pytest.fixture
def study(page, tmp_path):
    (record,) = [text for kind, text in BLOCK.findall(page) if kind == "xml"]
    path = tmp_path / "study.xml"
    path.write_text(record, encoding="utf-8")
    return path


@pytest.mark.shared
@pytest.mark.parametrize("name", ["seed-854716-reconstructed.xml", "seed-854716-oai-record.xml"])
def test_show_prints_the_first_study_string_for_string(shared, name):
    wanted = (shared / "data/archive/b2find/seed_landing_fields.json").read_text()
    said = call("show", shared / "data/ddi25" / name, "--json").stdout
    pairs = {"object_pairs_hook": list}
    assert json.loads(said, **pairs) == json.loads(wanted, **pairs)
    people = " ".join(call("show", shared / "data/ddi25" / name).stdout.split())
    for key, value in json.loads(wanted).items():
        if key not in ("title", "abstract", "method", "Metadata Access"):
            assert key in people
            assert " ".join(value.split())[:40] in people
    assert "Access level: not said" in people


@pytest.mark.shared
def test_show_takes_all_records_of_an_answer(shared):
    answer = shared / "data/ddi25/oai-list-records-response.xml"
    said = json.loads(call("show", answer, "--json").stdout)
    assert len(said) == 3
    assert all(each["Metadata Access"].startswith("https://datacatalogue.") for each in said)
    assert call("show", answer).stdout.count("Representation") == 3
    gone = call("show", shared / "data/ddi25/oai-1031-deleted.xml")
    assert gone.exit_code == 1
    assert "FMT-305" in gone.output
    several = call("convert", answer, "--to", "oai_dc")
    assert several.exit_code == 1
    assert "FMT-306" in several.output


def test_show_says_what_the_blocks_do_not(study):
    said = call("show", study).stdout
    assert "Access level: safeguarded" in said
    assert re.search(r"OpenAccess +true", said)
    assert "Metadata Access" not in said
    named = call("show", study, "--repository", "https://a.org/oai", "--json")
    assert "Metadata Access" not in json.loads(named.stdout)  # its only identifier is the DOI
    study.write_text(study.read_text().replace("10.5072/schools-1</IDNo>", "77</IDNo>"))
    named = call("show", study, "--repository", "https://a.org/oai", "--json")
    assert json.loads(named.stdout)["Metadata Access"].endswith("identifier=77")


@pytest.mark.shared
def test_check_gives_three_verdicts_and_the_exit_code_of_the_gate(shared):
    schemas = {"CONSILIENCE_SCHEMAS": str(shared / "data/archive/schemas")}
    seed = shared / "data/ddi25/seed-854716-reconstructed.xml"
    good = call("check", seed, "--gate", "basic", "--json", env=schemas)
    assert good.exit_code == 0
    (found,) = json.loads(good.stdout)["files"]
    assert (found["passes"], found["valid"], found["records"]) == (True, True, 1)
    assert found["profiles"][0]["gates"] == {"basic": True}
    both = call("check", seed, shared / "data/ddi25/gesis-2800.xml", "--json", env=schemas)
    assert both.exit_code == 1
    first, second = json.loads(both.stdout)["files"]
    assert first["profiles"][0]["gates"] == {
        "basic": True,
        "basic-plus": True,
        "standard": False,
    }
    assert second["valid"] is False
    faults = [
        fault
        for each in second["profiles"][0]["constraints"]
        for fault in each["faults"]
        if each["gate"] == "basic"
    ]
    assert faults
    assert all(fault["where"]["line"] and fault["remedy"] for fault in faults)
    people = call("check", shared / "data/ddi25/gesis-2800.xml", env=schemas).stdout
    assert "official schema: not valid" in people
    assert "basic fails" in people
    other = call("check", seed, "--gate", "basic", "--schema-version", "ddi-2.6", env=schemas)
    assert "official schema: not valid" in other.stdout


def test_check_says_where_the_schema_was_not_applied(study):
    said = call("check", study, "--gate", "basic")
    assert said.exit_code == 0
    assert "official schema: not applied" in said.stdout
    assert "FMT-328" in said.stdout
    (found,) = json.loads(call("check", study, "--json").stdout)["files"]
    assert found["valid"] is None


def test_check_takes_another_profile(study, tmp_path):
    profile = tmp_path / "profile.xml"
    profile.write_text(
        '<pr:DDIProfile xmlns:pr="ddi:ddiprofile:3_2" xmlns:r="ddi:reusable:3_2"><r:ID>Own</r:ID>'
        "<r:Version>1</r:Version><pr:XMLPrefixMap><pr:XMLPrefix>d</pr:XMLPrefix>"
        "<pr:XMLNamespace>ddi:codebook:2_5</pr:XMLNamespace></pr:XMLPrefixMap>"
        '<pr:Used xpath="/d:codeBook/d:stdyDscr/d:stdyInfo/d:notes" isRequired="true"/>'
        "</pr:DDIProfile>"
    )
    said = call("check", study, "--gate", "basic", "--profile", profile)
    assert said.exit_code == 1
    assert "Own 1: basic fails" in said.stdout
    assert "FMT-334" in said.stdout


def test_faults_that_say_the_same_stand_in_one_row(study):
    text = study.read_text()
    many = '<AuthEnty xml:lang="en"> </AuthEnty>\n' * 9
    study.write_text(text.replace("</rspStmt>", f"\n{many}</rspStmt>"))
    said = call("check", study, "--gate", "standard").stdout
    assert said.count("FMT-335") == 1
    assert re.search(r"\band 3\b", said)


@pytest.mark.parametrize(
    ("form", "piece"),
    [
        ("ddi25", "ddi:codebook:2_5"),
        ("ddi26", "ddi:codebook:2_6"),
        ("datacite-json", '"doi": "10.5072/schools-1"'),
        ("datacite-xml", 'identifierType="DOI">10.5072/schools-1<'),
        ("oai_dc", "https://doi.org/10.5072/schools-1</dc:identifier>"),
        ("json-ld", '"@type": "Dataset"'),
        ("ro-crate", "https://w3id.org/ro/crate/1.2"),
    ],
)
def test_every_form_is_written_and_shown_again(study, tmp_path, form, piece):
    target = tmp_path / "out"
    done = call("convert", study, "--to", form, "--out", target)
    assert done.exit_code == 0
    assert piece in target.read_text(encoding="utf-8")
    assert call("convert", study, "--to", form).stdout == target.read_text(encoding="utf-8")
    said = json.loads(call("show", target, "--json").stdout)
    first = json.loads(call("show", study, "--json").stdout)
    for key in ("title", "abstract", "DOI", "Publisher", "Publication Year", "Spatial Coverage"):
        assert said[key] == first[key], key


def test_what_cannot_be_converted_is_told_and_nothing_is_written(study, tmp_path):
    study.write_text(study.read_text().replace('date="2021-03-04">2021-03-04', ">"))
    target = tmp_path / "out"
    refused = call("convert", study, "--to", "datacite-json", "--out", target)
    assert refused.exit_code == 1
    assert "FMT-346" in refused.output
    assert not target.exists()
    for name, code in (("none.xml", "FMT-001"), ("empty.xml", "FMT-004"), ("x.json", "FMT-347")):
        (tmp_path / "empty.xml").write_bytes(b"")
        (tmp_path / "x.json").write_bytes(b"{}")
        refused = call("show", tmp_path / name, "--json")
        assert refused.exit_code == 1
        assert json.loads(refused.stdout)["faults"][0]["code"] == code


def test_a_record_without_a_doi_is_named_by_what_it_has(study):
    text = study.read_text().replace("10.5072/schools-1", "77")
    study.write_text(text)
    held = call("convert", study, "--to", "datacite-xml").stdout
    assert 'identifierType="URL">https://doi.org/77<' in held
    study.write_text(re.sub(r"<holdings[^>]*>", "", text))
    bare = call("convert", study, "--to", "datacite-xml").stdout
    assert 'identifierType="Local">77<' in bare
    study.write_text(re.sub(r"<holdings[^>]*>|<IDNo.*</IDNo>", "", text))
    assert "FMT-346" in call("convert", study, "--to", "datacite-xml").output


def test_the_guide_runs_as_it_stands(page, study, monkeypatch):
    monkeypatch.chdir(study.parent)
    codes = {}
    for kind, text in BLOCK.findall(page):
        if kind == "console":
            for line in text.splitlines():
                command = shlex.split(line.removeprefix("$ consilience catalogue "))
                codes[line] = call(*command).exit_code
    assert len(codes) == 7
    assert [line for line, code in codes.items() if code] == [
        "$ consilience catalogue check study.xml --gate basic-plus"
    ]
