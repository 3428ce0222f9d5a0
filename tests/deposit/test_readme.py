"""README: what is in the package, what is not and why."""

import datetime as dt
from dataclasses import replace

import pytest

from consilience.deposit.model import Part
from consilience.deposit.package import payload_of


@pytest.fixture
def text(package):
    return payload_of(package)["README.md"].decode()


@pytest.mark.parametrize(
    "said",
    [
        "# Keeping children safe: a study",
        "SIMULATED",
        "| Scoping interviews (scoping) | interview | 3 | 2 | 1 | 1 | safeguarded | UKDS EUL |",
        "| Surveys (surveys) | area | not planned | 3 | 3 | 3 | controlled | UKDS EUL | none |",
        "deposited on the basis of written consent",
        "| Scoping interviews | collected | 1 | deposit was not allowed | s02 |",
        "| data/surveys/education.csv | controlled | UKDS EUL |  | Answers of education leads |",
        "| metadata/ddi25.xml | open |",
        "| scoping | s02 | head |  |  |  | no: deposit was not allowed |",
        "Sampling: Purposive",
        "| -9 | not answered |",
        "**Weights:** w (Weight for response)",
        "- **index:** Mean of ed-1 to ed-9.",
        "## How names were replaced\n\nBy pseudonyms in brackets.",
        "| surveys | two areas share a size |",
        "| hidden-content | everywhere | lead | seen and harmless | 2019-05-02 |",
        "For registered users.",
        "Ash, A (2019) Keeping children safe.",
        "Study office, https://example.org/study",
        "Made by consilience",
    ],
)
def test_it_says(text, said):
    assert said in text


def test_it_names_no_account(text):
    assert "ash-account" not in text


def test_real_data_are_not_called_simulated(real_package):
    payload = payload_of(real_package)
    assert [path for path, content in payload.items() if b"SIMULATED" in content] == []


def test_what_is_not_said_has_no_heading(package):
    bare = replace(package, sections=(), waivers=(), findings=(), interviews=())
    text = payload_of(bare)["README.md"].decode()
    for heading in ("How names", "waived", "users should know", "## Interviews"):
        assert heading not in text


def test_nothing_withheld_is_said_too(package):
    whole = replace(
        package, data_sets=tuple(replace(each, withheld=()) for each in package.data_sets)
    )
    assert "Nothing that was collected is withheld." in payload_of(whole)["README.md"].decode()


def test_many_transcripts_are_one_line(package):
    first = next(file for file in package.files if file.part is Part.TRANSCRIPT)
    more = tuple(replace(first, path=f"data/scoping/txt/scoping-s{n}.txt") for n in range(10, 30))
    made = payload_of(replace(package, files=(*package.files, *more)))["README.md"].decode()
    assert (
        "| data/scoping/txt/ | safeguarded | UKDS EUL | 2020-01-01 | "
        "Transcripts of interviews: 21 files |"
    ) in made
    assert "scoping-s10.txt" not in made


def test_the_text_says_the_same(package):
    payload = payload_of(package)
    plain = payload["README.txt"].decode()
    assert "Keeping children safe: a study\n=====" in plain
    assert "Scoping interviews  collected       1" in plain
    assert payload_of(replace(package, made=dt.date(2019, 5, 4)))["README.txt"] != plain.encode()
