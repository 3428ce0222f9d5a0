"""Questionnaires, guides, consent and de-identification for readers of the data."""

import datetime as dt
import io

import docx
import pytest

from consilience.deposit.deidentification_summary import Replaced, deidentification_summary
from consilience.deposit.documents import (
    consent_summary,
    document_files,
    questionnaire,
    topic_guide,
    variables_asked,
)
from consilience.design.model import Guide, Instrument, Question, Scale, Topic
from consilience.formats.documents_out.plain import plain_bytes
from consilience.interviews.model import Consent

SCALES = {
    "agreement": Scale(points={1: "disagree", 2: "agree"}, missing={-9: "not answered"}),
    "count": Scale(minimum=0, maximum=40, missing={-8: "don't know"}),
}
LEADS = Instrument(
    id="education",
    title="Education leads",
    version="1.2",
    questions=(
        Question(id="ed-1", text="Schools get what they need.", scale="agreement"),
        Question(id="ed-2", text="It takes too long.", scale="agreement", reverse=True),
        Question(id="ed-3", text="How many schools?", kind="number", scale="count"),
        Question(id="ed-4", text="Who leads?", kind="choice", options={1: "school", 2: "board"}),
        Question(id="ed-5", text="Anything else?", kind="open"),
    ),
)


def test_a_questionnaire_has_every_question_with_its_answers():
    text = plain_bytes(questionnaire(LEADS, SCALES, study="Keep", simulated=True)).decode()
    assert text.startswith("Education leads\n===============\n\nSIMULATED STUDY")
    assert (
        "2. It takes too long.\nVariable: ed-2\n- 1 disagree\n- 2 agree\n"
        "- -9 not answered (no answer)\nTurned round for scores"
    ) in text
    assert "From: 0 to 40\n- -8 don't know (no answer)" in text
    assert "Answer: One answer\n- 1 school\n- 2 board" in text
    assert "5. Anything else?\nVariable: ed-5\nAnswer: In your own words" in text


def test_questions_are_described_as_variables():
    asked = {each.name: each for each in variables_asked(LEADS, SCALES, columns={"ed-4": "lead"})}
    assert [(c.value, c.label, c.missing) for c in asked["ed-1"].categories] == [
        ("1", "disagree", False), ("2", "agree", False), ("-9", "not answered", True)
    ]  # fmt: skip
    assert asked["ed-1"].question == "Schools get what they need."
    assert asked["ed-2"].notes
    assert [(c.value, c.missing) for c in asked["ed-3"].categories] == [("-8", True)]
    assert (asked["lead"].measure, asked["ed-1"].measure) == ("nominal", "ordinal")
    assert (asked["ed-5"].kind, asked["ed-5"].categories) == ("character", ())


def test_a_topic_guide_has_its_topics():
    guide = Guide(id="head", title="Heads", version="1.0", role="head",
                  topics=(Topic(id="a", text="How?"), Topic(id="b", text="Why?")))  # fmt: skip
    text = plain_bytes(topic_guide(guide, study="Keep", role="head teacher")).decode()
    assert "For: head teacher\nVersion: 1.0\n\n1. How?\n\n2. Why?\n" in text
    assert "SIMULATED" not in text


def consent(person, material="all", **said):
    options = dict.fromkeys(("take_part", "record", "quote", "deposit", "recontact")) | said
    withdrawn = options.pop("withdrawn", None)
    return Consent(person=person, material=material, date=dt.date(2018, 3, 1), form="v2",
                   withdrawn=withdrawn, **options)  # fmt: skip


def test_consent_is_counted_and_nobody_is_named():
    said = [
        consent("P-ann", deposit=True),
        consent("P-bob", deposit=True, withdrawn=dt.date(2018, 4, 1)),
        consent("P-cat", deposit=False),
        consent("P-ann", material="quotes"),
    ]
    document = consent_summary(said, study="Keep")
    text = plain_bytes(document).decode()
    row = next(line for line in text.splitlines() if line.startswith("all       Deposit"))
    assert row.split()[-4:] == ["2", "1", "0", "1"]
    assert "Form v2: 4" in text
    assert "P-" not in text


def test_deidentification_is_told_in_counts():
    summary = deidentification_summary(
        [
            Replaced(kind="school", how="pseudonym", entities=4, mentions=30, texts=9),
            Replaced(kind="person", how="pseudonym", entities=12, mentions=70, texts=11),
        ],
        study="Keep",
        texts=14,
        rules=["Days became months."],
    )
    text = plain_bytes(summary).decode()
    rows = [line.split() for line in text.splitlines() if line.startswith(("person", "all"))]
    assert rows == [["person", "pseudonym", "12", "70", "11"], ["all", "16", "100"]]
    assert "- Days became months." in text
    assert "Texts: 14" in text


@pytest.mark.parametrize("form", ["txt", "docx"])
def test_documents_are_files_open_to_all(form):
    files = {
        file.path: file
        for file in document_files(
            questionnaire(LEADS, SCALES, study="Keep"), stem="documentation/q", contents="Q"
        )
    }
    made = files[f"documentation/q.{form}"]
    assert made.level == "open"
    if form == "docx":
        opened = docx.Document(io.BytesIO(made.content))
        assert "1. Schools get what they need." in [p.text for p in opened.paragraphs]
