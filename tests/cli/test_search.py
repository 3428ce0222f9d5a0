"""The command that finds words."""

import json

import pytest
from click.testing import CliRunner

from consilience.cli.main import main
from consilience.desk.studies import new_study

TALK = "Interviewer: Why the [front door]?\nHead: Well, the front door. "


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("search")
    new_study(folder / "study", study_id="study", title="A study")
    (folder / "S01.txt").write_text(TALK + "And more words " * 40 + "\n")
    done = CliRunner().invoke(
        main, ["transcripts", "import", str(folder / "study"), str(folder / "S01.txt")]
    )
    assert done.exit_code == 0, done.output
    return folder / "study"


def call(study, *arguments):
    return CliRunner().invoke(main, ["search", str(study), *arguments], catch_exceptions=False)


def test_what_is_found_is_shown_with_the_words_around(study):
    shown = call(study, '"front door"').stdout
    assert "S01 turn 1  Interviewer: Why the [front door]?\n" in shown
    assert "S01 turn 2  Head: Well, the front door. And more words" in shown
    assert " …\n2 of 2 passages; texts: 1\n" in shown
    assert "1 of 2 passages" in call(study, "door", "--limit", "1").stdout
    assert "1 of 1 passage" in call(study, "door", "--speaker", "Head").stdout
    assert "0 of 0 passages; texts: 0" in call(study, "door", "--kind", "group").stdout


def test_json_says_where_it_is(study):
    known = json.loads(call(study, "well", "--document", "S01", "--json").stdout)
    assert (known["total"], known["texts"]) == (1, 1)
    (hit,) = known["hits"]
    assert (hit["name"], hit["turn"], hit["speaker"], hit["start"]) == ("S01", 2, "Head", 41)
    assert hit["marks"] == [[41, 45]]


def test_a_bad_query_is_told(study):
    told = call(study, 'the "front')
    assert told.exit_code == 1
    assert "STO-070" in told.stderr
    assert "closing quote" in told.stderr
    assert json.loads(call(study, "AND", "--json").stdout)["faults"][0]["code"] == "STO-072"
